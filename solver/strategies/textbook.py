"""The textbook's way: one plain program, a row for every product and scenario, and PuLP's own solver."""

from __future__ import annotations

from dataclasses import replace

from solver.driver.limits import SearchLimits
from solver.portfolio.selection import Selection
from solver.strategies.clock import Clock
from solver.strategies.problem import Problem
from solver.strategies.programs import SelectionProgram

BACKEND = "PULP_CBC_CMD"


def textbook(problem: Problem, limits: SearchLimits) -> Selection | None:
    """The extensive program of the problem, by CBC with its defaults."""
    clock = Clock(limits)
    program = SelectionProgram(problem, extensive=True)
    problem.tell(phase="built")
    limits = replace(clock.limits(), backend=BACKEND)
    return program.search(limits).selection
