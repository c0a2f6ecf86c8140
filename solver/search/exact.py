"""Exact search with proof, begun from the best that quick ways find."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from solver.driver import Outcome
from solver.errors import StoppedError
from solver.portfolio.selection import Selection
from solver.run import NO_DECISION, Decision, Run, Termination
from solver.search.drafts import Disagreement, Lent
from solver.search.first import try_first_portfolios
from solver.search.incumbent import Incumbent
from solver.search.opening import Opening, opening
from solver.search.problem import Problem
from solver.search.program import SelectionProgram


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
    return search_exactly(problem, run, Incumbent(problem, run)).selection


def search_exactly(
    problem: Problem,
    run: Run,
    best: Incumbent,
    *,
    start: Selection | None = None,
    model: AbstractContextManager[Lent] | None = None,
    decision: Decision = NO_DECISION,
) -> ProvenSearch:
    """Search for the best portfolio with a proof; from `start`, or where there is none from an opening.

    The first portfolios are tried before anything slow: an opening goes on from them, and where a start or a
    model comes from another question they are what its claims are held against.
    A program that was searched before needs no opening: it has somewhere to look first.
    `best` keeps the best that was evaluated, whatever becomes of the search; `model` lends the program of the
    problem where there is one. Ctrl-C, the token and a `decision` end the search with the best portfolio so
    far.
    """
    try_first_portfolios(problem, run, best)
    best.offer(start)
    if decision.taken(best.worth, math.inf):
        outcome = Outcome.without_program(Termination.decided, run.elapsed, "")
        return ProvenSearch(outcome, best.selection, Opening(best.selection, {}))
    try:
        run.tell(phase="building")
        run.check()
        with model or nullcontext() as lent:
            program = SelectionProgram(problem, run, lent, best=best)
            run.tell(phase="built")
            begun = Opening(best.selection, {})
            if start is None and not program.knows_where_to_look:
                begun = opening(problem, program, run, best.selection)
            best.offer(begun.selection)
            search = program.search(run, start=begun.selection, decision=decision)
    except StoppedError as stopped:
        outcome = Outcome.without_program(run.verdict or Termination.cancelled, run.elapsed, str(stopped))
        return ProvenSearch(outcome, best.selection, Opening(start, {}))
    witness = None if search.disagreement is None else search.disagreement.selection
    found = problem.best((search.selection, best.selection, witness)) or search.selection
    return ProvenSearch(search.outcome, found, begun, search.disagreement)
