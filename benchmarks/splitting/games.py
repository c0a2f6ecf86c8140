"""Drawn games of several kinds, as tables, and the partner game with a control variate beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats, mask_of, subset_sums
from solver.games.families import Family
from solver.games.game import Game
from solver.games.shapley import from_dividends

PAIRS_PER_PARTNER = 2
ABLE = 3
BUDGET_SHARE = 0.4

Group = tuple[int, ...]


def named(table: NDArray[np.float64]) -> Game:
    """The game of a table, its players numbered."""
    return Game(tuple(f"p{player}" for player in range(len(table).bit_length() - 1)), table)


def superadditive(players: int, seed: int) -> Game:
    """v(S) = w(S)·(w(S) + u) with weights w in [1, 2] and u uniform in [0, 1] by coalition."""
    random = np.random.default_rng([seed, players])
    weights = subset_sums(random.uniform(1, 2, players))
    table = random.random(1 << players)
    table += weights
    table *= weights
    return named(table)


def voting(players: int, seed: int) -> Game:
    """Weighted voting with weights of 1 to 20 and a quota of two thirds: nothing but ties."""
    random = np.random.default_rng([seed, players])
    weights = random.integers(1, 21, players)
    return Game.weighted_voting(int(np.ceil(2 * weights.sum() / 3)), weights.tolist())


def partners(players: int, seed: int) -> Game:
    """A hub and partners; see `PartnerGame`."""
    return PartnerGame.drawn(players, seed).game()


KINDS: Mapping[str, Callable[[int, int], Game]] = {
    "superadditive": superadditive,
    "hub and partners": partners,
    "voting": voting,
}


@dataclass(frozen=True)
class PartnerGame:
    """What a hub (player 0) earns with the best of the partners present, and partners earn alone.

    Groups of partners earn an amount when all are engaged (alone, in pairs, on applications that need one
    able partner for each of two requirements); every partner has a cost under the budget.
    """

    count: int
    dividends: Mapping[Group, float]
    alone: Floats
    costs: Floats
    budget: float = np.inf

    @classmethod
    def drawn(cls, players: int, seed: int, budget: bool = False) -> PartnerGame:
        """Some partners are worth nothing by themselves, and some pairs get in each other's way."""
        random = np.random.default_rng([seed, players])
        values = random.uniform(-5, 20, players - 1)
        dividends: dict[Group, float] = defaultdict(float)
        for partner, value in enumerate(values, 1):
            dividends[partner,] += float(value)
        for _ in range(PAIRS_PER_PARTNER * players):
            pair = random.choice(players - 1, 2, replace=False) + 1
            dividends[tuple(sorted(pair.tolist()))] += float(random.uniform(-6, 10))
        for _ in range(players // 2):
            able = [(random.choice(players - 1, ABLE, replace=False) + 1).tolist() for _ in range(2)]
            amount = float(random.uniform(10, 40))
            for group, sign in _covered(able[0], able[1]):
                dividends[group] += sign * amount
        costs = random.uniform(1, 10, players - 1)
        room = BUDGET_SHARE * float(costs.sum()) if budget else np.inf
        return cls(players, dict(dividends), random.uniform(0, 0.5, players - 1), costs, room)

    def game(self) -> Game:
        """The table: all engagements by dividends, the unaffordable ones out, the best within each group."""
        engaged = np.zeros(1 << (self.count - 1))
        for group, amount in self.dividends.items():
            engaged[mask_of(partner - 1 for partner in group)] += amount
        _add_up_over_subsets(engaged)
        if np.isfinite(self.budget):
            engaged[subset_sums(self.costs) > self.budget] = 0.0
        _best_over_subsets(engaged)
        table = np.empty(1 << self.count)
        table[0::2] = subset_sums(self.alone)
        table[1::2] = engaged
        np.maximum(table[1::2], table[0::2], out=table[1::2])
        return named(table)

    def control(self) -> Dividends:
        """The same game as if all present were engaged: its Shapley value is known in closed form."""
        amounts: dict[Group, float] = defaultdict(float)
        for group, amount in self.dividends.items():
            amounts[0, *group] += amount
        for partner, alone in enumerate(self.alone.tolist(), 1):
            amounts[partner,] += alone
            amounts[0, partner] -= alone
        return Dividends(self.count, amounts)


class Dividends(Family):
    """v(S) = the sum of the dividends whose groups are in S (Harsanyi 1963)."""

    def __init__(self, count: int, dividends: Mapping[Group, float]) -> None:
        self.players = tuple(f"p{player}" for player in range(count))
        self.dividends = dividends
        self._masks = np.array([mask_of(group) for group in dividends], dtype=np.int64)
        self._amounts = np.array(list(dividends.values()))

    def worth(self, mask: int) -> float:
        return float(self._amounts[self._masks & mask == self._masks].sum())

    def values(self) -> Floats:
        values = np.zeros(1 << len(self.players))
        np.add.at(values, self._masks, self._amounts)
        _add_up_over_subsets(values)
        return values

    def shapley(self) -> tuple[Fraction, ...]:
        """Every dividend is shared equally by its group."""
        return tuple(map(Fraction, from_dividends(len(self.players), self.dividends.items()).tolist()))


def _covered(first: list[int], second: list[int]) -> Iterator[tuple[Group, int]]:
    """The dividends of "one of the first and one of the second are there", by inclusion and exclusion."""
    for one in _nonempty(first):
        for other in _nonempty(second):
            yield tuple(sorted(one | other)), (-1) ** (len(one) + len(other))


def _nonempty(group: list[int]) -> Iterator[set[int]]:
    for size in range(1, len(group) + 1):
        yield from map(set, combinations(group, size))


def _add_up_over_subsets(table: Floats) -> None:
    for without, having in _halves(table):
        having += without


def _best_over_subsets(table: Floats) -> None:
    for without, having in _halves(table):
        np.maximum(having, without, out=having)


def _halves(table: Floats) -> Iterator[tuple[Floats, Floats]]:
    """For every player the coalitions without him and those with him, side by side."""
    for player in range(len(table).bit_length() - 1):
        halves = table.reshape(-1, 2, 1 << player)
        yield halves[:, 0], halves[:, 1]
