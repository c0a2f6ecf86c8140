"""Rows gathered row by row, to be handed over as one block of arrays, at once or as far as they matter."""

from __future__ import annotations

import copy
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.driver import Row, RowBlock, Rows, WideRule

MOST_ROWS = 1000
BROKEN = 1e-3


class GrowingBlock:
    """A block under construction: as rows of PuLP, very many would take ten times the time and memory."""

    def __init__(self, *rows: Row) -> None:
        self._place: dict[str, int] = {}
        self._variables: list[pulp.LpVariable] = []
        self._begin()
        for row in rows:
            self.add(row)

    def beside(self) -> GrowingBlock:
        """An empty block whose variables stand at the same places, now and later."""
        other = copy.copy(self)
        other._begin()
        return other

    def _begin(self) -> None:
        self._ends, self._indices = array("i", [0]), array("i")
        self._data, self._lower, self._upper = array("d"), array("d"), array("d")

    def __bool__(self) -> bool:
        return len(self._lower) > 0

    @property
    def entries(self) -> int:
        """How many entries its rows have together."""
        return len(self._indices)

    def place(self, variable: pulp.LpVariable) -> int:
        """Where a variable stands among those of the block."""
        place = self._place.setdefault(variable.name, len(self._variables))
        if place == len(self._variables):
            self._variables.append(variable)
        return place

    def add(self, row: Row) -> None:
        """Append a row."""
        low, high = -math.inf if row.sense == "<=" else row.rhs, math.inf if row.sense == ">=" else row.rhs
        self.append([*map(self.place, row.coefficients)], [*row.coefficients.values()], low, high)

    def append(self, places: Sequence[int], factors: Sequence[float], low: float, high: float) -> None:
        """Append the row low ≤ Σ factor · variable ≤ high, where the variables stand at some places."""
        self._indices.extend(places)
        self._data.extend(factors)
        self._ends.append(len(self._indices))
        self._lower.append(low)
        self._upper.append(high)

    def no_more(self, left: Sequence[int], right: Sequence[int]) -> None:
        """Append the row Σ left ≤ Σ right of variables at some places."""
        self._indices.extend(left)
        self._indices.extend(right)
        self._data.extend(_signs(len(left), len(right)))
        self._ends.append(len(self._indices))
        self._lower.append(-math.inf)
        self._upper.append(0.0)

    def done(self) -> RowBlock:
        """The block."""
        return RowBlock(
            self._variables,
            np.array(self._ends, dtype=np.int32),
            np.array(self._indices, dtype=np.int32),
            np.array(self._data, dtype=float),
            np.array(self._lower, dtype=float),
            np.array(self._upper, dtype=float),
        )


@cache
def _signs(left: int, right: int) -> array[float]:
    """1 for each on the left and −1 for each on the right."""
    return array("d", [1.0] * left + [-1.0] * right)


@dataclass(frozen=True, eq=False)
class RowsOnDemand(WideRule):
    """A block of rows ≤ of which a point gets those that it breaks, the worst first."""

    block: RowBlock

    @property
    def variables(self) -> Sequence[pulp.LpVariable]:
        return self.block.variables

    @cached_property
    def _rows(self) -> Rows:
        block = self.block
        return Rows(block.indptr, block.indices, block.data, block.lower, block.upper)

    def violated_at(self, values: Floats) -> Rows:
        beyond = self._rows.activity(values) - self._rows.upper
        least = np.sort(beyond)[-MOST_ROWS:][0] if len(beyond) else 0.0
        return self._rows.chosen(beyond >= max(BROKEN, least))
