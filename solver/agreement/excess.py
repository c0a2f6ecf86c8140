"""By how much a coalition with the hub is paid too little, and which one most: a program of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from solver.agreement.programmed import Candidates, ProgrammedGame
from solver.allocation.coalitions import Floats, everybody, members
from solver.driver import run
from solver.model.build import build
from solver.model.linear import Linear
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue


@dataclass(frozen=True)
class Excess:
    """A coalition (bit mask), what it is worth at least, and by how much that exceeds its payoffs."""

    mask: int
    worth: float
    amount: float


@dataclass(frozen=True, eq=False)
class Engagement:
    """A selection that a coalition with the hub may make, who is engaged in it, and what it is worth."""

    selection: Selection
    engaged: int
    worth: float

    @classmethod
    def of(cls, candidates: Candidates, selection: Selection) -> Self:
        """The engagement of a selection of the candidates."""
        return cls(selection, candidates.mask(selection), AllianceValue().amount(selection))

    def excess(self, payoffs: Floats) -> Excess:
        """The coalition that asks for most with it: those engaged, and whoever is paid less than nothing.

        Everybody is no coalition: of those not engaged, one then stays out.
        """
        everyone, mask = everybody(len(payoffs)), self.engaged
        for player in np.argsort(payoffs).tolist():
            if payoffs[player] >= 0:
                break
            if mask | 1 << player != everyone:
                mask |= 1 << player
        return Excess(mask, self.worth, self.worth - float(payoffs[members(mask)].sum()))


class ExcessProgram:
    """max V(S) − payoffs(S) over the coalitions S with the hub, other than everybody.

    y_i ≥ z_i says who belongs to S; Σ y_i ≤ n − 2 over the n − 1 partners leaves everybody out. Only the
    objective changes from question to question.
    """

    def __init__(self, game: ProgrammedGame) -> None:
        self._game = game
        candidates = game.candidates
        self._draft = draft = build(candidates.formulation, candidates.assessment)
        objective = draft.problem.objective
        self._value = Linear(dict(objective.items()), float(objective.constant))
        self._engaged = [draft.chosen(partner) for partner in candidates.partners]
        self._belongs = [draft.fraction(f"member_{partner}")[0] for partner in candidates.partners]
        for column, engaged in zip(self._belongs, self._engaged, strict=True):
            draft.at_least(Linear.of([column]) - engaged, 0.0)
        draft.at_most(Linear.of(self._belongs), len(self._belongs) - 1.0)

    def solve(self, payoffs: Floats, start: Selection | None = None) -> tuple[Selection | None, float]:
        """The best selection found within the game's limits, and the bound of all excesses."""
        game, draft = self._game, self._draft
        level = max(1.0, float(np.abs(payoffs).sum()))
        draft.maximise(self._asked(payoffs, level))
        outcome = run(
            draft.problem,
            blocks=draft.blocks,
            lazies=draft.lazies,
            tightenings=draft.tightenings,
            deciding=draft.deciding,
            limits=game.limits,
            start=None if start is None else draft.values(start),
            cancel=game.cancel,
        )
        bound = math.inf if outcome.bound is None else outcome.bound - level
        return None if outcome.values is None else draft.selection(outcome.value), bound

    def _asked(self, payoffs: Floats, level: float) -> Linear:
        """The excess plus a constant of the size of the payoffs, to which relative gaps then refer."""
        asked = Linear().add(self._value)
        asked.constant += level - float(payoffs[0])
        for engaged, column, paid in zip(self._engaged, self._belongs, payoffs[1:].tolist(), strict=True):
            asked.add(engaged if paid >= 0 else Linear.of([column]), -paid)
        return asked
