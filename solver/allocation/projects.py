"""Games of joint projects: what players are worth alone, and what a group earns when all of it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import fsum

import numpy as np

from solver.allocation.closure import ProjectSelection
from solver.allocation.coalitions import Floats, exact, mask_of, members
from solver.allocation.families import Family, Shares
from solver.allocation.names import Number, names_or_numbers
from solver.allocation.scan import Claims


class JointProjects(Family):
    """v(S) = what its players are worth alone + what the projects earn whose players are all in S.

    `earnings` are by the project's players, by number (a hypergraph game: Deng & Papadimitriou 1994); where
    none is below 0 the game is convex. Raises ValueError for a project of unknown, equal or no players.
    """

    def __init__(
        self,
        values: Sequence[Number],
        earnings: Mapping[tuple[int, ...], Number],
        players: Sequence[str] = (),
    ) -> None:
        self.players = names_or_numbers(players, len(values))
        self.alone = tuple(map(exact, values))
        self.earnings = {group: exact(amount) for group, amount in earnings.items()}
        known = set(range(len(values)))
        for group in self.earnings:
            if not group or len(set(group)) < len(group) or not set(group) <= known:
                raise ValueError(
                    f"a project needs different players, by number below {len(values)}, not {group}"
                )
        by_alone = [(1 << player, float(amount)) for player, amount in enumerate(self.alone)]
        by_project = [(mask_of(group), float(amount)) for group, amount in self.earnings.items()]
        self._dividends = by_alone + by_project

    def worth(self, mask: int) -> float:
        return fsum(amount for group, amount in self._dividends if mask & group == group)

    def values(self) -> Floats:
        """By adding, player by player, what coalitions without him have to those with him."""
        values = np.zeros(1 << len(self.players))
        for group, amount in self._dividends:
            values[group] += amount
        for player in range(len(self.players)):
            halves = values.reshape(-1, 2, 1 << player)
            halves[:, 1] += halves[:, 0]
        return values

    def shapley(self) -> Shares:
        """What a project earns is shared equally by its players (Harsanyi 1963)."""
        shares = list(self.alone)
        for group, amount in self.earnings.items():
            for player in group:
                shares[player] += amount / len(group)
        return tuple(shares)


class ProjectSeparator:
    """Finds coalitions of joint projects that are paid too little.

    Players are bought at what they are paid, and projects earn. With a threshold of at least 0 one maximum
    flow proves that there is none; below 0, where nobody and everybody would be best, it takes one for each
    player present with the next one absent. Raises ValueError for a project that earns less than 0.
    """

    def __init__(self, game: JointProjects) -> None:
        if len(game.players) < 2:
            raise ValueError("one player alone has no coalition to be separated")
        lowest = min(game.earnings.values(), default=0)
        if lowest < 0:
            raise ValueError(f"projects must earn at least 0, not {float(lowest):g}")
        self._game = game
        self._count = len(game.players)
        self._alone = np.array(game.alone, dtype=float)
        earnings = np.array(list(game.earnings.values()), dtype=float)
        self._selection = ProjectSelection(self._count, list(game.earnings), earnings)

    def claims(self, payoffs: Floats, threshold: float, most: int) -> Claims:
        prices = payoffs - self._alone
        if threshold >= 0 and self._excess(self._best(prices), payoffs) <= threshold:
            return Claims([], np.zeros(0))
        asked: dict[int, float] = {}
        for present, absent in pairwise([*range(self._count), 0]):
            mask = self._best(prices, [present], [absent])
            if self._excess(mask, payoffs) > threshold:
                asked[mask] = self._excess(mask, payoffs)
            if len(asked) >= most:
                break
        masks = sorted(asked, key=asked.__getitem__, reverse=True)
        return Claims(masks, np.array([self._game.worth(mask) for mask in masks]))

    def _best(self, prices: Floats, bought: Sequence[int] = (), barred: Sequence[int] = ()) -> int:
        return mask_of(np.flatnonzero(self._selection.best(prices, bought, barred)).tolist())

    def _excess(self, mask: int, payoffs: Floats) -> float:
        return self._game.worth(mask) - float(payoffs[members(mask)].sum())
