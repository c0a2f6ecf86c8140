"""What an exact search begins with: what a quick way finds, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.heuristics.local_search import searched
from solver.search.problem import Problem
from solver.search.program import SelectionProgram

SMALL, LARGE = 60, 3000
"""Few options are searched at once; for very many, the outline alone takes longer than an opening may."""
ROUNDS, ROUNDS_IN_VAIN = 15, 3
"""Fruitless rounds that end the local search after one that paid, and before: the first one comes soon."""
SHARE, MOST_SECONDS = 0.05, 5.0


@dataclass(frozen=True)
class Opening:
    """The portfolio to begin with, and by the name of the quick way that found it its objective.

    `gave` is empty where no way found more than was known before.
    """

    selection: Selection | None
    gave: Mapping[str, float]


def opening(problem: Problem, program: SelectionProgram, run: Run, known: Selection | None = None) -> Opening:
    """What the program itself suggests, else a short local search where pairs of many options count.

    Both go on from what is known. Without pairs, a back end's own heuristics are as good. Rounds without
    success end the local search, so that the opening is the same on every machine that is not slow beyond
    measure.
    """
    name, found = "suggestion", problem.best([known, program.first(run)])
    many = SMALL <= len(problem.assessment.options) <= LARGE
    if found is known and many and problem.outline.pairs.size:
        early = run.part(SHARE, most=MOST_SECONDS)
        name, found = "local-search", searched(problem, known, early, ROUNDS, ROUNDS_IN_VAIN)
    worth = None if found is None or found is known else problem.evaluate(found)
    return Opening(found, {} if worth is None else {name: worth})
