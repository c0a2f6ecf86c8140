"""What an exact search begins with: what a quick way finds, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.heuristics.local_search import searched
from solver.search.problem import Problem
from solver.search.program import SelectionProgram


@dataclass(frozen=True)
class OpeningEffort:
    """How long an opening may take before the exact search.

    Few options are searched at once; for very many, a round takes longer than an opening may.
    Fruitless rounds end the local search after one that paid, and sooner before: the first one comes soon.
    Where pairs are `dense` (so many for every element), a search by rows takes long to come
    to a bound and finds next to nothing on the way: there the opening has a larger share.
    """

    small: int = 60
    large: int = 3000
    rounds: int = 15
    rounds_in_vain: int = 3
    share: float = 0.05
    most_seconds: float = 5.0
    dense: float = 10.0
    share_where_dense: float = 0.35
    most_seconds_where_dense: float = 30.0


EFFORT = OpeningEffort()


@dataclass(frozen=True)
class Opening:
    """The portfolio to begin with, and by the name of the quick way that found it its objective.

    `gave` is empty where no way found more than was known before.

    """

    selection: Selection | None
    gave: Mapping[str, float]


def opening(problem: Problem, program: SelectionProgram, run: Run, known: Selection | None = None) -> Opening:
    """What the program itself suggests, else a short local search where pairs of many options count.

    Both go on from what is known; where that is in vain, the local search begins with nothing. Without pairs,
    a back end's own heuristics are as good. Rounds without success end the local search, so that the opening
    is the same on every machine that is not slow beyond measure.
    """
    name, found = "suggestion", problem.best([known, program.first(run)])
    many = EFFORT.small <= len(problem.assessment.options) <= EFFORT.large
    if found is known and many and problem.outline.pairs.size:
        early = run.part(EFFORT.share, most=EFFORT.most_seconds)
        if len(problem.assessment.pairs) >= EFFORT.dense * len(problem.assessment.elements):
            early = run.part(EFFORT.share_where_dense, most=EFFORT.most_seconds_where_dense)
        name = "local-search"
        for start in dict.fromkeys((known, None)):
            if found is known:
                climbed = searched(problem, start, early, EFFORT.rounds, EFFORT.rounds_in_vain)
                found = problem.best((known, climbed))
    worth = None if found is None or found is known else problem.evaluate(found)
    return Opening(found, {} if worth is None else {name: worth})
