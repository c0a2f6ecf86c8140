"""Blocking: a part of a portfolio that is worth more than its partners and the hub are paid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from solver.assessment.assessment import Assessment
from solver.games.game import UnprovenError
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue
from solver.run import Run
from solver.sharing.excess import ExcessProgram
from solver.sharing.members import Members
from solver.sharing.programmed import Candidates, ProgrammedGame

TOLERANCE = 1e-6
"""What a coalition may be paid too little, relative to what all are paid, and count as content."""
PROGRAMS_KEPT = 16
ANSWERS_KEPT = 1024

Payoffs = tuple[float, ...]
"""What the hub and the chosen partners are paid, in the order of `Members.players`; at least 0 each."""


@dataclass(frozen=True)
class Blocking:
    """What a coalition would do by itself: its options and partners (by element), and what that is worth.

    Options count in the assessment of the whole; the worth bears the exit costs of the whole portfolio.
    """

    options: tuple[int, ...]
    partners: tuple[int, ...]
    worth: float


class BlockingSearch:
    """Whether anybody blocks, for one portfolio and its payoffs after the other, within common limits.

    The programs of the last portfolios are kept, and the last answers.
    """

    def __init__(
        self,
        formulation: Formulation,
        assessment: Assessment,
        run: Run,
    ) -> None:
        self.run = run
        self._formulation = formulation
        self._assessment = assessment
        self._program = lru_cache(PROGRAMS_KEPT)(self._built)
        self._answer = lru_cache(ANSWERS_KEPT)(self._searched)

    def worst(self, selection: Selection, payoffs: Payoffs) -> Blocking | None:
        """The part of a portfolio that blocks these payoffs most, None where none does.

        Raises UnprovenError where the limits end first.
        """
        return self._answer(selection.options, payoffs) if selection.partners else None

    def _built(self, options: tuple[int, ...]) -> ExcessProgram:
        members = Members(Selection(self._assessment, options))
        return ExcessProgram(
            ProgrammedGame(Candidates.of(members, self._formulation), self.run.heard_by(None))
        )

    def _searched(self, options: tuple[int, ...], payoffs: Payoffs) -> Blocking | None:
        part, bound = self._program(options).solve(np.array(payoffs))
        tolerated = TOLERANCE * sum(payoffs)
        if part is not None:
            worth = float(AllianceValue().amount(part))
            offered, partners = sorted(options), tuple(part.partners)
            paid = dict(zip(Selection(self._assessment, options).partners, payoffs[1:], strict=True))
            if worth - payoffs[0] - sum(paid[partner] for partner in partners) > tolerated:
                return Blocking(tuple(offered[option] for option in part.options), partners, worth)
        if bound > tolerated:
            raise UnprovenError("the search ended before it was known whether a coalition blocks")
        return None
