"""Functions of all coalitions of partners, computed in rows that fit into a processor's fast memory.

The first partners are early: they differ within a row. The others are late: a row is about one set of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats, indicators, members, subset_sums
from solver.games.passes import early_players

Row: TypeAlias = Callable[[int], NDArray[Any]]


@dataclass(frozen=True)
class Grid:
    """All coalitions of some partners, by mask; a `Row` gives a function's values for a late mask."""

    count: int

    @property
    def early(self) -> int:
        """How many partners are early."""
        return early_players(self.count)

    @property
    def late_masks(self) -> range:
        """The sets of late partners, each before all that contain it."""
        return range(1 << self.count - self.early)

    def sums(self, amounts: Floats) -> Row:
        """The sum of the members' amounts."""
        early, late = subset_sums(amounts[: self.early]), subset_sums(amounts[self.early :])
        return lambda mask: early + late[mask]

    def pair_sums(self, amounts: Floats) -> Row:
        """The sum of the amounts of all pairs of members; `amounts` is symmetric."""
        cross = amounts[self.early :, : self.early]
        early = _pair_sums(amounts[: self.early, : self.early])
        late = _pair_sums(amounts[self.early :, self.early :])
        present = indicators(range(self.width), self.early)
        return lambda mask: early + late[mask] + present @ cross[members(mask)].sum(axis=0)

    def table(self, partners: Sequence[int], values: NDArray[Any]) -> Row:
        """A function that depends on some partners, ascending, as a table of their coalitions."""
        place = [1 << partners.index(p) if p in partners else 0 for p in range(self.count)]
        early = subset_sums(np.array(place[: self.early], dtype=np.int64))
        late = subset_sums(np.array(place[self.early :], dtype=np.int64))
        return lambda mask: values[late[mask] :][early]

    def where_enough(self, wanted: Sequence[tuple[Sequence[int], int]], amount: float) -> Row:
        """An amount where of each group of partners at least some number are members, elsewhere −inf."""
        counted = [np.isin(np.arange(self.count), partners).astype(np.int16) for partners, _ in wanted]
        early = [subset_sums(one[: self.early]) for one in counted]
        late = [subset_sums(one[self.early :]) for one in counted]

        @cache
        def row(missing: tuple[int, ...]) -> NDArray[Any]:
            enough = np.ones(self.width, dtype=bool)
            for number, least in zip(early, missing, strict=True):
                enough &= number >= least
            return np.where(enough, amount, -np.inf)

        leasts = [least for _, least in wanted]
        return lambda mask: row(
            tuple(max(0, least - int(number[mask])) for least, number in zip(leasts, late, strict=True))
        )

    @cached_property
    def width(self) -> int:
        """The length of a row."""
        return 1 << self.early

    def values(self, of: Row) -> Floats:
        """The values of all coalitions, by mask; shape (2**count,)."""
        return np.concatenate([of(late) for late in self.late_masks])

    def best_parts(self, values: Row) -> Floats:
        """The largest value among all subsets of every coalition, by mask; shape (2**count,)."""
        rows = np.empty((len(self.late_masks), self.width))
        for late in self.late_masks:
            row = rows[late]
            row[:] = values(late)
            spread_upwards(row)
            for partner in members(late):
                np.maximum(row, rows[late ^ 1 << partner], out=row)
        return rows.reshape(-1)


def spread_upwards(values: Floats) -> None:
    """Replace the value of every coalition by the largest among its subsets."""
    for without, having in _halves(values):
        np.maximum(having, without, out=having)


def to_dividends(values: Floats) -> None:
    """Replace the values of coalitions by their dividends, which add up over subsets to the values."""
    for without, having in _halves(values):
        having -= without


def _halves(values: Floats) -> Iterator[tuple[Floats, Floats]]:
    """For each player, views of the coalitions without him and with him."""
    half = 1
    while half < len(values):
        pairs = values.reshape(-1, 2, half)
        yield pairs[:, 0], pairs[:, 1]
        half *= 2


def _pair_sums(amounts: Floats) -> Floats:
    sums = np.zeros(1)
    for partner in range(len(amounts)):
        sums = np.concatenate([sums, sums + subset_sums(amounts[partner, :partner])])
    return sums
