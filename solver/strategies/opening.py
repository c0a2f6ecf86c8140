"""What an exact search begins with: what a quick way finds, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solver.portfolio.selection import Selection
from solver.run import Run
from solver.strategies.local_search import searched
from solver.strategies.problem import Problem
from solver.strategies.programs import SelectionProgram

SMALL = 60
ROUNDS = 15
SHARE, MOST_SECONDS = 0.05, 5.0


@dataclass(frozen=True)
class Opening:
    """The portfolio that a quick way found, and its objective by the name of the way; empty if none did."""

    selection: Selection | None
    gave: Mapping[str, float]


def opening(problem: Problem, program: SelectionProgram, run: Run) -> Opening:
    """What the program itself suggests, else a short local search where pairs of many options count.

    Without pairs, a back end's own heuristics are as good. Rounds without success end the local search, so
    that the opening is the same on every machine that is not slow beyond measure.
    """
    name, found = "suggestion", problem.best([program.first(run)])
    many = len(problem.assessment.options) >= SMALL
    if found is None and many and problem.outline.pairs.nnz:
        early = run.part(SHARE, most=MOST_SECONDS)
        name, found = "local-search", searched(problem, None, early, rounds=ROUNDS)
    worth = None if found is None else problem.judge(found)
    return Opening(found, {} if worth is None else {name: worth})
