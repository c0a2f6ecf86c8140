"""Rows that are not in the PuLP problem: single ones made on demand, and whole blocks as arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, Protocol, TypeAlias

import numpy as np
import pulp
from numpy.typing import NDArray

Column: TypeAlias = pulp.LpVariable
"""A variable of a problem."""

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


class WideRule(ABC):
    """A lazy rule over so many columns that it is asked, and answers, in arrays.

    `variables` are all that its rows may mention, each once.
    """

    @property
    @abstractmethod
    def variables(self) -> Sequence[pulp.LpVariable]:
        """K variables of the problem."""

    @abstractmethod
    def violated_at(self, values: NDArray[np.float64]) -> Rows:
        """The rows violated at the variables' values, shape (K,); `indices` count within `variables`."""


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

    @classmethod
    def stacked(cls, parts: Sequence[Rows]) -> Rows:
        """All rows of several parts, in their order."""
        ends = np.cumsum([0, *(len(part.data) for part in parts)])
        shifted = [part.indptr[1:] + end for part, end in zip(parts, ends, strict=False)]
        nothing = np.zeros(0)
        return cls(
            np.concatenate([[0], *shifted]).astype(np.int32),
            np.concatenate([nothing, *(part.indices for part in parts)]).astype(np.int32),
            np.concatenate([nothing, *(part.data for part in parts)]),
            np.concatenate([nothing, *(part.lower for part in parts)]),
            np.concatenate([nothing, *(part.upper for part in parts)]),
        )

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

    def broken(self, values: NDArray[np.float64], rounding: float) -> NDArray[np.bool_]:
        """Which rows a point breaks by more than the rounding of their sums, relative to what they add up."""
        activity = self.activity(values)
        size = np.bincount(self.owner, np.abs(self.data * values[self.indices]), minlength=len(self))
        beyond = np.maximum(self.lower - activity, activity - self.upper)
        limit = np.abs(np.where(self.lower > activity, self.lower, self.upper))
        return np.asarray(beyond > rounding * (size + np.where(np.isfinite(limit), limit, 0.0)))

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

    def over(self, columns: NDArray[np.int64], width: int) -> Rows:
        """These rows over some of all columns, counted in the given order."""
        position = np.full(width, -1)
        position[columns] = np.arange(len(columns))
        place = position[self.indices]
        among = place >= 0
        lengths = np.bincount(self.owner[among], minlength=len(self))
        return replace(
            self,
            indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            indices=place[among].astype(np.int32),
            data=self.data[among],
        )

    def joined(self, other: Rows) -> Rows:
        """These rows and then the others."""
        return Rows.stacked([self, other])

    def single(self) -> Iterator[Rows]:
        """Each row on its own."""
        for row, (first, end) in enumerate(pairwise(self.indptr.tolist())):
            entries = np.array([0, end - first], dtype=np.int32)
            sides = self.lower[row : row + 1], self.upper[row : row + 1]
            yield Rows(entries, self.indices[first:end], self.data[first:end], *sides)

    def nonzero(self) -> Rows:
        """The same rows without the entries that are 0."""
        entries = self.data != 0
        lengths = np.bincount(self.owner[entries], minlength=len(self))
        return replace(
            self,
            indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            indices=self.indices[entries],
            data=self.data[entries],
        )


def _scale(limit: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(limit), np.maximum(1.0, np.abs(limit)), 1.0)
