"""HiGHS through its own arrays: hot starts, interrupts and bounds that PuLP does not pass on."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solver.driver.cores import cores
from solver.driver.handover import Program, nearest_to_zero
from solver.driver.outcome import ABSOLUTE_GAP
from solver.driver.rows import Rows
from solver.driver.scaling import loosened
from solver.driver.session import Answer, Glance, Point, UnansweredError, Until, Vertex, never
from solver.run import AbandonedError, Run, SearchLimits, Termination

if TYPE_CHECKING:
    import highspy

INCUMBENTS_KEPT = 20
NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})
PATIENCE = {Termination.cancelled: 0.8, Termination.time_limit: 0.8}


class HighsSession:
    """One native HiGHS object; rows on demand live here and nowhere else.

    HiGHS cannot be interrupted inside a large linear program. When it does not stop within 0.8 seconds, the
    session answers with what it has heard, and HiGHS is left to come to its end in the background. `options`
    are HiGHS's own.
    """

    name = "HiGHS"

    def __init__(self, program: Program, run: Run, options: Mapping[str, Any] = NO_OPTIONS) -> None:
        import highspy

        self._highspy = highspy
        self._program = program
        self._whole = program.integer
        self._run = run
        self._highs = _native(program, run.limits)
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        self._relaxed = True
        self._narrowed = False
        self.effort = 0.0
        self._heard = _Listener(run)
        self._heard.listen_to(self._highs)

    def add_rows(self, rows: Rows) -> None:
        """Append rows after those that are there; the basis of the last relaxation stays in use."""
        _append(self._highs, loosened(rows, self._whole))

    def drop_demanded_rows(self, positions: NDArray[np.int32]) -> None:
        """Take away rows that were added, counted in the order of adding; the later ones move up."""
        if len(positions):
            rows = (positions + len(self._program.rows)).astype(np.int32)
            self._highs.deleteRows(len(rows), rows)

    @property
    def width(self) -> int:
        """How many columns the program has."""
        return len(self._program.cost)

    def limit_nodes(self, most: int) -> None:
        """Look at no more parts of the integer program than this in a search."""
        self._highs.setOptionValue("mip_max_nodes", most)

    def relax(self, glance: Glance) -> Answer:
        """Solve the linear relaxation."""
        if self._run.verdict is not None:
            return Answer(self._run.verdict)
        self._widen()
        self._set_integrality(relaxed=True)
        return self._answer(glance)

    def add_columns(self, cost: Point, lower: Point, upper: Point, entries: Any) -> None:
        """Append columns that are relaxed from whole ones; their entries in all rows are a SciPy matrix.

        It is compressed by columns.
        """
        self._whole = np.concatenate([self._whole, np.ones(len(cost), dtype=bool)])
        starts, indices = entries.indptr[:-1].astype(np.int32), entries.indices.astype(np.int32)
        self._highs.addCols(len(cost), cost, lower, upper, len(indices), starts, indices, entries.data)

    def dual_ray(self) -> NDArray[np.float64] | None:
        """Prices of rows that prove the last relaxation empty, of either sign; None where HiGHS has none."""
        _, exists, ray = self._highs.getDualRay()
        return np.array(ray, dtype=float) if exists else None

    def relax_within(self, lower: Point, upper: Point, enough: float = -math.inf) -> Vertex | None:
        """Solve the linear relaxation between bounds, in the calling thread; None where it is empty."""
        status = self._highspy.HighsModelStatus
        self._set_integrality(relaxed=True)
        self._set_bounds(lower, upper)
        self._narrowed = True
        self._set_clock()
        self._highs.run()
        ended, info = self._highs.getModelStatus(), self._highs.getInfo()
        self.effort += info.simplex_iteration_count * self._highs.getNumRow()
        if ended == status.kInfeasible:
            return None
        if ended != status.kOptimal:
            raise UnansweredError(self._status_text())
        solution = self._highs.getSolution()
        return Vertex(
            info.objective_function_value,
            np.array(solution.col_value),
            np.array(solution.col_dual),
            np.array(solution.row_dual),
        )

    def search(self, gap: float, start: Point, glance: Glance, until: Until = never) -> Answer:
        """Solve the integer program to a relative gap, from a start that may be incomplete (NaN)."""
        if self._run.verdict is not None:
            return Answer(self._run.verdict)
        self._widen()
        self._set_integrality(relaxed=False)
        self._highs.setOptionValue("mip_rel_gap", gap)
        given = np.flatnonzero(np.isfinite(start) & self._program.integer).astype(np.int32)
        if len(given):
            self._highs.setSolution(len(given), given, start[given])
        self._heard.until = until
        answer = self._answer(glance)
        self._heard.until = never
        self.effort += self._highs.getInfo().simplex_iteration_count * self._highs.getNumRow()
        return answer

    def _answer(self, glance: Glance) -> Answer:
        status = self._highspy.HighsModelStatus
        try:
            self._work(glance)
            if self._highs.getModelStatus() in (status.kUnbounded, status.kUnboundedOrInfeasible):
                return self._tell_unbounded_from_infeasible(glance)
            return self._read()
        except AbandonedError:
            return self._hearsay()

    def _work(self, glance: Glance) -> None:
        heard = self._heard
        heard.forget()
        self._set_clock()
        self._run.attend(self._highs.run, lambda: glance(heard.incumbent, heard.bound), PATIENCE)

    def _hearsay(self) -> Answer:
        termination = self._run.verdict or Termination.cancelled
        return Answer(
            termination, self._incumbents(), self._heard.bound, "HiGHS did not stop and was left alone"
        )

    def _read(self) -> Answer:
        termination = self._termination()
        if termination in (Termination.infeasible, Termination.unbounded):
            return Answer(termination, message=self._status_text())
        points = self._incumbents() + self._final_point()
        return Answer(termination, points, self._proven_bound(termination), self._status_text())

    def _incumbents(self) -> tuple[Point, ...]:
        return (
            ()
            if self._relaxed
            else tuple(self._program.rounded(point) for point in tuple(self._heard.points))
        )

    def _final_point(self) -> tuple[Point, ...]:
        if self._highs.getModelStatus() == self._highspy.HighsModelStatus.kModelEmpty:
            return (nearest_to_zero(self._program.lower, self._program.upper),)
        feasible = self._highspy.SolutionStatus.kSolutionStatusFeasible
        if self._highs.getInfo().primal_solution_status != feasible:
            return ()
        point = np.array(self._highs.getSolution().col_value, dtype=float)
        return (point if self._relaxed else self._program.rounded(point),)

    def _proven_bound(self, termination: Termination) -> float:
        info = self._highs.getInfo()
        if not len(self._program.cost):  # HiGHS counts nothing then, not what is there without any choice
            return self._program.offset
        if not self._relaxed and abs(info.mip_dual_bound) < self._highspy.kHighsInf:
            return float(info.mip_dual_bound)
        if termination is not Termination.optimal:
            return math.inf
        found = float(info.objective_function_value)
        if self._relaxed:
            return found
        # Where no tree is left HiGHS 1.15 calls a start optimal, to the gap asked for, without a bound.
        return found + float(self._highs.getOptionValue("mip_rel_gap")[1]) * abs(found)

    def _termination(self) -> Termination:
        status = self._highspy.HighsModelStatus
        if self._highs.getModelStatus() == status.kModelEmpty:
            return self._termination_without_columns()
        known = {
            status.kOptimal: Termination.optimal,
            status.kInfeasible: Termination.infeasible,
            status.kUnbounded: Termination.unbounded,
            status.kTimeLimit: Termination.time_limit,
            status.kInterrupt: self._run.verdict or Termination.decided,
        }
        return known.get(self._highs.getModelStatus(), Termination.error)

    def _termination_without_columns(self) -> Termination:
        kept = self._program.rows.kept(np.zeros(0), 0.0)
        return Termination.optimal if kept else Termination.infeasible

    def _status_text(self) -> str:
        return f"HiGHS: {self._highs.modelStatusToString(self._highs.getModelStatus())}"

    def _tell_unbounded_from_infeasible(self, glance: Glance) -> Answer:
        """Ask for any solution at all: where there is one, only the objective can be without bound."""
        columns = np.arange(len(self._program.cost), dtype=np.int32)
        self._highs.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        self._work(glance)
        termination = self._termination()
        self._highs.changeColsCost(len(columns), columns, self._program.cost)
        if termination is Termination.optimal:
            return Answer(Termination.unbounded, message="the objective has no bound")
        return Answer(termination, message=self._status_text())

    def _set_clock(self) -> None:
        if math.isfinite(self._run.remaining):
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + self._run.remaining)

    def _widen(self) -> None:
        """Take back what `relax_within` has narrowed; HiGHS forgets a start when bounds change after it."""
        if self._narrowed:
            self._set_bounds(self._program.lower, self._program.upper)
            self._narrowed = False

    def _set_bounds(self, lower: Point, upper: Point) -> None:
        self._highs.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)

    def _set_integrality(self, relaxed: bool) -> None:
        relaxed = relaxed or not self._program.integer.any()
        if relaxed == self._relaxed:
            return
        self._relaxed = relaxed
        kind = self._highspy.HighsVarType
        columns = np.flatnonzero(self._program.integer).astype(np.int32)
        kinds = np.full(len(columns), int(kind.kContinuous if relaxed else kind.kInteger), np.uint8)
        self._highs.changeColsIntegrality(len(columns), columns, kinds)


class _Listener:
    """What HiGHS calls while it works: hears of incumbents and bounds, and asks it to stop when it has to.

    It must not know the native object, which knows it: such a circle is never collected.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.points: deque[Point] = deque(maxlen=INCUMBENTS_KEPT)
        self.until: Until = never
        self.forget()

    def forget(self) -> None:
        """Begin anew, before a run."""
        self.points.clear()
        self.incumbent, self.bound = -math.inf, math.inf

    def listen_to(self, highs: highspy.Highs) -> None:
        """Be called by a native object from now on."""
        import highspy

        self._kinds = highspy.cb.HighsCallbackType
        highs.setCallback(self._hear, None)
        for wanted in (
            self._kinds.kCallbackMipInterrupt,
            self._kinds.kCallbackSimplexInterrupt,
            self._kinds.kCallbackIpmInterrupt,
            self._kinds.kCallbackMipImprovingSolution,
        ):
            highs.startCallback(wanted)

    def _hear(self, kind: Any, message: str, told: Any, reply: Any, user: Any) -> None:
        if kind == self._kinds.kCallbackMipImprovingSolution:
            self.points.append(np.array(told.mip_solution, dtype=float))
            return
        if kind == self._kinds.kCallbackMipInterrupt:
            self.incumbent, self.bound = told.mip_primal_bound, told.mip_dual_bound
        if self._run.verdict is not None or self.until(self.incumbent, self.bound):
            reply.user_interrupt = True


def _native(program: Program, limits: SearchLimits) -> highspy.Highs:
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", min(limits.threads or 1, cores()))
    highs.setOptionValue("random_seed", limits.seed)
    highs.setOptionValue("mip_abs_gap", ABSOLUTE_GAP)
    # Begun again, a tree loses what it knows: drawn alliances of 20 and 25 partners, seeds 1 and 2, and
    # manufacturing take 1.6 to 2.2 times as long with restarts, the other packs the same.
    highs.setOptionValue("mip_allow_restart", False)
    nothing, none = np.zeros(0, np.int32), np.zeros(0)
    columns = len(program.cost)
    highs.addCols(columns, program.cost, program.lower, program.upper, 0, nothing, nothing, none)
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    highs.changeObjectiveOffset(program.offset)
    _append(highs, loosened(program.rows, program.integer))
    return highs


def _append(highs: highspy.Highs, rows: Rows) -> None:
    if len(rows):
        highs.addRows(
            len(rows), rows.lower, rows.upper, len(rows.data), rows.indptr[:-1], rows.indices, rows.data
        )
