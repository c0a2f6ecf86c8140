"""A part of the search: narrower bounds, and what is known of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.driver.branching import DOWN
from solver.driver.handover import Program


@dataclass(frozen=True, eq=False)
class Box:
    """One part of the search: the columns whose bounds are narrower than those of the program, and these."""

    program: Program
    columns: NDArray[np.int64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]

    @classmethod
    def whole(cls, program: Program) -> Box:
        """All that the program allows."""
        return cls(program, np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))

    @property
    def lower(self) -> NDArray[np.float64]:
        """The lower bounds of all columns."""
        bounds = self.program.lower.copy()
        bounds[self.columns] = self.least
        return bounds

    @property
    def upper(self) -> NDArray[np.float64]:
        """The upper bounds of all columns."""
        bounds = self.program.upper.copy()
        bounds[self.columns] = self.most
        return bounds

    def narrowed(
        self, columns: NDArray[np.int64], least: NDArray[np.float64], most: NDArray[np.float64]
    ) -> Box:
        """The part in which some columns have these bounds."""
        stay = ~np.isin(self.columns, columns)
        return Box(
            self.program,
            np.concatenate([self.columns[stay], columns]),
            np.concatenate([self.least[stay], least]),
            np.concatenate([self.most[stay], most]),
        )

    def halves(self, column: int, value: float) -> tuple[Box, Box]:
        """The part below a fractional value and the part above it."""
        mine = self.columns == column
        low, high = self.program.lower[column], self.program.upper[column]
        low, high = float(self.least[mine].max(initial=low)), float(self.most[mine].min(initial=high))
        columns = np.array([column], dtype=np.int64)
        below = self.narrowed(columns, np.array([low]), np.array([float(math.floor(value))]))
        return below, self.narrowed(columns, np.array([float(math.ceil(value))]), np.array([high]))


@dataclass(frozen=True, eq=False)
class Node:
    """A part of the search with its bound so far, and the rounding that made it."""

    bound: float
    box: Box
    column: int | None = None
    side: int = DOWN
    distance: float = 0.0
