"""What coalitions without the hub are worth: the best packing by groups that could earn something outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from solver.games.coalitions import Floats, mask_of, members, subset_sums
from solver.sharing.bulk.grid import Grid

Groups = Sequence[tuple[int, float]]
Gains = Mapping[int, float]


def packed(groups: Groups, floors: Floats) -> Floats:
    """The most that disjoint groups and single minimum payoffs are worth, by mask; shape (2**n,).

    `groups` are bit masks and values, `floors` the minimum payoffs, at least 0, of the n players.
    """
    gains = gains_of(groups, floors)
    grid = Grid(len(floors))
    alone, together = grid.sums(floors), grid.table(involved(gains), best_gains(gains))
    return grid.values(lambda late: alone(late) + together(late))


def gains_of(groups: Groups, floors: Floats) -> Gains:
    """What each group worth forming gains beyond its members' minimum payoffs, by mask."""
    gains: dict[int, float] = {}
    for mask, value in groups:
        gain = value - float(floors[members(mask)].sum())
        if gain > gains.get(mask, 0.0):
            gains[mask] = gain
    return gains


def involved(gains: Gains) -> list[int]:
    """The players in some group, ascending."""
    return members(mask_of(player for mask in gains for player in members(mask)))


def best_gains(gains: Gains) -> Floats:
    """The most that disjoint groups gain in every coalition of those involved, by mask."""
    players = involved(gains)
    best = np.zeros(1)
    for number, player in enumerate(players):
        joined = best.copy()
        for mask, gain in gains.items():
            if mask.bit_length() == player + 1:
                others = mask_of(players.index(p) for p in members(mask) if p != player)
                apart = [1 << other for other in range(number) if not others >> other & 1]
                rest = subset_sums(np.array(apart, dtype=np.int64))
                joined[rest + others] = np.maximum(joined[rest + others], best[rest] + gain)
        best = np.concatenate([best, joined])
    return best
