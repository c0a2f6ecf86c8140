"""Rows that are not in the PuLP problem: single ones made on demand, and whole blocks as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
import pulp
from numpy.typing import NDArray

ValueOf: TypeAlias = Callable[[pulp.LpVariable], float]
Sense: TypeAlias = Literal["<=", ">=", "=="]


@dataclass(frozen=True)
class Row:
    """One linear row over variables of the problem; the label says to people what it is."""

    coefficients: Mapping[pulp.LpVariable, float]
    sense: Sense
    rhs: float
    label: str


class Lazy(Protocol):
    """A rule whose rows are made only when they are needed.

    A row must hold for every solution the rule allows, because it stays when the search moves on.
    """

    def violated(self, value: ValueOf) -> Iterable[Row]:
        """Here is a point, integral or of the relaxation: which rows does it violate?"""
        ...


@dataclass(frozen=True, eq=False)
class RowBlock:
    """Many rows at once: `lower <= A x <= upper`, A compressed by rows.

    `indices` count within `variables`; `indptr` has one entry more than there are rows. Infinite sides are
    `-inf` and `inf`.
    """

    variables: Sequence[pulp.LpVariable]
    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    data: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows as the back end takes them: `lower <= A x <= upper`, `indices` count the columns."""

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    data: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lower)

    @property
    def owner(self) -> NDArray[np.int64]:
        """The row of every entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    def activity(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """A x, by row."""
        totals = np.bincount(self.owner, self.data * values[self.indices], minlength=len(self))
        return totals.astype(float)

    def margin_below(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each row is above its lower limit, relative to the limit where that exceeds 1."""
        return (self.activity(values) - self.lower) / _scale(self.lower)

    def margin_above(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each row is below its upper limit, relative to the limit where that exceeds 1."""
        return (self.upper - self.activity(values)) / _scale(self.upper)

    def kept(self, values: NDArray[np.float64], tolerance: float) -> bool:
        """Whether a point keeps every row to a tolerance."""
        margins = np.minimum(self.margin_below(values), self.margin_above(values))
        return bool(np.all(margins >= -tolerance))

    def extremes(
        self, lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the greatest A x between bounds of x, by row."""
        entries = self.data != 0
        owner, column, factor = self.owner[entries], self.indices[entries], self.data[entries]
        ends = factor * lower[column], factor * upper[column]
        least = np.bincount(owner, np.minimum(*ends), minlength=len(self)).astype(float)
        most = np.bincount(owner, np.maximum(*ends), minlength=len(self)).astype(float)
        return least, most

    def dense(self, position: NDArray[np.int64], width: int) -> NDArray[np.float64]:
        """The coefficients of some columns, shape (rows, width); `position` of the others is negative."""
        place = position[self.indices]
        coefficients = np.zeros((len(self), width))
        np.add.at(coefficients, (self.owner[place >= 0], place[place >= 0]), self.data[place >= 0])
        return coefficients

    def chosen(self, wanted: NDArray[np.bool_]) -> Rows:
        """Some of these rows."""
        lengths = np.diff(self.indptr)
        entries = np.repeat(wanted, lengths)
        return Rows(
            np.concatenate([[0], np.cumsum(lengths[wanted])]).astype(np.int32),
            self.indices[entries],
            self.data[entries],
            self.lower[wanted],
            self.upper[wanted],
        )

    def joined(self, other: Rows) -> Rows:
        """These rows and then the others."""
        return Rows(
            np.concatenate([self.indptr, self.indptr[-1] + other.indptr[1:]]).astype(np.int32),
            np.concatenate([self.indices, other.indices]),
            np.concatenate([self.data, other.data]),
            np.concatenate([self.lower, other.lower]),
            np.concatenate([self.upper, other.upper]),
        )


def _scale(limit: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(limit), np.maximum(1.0, np.abs(limit)), 1.0)
