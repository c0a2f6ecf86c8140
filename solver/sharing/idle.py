"""Idle coalitions: those with the hub no part of which keeps the limits, so that they launch nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from heapq import heappop, heappush

import numpy as np

from solver.games.coalitions import Floats
from solver.games.game import UnprovenError
from solver.games.spans import Span
from solver.sharing.excess import Excess, Separation
from solver.sharing.programmed import HUB, ProgrammedGame


class IdleCoalitions:
    """Finds the idle coalition that is paid least, where there are any (spec 6)."""

    def __init__(self, game: ProgrammedGame) -> None:
        self._game = game
        self._busy: set[int] = set()

    def most_excessive(self, payoffs: Floats, threshold: float, settled: Span) -> Separation:
        """The idle coalition with the largest excess above a threshold that is not settled.

        Coalitions are asked in the order of what they are paid; the bound says so where time ends first.
        """
        candidates = self._game.candidates
        if not candidates.may_be_idle:
            return Separation((), -math.inf)
        for mask, paid in _by_payment(payoffs):
            excess = candidates.nothing - paid
            if excess <= threshold:
                return Separation((), excess)
            try:
                if mask != candidates.everybody and mask not in settled and self._is_idle(mask):
                    return Separation((Excess(mask, candidates.nothing, excess),), excess)
            except UnprovenError:
                return Separation((), excess)
        return Separation((), -math.inf)

    def _is_idle(self, mask: int) -> bool:
        """Whoever has a part that keeps the limits has it in any larger coalition too."""
        if any(busy & ~mask == 0 for busy in self._busy):
            return False
        idle = self._game.is_idle(mask)
        if not idle:
            self._busy.add(mask)
        return idle


def _by_payment(payoffs: Floats) -> Iterator[tuple[int, float]]:
    """The coalitions with the hub and what they are paid, the least first."""
    order = np.argsort(np.abs(payoffs[1:]), kind="stable")
    bits = [HUB << int(player) + 1 for player in order]
    steps = np.abs(payoffs[1:])[order].tolist()
    mask = HUB | sum(1 << player for player, paid in enumerate(payoffs) if player and paid < 0)
    paid = float(payoffs[0] + np.minimum(0.0, payoffs[1:]).sum())
    yield mask, paid
    open_: list[tuple[float, int, int]] = []
    if steps:
        heappush(open_, (steps[0], 0, bits[0]))
    while open_:
        more, last, changed = heappop(open_)
        yield mask ^ changed, paid + more
        if last + 1 < len(steps):
            heappush(open_, (more + steps[last + 1], last + 1, changed | bits[last + 1]))
            heappush(
                open_,
                (more + steps[last + 1] - steps[last], last + 1, changed ^ bits[last] | bits[last + 1]),
            )
