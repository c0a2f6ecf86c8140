"""Asking the lazy rules, and remembering which of their rows are in the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Columns, demanded_rows
from solver.driver.rows import Lazy, Row, Rows
from solver.driver.session import Point

Key: TypeAlias = tuple[frozenset[tuple[str, float]], str, float]

SLACK = 1e-6


@dataclass(frozen=True)
class Demand:
    """The rows that points ask for beyond those of the program; a point that asks for none is satisfied."""

    rows: tuple[Row, ...]
    satisfied: tuple[bool, ...]


class Separator:
    """Turns points into the rows they violate, each row once."""

    def __init__(self, lazies: Sequence[Lazy], columns: Columns) -> None:
        self._lazies = lazies
        self._columns = columns
        self._present: dict[Key, None] = {}
        self.rows = demanded_rows([], columns)
        """The rows that were made on demand and not forgotten since, in the order of adding."""

    def __bool__(self) -> bool:
        return bool(self._lazies)

    def demand(self, points: Iterable[Point]) -> Demand:
        """What the points violate beyond the rows that the program has.

        A row that is there already counts as kept: what is left of it is the back end's tolerance.
        """
        wanted: dict[Key, Row] = {}
        satisfied = []
        for point in points:
            fresh = {key: row for key, row in self._violated(point) if key not in self._present}
            satisfied.append(not fresh)
            wanted |= fresh
        return Demand(tuple(wanted.values()), tuple(satisfied))

    def adopt(self, rows: Sequence[Row]) -> Rows:
        """Remember rows as part of the program and give them as arrays."""
        adopted = demanded_rows(rows, self._columns)
        self._present |= dict.fromkeys(_key(row) for row in rows)
        self.rows = self.rows.joined(adopted)
        return adopted

    def forget_slack(self, point: Point) -> NDArray[np.int32]:
        """Forget the rows that do not bind at a point; their positions among all rows made on demand."""
        margins = np.minimum(self.rows.margin_below(point), self.rows.margin_above(point))
        binding = margins <= SLACK
        kept = zip(self._present, binding, strict=True)
        self._present = dict.fromkeys(key for key, binds in kept if binds)
        self.rows = self.rows.chosen(binding)
        return np.flatnonzero(~binding).astype(np.int32)

    def _violated(self, point: Point) -> Iterable[tuple[Key, Row]]:
        for lazy in self._lazies:
            for row in lazy.violated(lambda variable: self._columns.value(point, variable)):
                yield _key(row), row


def _key(row: Row) -> Key:
    entries = frozenset((variable.name, float(value)) for variable, value in row.coefficients.items())
    return entries, row.sense, float(row.rhs)
