"""The study: one instance, asked again and again; whatever is asked twice is kept here."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from solver.assessment.assessment import Assessment, assess
from solver.driver import relative_gap
from solver.driver.backends import rounding
from solver.driver.outcome import OPTIMAL_GAP
from solver.instance.instance import Instance
from solver.model.build import extended
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import Rule
from solver.portfolio.selection import Selection
from solver.portfolio.tighter import same_kind
from solver.run import Run, Termination
from solver.search import Disagreement
from solver.strategies.exact import search_exactly
from solver.strategies.opening import Opening
from solver.strategies.problem import Problem
from solver.study.ledger import Ledger
from solver.study.models import Models
from solver.study.pool import Pool


class BusyError(RuntimeError):
    """A study is searching in another thread."""


@dataclass(frozen=True, eq=False)
class Proven:
    """The end of a search: why it stopped, the best selection known, and a bound that nothing exceeds.

    `message` is what a back end or the ledger says, `disagreement` who disagrees where a claim is refuted;
    `searched` says whether a program was solved, `opening` what its search began with.
    """

    termination: Termination
    selection: Selection | None
    objective: float | None = None
    bound: float | None = None
    message: str = ""
    opening: Opening = field(default_factory=lambda: Opening(None, {}))
    disagreement: Disagreement | None = None
    searched: bool = True


class Knowledge:
    """What is known of one assessment, whatever is asked: portfolios, bounds and models."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.pool = Pool()
        self.ledger = Ledger(assessment)
        self.models = Models(assessment)
        self._lock = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else searches meanwhile; raises BusyError where somebody does."""
        if not self._lock.acquire(blocking=False):
            raise BusyError("this study is searching in another thread: give every thread a study of its own")
        try:
            yield
        finally:
            self._lock.release()

    def __getstate__(self) -> dict[str, Any]:
        """Without what cannot travel to another process: models and lock."""
        return {"assessment": self.assessment, "pool": self.pool, "ledger": self.ledger}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.models, self._lock = Models(self.assessment), threading.Lock()


class Study:
    """An instance and what is asked of it, with all that earlier questions taught.

    Variants share what they know: a portfolio found for one is a start for all that allow it, and a bound
    proven for one holds for all that ask for more.
    """

    def __init__(
        self, instance: Instance, formulation: Formulation | None = None, knowledge: Knowledge | None = None
    ) -> None:
        self.instance = instance
        self.formulation = formulation or Formulation.of(instance)
        self.knowledge = knowledge or Knowledge(assess(instance))

    @property
    def assessment(self) -> Assessment:
        """What selection works with."""
        return self.knowledge.assessment

    def asking(self, formulation: Formulation) -> Study:
        """The same instance, asked something else."""
        return Study(self.instance, formulation, self.knowledge)

    def locked(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> Study:
        """The same with partners or applications locked in or out."""
        return self.asking(self.formulation.locked(include, exclude))

    def limited(self, *rules: Rule) -> Study:
        """The same with rules added; one that bounds what a rule there bounds already takes its place."""
        kept = [
            rule
            for rule in self.formulation.subject_to
            if not any(same_kind(rule, one, self.assessment) for one in rules)
        ]
        wanted = self.formulation
        return self.asking(Formulation(wanted.maximise, (*kept, *rules), wanted.structure))

    def best(self, run: Run | None = None, start: Selection | None = None) -> Proven:
        """The best portfolio, with proof: from what is known where that is enough, else by a search.

        `start` is a portfolio to improve on. Raises BusyError while another thread searches.
        """
        run = run or Run()
        with self.knowledge.held():
            if start is not None:
                self.knowledge.pool.add(start)
            known = self._known(run)
            return self._searched(known, run) if known.termination is None else known.proven()

    def _known(self, run: Run) -> _Known:
        """What earlier questions say of this one."""
        found = self.knowledge.pool.best(self.formulation)
        selection, worth = found or (None, None)
        bound, of = self.knowledge.ledger.claim(self.formulation)
        if selection is None or worth is None:
            nothing = Termination.infeasible if bound == -math.inf else None
            return _Known(nothing, None, None, bound)
        if bound < worth - self._room(selection, worth, run):
            claim = "no portfolio exists" if bound == -math.inf else f"nothing is worth more than {bound:.10g}"
            message = (
                f"it was proven that {claim} where one asks to {of}, "
                f"against a portfolio worth {worth:.10g}, which passes the check"
            )
            return _Known(Termination.error, selection, worth, bound, message)
        bound = max(bound, worth)  # within the rounding of the money both add up
        gap = relative_gap(worth, bound)
        ended = Termination.optimal if gap <= OPTIMAL_GAP else Termination.gap_reached
        return _Known(ended if gap <= run.limits.gap else None, selection, worth, bound)

    def _room(self, selection: Selection, worth: float, run: Run) -> float:
        amounts = (
            factor * self.knowledge.pool.amount(term, selection)
            for term, factor in self.formulation.maximise.weights().items()
        )
        money = max(1.0, abs(worth), sum(abs(amount) for amount in amounts))
        return rounding(run.limits.backend) * money

    def _searched(self, known: _Known, run: Run) -> Proven:
        problem = Problem(self.assessment, self.formulation, self.knowledge.pool.add)
        serving = self.knowledge.models.serving(self.formulation)
        with extended(serving.draft, self.formulation, serving.further):
            search = search_exactly(problem, run, start=known.selection, draft=serving.draft)
        ended = search.outcome
        if search.selection is not None:
            self.knowledge.pool.add(search.selection)
        if ended.termination in (Termination.error, Termination.unbounded):
            return Proven(
                ended.termination,
                search.selection,
                message=ended.message,
                opening=search.opening,
                disagreement=search.disagreement,
            )
        if ended.termination is Termination.infeasible:
            self.knowledge.ledger.note(self.formulation, -math.inf)
        elif ended.bound is not None:
            self.knowledge.ledger.note(self.formulation, ended.bound)
        now = self._known(run)
        return now.proven(ended.termination, ended.message, search.opening)


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known without a search; `termination` None where that is not enough."""

    termination: Termination | None
    selection: Selection | None
    worth: float | None
    bound: float
    message: str = ""

    def proven(
        self, stopped: Termination | None = None, message: str = "", opening: Opening | None = None
    ) -> Proven:
        """The end of a search, or of none, that stopped for a reason of its own where this is not enough."""
        termination = self.termination or stopped
        if termination is None:
            raise ValueError("what is known is not enough, and there was no search")
        return Proven(
            termination,
            self.selection,
            self.worth,
            self.bound if math.isfinite(self.bound) else None,
            self.message or message,
            opening or Opening(None, {}),
            searched=stopped is not None,
        )
