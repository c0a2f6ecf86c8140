"""What an exact search begins with: the best that quick ways find, and what each of them gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solver.portfolio.selection import Selection
from solver.strategies.clock import Clock
from solver.strategies.local_search import searched
from solver.strategies.problem import Problem
from solver.strategies.programs import SelectionProgram

SMALL = 60
ROUNDS = 15
SHARE, MOST_SECONDS = 0.05, 5.0


@dataclass(frozen=True)
class Opening:
    """The best of what quick ways found, and the objective of each that found a portfolio, by name."""

    selection: Selection | None
    gave: Mapping[str, float]


def opening(problem: Problem, program: SelectionProgram, clock: Clock) -> Opening:
    """What the program itself suggests, else a short local search where pairs of many options count.

    Without pairs, a back end's own heuristics are as good. Rounds without success end the local search, so
    that the opening is the same on every machine that is not slow beyond measure.
    """
    found = {"suggestion": program.first(clock.limits(), clock.cancel)}
    many = len(problem.assessment.options) >= SMALL
    if found["suggestion"] is None and many and problem.outline.pairs.nnz:
        early = clock.part(SHARE, MOST_SECONDS)
        found["local-search"] = searched(problem, None, early, rounds=ROUNDS)
    worth = {name: problem.judge(one) for name, one in found.items() if one is not None}
    gave = {name: value for name, value in worth.items() if value is not None}
    return Opening(problem.best(found.values()), gave)
