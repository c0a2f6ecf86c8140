"""What partners could earn without the hub: the best division into groups that do not overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from solver.games.coalitions import Floats, mask_of, members
from solver.games.spans import Span

ROUNDING = 1e-11
"""What a part gains by less, relative to the largest gain or loss, is nothing."""

Group = tuple[int, float]
"""A bit mask of players, and an amount."""


@dataclass(frozen=True, eq=False)
class OutsideOptions:
    """Groups that could earn something without the hub, and what each player could earn alone.

    `alone` has one amount per player, the hub's included, at least 0; `groups` are bit masks and values.
    """

    alone: Floats
    groups: tuple[Group, ...]

    def worth(self, mask: int) -> float:
        """The most that the members of a coalition could earn by themselves."""
        return float(self.alone[members(mask)].sum() + self._packed(mask)[1])

    def together(self, mask: int) -> int:
        """Those members of a coalition who earn more in groups than alone, when it earns most."""
        return self._packed(mask)[0]

    def _packed(self, mask: int) -> Group:
        """The groups within a coalition that gain most beyond what their members have alone."""
        return _best_packing(_beyond([group for group in self.groups if group[0] & ~mask == 0], self.alone))

    def most_excessive(
        self, payoffs: Floats, players: int, settled: Span | None = None
    ) -> tuple[int, float] | None:
        """The coalition of these players (a bit mask) that asks for most beyond its payoffs, and its worth.

        Coalitions in the span of those settled do not count. None where there are no coalitions.
        """
        able = members(players)
        groups = [(mask, value - float(payoffs[members(mask)].sum())) for mask, value in self.groups]
        gains = self.alone - payoffs
        lone = [(1 << player, float(gains[player])) for player in able]
        if not lone:
            return None
        willing = mask_of(player for player in able if gains[player] > 0)
        packed, _ = _best_packing(_beyond(groups, np.maximum(0.0, gains)))
        best = packed | willing or max([*lone, *groups], key=lambda group: group[1])[0]
        if settled is not None and best in settled:
            best = _best_outside(settled, [*lone, *groups])
        return (best, self.worth(best)) if best else None


def _beyond(groups: Sequence[Group], alone: Floats) -> list[Group]:
    """What groups gain beyond what their members have alone, where that is anything; the most first."""
    gains = [(mask, value - float(alone[members(mask)].sum())) for mask, value in groups]
    return sorted((group for group in gains if group[1] > 0), key=lambda group: -group[1])


def _best_outside(settled: Span, parts: Sequence[Group]) -> int:
    """The union of the best parts that do not overlap, outside a span; 0 where all parts lie in it.

    Parts that gain are taken or not (branch and bound). Of those that lose one is enough: one that leads out.
    """
    out = {mask: mask not in settled for mask, _ in parts}
    rounding = ROUNDING * max(1.0, *(abs(gain) for _, gain in parts))
    losing = [part for part in parts if part[1] <= rounding and out[part[0]]]
    losing.sort(key=lambda part: -part[1])
    gaining = [part for part in parts if part[1] > rounding]
    gaining.sort(key=lambda part: (out[part[0]], -part[1]))
    best, most = 0, -inf
    open_: list[tuple[Sequence[Group], int, float]] = [(gaining, 0, 0.0)] if any(out.values()) else []
    while open_:
        left, taken, amount = open_.pop()
        if amount + sum(gain for _, gain in left) <= most + rounding:
            continue
        if left:
            (mask, gain), *others = left
            open_.append((others, taken, amount))
            apart = [part for part in others if not part[0] & mask]
            open_.append((apart, taken | mask, amount + gain))
            continue
        if taken in settled:
            way_out = next((part for part in losing if not part[0] & taken), None)
            if way_out is None:
                continue
            taken, amount = taken | way_out[0], amount + way_out[1]
        if amount > most:
            best, most = taken, amount
    return best


def _best_packing(groups: Sequence[Group]) -> Group:
    """The union and the amount of the best groups that do not overlap (branch and bound)."""
    best: Group = (0, 0.0)
    open_: list[tuple[Sequence[Group], int, float]] = [(groups, 0, 0.0)]
    while open_:
        left, taken, amount = open_.pop()
        if amount > best[1]:
            best = (taken, amount)
        if amount + sum(gain for _, gain in left) <= best[1]:
            continue
        (mask, gain), *others = left
        open_.append((others, taken, amount))
        apart = [group for group in others if not group[0] & mask]
        open_.append((apart, taken | mask, amount + gain))
    return best
