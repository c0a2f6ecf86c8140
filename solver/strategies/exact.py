"""Exact search with proof, begun from the best that the heuristics find."""

from __future__ import annotations

from solver.driver.limits import SearchLimits
from solver.portfolio.selection import Selection
from solver.strategies.clock import Clock
from solver.strategies.opening import opening
from solver.strategies.problem import Problem
from solver.strategies.programs import SelectionProgram


def exact(problem: Problem, limits: SearchLimits) -> Selection | None:
    """The best portfolio there is, or the best found when the time runs out."""
    clock = Clock(limits)
    program = SelectionProgram(problem)
    problem.tell(phase="built")
    quick = opening(problem, clock).selection
    start = problem.best([quick, program.first(clock.limits())])
    return program.search(clock.limits(), start=start, progress=problem.listener).selection
