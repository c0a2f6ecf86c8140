"""By how much a coalition with the hub is paid too little, and which one most: a program of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from solver.driver import Outcome, Termination
from solver.games.coalitions import Floats, everybody, mask_of, members
from solver.games.spans import Span
from solver.model.linear import Linear
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue
from solver.sharing.programmed import HUB, Candidates, ProgrammedGame
from solver.sharing.span_rows import keep_outside


@dataclass(frozen=True)
class Excess:
    """A coalition (bit mask), what it is worth at least, and by how much that exceeds its payoffs.

    `base` is the part of it that others may join (`solver.games.joining`); None where nobody may.
    """

    mask: int
    worth: float
    amount: float
    base: int | None = None


@dataclass(frozen=True)
class Separation:
    """Coalitions found, the most excessive first, and what the excess of every coalition is at most."""

    found: tuple[Excess, ...]
    bound: float


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
        return Excess(mask, self.worth, self.worth - float(payoffs[members(mask)].sum()), self.engaged)


class Found(NamedTuple):
    """The coalition that asks for most, and what it would do."""

    excess: Excess
    engagement: Engagement


class ExcessProgram:
    """max V(S) − payoffs(S) over the coalitions S with the hub that are not idle, other than everybody.

    y_i ≥ z_i says who belongs to S; Σ y_i ≤ n − 2 over the n − 1 partners leaves everybody out, and where
    coalitions are `settled`, further rows leave out their span. Only the objective changes from question to
    question.
    """

    def __init__(self, game: ProgrammedGame, settled: Span | None = None) -> None:
        self._game = game
        candidates = game.candidates
        self._draft = draft = game.built()
        objective = draft.problem.objective
        self._value = Linear(dict(objective.items()), float(objective.constant))
        self._engaged = [draft.chosen(partner) for partner in candidates.partners]
        self._whole = settled is not None
        member = draft.binary if self._whole else draft.fraction
        self._belongs = [member(f"member_{partner}")[0] for partner in candidates.partners]
        for column, engaged in zip(self._belongs, self._engaged, strict=True):
            draft.at_least(Linear.of([column]) - engaged, 0.0)
        if settled is None:
            draft.at_most(Linear.of(self._belongs), len(self._belongs) - 1.0)
            self._deciding = draft.deciding
        else:
            ways = keep_outside(draft, self._belongs, settled)
            self._deciding = [*ways, *self._belongs, *draft.deciding]

    def solve(self, payoffs: Floats, start: Selection | None = None) -> tuple[Selection | None, float]:
        """The best selection found within the game's limits, and the bound of all excesses."""
        found, bound = self.largest(payoffs, start)
        return None if found is None else found.engagement.selection, bound

    def largest(self, payoffs: Floats, start: Selection | None = None) -> tuple[Found | None, float]:
        """The best coalition found within the game's limits, and the bound of all excesses."""
        game, draft = self._game, self._draft
        level = max(1.0, float(np.abs(payoffs).sum()))
        draft.maximise(self._asked(payoffs, level))
        known = None if start is None else draft.values(start)
        outcome = game.searched(draft, self._deciding, known)
        bound = math.inf if outcome.bound is None else outcome.bound - level
        if outcome.termination is Termination.infeasible:
            bound = -math.inf
        return None if outcome.values is None else self._found(outcome, payoffs), bound

    def _found(self, outcome: Outcome, payoffs: Floats) -> Found:
        engagement = Engagement.of(self._game.candidates, self._draft.selection(outcome.value))
        if not self._whole:
            return Found(engagement.excess(payoffs), engagement)
        belongs = enumerate(self._belongs, 1)
        mask = HUB | mask_of(player for player, column in belongs if outcome.value(column) > 0.5)
        amount = engagement.worth - float(payoffs[members(mask)].sum())
        return Found(Excess(mask, engagement.worth, amount), engagement)

    def _asked(self, payoffs: Floats, level: float) -> Linear:
        """The excess plus a constant of the size of the payoffs, to which relative gaps then refer."""
        asked = Linear().add(self._value)
        asked.constant += level - float(payoffs[0])
        for engaged, column, paid in zip(self._engaged, self._belongs, payoffs[1:].tolist(), strict=True):
            asked.add(engaged if paid >= 0 and not self._whole else Linear.of([column]), -paid)
        return asked
