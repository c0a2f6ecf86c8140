"""The best portfolio so far."""

from __future__ import annotations

import math

from solver.portfolio.selection import Selection
from solver.run import Phase, Run
from solver.search.problem import Problem

GAIN = 1e-9


class Incumbent:
    """Keeps the best of the portfolios it is offered, among those that keep every rule."""

    def __init__(
        self, problem: Problem, run: Run, selection: Selection | None = None, phase: Phase = "search"
    ) -> None:
        self._problem = problem
        self._run, self._phase = run, phase
        self.selection: Selection | None = None
        self.worth = -math.inf
        self.offer(selection)

    def offer(self, selection: Selection | None) -> bool:
        """Whether a portfolio is the best so far; if so, it is kept."""
        before = self.worth
        self.evaluate(selection)
        return self.worth > before

    def evaluate(self, selection: Selection | None) -> float | None:
        """What a portfolio is worth, where it keeps every rule; the best is kept."""
        worth = None if selection is None else self._problem.evaluate(selection)
        if selection is not None and worth is not None and self.keep(selection, worth):
            self._run.tell(worth, phase=self._phase)
        return worth

    def keep(self, selection: Selection, worth: float) -> bool:
        """Keep a portfolio that is known to hold, where it is the best so far."""
        better = worth > self.worth + GAIN
        if better:
            self.selection, self.worth = selection, worth
        return better
