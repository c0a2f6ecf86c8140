"""The engine for rows made on demand: first on the relaxation, then in rounds of the integer program."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Program
from solver.driver.incumbent import ContradictionError, Incumbent
from solver.driver.outcome import OPTIMAL_GAP, Outcome, relative_gap
from solver.driver.rows import Row, Rows, ValueOf
from solver.driver.separation import Separator
from solver.driver.session import Answer, Glance, Point, Relaxable, Session, Until, never
from solver.run import Phase, Run, Termination


@dataclass(frozen=True)
class RoundsEffort:
    """When a relaxation is tight enough, and how exactly a round is solved before its rows are known.

    Where solutions are worth what they promise but for a negligible part, a round is solved to the end: on 50
    drawn partners a round that was begun anew took as long as the one before it.
    """

    relaxation_rounds: int = 200
    stall_rounds: int = 10
    stall_progress: float = 1e-5
    coarsest_gap: float = 0.01
    gap_shrinkage: float = 0.2
    negligible_excess: float = 1e-4


EFFORT = RoundsEffort()

TOLERATED_EXCESS = 10.0

Judge = Callable[[ValueOf], float | None]
Refusal = Callable[[ValueOf, bool], Sequence[Row]]
"""Rows that cut off a point that is not acceptable; told whether rows refuse it too, but for a tolerance."""

ROUNDING = 1e-12
# Continuous columns carry the rounding of a solved system; what back ends tolerate is a thousand times more.
EXACT = 1e-9


class Evaluator:
    """Says of integer points what they are really worth, and which rows they make necessary."""

    def __init__(
        self,
        program: Program,
        separator: Separator,
        judge: Judge | None,
        incumbent: Incumbent,
        refusal: Refusal | None = None,
    ) -> None:
        self._program = program
        self._separator = separator
        self._judge = judge
        self._incumbent = incumbent
        self._refusal = refusal if program.integer.any() else None
        self.last: tuple[Point, float | None] | None = None
        self._excess = math.inf

    @property
    def trusting(self) -> bool:
        """Whether the objective of the program is the true one."""
        return self.complete and self._judge is None

    @property
    def complete(self) -> bool:
        """Whether no rows can be missing from the program."""
        return not self._separator

    @property
    def faithful(self) -> bool:
        """Whether solutions are worth what they promise, as far as the last one with rows missing tells."""
        return self.complete or self._excess <= EFFORT.negligible_excess

    def accept(self, points: Sequence[Point]) -> Rows:
        """Record the acceptable points and return the rows that are missing.

        The last is the best and judged first. One that promises no more than the best in hand is not judged,
        unless it is the only one.
        """
        promising = [point for point in points if self._program.objective(point) > self._incumbent.objective]
        looked_at = promising or list(points[-1:])
        demand = self._separator.demand(looked_at)
        missing = [demand.rows]
        best, found = looked_at[-1:], False
        for point, satisfied in reversed(list(zip(looked_at, demand.satisfied, strict=True))):
            if point is not best[0] and self._program.objective(point) <= self._incumbent.objective:
                continue
            worth = self._worth(point, satisfied)
            if satisfied and (self._judge is None or worth is None):
                refused = self._refused(point)
                missing.append(refused)
                worth = None if len(refused) else worth
            if satisfied:
                self.last = self.last if found else (point, worth)
                found = True
            if worth is not None:
                if not satisfied:
                    self._excess = relative_gap(worth, self._program.objective(point))
                self._incumbent.record(point, worth, self._judge is None and not self._exact(point))
        return Rows.stacked(missing)

    def _refused(self, point: Point) -> Rows:
        """Rows that cut off a point which only the tolerances of the back end allow."""
        if self._refusal is None:
            return Rows.stacked([])
        columns = self._program.columns
        rows = self._refusal(lambda variable: columns.value(point, variable), self._only_tolerated(point))
        return self._separator.asked(rows, self._refusal)

    def _exact(self, point: Point) -> bool:
        """Whether every row is kept but for rounding."""
        rows = (self._program.rows, self._separator.rows)
        return not any(block.broken(point, EXACT).any() for block in rows)

    def _only_tolerated(self, point: Point) -> bool:
        """Whether a row over integer columns is broken, exactly looked at."""
        return any(
            bool((rows.broken(point, ROUNDING) & self._whole(rows)).any())
            for rows in (self._program.rows, self._separator.rows)
        )

    def _whole(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows are over integer columns alone."""
        parts = np.bincount(rows.owner, ~self._program.integer[rows.indices], minlength=len(rows))
        return np.equal(parts, 0)

    def evaluate(self, point: Point) -> float | None:
        """What the judge says of a point, of which some columns may not be known (NaN); None without one."""
        return None if self._judge is None else self._worth(point, True)

    def _worth(self, point: Point, satisfied: bool) -> float | None:
        if self._judge is None:
            return self._program.objective(point) if satisfied else None
        worth = self._judge(lambda variable: self._program.columns.value(point, variable))
        return None if worth is None else worth / self._program.unit


