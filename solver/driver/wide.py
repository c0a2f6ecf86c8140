"""A matrix of few rows and very many columns: what prices make of its columns, and some of them at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.driver.rows import Rows

DENSE_SHARE = 0.25


class WideMatrix:
    """The rows of a program, those it began with and those made on demand; crowded ones are kept dense."""

    def __init__(self, rows: Rows, width: int) -> None:
        self._width = width
        self._first = _compressed(rows, width).tocsc()
        self._demanded: list[Rows] = []
        self._dense: list[NDArray[np.float64] | None] = []
        self._sparse: Any = None

    @property
    def demanded(self) -> Rows:
        """The rows that were added and not dropped since, in the order of adding."""
        return Rows.stacked(self._demanded)

    def add(self, rows: Rows) -> None:
        """Append rows."""
        for row in rows.single():
            self._demanded.append(row)
            self._dense.append(self._spread(row) if len(row.data) > DENSE_SHARE * self._width else None)
        self._sparse = None

    def drop(self, positions: NDArray[np.int32]) -> None:
        """Take away rows, counted among those added."""
        gone = set(positions.tolist())
        stay = [place for place in range(len(self._demanded)) if place not in gone]
        self._demanded = [self._demanded[place] for place in stay]
        self._dense = [self._dense[place] for place in stay]
        self._sparse = None

    def priced(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Σ_rows price · row, by column."""
        begun = self._first.shape[0]
        total = np.asarray(self._first.T @ prices[:begun])
        total += np.asarray(self._thin().T @ prices[begun:])
        for price, row in zip(prices[begun:], self._dense, strict=True):
            if row is not None and price:
                total += price * row
        return total

    def columns(self, chosen: NDArray[np.int64]) -> Any:
        """Some columns in all rows, compressed by columns."""
        from scipy import sparse

        thick = np.zeros((len(self._dense), len(chosen)))
        for place, row in enumerate(self._dense):
            if row is not None:
                thick[place] = row[chosen]
        added = self._thin()[:, chosen] + sparse.csc_matrix(thick)
        return sparse.vstack([self._first[:, chosen], added], format="csc")

    def _thin(self) -> Any:
        """The added rows that are not kept dense, with empty rows in the place of the others."""
        if self._sparse is None:
            nothing = Rows(
                np.zeros(2, np.int32), np.zeros(0, np.int32), np.zeros(0), np.zeros(1), np.zeros(1)
            )
            pairs = zip(self._demanded, self._dense, strict=True)
            thin = [row if dense is None else nothing for row, dense in pairs]
            self._sparse = _compressed(Rows.stacked(thin), self._width).tocsc()
        return self._sparse

    def _spread(self, row: Rows) -> NDArray[np.float64]:
        dense = np.zeros(self._width)
        np.add.at(dense, row.indices, row.data)
        return dense


class Groups:
    """Columns ≥ 0 that share a row which lets them amount to little together: Σ y ≤ capacity."""

    def __init__(self, rows: Rows, candidates: NDArray[np.bool_]) -> None:
        mine = candidates[rows.indices]
        owner = rows.owner
        low, high = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
        np.minimum.at(low, owner[mine], rows.data[mine])
        np.maximum.at(high, owner[mine], rows.data[mine])
        alike = np.flatnonzero((low == high) & (low > 0) & np.isfinite(rows.upper))
        size = np.bincount(owner[mine], minlength=len(rows))
        self.of = np.full(len(candidates), -1)
        for row in alike[np.argsort(-size[alike], kind="stable")]:
            entries = slice(rows.indptr[row], rows.indptr[row + 1])
            members = rows.indices[entries][mine[entries]]
            free = members[self.of[members] < 0]
            self.of[free] = row
        self._others = Rows(
            np.concatenate([[0], np.cumsum(np.bincount(owner[~mine], minlength=len(rows)))]).astype(np.int32),
            rows.indices[~mine],
            rows.data[~mine],
            rows.lower,
            rows.upper,
        )
        self._factor = np.where(np.isfinite(low) & (low > 0), low, 1.0)

    def most(
        self, gains: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> float:
        """The most that Σ gain · y can be between bounds, for gains ≥ 0 of candidates and 0 of others."""
        lone = np.flatnonzero((self.of < 0) & (gains > 0))
        grouped = np.flatnonzero((self.of >= 0) & (gains > 0) & (upper > 0))
        best = np.zeros(len(self._factor))
        np.maximum.at(best, self.of[grouped], gains[grouped])
        rows = np.flatnonzero(best)
        least, _ = self._others.extremes(lower, upper)
        capacity = np.maximum((self._others.upper[rows] - least[rows]) / self._factor[rows], 0.0)
        return float(gains[lone] @ upper[lone] + capacity @ best[rows])

    def best_of_each(
        self, gains: NDArray[np.float64], wanted: NDArray[np.int64], most: int
    ) -> NDArray[np.int64]:
        """Of the wanted columns the few with the greatest gain in every group."""
        order = wanted[np.lexsort((-gains[wanted], self.of[wanted]))]
        groups = self.of[order]
        fresh = np.concatenate([[True], groups[1:] != groups[:-1]]) if len(order) else np.zeros(0, dtype=bool)
        first = np.flatnonzero(fresh)
        rank = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
        return order[(rank < most) | (groups < 0)]


def _compressed(rows: Rows, width: int) -> Any:
    from scipy import sparse

    return sparse.csr_matrix((rows.data, rows.indices, rows.indptr), shape=(len(rows), width))
