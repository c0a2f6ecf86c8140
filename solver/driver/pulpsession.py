"""Any solver that PuLP drives, behind the same questions as HiGHS."""

from __future__ import annotations

import math
import tempfile
from dataclasses import replace

import numpy as np
import pulp

from solver.driver import backends, compat
from solver.driver.compat import Claim
from solver.driver.handover import Program, nearest_to_zero
from solver.driver.highs import HighsSession
from solver.driver.rows import Rows
from solver.driver.scaling import loosened
from solver.driver.session import Answer, Glance, Point, Until, never
from solver.run import AbandonedError, Run, Termination

PATIENCE = {Termination.cancelled: 0.8, Termination.time_limit: 0.8}
ROW_TOLERANCE = 1e-5
SHARE_OF_GAP, SHARE_OF_GAP_WITH_CONSTANT = 0.9, 0.1

# CBC looks at the clock now and then, and stops when the next look would come too late.
EARLIEST_STOP = 0.95


class PulpSession:
    """A program that PuLP hands to another solver, rebuilt for every solve.

    The problem it came from is never touched. A solver that does not stop when it has to is left alone: it
    goes on in the background until its own limit.
    """

    def __init__(self, name: str, program: Program, run: Run) -> None:
        self.name = name
        self._program = program
        self._run = run
        self._rows = program.rows

    def add_rows(self, rows: Rows) -> None:
        """Append rows after those that are there."""
        self._rows = self._rows.joined(rows)

    def search(self, gap: float, start: Point, glance: Glance, until: Until = never) -> Answer:
        """Solve the integer program to a relative gap; neither start nor `until` reaches these solvers."""
        began, seconds = self._run.elapsed, self._run.remaining
        if self._run.verdict is not None:
            return Answer(self._run.verdict)
        problem = _rebuilt(self._program, self._rows)
        asked = gap * (SHARE_OF_GAP_WITH_CONSTANT if self._program.offset else SHARE_OF_GAP)
        wishes = {"gapRel": asked, "threads": self._run.limits.threads or 1}
        if math.isfinite(seconds):
            wishes["timeLimit"] = seconds
        try:
            claim = self._run.attend(
                lambda: self._solve(problem, wishes), lambda: glance(-math.inf, math.inf), PATIENCE
            )
        except AbandonedError:
            return Answer(self._run.verdict or Termination.cancelled, message=f"{self.name} did not stop")
        except (pulp.PulpError, OSError) as error:
            return Answer(Termination.error, message=f"{self.name}: {error}")
        if claim in (Claim.infeasible, Claim.unbounded):
            return self._second_opinion(glance)
        return self._read(
            problem, claim, asked, out_of_time=self._run.elapsed - began >= EARLIEST_STOP * seconds
        )

    def _solve(self, problem: pulp.LpProblem, wishes: dict[str, float]) -> Claim:
        solver = backends.made(self.name, wishes)
        with tempfile.TemporaryDirectory() as folder:
            if hasattr(solver, "tmpDir"):
                solver.tmpDir = folder
            return compat.solved(problem, solver)

    def _read(self, problem: pulp.LpProblem, claim: Claim, gap: float, out_of_time: bool) -> Answer:
        """What a solver claims is proven only when it stopped by itself, before its time was over."""
        points = () if claim is Claim.nothing else self._points(problem)
        message = f"{self.name}: {claim}"
        if claim is not Claim.nothing and not points:
            return Answer(Termination.error, message=f"{message}, which breaks a row")
        if claim is not Claim.proven or out_of_time:
            verdict = self._run.verdict or (Termination.time_limit if out_of_time else Termination.error)
            return Answer(verdict, points, message=message)
        return Answer(Termination.optimal, points, self._proven_bound(points[-1], gap), message)

    def _proven_bound(self, point: Point, gap: float) -> float:
        """The solver's gap is relative to the larger of objective and bound, both without the constant."""
        objective = self._program.objective(point)
        scale = max(abs(objective), abs(objective - self._program.offset))
        return objective + scale * gap / (1 - gap) if gap < 1 else math.inf

    def _points(self, problem: pulp.LpProblem) -> tuple[Point, ...]:
        values = {variable.name: variable.varValue for variable in problem.variables()}
        found = [values.get(name) for name in _names(self._program)]
        idle = nearest_to_zero(self._program.lower, self._program.upper)
        point = np.array([rest if value is None else value for value, rest in zip(found, idle, strict=True)])
        point = self._program.rounded(point)
        kept = self._program.accepts(point, ROW_TOLERANCE) and self._rows.kept(point, ROW_TOLERANCE)
        return (point,) if kept else ()

    def _second_opinion(self, glance: Glance) -> Answer:
        """No solver but HiGHS is believed when it says that there is no solution, or no bound."""
        second = HighsSession(replace(self._program, rows=self._rows), self._run)
        answer = second.search(self._run.limits.gap, np.full(len(self._program.cost), np.nan), glance)
        if answer.termination in (Termination.infeasible, Termination.unbounded):
            return Answer(answer.termination, message=f"{self.name} said so and HiGHS confirmed it")
        if answer.points:
            message = f"{self.name} found no solution where HiGHS finds one"
            return Answer(Termination.error, answer.points, answer.bound, message)
        return answer


def _names(program: Program) -> list[str]:
    return [f"c{column:07}" for column in range(len(program.cost))]


def _rebuilt(program: Program, rows: Rows) -> pulp.LpProblem:
    """The program as a PuLP problem of its own, with names that no file format can object to."""
    problem = pulp.LpProblem("program", pulp.LpMaximize)
    kinds = np.where(program.integer, pulp.LpInteger, pulp.LpContinuous).tolist()
    columns = zip(_names(program), program.lower, program.upper, kinds, strict=True)
    variables = [
        problem.add_variable(name, _finite(low), _finite(up), kind) for name, low, up, kind in columns
    ]
    costs = {variables[column]: float(program.cost[column]) for column in np.flatnonzero(program.cost)}
    problem.setObjective(compat.expression(costs))
    rows = loosened(rows, program.integer)
    for row in range(len(rows)):
        entries = slice(rows.indptr[row], rows.indptr[row + 1])
        pairs = zip(rows.indices[entries].tolist(), rows.data[entries].tolist(), strict=True)
        left = compat.expression({variables[column]: coefficient for column, coefficient in pairs})
        _add(problem, left, float(rows.lower[row]), float(rows.upper[row]))
    return problem


def _add(problem: pulp.LpProblem, left: pulp.LpAffineExpression, lower: float, upper: float) -> None:
    if lower == upper:
        problem.addConstraint(left == lower)
        return
    if math.isfinite(lower):
        problem.addConstraint(left >= lower)
    if math.isfinite(upper):
        problem.addConstraint(left <= upper)


def _finite(bound: float) -> float | None:
    return float(bound) if math.isfinite(bound) else None
