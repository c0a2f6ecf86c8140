"""The best solution of a run so far, and how good any could still be."""

from __future__ import annotations

import math

from solver.driver.handover import Program
from solver.driver.outcome import OPTIMAL_GAP, Outcome, relative_gap
from solver.driver.session import Point
from solver.run import Phase, Run, Termination


class Standing:
    """Keeps the best point and the least bound of a maximisation, and tells both in the problem's sense."""

    def __init__(self, program: Program, run: Run) -> None:
        self._program = program
        self._run = run
        self.best: Point | None = None
        self.objective = -math.inf
        self.bound = math.inf
        self.rounds = 0
        self.rows_on_demand = 0

    @property
    def gap(self) -> float:
        """The relative gap between the two; infinite while one is missing."""
        return relative_gap(self.objective, self.bound)

    def record(self, point: Point, objective: float) -> bool:
        """Keep a solution when it is the best so far, and say whether it is."""
        if self.best is not None and objective <= self.objective:
            return False
        self.best, self.objective = point, objective
        self.bound = max(self.bound, objective)
        return True

    def tighten(self, bound: float) -> None:
        """Take note of a proven bound; it is never below the solution in hand."""
        self.bound = max(min(self.bound, bound), self.objective)

    def tell(self, phase: Phase, incumbent: float = -math.inf, bound: float = math.inf) -> None:
        """Report to the listener; `incumbent` and `bound` are what a solve under way has reached."""
        best = max(self.objective, incumbent)
        least = max(min(self.bound, bound), best)
        gap = relative_gap(best, least)
        self._run.tell(
            self._outward(best),
            self._outward(least),
            phase,
            gap=gap if math.isfinite(gap) else None,
            round=self.rounds,
        )

    def proven(self) -> Termination:
        """What to call an end whose gap was asked for."""
        return Termination.optimal if self.gap <= OPTIMAL_GAP else Termination.gap_reached

    def outcome(self, termination: Termination, message: str = "") -> Outcome:
        """The end of the run."""
        nothing = termination in (Termination.infeasible, Termination.unbounded)
        found = self.best is not None and not nothing
        return Outcome(
            termination=termination,
            values=self.best if found else None,
            objective=self._outward(self.objective) if found else None,
            bound=None if nothing else self._outward(self.bound),
            seconds=self._run.elapsed,
            rounds=self.rounds,
            rows_on_demand=self.rows_on_demand,
            message=message,
            columns=self._program.columns,
        )

    def _outward(self, value: float) -> float | None:
        return self._program.sign * value if math.isfinite(value) else None
