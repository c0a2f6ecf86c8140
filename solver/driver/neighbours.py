"""The integral points near one: up to four binary columns changed at once, the most promising first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Program
from solver.driver.rows import Rows
from solver.driver.session import Point

COLUMNS_BY_CHANGES = (200, 200, 60, 40)
TOLERANCE = 1e-9


class Neighbourhood:
    """Which columns to change together: four of the 40 least certain ones, three of 60, two or one of 200.

    `movable` are the columns that a point keeps or changes, the others follow; `certainty` says of every
    column what it costs to move it.
    """

    def __init__(
        self,
        program: Program,
        certainty: NDArray[np.float64],
        movable: NDArray[np.bool_],
        most_changes: int = len(COLUMNS_BY_CHANGES),
    ) -> None:
        binary = np.flatnonzero(movable & program.integer & (program.lower == 0) & (program.upper == 1))
        self.movable = movable
        ranked = binary[np.argsort(certainty[binary], kind="stable")]
        self.program = program
        self.columns = ranked[: max(COLUMNS_BY_CHANGES)]
        self.position = np.full(len(program.cost), -1)
        self.position[self.columns] = np.arange(len(self.columns))
        self.changes = _changes(len(self.columns), COLUMNS_BY_CHANGES[:most_changes])
        self.lower, self.upper = _implied_bounds(program)

    def around(self, point: Point, worth: NDArray[np.float64], gain: float) -> Neighbours:
        """The points near this one that promise a gain and keep the rows; `worth` is that of every column."""
        return Neighbours(self, point, worth, gain)


class Neighbours:
    """Points that differ from one in a few columns; more rows leave fewer of them.

    Columns that are not movable are taken at their most favourable, row by row: whether that fits together
    is for the relaxation to say.
    """

    def __init__(
        self, neighbourhood: Neighbourhood, point: Point, worth: NDArray[np.float64], least: float
    ) -> None:
        self._around = neighbourhood
        self._point = point
        self._direction = 1.0 - 2.0 * point[neighbourhood.columns]
        gain = self._effect(worth[neighbourhood.columns], neighbourhood.changes)
        wanted = np.flatnonzero(gain > least)
        self._left = neighbourhood.changes[wanted[np.argsort(-gain[wanted], kind="stable")]]
        self.keep(neighbourhood.program.rows)

    def keep(self, rows: Rows) -> None:
        """Leave out the points that break one of these rows."""
        if not len(self._left):
            return
        around, movable = self._around, self._around.movable
        low, high = (np.where(movable, self._point, side) for side in (around.lower, around.upper))
        least, most = rows.extremes(low, high)
        coefficients = rows.dense(around.position, len(around.columns))
        for row in np.flatnonzero(coefficients.any(axis=1)):
            moved = self._effect(coefficients[row], self._left)
            over = least[row] + moved > rows.upper[row] + TOLERANCE
            under = most[row] + moved < rows.lower[row] - TOLERANCE
            self._left = self._left[~(over | under)]

    def most_promising(self) -> Point | None:
        """Take out the point that promises most; None when none is left."""
        if not len(self._left):
            return None
        changed = self._around.columns[self._left[0][self._left[0] < len(self._around.columns)]]
        self._left = self._left[1:]
        neighbour = self._point.copy()
        neighbour[changed] = 1.0 - neighbour[changed]
        return neighbour

    def _effect(self, coefficients: NDArray[np.float64], changes: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each change does to a sum with these coefficients."""
        single = np.append(coefficients * self._direction, 0.0)
        effect: NDArray[np.float64] = single[changes].sum(axis=1)
        return effect


def _changes(columns: int, columns_by_changes: Sequence[int]) -> NDArray[np.int64]:
    """Four positions per change, ascending; the position `columns` stands for none."""
    chosen = np.zeros((1, 0), dtype=np.int64)
    blocks = []
    for most in columns_by_changes:
        chosen = _extended(chosen[(chosen < most).all(axis=1)], min(columns, most))
        blocks.append(np.pad(chosen, ((0, 0), (0, 4 - chosen.shape[1])), constant_values=columns))
    return np.vstack(blocks)


def _extended(chosen: NDArray[np.int64], columns: int) -> NDArray[np.int64]:
    """Every ascending choice with one more position behind its last."""
    first = chosen[:, -1] + 1 if chosen.shape[1] else np.zeros(len(chosen), dtype=np.int64)
    room = columns - first
    owner = np.repeat(np.arange(len(chosen)), room)
    within = np.arange(room.sum()) - np.repeat(np.cumsum(room) - room, room)
    return np.column_stack([chosen[owner], first[owner] + within])


def _implied_bounds(program: Program) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The bounds of the columns, with the rows that have one entry only."""
    lower, upper, rows = program.lower.copy(), program.upper.copy(), program.rows
    for row in np.flatnonzero(np.diff(rows.indptr) == 1):
        column, factor = rows.indices[rows.indptr[row]], rows.data[rows.indptr[row]]
        if factor:
            ends = sorted((rows.lower[row] / factor, rows.upper[row] / factor))
            lower[column] = max(lower[column], ends[0])
            upper[column] = min(upper[column], ends[1])
    return lower, upper
