"""The best portfolio so far."""

from __future__ import annotations

import math

from solver.portfolio.selection import Selection
from solver.run import Run
from solver.strategies.problem import Problem

GAIN = 1e-9


class Incumbent:
    """Keeps the best of the portfolios it is offered, among those that keep every rule."""

    def __init__(self, problem: Problem, run: Run, selection: Selection | None = None) -> None:
        self._problem = problem
        self._run = run
        self.selection: Selection | None = None
        self.worth = -math.inf
        self.offer(selection)

    def offer(self, selection: Selection | None) -> bool:
        """Whether a portfolio is the best so far; if so, it is kept."""
        before = self.worth
        self.judged(selection)
        return self.worth > before

    def judged(self, selection: Selection | None) -> float | None:
        """What a portfolio is worth, where it keeps every rule; the best is kept."""
        worth = None if selection is None else self._problem.judge(selection)
        if worth is not None and worth > self.worth + GAIN:
            self.selection, self.worth = selection, worth
            self._run.tell(worth)
        return worth
