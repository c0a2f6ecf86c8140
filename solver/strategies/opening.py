"""What an exact search begins with: the best that quick strategies find, and what each of them gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solver.portfolio.selection import Selection
from solver.strategies.clock import Clock
from solver.strategies.greedy import greedy
from solver.strategies.local_search import searched
from solver.strategies.problem import Problem

SMALL = 60
ROUNDS = 15
SHARE, MOST_SECONDS = 0.1, 5.0


@dataclass(frozen=True)
class Opening:
    """The best of the quick strategies' portfolios, and the objective of each that found one."""

    selection: Selection | None
    gave: Mapping[str, float]

    @classmethod
    def of(cls, problem: Problem, found: Mapping[str, Selection | None]) -> Opening:
        """The opening that some portfolios make, by the name of what found them."""
        worth = {name: problem.judge(one) for name, one in found.items() if one is not None}
        held = {name: value for name, value in worth.items() if value is not None}
        best = max(held, key=lambda name: held[name], default=None)
        return cls(None if best is None else found[best], held)


def opening(problem: Problem, clock: Clock) -> Opening:
    """Greedy and local search, for at most a tenth of the time; nothing where an exact search is as quick.

    Rounds without success end the local search, so that the opening is the same on every machine.
    """
    if len(problem.assessment.options) < SMALL:
        return Opening(None, {})
    early = Clock(clock.limits(SHARE, MOST_SECONDS))
    walked = searched(problem, None, Clock(early.limits(0.5)), rounds=ROUNDS)
    constructed = greedy(problem, early.limits())
    return Opening.of(problem, {"greedy": constructed, "local-search": walked})
