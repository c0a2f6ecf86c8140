"""The ledger: what was proven of one formulation holds for every tighter one."""

from __future__ import annotations

import math
from collections.abc import Iterator

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

    def __iter__(self) -> Iterator[tuple[Formulation, float]]:
        return iter(self._bounds.items())

    def note(self, formulation: Formulation, bound: float) -> None:
        """Take down that no portfolio of a formulation is worth more than a bound."""
        self._bounds[formulation] = min(bound, self._bounds.get(formulation, math.inf))

    def claim(self, formulation: Formulation) -> tuple[float, Formulation | None]:
        """The least bound that is known to hold for a formulation, and for which it was proven.

        Where nothing is possible, it does not matter what is maximised; where nothing is maximised, all is
        worth nothing.
        """
        least = (0.0, formulation) if not formulation.maximise.weights() else (math.inf, None)
        for known, bound in sorted(self._bounds.items(), key=lambda claim: claim[1]):
            if bound >= least[0]:
                break
            if self._holds(bound, known, formulation):
                return bound, known
        return least

    def _holds(self, bound: float, known: Formulation, formulation: Formulation) -> bool:
        """Whether a bound of a known formulation is one of another."""
        if bound == -math.inf:
            return not further_rules(known, formulation, self._assessment)
        return is_tighter(formulation, known, self._assessment)
