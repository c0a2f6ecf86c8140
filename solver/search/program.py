"""The selection program of a problem, solved again and again with parts of it held fixed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from solver.assessment.benefit import Floats
from solver.driver import Outcome, ValueOf
from solver.model.build import build
from solver.portfolio.outline import Choice
from solver.portfolio.selection import Selection
from solver.run import NO_DECISION, Decision, Run
from solver.search.drafts import Disagreement, Lent, disagreement_of, search_draft
from solver.search.incumbent import Incumbent
from solver.search.problem import Problem
from solver.search.starts import first_portfolio


@dataclass(frozen=True, eq=False)
class Search:
    """What a search of the program ended with: the driver's outcome, and the portfolio it stands for.

    Where it ended in a contradiction, `disagreement` says who is wrong.
    """

    outcome: Outcome
    selection: Selection | None
    disagreement: Disagreement | None = None


class SelectionProgram:
    """Built once, if none is lent.

    `best` keeps the best portfolio that it evaluates. Raises StoppedError where the run has to stop before it
    is built.
    """

    def __init__(
        self,
        problem: Problem,
        run: Run | None = None,
        lent: Lent | None = None,
        best: Incumbent | None = None,
    ) -> None:
        self._problem, self._best = problem, best
        lent = lent or Lent.of(build(problem.formulation, problem.assessment, run))
        self._draft, self._engine = lent

    def first(self, run: Run) -> Selection | None:
        """A portfolio that the program itself suggests to begin with; None where it suggests none."""
        return first_portfolio(self._problem.formulation, self._draft, run)

    @property
    def knows_where_to_look(self) -> bool:
        """Whether it was searched before, and has a portfolio to look around."""
        return self._engine.knows_where_to_look

    def search(self, run: Run, *, start: Selection | None = None, decision: Decision = NO_DECISION) -> Search:
        """Find the best portfolio, or what decides, judging every one on the way."""
        outcome = search_draft(
            self._draft,
            run,
            start=None if start is None else self._draft.values(start),
            judge=self._evaluate,
            decision=decision,
            engine=self._engine,
        )
        found = None if outcome.values is None else self._draft.selection(outcome.value)
        return Search(outcome, found, disagreement_of(self._draft, outcome))

    def search_around(self, incumbent: Selection, free: Choice, run: Run) -> Search:
        """Find the best portfolio in which only the free options may differ from the incumbent."""
        with self._held(incumbent, free):
            return self.search(run.heard_by(None), start=incumbent)

    def _evaluate(self, value: ValueOf) -> float | None:
        selection = self._draft.selection(value)
        worth = self._problem.evaluate(selection)
        if self._best is not None and worth is not None:
            self._best.keep(selection, worth)
        return worth

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


def relaxed_options(problem: Problem, run: Run) -> Floats | None:
    """How much of each option the linear relaxation chooses, shape (O,); None where it has no solution."""
    draft = build(problem.formulation, problem.assessment)
    for column in draft.columns:
        column.cat = "Continuous"
    outcome = search_draft(draft, run.heard_by(None), deciding=())
    if outcome.values is None:
        return None
    return np.array([outcome.value(column) for column in draft.options])
