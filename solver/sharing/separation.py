"""Coalitions that are paid too little: local search finds them, a program proves that there are no more."""

from __future__ import annotations

import math

import numpy as np

from solver.errors import StoppedError
from solver.games.coalitions import Floats, members
from solver.games.game import UnprovenError
from solver.games.scan import Claims
from solver.games.searched import LargestExcess
from solver.games.spans import Span
from solver.sharing.excess import Excess, ExcessProgram, Separation
from solver.sharing.idle import IdleCoalitions
from solver.sharing.neighbour_search import NeighbourSearch
from solver.sharing.programmed import HUB, ProgrammedGame


class ProgramSeparator:
    """Finds coalitions of a programmed game that are paid too little; a `Separator`.

    Coalitions without the hub pack their outside options. For those with the hub a local search is asked
    first; where it finds nothing the program max V(S) − payoffs(S) has the last word, and what it has proven
    for earlier payoffs bounds what is possible at these. When the game's limits end first, the bound says so.
    Told which coalitions are settled it is a `SpanSeparator`, and leaves out all in their span.
    """

    def __init__(self, game: ProgrammedGame) -> None:
        self._game = game
        self._program: ExcessProgram | None = None
        self._left_out: Span | None = None
        self._neighbours = NeighbourSearch(game.candidates)
        self._idle = IdleCoalitions(game)
        self._proven: list[tuple[Floats, float]] = []
        self._settled = Span(len(game.players))

    def settle(self, span: Span) -> None:
        """From now on leave out the coalitions in this span, which must hold the span of before."""
        self._settled = span
        if 1 < span.rank < span.count:
            self._program, self._left_out = None, span

    @property
    def pivotal(self) -> int:
        """The hub."""
        return 0

    def claims(self, payoffs: Floats, threshold: float, most: int) -> Claims:
        """Coalitions with v(S) − payoffs(S) > threshold; a worth may be proven higher later on.

        None once the game's limits are reached; what is proven then says so.
        """
        outside, known = self._without_hub(payoffs), self._known(payoffs)
        if self._game.run.is_over:
            return Claims([], np.zeros(0), max(outside.bound, known))
        with_hub = Separation((), known)
        if known > threshold:
            nearby = self._neighbours.found(payoffs)
            quick = [one for one in nearby if one.amount > threshold and one.mask not in self._settled]
            with_hub = Separation(tuple(quick), known) if quick and self._proven else self._with_hub(payoffs)
        parts = outside, with_hub, self._idle.most_excessive(payoffs, threshold, self._settled)
        above = [one for part in parts for one in part.found if one.amount > threshold]
        above = sorted(above, key=lambda one: -one.amount)[:most]
        bound = max(part.bound for part in parts)
        worths = np.array([one.worth for one in above])
        return Claims([one.mask for one in above], worths, bound, [one.base for one in above])

    def largest_excess(self, payoffs: Floats) -> LargestExcess:
        """The coalition with the largest excess that was found, and the bound that is proven."""
        idle = self._idle.most_excessive(payoffs, -math.inf, self._settled)
        parts = self._without_hub(payoffs), self._with_hub(payoffs), idle
        found = [one for part in parts for one in part.found]
        bound = max(part.bound for part in parts)
        if not found:
            return LargestExcess(None, -math.inf, bound)
        best = max(found, key=lambda one: one.amount)
        return LargestExcess(best.mask, best.amount, bound)

    def _without_hub(self, payoffs: Floats) -> Separation:
        candidates = self._game.candidates
        best = candidates.outside.most_excessive(payoffs, candidates.everybody & ~HUB, self._settled)
        if best is None:
            return Separation((), -math.inf)
        mask, worth = best
        amount = worth - float(payoffs[members(mask)].sum())
        base = candidates.outside.together(mask)
        return Separation((Excess(mask, worth, amount, base),), amount)

    def _with_hub(self, payoffs: Floats) -> Separation:
        if len(payoffs) == 1:
            return Separation((), -math.inf)
        nearest = self._neighbours.nearest(payoffs)
        try:
            self._program = self._program or ExcessProgram(self._game, self._left_out)
        except (StoppedError, UnprovenError):  # time ended before it was written
            return Separation((), math.inf)
        found, bound = self._program.largest(payoffs, None if nearest is None else nearest.selection)
        if bound < math.inf:
            self._proven.append((payoffs, bound))
        if found is None:
            return Separation((), bound)
        self._neighbours.remember(found.engagement)
        return Separation((found.excess,), max(bound, found.excess.amount))

    def _known(self, payoffs: Floats) -> float:
        """What is already proven about the excess of every coalition with the hub."""
        return min((bound + _most_lost(before, payoffs) for before, bound in self._proven), default=math.inf)


def _most_lost(before: Floats, now: Floats) -> float:
    """The most that a coalition with the hub can be paid less now than before."""
    less = before - now
    return float(less[0] + np.maximum(0.0, less[1:]).sum())
