"""Which row, or whose word, is wrong where a claim contradicts a solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.driver.backends import ROUNDING
from solver.driver.contradiction import BrokenRow, Contradiction, Party
from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.incumbent import ContradictionError
from solver.driver.rows import RowBlock, Rows
from solver.driver.separation import Origin
from solver.driver.session import Answer, Point
from solver.run import Run, SearchLimits, Termination

MOST_SECONDS = 1.0
BROKEN = 1e-6
DIFFERENT = 1e-5
DEFINING = 10.0
"""Where several rows could give way, an equation that says what a column means is the last to do so."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """All rows that a search had, and where each comes from; `told` are the rows over variables."""

    program: Program
    told: Rows
    origins: Sequence[Origin]

    def verdict(self, error: ContradictionError) -> Contradiction:
        """Who disagrees: rows, the objective, the judge, or the back end."""
        program, point = self.program, error.point
        decided = np.isfinite(point) & (program.integer if program.integer.any() else True)
        held = replace(
            program,
            lower=np.where(decided, point, program.lower),
            upper=np.where(decided, point, program.upper),
        )
        answer = _solved(held)
        whole = answer.points[-1] if answer.points else None
        reached = None if whole is None else program.objective(whole)
        rows = self._outside_bounds(point)
        if rows or answer.termination is Termination.infeasible:
            rows = (*rows, *self._refusing(held))
        return Contradiction(
            claim=error.claim,
            party=_party(error, reached, refused=bool(rows) or answer.termination is Termination.infeasible),
            witness=point,
            whole=whole,
            bound=self._outward(error.bound),
            worth=self._outward(error.worth),
            reached=self._outward(reached),
            rows=rows,
        )

    def _outside_bounds(self, point: Point) -> tuple[BrokenRow, ...]:
        """The columns whose bounds a point does not keep, as rows."""
        program, sizes = self.program, self.program.columns.sizes
        with np.errstate(invalid="ignore"):
            out = (point < program.lower - BROKEN) | (point > program.upper + BROKEN)
        return tuple(
            BrokenRow(
                program.columns.names[column],
                f"the bounds of {program.columns.names[column]}",
                {program.columns.names[column]: 1.0},
                float(program.lower[column] * sizes[column]),
                float(program.upper[column] * sizes[column]),
                float(point[column] * sizes[column]),
            )
            for column in np.flatnonzero(out)
        )

    def _refusing(self, held: Program) -> tuple[BrokenRow, ...]:
        """The rows that have to give way, as few as possible, where columns are held."""
        rows, width = held.rows, len(held.cost)
        count, largest = len(rows), _largest(rows)
        equation = (rows.lower == rows.upper) & (np.diff(rows.indptr) > 1)
        price = np.where(equation, DEFINING, 1.0) / largest
        slack = Rows(
            np.arange(count + 1, dtype=np.int32) * 2,
            np.column_stack([width + np.arange(count), width + count + np.arange(count)])
            .ravel()
            .astype("i4"),
            np.tile([1.0, -1.0], count),
            rows.lower,
            rows.upper,
        )
        elastic = replace(
            held,
            cost=np.concatenate([np.zeros(width), -price, -price]),
            offset=0.0,
            lower=np.concatenate([held.lower, np.zeros(2 * count)]),
            upper=np.concatenate([held.upper, np.full(2 * count, np.inf)]),
            integer=np.concatenate([held.integer, np.zeros(2 * count, dtype=bool)]),
            rows=_beside(rows, slack),
        )
        answer = _solved(elastic)
        if not answer.points:
            return ()
        point = answer.points[-1]
        gone = np.maximum(point[width : width + count], point[width + count :])
        activity = self.told.activity(point[:width] * self.program.columns.sizes)
        broken = np.flatnonzero(gone > BROKEN * np.maximum(largest, 1e-3))
        return tuple(self._named(int(row), float(activity[row])) for row in broken)

    def _named(self, row: int, activity: float) -> BrokenRow:
        rows, names = self.told, self.program.columns.names
        entries = slice(rows.indptr[row], rows.indptr[row + 1])
        pairs = zip(rows.indices[entries].tolist(), rows.data[entries].tolist(), strict=True)
        return BrokenRow(
            self.origins[row].source,
            self.origins[row].label,
            {names[column]: factor for column, factor in pairs},
            float(rows.lower[row]),
            float(rows.upper[row]),
            activity,
        )

    def _outward(self, value: float | None) -> float | None:
        return None if value is None or not np.isfinite(value) else self.program.unit * value


def origins_of(problem: pulp.LpProblem, blocks: Sequence[RowBlock]) -> list[Origin]:
    """Where the rows of a problem and of its blocks come from, in the order of `hand_over`."""
    own = [Origin(row.name, str(row.name)) for row in problem.constraints()]
    return [*own, *(Origin(block, f"block {k}") for k, block in enumerate(blocks) for _ in block.lower)]


def _solved(program: Program) -> Answer:
    session = HighsSession(program, Run(SearchLimits(seconds=MOST_SECONDS)))
    unknown = np.full(len(program.cost), np.nan)
    return session.search(ROUNDING, unknown, lambda incumbent, bound: None)


def _party(error: ContradictionError, reached: float | None, refused: bool) -> Party:
    """Who is wrong; rows on demand that nobody asked for may be missing where the program counts more."""
    if refused:
        return Party.rows if error.worth is not None else Party.backend
    if error.worth is None:
        return Party.judge
    if reached is None:
        return Party.unknown
    less = error.worth - reached if error.bound < error.worth else reached - error.worth
    return Party.objective if less > DIFFERENT * max(1.0, abs(error.worth)) else Party.backend


def _largest(rows: Rows) -> NDArray[np.float64]:
    largest = np.zeros(len(rows))
    np.maximum.at(largest, rows.owner, np.abs(rows.data))
    return np.where(largest > 0, largest, 1.0)


def _beside(left: Rows, right: Rows) -> Rows:
    """The same rows with further entries."""
    owner = np.concatenate([left.owner, right.owner])
    order = np.argsort(owner, kind="stable")
    return replace(
        left,
        indptr=(left.indptr + right.indptr).astype(np.int32),
        indices=np.concatenate([left.indices, right.indices])[order].astype(np.int32),
        data=np.concatenate([left.data, right.data])[order],
    )
