"""Exact search with proof, begun from the best that quick ways find."""

from __future__ import annotations

from dataclasses import dataclass

from solver.driver import Cancel, Outcome
from solver.driver.limits import SearchLimits
from solver.portfolio.selection import Selection
from solver.strategies.clock import Clock
from solver.strategies.opening import Opening, opening
from solver.strategies.problem import Problem
from solver.strategies.programs import SelectionProgram


@dataclass(frozen=True, eq=False)
class ProvenSearch:
    """How an exact search ended, the portfolio it ended with, and what it began with."""

    outcome: Outcome
    selection: Selection | None
    opening: Opening


def exact(problem: Problem, limits: SearchLimits) -> Selection | None:
    """The best portfolio there is, or the best found when the time runs out."""
    return search_exactly(problem, limits).selection


def search_exactly(
    problem: Problem,
    limits: SearchLimits,
    *,
    start: Selection | None = None,
    extensive: bool = False,
    cancel: Cancel | None = None,
) -> ProvenSearch:
    """Search for the best portfolio with a proof; from `start`, or where there is none from an opening.

    `extensive` writes risk for every scenario. Ctrl-C and `cancel` end it with the best portfolio so far.
    """
    clock = Clock(limits, cancel)
    program = SelectionProgram(problem, extensive=extensive)
    problem.tell(phase="built")
    begun = Opening(start, {}) if start is not None else opening(problem, program, clock)
    search = program.search(clock.limits(), start=begun.selection, cancel=clock.cancel)
    found = problem.best((search.selection, begun.selection)) or search.selection
    return ProvenSearch(search.outcome, found, begun)