def tighten_relaxation(
    session: Relaxable,
    separator: Separator,
    incumbent: Incumbent,
    run: Run,
    stall_rounds: int = EFFORT.stall_rounds,
    stall_progress: float = EFFORT.stall_progress,
    only_binding: bool = True,
) -> Outcome | None:
    """Add rows until the relaxation violates none, or hardly moves; keep those that bind, or all.

    An outcome only when the relaxation has no solution: otherwise the integer program has the last word.
    """
    bounds: list[float] = []
    point: Point | None = None
    for _ in range(EFFORT.relaxation_rounds):
        answer = session.relax(_teller(incumbent, "relaxation"))
        incumbent.rounds += 1
        if answer.termination is Termination.infeasible:
            return _without_solution(answer, incumbent, "the linear relaxation")
        if answer.termination is not Termination.optimal:
            break
        incumbent.tighten(answer.bound, "the linear relaxation")
        bounds.append(answer.bound)
        point = answer.points[-1]
        rows = separator.demand(answer.points).rows
        if not len(rows):
            break
        incumbent.rows_on_demand += len(rows)
        session.add_rows(separator.adopt(rows))
        if _stalled(bounds, stall_rounds, stall_progress) or run.is_over or incumbent.decided:
            break
    if point is not None and only_binding:
        session.drop_demanded_rows(separator.forget_slack(point))
    return None


def search_in_rounds(
    session: Session,
    separator: Separator,
    evaluator: Evaluator,
    start: Point,
    gap: float,
    incumbent: Incumbent,
    coarsest_gap: float | None = None,
) -> Outcome:
    """Solve, ask which rows are missing, add them and solve again, until bound and best solution meet.

    Where rows may be missing, the back end's gap shrinks with the gap that is left: early rounds are cheap.
    """
    finest = gap if evaluator.trusting else gap / 2
    coarsest_gap = EFFORT.coarsest_gap if coarsest_gap is None else coarsest_gap
    coarse = finest if evaluator.faithful else max(finest, coarsest_gap)
    until: Until = incumbent.decides if evaluator.complete else incumbent.hopeless_at
    while True:
        if incumbent.closed(gap):
            return incumbent.outcome(incumbent.proven())
        first = start if incumbent.best is None else incumbent.best
        answer = session.search(coarse, first, _teller(incumbent, "search", live=evaluator.complete), until)
        incumbent.rounds += 1
        if answer.termination in (Termination.infeasible, Termination.unbounded):
            return _without_solution(answer, incumbent, session.name)
        rows = evaluator.accept(answer.points)
        incumbent.tighten(answer.bound, session.name)
        if incumbent.closed(gap):
            return incumbent.outcome(incumbent.proven(), answer.message)
        if answer.termination is Termination.decided:  # by what the judge thinks less of
            until = never
        elif answer.termination is not Termination.optimal:
            return incumbent.outcome(answer.termination, answer.message)
        elif not len(rows) and coarse <= finest:
            return _unclosed(evaluator, incumbent, gap)
        incumbent.rows_on_demand += len(rows)
        session.add_rows(separator.adopt(rows))
        exact = evaluator.faithful or not len(rows)
        coarse = finest if exact else max(finest, min(coarse, incumbent.gap * EFFORT.gap_shrinkage))


def _without_solution(answer: Answer, incumbent: Incumbent, claimant: str) -> Outcome:
    if answer.termination is Termination.infeasible:
        incumbent.refuse(claimant)
    elif math.isfinite(incumbent.bound):
        message = f"{claimant} says {answer.message}, against the bound that was proven before"
        return incumbent.outcome(Termination.error, message)
    return incumbent.outcome(answer.termination, answer.message)


def _unclosed(evaluator: Evaluator, incumbent: Incumbent, gap: float) -> Outcome:
    """The back end is done and nothing is missing, but a gap is left: honest only while it is a rounding.

    Raises `ContradictionError` where it is more: the judge thinks less of a solution than the program does.
    """
    message = f"the tolerances of the back end leave a gap of {incumbent.gap:.1e}"
    if incumbent.gap <= TOLERATED_EXCESS * max(gap, OPTIMAL_GAP):
        return incumbent.outcome(incumbent.proven(), message)
    if evaluator.last is not None:
        raise ContradictionError(message, incumbent.bound, *evaluator.last)
    return incumbent.outcome(Termination.error, f"{message}: no solution was handed over")


def _stalled(bounds: Sequence[float], rounds: int, progress: float) -> bool:
    if len(bounds) <= rounds:
        return False
    before, now = bounds[-1 - rounds], bounds[-1]
    return before - now <= progress * max(1.0, abs(now))


def _teller(incumbent: Incumbent, phase: Phase, live: bool = False) -> Glance:
    """With rows missing, the incumbents of a solve under way are promises: they are not told."""
    return lambda reached, bound: incumbent.tell(phase, reached if live else -math.inf, bound)
