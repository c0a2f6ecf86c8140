"""Relaxations of programs with very many columns: only those take part that matter (Bixby et al. 1992)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Program
from solver.driver.highs import PATIENCE, HighsSession
from solver.driver.priced import priced_program
from solver.driver.rows import Rows
from solver.driver.session import Answer, Glance, Point, UnansweredError, Until, Vertex, never
from solver.driver.wide import Groups, WideMatrix
from solver.run import Run, Termination


@dataclass(frozen=True)
class SiftingEffort:
    """When columns rest, and how many wake at once.

    Chosen on drawn alliances with a price on risk whose applications have many teams: elsewhere few columns
    can rest.
    """

    least_resting: int = 5000
    resting_per_row: int = 4
    most_woken: int = 8
    share_of_gap: float = 0.05
    coarsest: float = 2e-4
    finest: float = 1e-9
    most_nodes: int = 20


EFFORT = SiftingEffort()

ATTRACTIVE = 1e-7
NOISE = 1e-10


def may_rest(program: Program, deciding: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The columns that a relaxation can do without as long as they would not improve it."""
    return np.asarray(program.integer & ~deciding & (program.lower == 0))


def pays(program: Program, deciding: NDArray[np.bool_]) -> bool:
    """Whether a program has so many columns, and so few rows, that most of them should rest."""
    resting = int(may_rest(program, deciding).sum())
    return resting >= EFFORT.least_resting and resting >= EFFORT.resting_per_row * len(program.rows)


