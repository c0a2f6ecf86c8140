"""Local search: flips and swaps on the linear part, with a memory of what changed lately (Glover 1989)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, default_rng

from solver.portfolio.outline import Choice
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.heuristics.greedy import greedy
from solver.search.heuristics.relaxation import relax_and_round
from solver.search.heuristics.walk import Walk
from solver.search.incumbent import Incumbent
from solver.search.problem import Problem


@dataclass(frozen=True)
class LocalSearchEffort:
    """How a local search moves on from where nothing gets better; chosen on drawn knapsacks."""

    steps: tuple[int, ...] = (0, 0, 0, 10, 25)
    shares_left: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
    noises: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0)
    patience: float = 0.001
    returns: float = 0.2
    rounds: int = 120
    everything: float = 0.05
    share_for_start: float = 0.3
    rounds_from_nothing: int = 3


EFFORT = LocalSearchEffort()


def local_search(problem: Problem, run: Run) -> Selection | None:
    """Improve round by round from nothing; where no round finds a portfolio, from a greedy or rounded one."""
    start = searched(problem, None, run.part(EFFORT.share_for_start), rounds=EFFORT.rounds_from_nothing)
    if start is None:
        start = greedy(problem, run.part(EFFORT.share_for_start))
    if start is None:
        start = relax_and_round(problem, run.part(EFFORT.share_for_start))
    return searched(problem, start, run)


def searched(
    problem: Problem,
    start: Selection | None,
    run: Run,
    rounds: int | None = None,
    in_vain: int | None = None,
) -> Selection | None:
    """The best portfolio that rounds of walking from a start find, the start included.

    It ends after so many `rounds` without a better portfolio, and after so many `in_vain` where none was
    better; without either, when the time is over. Ctrl-C stops it.
    """
    if not len(problem.assessment.options):
        return start
    search = _Search(problem, start, run)
    fruitless = 0
    try:
        while not run.is_over and (fruitless < EFFORT.rounds or np.isfinite(run.remaining)):
            fruitless = 0 if search.round() else fruitless + 1
            ended = rounds if search.best.selection is not start else in_vain or rounds
            if ended is not None and fruitless >= ended:
                break
    except KeyboardInterrupt:
        run.interrupt()
    return search.best.selection


class _Search:
    def __init__(self, problem: Problem, start: Selection | None, run: Run) -> None:
        self._problem = problem
        self._run = run
        self._random: Generator = default_rng(run.limits.seed)
        self._open = problem.outline.open
        self.best = Incumbent(problem, run, start)
        self._walk = Walk(problem.outline, self._choice(), run)
        self._return_to_best()

    def _return_to_best(self) -> None:
        """Go on from the best, and see markets from there."""
        around = self.best.selection or Selection(self._problem.assessment, ())
        self._base = self._choice()
        outline = self._problem.outline.around(self._problem.formulation, around)
        self._walk.see_from(outline, self._base)
        self._base_value = self._walk.value

    def _choice(self) -> Choice:
        choice = np.zeros(len(self._problem.assessment.options), dtype=bool)
        choice[list(() if self.best.selection is None else self.best.selection.options)] = True
        return choice

    def round(self) -> bool:
        """Wander off from near the last, come back to where all rows hold, fill, climb; whether it paid."""
        self._walk.move_to(self._shaken(self._base.copy()))
        self._wander()
        if not self._walk.mend(self._open):
            return False
        self._walk.fill(
            self._open, 1.0 + self._random.choice(EFFORT.noises) * self._random.random(len(self._open))
        )
        self._walk.climb(self._open)
        before = self.best.worth
        if self._is_near() and self._holds():
            self._base, self._base_value = self._walk.choice.copy(), self._walk.value
        elif self._random.random() < EFFORT.returns:
            self._return_to_best()
        return self.best.worth > before

    def _is_near(self) -> bool:
        """Whether the walk ended not much below where it began, as far as the outline says."""
        worse = self._base_value - self._walk.value
        lenient = self._random.exponential(EFFORT.patience) * abs(self._base_value)
        return self.best.selection is None or worse <= lenient

    def _holds(self) -> bool:
        """Whether the walk ended at a portfolio that keeps every rule; while there is none, all will do."""
        worth = self.best.evaluate(self._problem.staffed(np.flatnonzero(self._walk.choice)))
        return worth is not None or self.best.selection is None

    def _wander(self) -> None:
        """Flip what scores best, over and over, but nothing that was flipped lately."""
        free_again = np.zeros(len(self._open), dtype=np.int64)
        for step in range(int(self._random.choice(EFFORT.steps))):
            scores = np.where(self._open & (free_again <= step), self._walk.scores, -np.inf)
            option = int(np.argmax(scores))
            if self._run.is_over or not np.isfinite(scores[option]):
                return
            self._walk.flip(option)
            free_again[option] = step + self._tenure()
            self._walk.adapt_prices()

    def _tenure(self) -> int:
        base = min(20, max(2, len(self._open) // 12))
        return 1 + base + int(self._random.integers(0, base + 1))

    def _shaken(self, choice: Choice) -> Choice:
        """A choice without a random share of what is chosen, and with a few options that were not."""
        if self.best.selection is None or self._random.random() < EFFORT.everything:
            return self._open.copy()
        chosen, others = np.flatnonzero(self._open & choice), np.flatnonzero(self._open & ~choice)
        share = self._random.choice(EFFORT.shares_left)
        left = self._random.random(len(chosen)) < share
        come = self._random.random(len(others)) < share * len(chosen) / (4.0 * max(1, len(others)))
        choice[chosen[left]] = False
        choice[others[come]] = True
        return choice
