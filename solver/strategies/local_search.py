"""Local search: flips and swaps on the linear part, with a memory of what changed lately (Glover 1989)."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.driver.limits import SearchLimits
from solver.portfolio.selection import Selection
from solver.strategies.clock import Clock
from solver.strategies.greedy import greedy
from solver.strategies.incumbent import GAIN, Incumbent
from solver.strategies.outline import Choice
from solver.strategies.problem import Problem
from solver.strategies.walk import Walk

STEPS = 400
ROUNDS = 20
SHORTLIST = 12
PRICE_PERIOD = 5
SHARE_FOR_START = 0.3


def local_search(problem: Problem, limits: SearchLimits) -> Selection | None:
    """Start greedily, walk with a memory, come back to the best and start again from near it."""
    clock = Clock(limits)
    start = greedy(problem, clock.limits(SHARE_FOR_START))
    return searched(problem, start, clock)


def searched(
    problem: Problem, start: Selection | None, clock: Clock, rounds: int | None = None
) -> Selection | None:
    """The best portfolio that rounds of walking from a start find, the start included.

    Without a limit of time the search ends after so many rounds without a better portfolio.
    """
    if not len(problem.assessment.options):
        return start
    search = _Search(problem, start, default_rng(clock.limits().seed))
    fruitless = 0
    while not clock.is_up and (fruitless < ROUNDS or np.isfinite(clock.left)):
        fruitless = 0 if search.round(clock) else fruitless + 1
        if rounds is not None and fruitless >= rounds:
            break
    return search.best.selection


class _Search:
    def __init__(self, problem: Problem, start: Selection | None, random: Generator) -> None:
        self._problem = problem
        self._random = random
        self.best = Incumbent(problem, start)
        self._walk = Walk(problem.outline, self._choice())
        self._open = problem.outline.open

    def _choice(self) -> Choice:
        choice = np.zeros(len(self._problem.assessment.options), dtype=bool)
        choice[list(() if self.best.selection is None else self.best.selection.options)] = True
        return choice

    def round(self, clock: Clock) -> bool:
        """Walk once from near the best; whether something better was found."""
        worth_before = self.best.worth
        self._walk.move_to(self._shaken(self._choice()))
        free_again = np.zeros(len(self._open), dtype=np.int64)
        bar = -np.inf
        for step in range(STEPS):
            if clock.is_up:
                break
            allowed = self._open & (free_again <= step)
            for option in self._next(allowed):
                self._walk.flip(option)
                free_again[option] = step + self._tenure()
            if step % PRICE_PERIOD == 0:
                self._walk.adapt_prices()
            if self._walk.is_feasible and self._walk.value > bar + GAIN:
                bar = self._walk.value
                self.best.offer(self._problem.staffed(np.flatnonzero(self._walk.choice)))
        return self.best.worth > worth_before

    def _next(self, allowed: Choice) -> tuple[int, ...]:
        """The option to flip, or two to swap where no single flip gains."""
        scores = np.where(allowed, self._walk.scores, -np.inf)
        best = int(np.argmax(scores))
        if scores[best] > GAIN:
            return (best,)
        leaving, coming = (
            self._shortlist(scores, self._walk.choice),
            self._shortlist(scores, ~self._walk.choice),
        )
        if len(leaving) and len(coming):
            swaps = self._walk.swaps(leaving, coming)
            out, come = np.unravel_index(int(np.argmax(swaps)), swaps.shape)
            if swaps[out, come] > max(scores[best], GAIN):
                return int(leaving[out]), int(coming[come])
        return (best,) if np.isfinite(scores[best]) else ()

    def _shortlist(self, scores: Floats, among: Choice) -> NDArray[np.int64]:
        eligible = np.flatnonzero(among & np.isfinite(scores))
        if len(eligible) <= SHORTLIST:
            return eligible
        return eligible[np.argpartition(-scores[eligible], SHORTLIST)[:SHORTLIST]]

    def _tenure(self) -> int:
        base = min(20, max(2, len(self._open) // 12))
        return 1 + base + int(self._random.integers(0, base + 1))

    def _shaken(self, choice: Choice) -> Choice:
        """A choice with a few open options flipped."""
        open_ = np.flatnonzero(self._open)
        if len(open_):
            count = min(len(open_), int(self._random.integers(0, 4 + len(open_) // 25)))
            flipped = self._random.choice(open_, size=count, replace=False)
            choice[flipped] = ~choice[flipped]
        return choice
