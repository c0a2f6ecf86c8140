"""The selection program of a problem, solved again and again with parts of it held fixed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from solver.assessment.benefit import Floats
from solver.driver import Cancel, Outcome, SearchLimits, ValueOf
from solver.model.build import build
from solver.portfolio.selection import Selection
from solver.search import search_draft
from solver.starts import first_portfolio
from solver.strategies.outline import Choice
from solver.strategies.problem import Problem


@dataclass(frozen=True, eq=False)
class Search:
    """What a search of the program ended with: the driver's outcome, and the portfolio it stands for."""

    outcome: Outcome
    selection: Selection | None


class SelectionProgram:
    """Built once; `extensive` writes risk as textbooks do."""

    def __init__(self, problem: Problem, *, extensive: bool = False) -> None:
        self._problem = problem
        self._draft = build(problem.formulation, problem.assessment, extensive=extensive)

    def first(self, limits: SearchLimits, cancel: Cancel | None = None) -> Selection | None:
        """A portfolio that the program itself suggests to begin with; None where it suggests none."""
        return first_portfolio(self._problem.formulation, self._draft, limits, cancel)

    def search(
        self,
        limits: SearchLimits,
        *,
        start: Selection | None = None,
        cancel: Cancel | None = None,
        silent: bool = False,
    ) -> Search:
        """Find the best portfolio, judging every one on the way; who listens to the problem hears of it."""
        outcome = search_draft(
            self._draft,
            limits,
            start=None if start is None else self._draft.values(start),
            judge=self._judge,
            progress=None if silent else self._problem.hear,
            cancel=cancel,
        )
        found = None if outcome.values is None else self._draft.selection(outcome.value)
        return Search(outcome, found)

    def search_around(self, incumbent: Selection, free: Choice, limits: SearchLimits) -> Search:
        """Find the best portfolio in which only the free options may differ from the incumbent."""
        with self._held(incumbent, free):
            return self.search(limits, start=incumbent, silent=True)

    def _judge(self, value: ValueOf) -> float | None:
        return self._problem.judge(self._draft.selection(value))

    @contextmanager
    def _held(self, incumbent: Selection, free: Choice) -> Iterator[None]:
        held = [column for option, column in enumerate(self._draft.options) if not free[option]]
        chosen = {self._draft.options[option].name for option in incumbent.options}
        for column in held:
            column.lowBound = column.upBound = float(column.name in chosen)
        try:
            yield
        finally:
            for column in held:
                column.lowBound, column.upBound = 0, 1


def relaxed_options(problem: Problem, limits: SearchLimits) -> Floats | None:
    """How much of each option the linear relaxation chooses, shape (O,); None where it has no solution."""
    draft = build(problem.formulation, problem.assessment)
    for column in draft.problem.variables():
        column.cat = "Continuous"
    outcome = search_draft(draft, limits, deciding=())
    if outcome.values is None:
        return None
    return np.array([outcome.value(column) for column in draft.options])
