"""The coalition that is paid least for its worth, by a program of the selection's own kind."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.agreement.programmed import HUB, ProgrammedGame
from solver.allocation.coalitions import Floats, members
from solver.allocation.scan import Claims
from solver.driver import Outcome, run
from solver.model.build import build
from solver.model.linear import Linear
from solver.portfolio.terms import AllianceValue


@dataclass(frozen=True)
class Excess:
    """A coalition, its worth, by how much that exceeds its payoffs, and how much any coalition's still could.

    The coalition is None where none was found in time.
    """

    mask: int | None
    worth: float
    amount: float
    bound: float


class ProgramSeparator:
    """Finds coalitions of a programmed game that are paid too little; a `Separator`.

    Two programs per question: coalitions without the hub pack their outside options, those with the hub
    solve max V(S) − payoffs(S), where a partner that is paid less than nothing joins without being engaged.
    What was proven for earlier payoffs bounds what is possible at these.
    """

    def __init__(self, game: ProgrammedGame) -> None:
        self._game = game
        self._program = _ExcessProgram(game)
        self._proven: list[tuple[Floats, float]] = []

    def claims(self, payoffs: Floats, threshold: float, most: int) -> Claims:
        """Coalitions with v(S) − payoffs(S) > threshold; `bound` says what is proven about all others."""
        found = list(self._found(payoffs, threshold))
        above = sorted(
            (one for one in found if one.mask is not None and one.amount > threshold),
            key=lambda one: -one.amount,
        )
        return Claims(
            [one.mask for one in above if one.mask is not None],
            np.array([one.worth for one in above]),
            max((one.bound for one in found), default=-math.inf),
        )

    def largest_excess(self, payoffs: Floats) -> Excess:
        """The coalition with the largest excess that was found, and the proven bound of all excesses."""
        found = list(self._found(payoffs, -math.inf))
        best = max(found, key=lambda one: one.amount)
        return Excess(best.mask, best.worth, best.amount, max(one.bound for one in found))

    def _found(self, payoffs: Floats, threshold: float) -> Iterator[Excess]:
        candidates = self._game.candidates
        outside = candidates.outside.most_excessive(payoffs, candidates.everybody & ~HUB)
        if outside is None:
            return
        mask, worth = outside
        amount = worth - float(payoffs[members(mask)].sum())
        yield Excess(mask, worth, amount, amount)
        known = min((bound + _most_lost(before, payoffs) for before, bound in self._proven), default=math.inf)
        if known <= threshold:
            yield Excess(None, 0.0, -math.inf, known)
            return
        found = self._program.solve(payoffs)
        if math.isfinite(found.bound):
            self._proven.append((payoffs, found.bound))
        yield found


def _most_lost(before: Floats, now: Floats) -> float:
    """The most that a coalition with the hub can be paid less now than before."""
    less = before - now
    partners = less[1:]
    return float(less[0] + np.maximum(0.0, partners).sum())


class _ExcessProgram:
    """max V(S) − payoffs(S) over the coalitions S with the hub, other than everybody.

    y_i ≥ z_i says who belongs to S; Σ y_i ≤ n − 2 over the n − 1 partners leaves everybody out.
    """

    def __init__(self, game: ProgrammedGame) -> None:
        self._game = game
        candidates = game.candidates
        draft = build(candidates.formulation, candidates.assessment)
        self._draft = draft
        objective = draft.problem.objective
        self._value = Linear(dict(objective.items()), float(objective.constant))
        self._engaged = [draft.chosen(partner) for partner in candidates.partners]
        self._belongs = [draft.fraction(f"member_{partner}")[0] for partner in candidates.partners]
        for column, engaged in zip(self._belongs, self._engaged, strict=True):
            draft.at_least(Linear.of([column]) - engaged, 0.0)
        draft.at_most(Linear.of(self._belongs), len(self._belongs) - 1.0)

    def solve(self, payoffs: Floats) -> Excess:
        """The best coalition found and the bound proven within what is left of the game's limits."""
        game, draft = self._game, self._draft
        level = max(abs(game.grand), float(np.abs(game.alone).max()))
        draft.maximise(self._asked(payoffs, level))
        outcome = run(
            draft.problem,
            blocks=draft.blocks,
            lazies=draft.lazies,
            deciding=draft.deciding,
            limits=game.limits,
            cancel=game.cancel,
        )
        bound = math.inf if outcome.bound is None else outcome.bound - level
        if outcome.values is None:
            return Excess(None, 0.0, -math.inf, bound)
        return self._read(outcome, payoffs, bound)

    def _asked(self, payoffs: Floats, level: float) -> Linear:
        """The excess plus a constant of the game's size, to which relative gaps then refer."""
        asked = Linear().add(self._value)
        asked.constant += level - float(payoffs[0])
        for engaged, column, paid in zip(self._engaged, self._belongs, payoffs[1:].tolist(), strict=True):
            asked.add(engaged if paid >= 0 else Linear.of([column]), -paid)
        return asked

    def _read(self, outcome: Outcome, payoffs: Floats, bound: float) -> Excess:
        candidates = self._game.candidates
        selection = self._draft.selection(outcome.value)
        worth = AllianceValue().amount(selection)
        mask = candidates.mask(selection)
        idle = [
            player for player in np.flatnonzero(payoffs < 0).tolist() if player and not mask >> player & 1
        ]
        idle.sort(key=lambda player: float(payoffs[player]))
        for player in idle:
            if mask | 1 << player != candidates.everybody:
                mask |= 1 << player
        amount = worth - float(payoffs[members(mask)].sum())
        return Excess(mask, worth, amount, max(bound, amount))
