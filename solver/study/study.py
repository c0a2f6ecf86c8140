"""The study: one instance, asked again and again; whatever is asked twice is kept here."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from solver.assessment.assessment import Assessment
from solver.driver import relative_gap
from solver.driver.backends import rounding
from solver.driver.outcome import OPTIMAL_GAP
from solver.instance.calling import locks
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import Rule
from solver.portfolio.selection import Selection
from solver.portfolio.tighter import same_kind
from solver.result import Result
from solver.run import NO_DECISION, Cancel, Decision, Listener, Run, SearchLimits, Termination
from solver.search.exact import ProvenSearch, search_exactly
from solver.search.first import try_first_portfolios
from solver.search.incumbent import Incumbent
from solver.search.opening import Opening
from solver.search.problem import Problem
from solver.study.knowledge import Knowledge
from solver.study.plans import Plannable
from solver.study.proven import Proven
from solver.study.solving import solved


class Study:
    """An instance and what is asked of it, with all that earlier questions taught.

    Variants share what they know: a portfolio found for one is a start for all that allow it, and a bound
    proven for one holds for all that ask for more. Studies pickle, without their models. One thread at a
    time may search; the others are refused with BusyError.
    """

    def __init__(self, subject: Instance | Knowledge, formulation: Formulation | None = None) -> None:
        self.knowledge = subject if isinstance(subject, Knowledge) else Knowledge(subject)
        self.formulation = formulation or Formulation.of(self.instance)

    @property
    def instance(self) -> Instance:
        """What is asked about."""
        return self.knowledge.instance

    @property
    def assessment(self) -> Assessment:
        """What selection works with."""
        return self.knowledge.assessment

    @cached_property
    def problem(self) -> Problem:
        """The same as a problem for strategies; what they judge good is kept."""
        return Problem(self.assessment, self.formulation, self.knowledge.pool.add)

    def asking(self, formulation: Formulation) -> Study:
        """The same instance, asked something else."""
        return Study(self.knowledge, formulation)

    def locked(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> Study:
        """The same with partners or applications locked in or out, by id or by a name that only one has.

        Raises InputError for what is neither.
        """
        return self.asking(self.formulation.locked(*locks(self.instance, include, exclude)))

    def limited(self, *rules: Rule) -> Study:
        """The same with rules added; one that bounds what a rule there bounds already takes its place."""
        kept = [
            rule
            for rule in self.formulation.subject_to
            if not any(same_kind(rule, one, self.assessment) for one in rules)
        ]
        wanted = self.formulation
        return self.asking(Formulation(wanted.maximise, (*kept, *rules), wanted.structure))

    def revised(self, instance: Instance) -> Study:
        """A changed instance, asked what its settings say; it shares what the change leaves alone.

        Portfolios are carried over by their ids, and judged anew. Where only limits are different, so are
        assessment and scenarios. Drawn scenarios stay the same for what is drawn in the same places.
        """
        return Study(self.knowledge.revised(instance))

    def solve(
        self,
        *,
        start: Plannable | None = None,
        split: bool = True,
        limits: SearchLimits | None = None,
        progress: Listener | None = None,
        cancel: Cancel | None = None,
    ) -> Result:
        """Find the best portfolio, with proof, as `pf.solve` does; from what is known where that is enough.

        Raises BusyError while another thread searches.
        """
        return solved(self, Run(limits, progress, cancel), start, split=split)

    def best(
        self,
        run: Run | None = None,
        *,
        start: Selection | None = None,
        incumbent: Incumbent | None = None,
        decision: Decision = NO_DECISION,
    ) -> Proven:
        """The best portfolio, with proof and without further figures; or what is enough for a decision.

        `start` is a portfolio to improve on; `incumbent` keeps the best while the search goes on. Raises
        BusyError while another thread searches.
        """
        run = run or Run()
        with self.knowledge.held():
            if start is not None:
                self.knowledge.pool.add(start)
            known = self._known(run, decision)
            if known.termination is not None and known.borrowed:
                try_first_portfolios(self.problem, run, incumbent or Incumbent(self.problem, run))
                known = self._known(run, decision)
            if known.termination is not None:
                return known.proven()
            best = incumbent or Incumbent(self.problem, run)
            return self._learned(self._search(run, known.selection, best, decision), run, decision)

    def _known(self, run: Run, decision: Decision) -> _Known:
        """What earlier questions say of this one."""
        found = self.knowledge.pool.best(self.formulation)
        bound, of = self.knowledge.ledger.claim(self.formulation)
        if found is None:
            decided = Termination.decided if decision.taken(-math.inf, bound) else None
            ended = Termination.infeasible if bound == -math.inf else decided
            return _Known(ended, None, None, bound, borrowed=of != self.formulation)
        selection, worth = found
        if bound < worth - self._room(selection, worth, run):
            message = (
                f"{self._claim(bound, of)}, against a portfolio worth {worth:.10g}, which passes the check"
            )
            return _Known(Termination.error, selection, worth, bound, message)
        bound = max(bound, worth)  # within the rounding of what both add up
        gap = relative_gap(worth, bound)
        ended = Termination.optimal if gap <= OPTIMAL_GAP else Termination.gap_reached
        decided = Termination.decided if decision.taken(worth, bound) else None
        enough = ended if gap <= run.limits.gap else decided
        return _Known(enough, selection, worth, bound, borrowed=of != self.formulation)

    def _claim(self, bound: float, of: Formulation | None) -> str:
        who = "the search" if of == self.formulation else f"a search asked to {' '.join(str(of).split())}"
        claim = f"that nothing is worth more than {bound:.10g}" if math.isfinite(bound) else "infeasible"
        return f"{who} says {claim}"

    def _room(self, selection: Selection, worth: float, run: Run) -> float:
        """What the rounding of a portfolio's worth may come to, as a back end adds it up."""
        weights = self.formulation.maximise.weights()
        amounts = (factor * self.knowledge.pool.amount(term, selection) for term, factor in weights.items())
        money = max(1.0, abs(worth), sum(abs(amount) for amount in amounts))
        return rounding(run.backend) * money

    def _search(
        self, run: Run, start: Selection | None, incumbent: Incumbent, decision: Decision
    ) -> ProvenSearch:
        model = self.knowledge.models.serving(self.formulation, run)
        return search_exactly(self.problem, run, incumbent, start=start, model=model, decision=decision)

    def _learned(self, search: ProvenSearch, run: Run, decision: Decision) -> Proven:
        """What a search adds to what is known, and how it stands now."""
        ended, selection = search.outcome, search.selection
        if selection is not None:
            self.knowledge.pool.add(selection)
        if ended.termination in (Termination.error, Termination.unbounded):
            return Proven(
                ended.termination,
                selection,
                message=ended.message,
                opening=search.opening,
                disagreement=search.disagreement,
            )
        bound = -math.inf if ended.termination is Termination.infeasible else ended.bound
        if bound is not None:
            self.knowledge.ledger.note(self.formulation, bound)
        known = self._known(run, decision)
        if known.selection is None and selection is not None:  # the checker refuses it: to be told
            return Proven(ended.termination, selection, bound=ended.bound, message=ended.message)
        return known.proven(ended.termination, ended.message, search.opening)


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known without a search; `termination` None where that is not enough.

    A bound that is `borrowed` was proven of another question: it is held against the first portfolios of this
    one before it is believed.
    """

    termination: Termination | None
    selection: Selection | None
    worth: float | None
    bound: float
    message: str = ""
    borrowed: bool = False

    def proven(
        self, stopped: Termination | None = None, message: str = "", opening: Opening | None = None
    ) -> Proven:
        """The same as the end of a search, which stopped for a reason of its own, or of none."""
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