class SiftingSession:
    """A session whose relaxation wakes the columns with the best reduced costs until none is attractive.

    A relaxation's bound counts what the columns left resting could add at the most, from the rows that they
    share: so it holds before all are looked at, and solving stops when that is a small part of the gap. The
    integer program is solved with all columns.
    """

    name = "HiGHS"

    def __init__(self, program: Program, run: Run, deciding: NDArray[np.bool_]) -> None:
        self._program, self._run = program, run
        self._precision = min(max(EFFORT.share_of_gap * run.limits.gap, EFFORT.finest), EFFORT.coarsest)
        resting = may_rest(program, deciding)
        self._resting = resting
        self._groups = Groups(program.rows, resting)
        self._matrix = WideMatrix(program.rows, len(program.cost))
        self._awake = np.flatnonzero(~resting)
        self._place = np.full(len(program.cost), -1)
        self._place[self._awake] = np.arange(len(self._awake))
        self._core = HighsSession(self._part(), run)
        self._whole: HighsSession | None = None

    @property
    def effort(self) -> float:
        return self._core.effort

    def add_rows(self, rows: Rows) -> None:
        """Append rows after those that are there."""
        self._matrix.add(rows)
        self._core.add_rows(rows.over(self._awake, len(self._program.cost)))
        if self._whole is not None:
            self._whole.add_rows(rows)

    def drop_demanded_rows(self, positions: NDArray[np.int32]) -> None:
        """Take away rows that were added, counted in the order of adding; the later ones move up."""
        self._matrix.drop(positions)
        self._core.drop_demanded_rows(positions)
        if self._whole is not None:
            self._whole.drop_demanded_rows(positions)

    def relax(self, glance: Glance) -> Answer:
        """Solve the linear relaxation."""
        if self._run.verdict is not None:
            return Answer(self._run.verdict)
        bounds = self._program.lower, self._program.upper
        try:
            vertex = self._run.attend(
                lambda: self.relax_within(*bounds), lambda: glance(-math.inf, math.inf), PATIENCE
            )
        except UnansweredError as error:
            return Answer(self._run.verdict or Termination.error, message=str(error))
        if vertex is None:
            return Answer(Termination.infeasible, message="HiGHS: Infeasible")
        return Answer(Termination.optimal, (vertex.point,), vertex.bound)

    def search(self, gap: float, start: Point, glance: Glance, until: Until = never) -> Answer:
        """Solve the integer program with all columns to a relative gap."""
        if self._whole is None:
            self._whole = HighsSession(self._program, self._run)
            self._whole.add_rows(self._matrix.demanded)
        return self._whole.search(gap, start, glance, until)

    def priced_solutions(self, vertex: Vertex, gap: float) -> tuple[Point, ...]:
        """Solutions of the program with crowded rows priced as at a vertex, the best last.

        Columns that may rest can be fractional in them.
        """
        part, columns = priced_program(self._program, self._matrix.demanded, vertex, self._resting)
        session = HighsSession(part, self._run)
        session.limit_nodes(EFFORT.most_nodes)
        unknown = np.full(len(columns), np.nan)
        answer = session.search(gap, unknown, lambda incumbent, bound: None)
        points = np.zeros((len(answer.points), len(self._place)))
        points[:, columns] = np.reshape(answer.points, (len(points), len(columns)))
        return tuple(points)

    def relax_within(self, lower: Point, upper: Point, enough: float = -math.inf) -> Vertex | None:
        """Solve the linear relaxation between bounds; None where it is empty.

        A bound that is proven to be at most `enough` is not made any better.
        """
        self._wake(np.flatnonzero((self._place < 0) & (lower > 0)))
        while True:
            vertex = self._core.relax_within(lower[self._awake], upper[self._awake], enough)
            if vertex is None:
                missed = self._restoring(lower, upper)
                if not len(missed):
                    return None
                self._wake(missed)
                continue
            reduced = self._program.cost - self._matrix.priced(vertex.prices)
            gains = np.where((self._place < 0) & (upper > 0), np.maximum(reduced, 0.0), 0.0)
            more = self._groups.most(gains, lower, upper)
            bound = vertex.bound + more
            attractive = self._groups.best_of_each(
                gains, np.flatnonzero(gains > ATTRACTIVE), EFFORT.most_woken
            )
            if not len(attractive) or bound <= enough or more <= self._precision * max(1.0, abs(bound)):
                point = np.zeros(len(lower))
                point[self._awake] = vertex.point
                return Vertex(bound, point, reduced, vertex.prices)
            self._wake(attractive)

    def _restoring(self, lower: Point, upper: Point) -> NDArray[np.int64]:
        """Columns at rest that may make an empty relaxation whole: none where it is proven to stay empty.

        A ray of the dual says by how much the rows contradict each other (Farkas 1902).
        """
        able = (self._place < 0) & (upper > 0)
        ray = self._core.dual_ray()
        for prices in () if ray is None else (ray, -ray):
            missing = self._contradiction(prices, lower, upper)
            if missing > 0:
                gains = np.where(able, np.maximum(self._matrix.priced(prices), 0.0), 0.0)
                if self._groups.most(gains, lower, upper) < missing:
                    return np.zeros(0, dtype=np.int64)
                return self._groups.best_of_each(gains, np.flatnonzero(gains > ATTRACTIVE), EFFORT.most_woken)
        return np.flatnonzero(able)

    def _contradiction(self, prices: NDArray[np.float64], lower: Point, upper: Point) -> float:
        """The least that the priced rows ask for, less the most that the columns awake can do."""
        demanded = self._matrix.demanded
        sides = (
            np.concatenate([self._program.rows.lower, demanded.lower]),
            np.concatenate([self._program.rows.upper, demanded.upper]),
        )
        side = np.where(prices > 0, *sides)
        prices[~np.isfinite(side)] = 0.0
        asked = _product(prices, side).sum()
        scale = max(1.0, float(np.abs(prices).max(initial=0.0)))
        factor = self._matrix.priced(prices)[self._awake]
        factor[np.abs(factor) <= NOISE * scale] = 0.0
        ends = np.where(factor > 0, upper[self._awake], lower[self._awake])
        missing = asked - _product(factor, ends).sum()
        return float(missing) if math.isfinite(missing) and missing > ATTRACTIVE * scale else 0.0

    def _wake(self, columns: NDArray[np.int64]) -> None:
        if not len(columns):
            return
        entries = self._matrix.columns(columns)
        self._core.add_columns(
            self._program.cost[columns], self._program.lower[columns], self._program.upper[columns], entries
        )
        self._place[columns] = len(self._awake) + np.arange(len(columns))
        self._awake = np.concatenate([self._awake, columns])

    def _part(self) -> Program:
        """The program with the columns that are awake only."""
        program, awake = self._program, self._awake
        return replace(
            program,
            cost=program.cost[awake],
            lower=program.lower[awake],
            upper=program.upper[awake],
            integer=program.integer[awake],
            rows=program.rows.over(awake, len(program.cost)),
        )


def _product(factors: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Factors times perhaps infinite ends, 0 where the factor is."""
    product = np.zeros(len(factors))
    np.multiply(factors, ends, out=product, where=factors != 0)
    return product
