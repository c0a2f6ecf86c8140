"""The ledger: what was proven of one formulation holds for every tighter one."""

from __future__ import annotations

import math

from solver.assessment.assessment import Assessment
from solver.portfolio.formulation import Formulation
from solver.portfolio.tighter import further_rules, is_tighter


class Ledger:
    """Proven bounds by formulation; -inf where no portfolio exists."""

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._bounds: dict[Formulation, float] = {}

    def __len__(self) -> int:
        return len(self._bounds)

    def note(self, formulation: Formulation, bound: float) -> None:
        """Take down that no portfolio of a formulation is worth more than a bound."""
        self._bounds[formulation] = min(bound, self._bounds.get(formulation, math.inf))

    def claim(self, formulation: Formulation) -> tuple[float, Formulation | None]:
        """The least bound that is known to hold for a formulation, and for which it was proven.

        Where nothing is possible, it does not matter what is maximised; where nothing is maximised, all is
        worth nothing.
        """
        holding = [
            (bound, known)
            for known, bound in self._bounds.items()
            if is_tighter(formulation, known, self._assessment)
            or (bound == -math.inf and not further_rules(known, formulation, self._assessment))
        ]
        if not formulation.maximise.weights():
            holding.append((0.0, formulation))
        return min(holding, key=lambda claim: claim[0], default=(math.inf, None))
