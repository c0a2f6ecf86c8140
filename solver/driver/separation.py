"""Asking the lazy rules, and remembering which of their rows are in the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Columns, demanded_rows, suited
from solver.driver.rows import Lazy, Row, Rows, WideRule
from solver.driver.session import Point

SLACK = 1e-6


@dataclass(frozen=True)
class Demand:
    """The rows that points ask for beyond those of the program; a point that asks for none is satisfied."""

    rows: Rows
    satisfied: tuple[bool, ...]


@dataclass(frozen=True)
class Origin:
    """Who wrote a row: a rule, or whatever else the caller gave; and what it says of the row."""

    source: object
    label: str


class Separator:
    """Turns points into the rows they violate, each row once."""

    def __init__(self, rules: Sequence[Lazy | WideRule], columns: Columns) -> None:
        self._columns = columns
        self._narrow = [rule for rule in rules if not isinstance(rule, WideRule)]
        self._wide = [_WideReading(rule, columns) for rule in rules if isinstance(rule, WideRule)]
        self._adopted: list[tuple[bytes, Rows]] = []
        self._origin: dict[bytes, Origin] = {}

    def __bool__(self) -> bool:
        return bool(self._narrow or self._wide)

    def __len__(self) -> int:
        return len(self._adopted)

    @property
    def rows(self) -> Rows:
        """The rows that were made on demand and not forgotten since, in the order of adding."""
        return Rows.stacked([row for _, row in self._adopted])

    @property
    def origins(self) -> list[Origin]:
        """Who asked for each of these rows."""
        return [self._origin[key] for key, _ in self._adopted]

    def demand(self, points: Sequence[Point]) -> Demand:
        """What the points violate beyond the rows that the program has.

        A row that is there already counts as kept: what is left of it is the back end's tolerance.
        """
        present = {key for key, _ in self._adopted}
        wanted: dict[bytes, Rows] = {}
        satisfied = []
        for point in points:
            fresh = {}
            for row, origin in self._violated(point):
                key = row_key(row)
                if key not in present:
                    fresh[key] = row
                    self._origin[key] = origin
            satisfied.append(not fresh)
            wanted |= fresh
        return Demand(Rows.stacked(list(wanted.values())), tuple(satisfied))

    def asked(self, rows: Sequence[Row], source: object) -> Rows:
        """Rows that somebody asks for who is no rule, without those that the program has."""
        present = {key for key, _ in self._adopted}
        found = {}
        for row, one in zip(demanded_rows(rows, self._columns).single(), rows, strict=True):
            key = row_key(row)
            if key not in present:
                found[key] = row
                self._origin[key] = Origin(source, one.label)
        return Rows.stacked(list(found.values()))

    def adopt(self, rows: Rows) -> Rows:
        """Remember rows as part of the program."""
        self._adopted += [(row_key(row), row) for row in rows.single()]
        return rows

    def recall(self, kept: Iterable[tuple[Rows, Origin]]) -> Rows:
        """Adopt rows that these rules asked for in an earlier search; the others' are left out."""
        rules = [*self._narrow, *(wide.rule for wide in self._wide)]
        for row, origin in kept:
            if any(origin.source is rule for rule in rules):
                self._origin[row_key(row)] = origin
                self.adopt(row)
        return self.rows

    def forget_slack(self, point: Point) -> NDArray[np.int32]:
        """Forget the rows that do not bind at a point; their positions among all rows made on demand."""
        binding = [
            bool(np.minimum(row.margin_below(point), row.margin_above(point))[0] <= SLACK)
            for _, row in self._adopted
        ]
        self._adopted = [kept for kept, binds in zip(self._adopted, binding, strict=True) if binds]
        return np.flatnonzero(~np.array(binding, dtype=bool)).astype(np.int32)

    def _violated(self, point: Point) -> Iterator[tuple[Rows, Origin]]:
        for lazy in self._narrow:
            asked = list(lazy.violated(lambda variable: self._columns.value(point, variable)))
            if not asked:
                continue
            rows = demanded_rows(asked, self._columns).single()
            yield from ((row, Origin(lazy, one.label)) for row, one in zip(rows, asked, strict=True))
        for wide in self._wide:
            origin = Origin(wide.rule, type(wide.rule).__name__)
            yield from ((row, origin) for row in wide.violated(point).single())


class _WideReading:
    """A rule in arrays, with its variables found among the columns once and for all."""

    def __init__(self, rule: WideRule, columns: Columns) -> None:
        self.rule = rule
        self._columns = columns
        self._position = np.array([columns.index(variable) for variable in rule.variables], dtype=np.int64)

    def violated(self, point: Point) -> Rows:
        values = point[self._position] * self._columns.sizes[self._position]
        rows = self.rule.violated_at(values).nonzero()
        return suited(replace(rows, indices=self._position[rows.indices].astype(np.int32)), self._columns)


def row_key(row: Rows) -> bytes:
    """What tells a row from others, whatever the order of its entries."""
    order = np.argsort(row.indices, kind="stable")
    digest = blake2b(row.indices[order].tobytes())
    for part in (row.data[order], row.lower, row.upper):
        digest.update((part + 0.0).tobytes())
    return digest.digest()
