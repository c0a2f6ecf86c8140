"""Exact search with proof, begun from the best that the heuristics find."""

from __future__ import annotations

from solver.driver.limits import SearchLimits
from solver.portfolio.selection import Selection
from solver.starts import safe_start
from solver.strategies.clock import Clock
from solver.strategies.problem import Problem
from solver.strategies.programs import SelectionProgram


def exact(problem: Problem, limits: SearchLimits) -> Selection | None:
    """The best portfolio there is, or the best found when the time runs out."""
    clock = Clock(limits)
    program = SelectionProgram(problem)
    problem.tell(phase="built")
    start = safe_start(problem.formulation, problem.assessment, clock.limits(), None)
    return program.search(clock.limits(), start=start, progress=problem.listener).selection
