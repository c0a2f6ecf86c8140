"""Exact search with proof, begun from the best that quick ways find."""

from __future__ import annotations

from dataclasses import dataclass

from solver.driver import Outcome
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search import Disagreement
from solver.strategies.opening import Opening, opening
from solver.strategies.problem import Problem
from solver.strategies.programs import SelectionProgram


@dataclass(frozen=True, eq=False)
class ProvenSearch:
    """How an exact search ended, the best portfolio that is known, and what it began with.

    Where a claim contradicts a portfolio, `disagreement` says who is wrong.
    """

    outcome: Outcome
    selection: Selection | None
    opening: Opening
    disagreement: Disagreement | None = None


def exact(problem: Problem, run: Run) -> Selection | None:
    """The best portfolio there is, or the best found when the time runs out."""
    return search_exactly(problem, run).selection


def search_exactly(
    problem: Problem,
    run: Run,
    *,
    start: Selection | None = None,
    extensive: bool = False,
) -> ProvenSearch:
    """Search for the best portfolio with a proof; from `start`, or where there is none from an opening.

    `extensive` writes risk for every scenario. Ctrl-C and the token end it with the best portfolio so far.
    """
    program = SelectionProgram(problem, extensive=extensive)
    run.tell(phase="built")
    begun = Opening(start, {}) if start is not None else opening(problem, program, run)
    search = program.search(run, start=begun.selection)
    witness = None if search.disagreement is None else search.disagreement.selection
    found = problem.best((search.selection, begun.selection, witness)) or search.selection
    return ProvenSearch(search.outcome, found, begun, search.disagreement)
