"""What the engine needs from a back end: it holds a program, takes rows, and answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from solver.driver.rows import Rows
from solver.run import Termination

Point = NDArray[np.float64]
Glance = Callable[[float, float], None]
Until = Callable[[float, float], bool]
"""Whether incumbent and bound, infinite while there is none, are all that has to be known."""


def never(incumbent: float, bound: float) -> bool:
    """All has to be known."""
    return False


@dataclass(frozen=True)
class Answer:
    """What one solve says, always for a maximisation.

    `optimal` means proven to the gap that was asked for. `points` are the solutions seen, the best last.
    """

    termination: Termination
    points: tuple[Point, ...] = ()
    bound: float = math.inf
    message: str = ""


@dataclass(frozen=True, eq=False)
class Vertex:
    """The best point of a relaxation, what moving each column by one costs at the least, and prices of rows.

    The reduced costs are those of the prices: c − Aᵀ prices.
    """

    bound: float
    point: Point
    reduced_costs: NDArray[np.float64]
    prices: NDArray[np.float64]


class UnansweredError(Exception):
    """A relaxation that was neither solved nor found empty."""


class Session(Protocol):
    """A program inside a back end, to which rows can be added between solves.

    Every `glance` is told incumbent and bound (infinite while there is none) several times a second, in the
    calling thread.
    """

    @property
    def name(self) -> str:
        """What people call the back end."""
        ...

    def add_rows(self, rows: Rows) -> None:
        """Append rows after those that are there."""
        ...

    def search(self, gap: float, start: Point, glance: Glance, until: Until = never) -> Answer:
        """Solve the integer program to a relative gap, from a start that may be incomplete (NaN).

        A back end that can stop once enough is known answers `decided`.
        """
        ...


class Relaxable(Session, Protocol):
    """A session that also solves the linear relaxation, hot from the last one."""

    def relax(self, glance: Glance) -> Answer:
        """Solve the linear relaxation."""
        ...

    def drop_demanded_rows(self, positions: NDArray[np.int32]) -> None:
        """Take away rows that were added, counted in the order of adding; the later ones move up."""
        ...


class Branchable(Relaxable, Protocol):
    """A session whose relaxation can be narrowed to a part of the search, for a moment."""

    @property
    def effort(self) -> float:
        """The work of all relaxations so far: simplex iterations times rows."""
        ...

    def relax_within(self, lower: Point, upper: Point, enough: float = -math.inf) -> Vertex | None:
        """Solve the linear relaxation between bounds, in the calling thread; None where it is empty.

        A bound that is proven to be at most `enough` need not be made any better.
        Raises `UnansweredError` when the back end does not come to an end.
        """
        ...


@runtime_checkable
class Priceable(Branchable, Protocol):
    """A session that finds solutions where rows that mention very many columns are paid for, not kept."""

    def priced_solutions(self, vertex: Vertex, gap: float) -> tuple[Point, ...]:
        """Solutions of the program with crowded rows priced as at a vertex, the best last.

        Columns that may rest can be fractional in them.
        """
        ...
