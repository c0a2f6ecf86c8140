"""Resilience: what is lost when somebody fails or leaves, at once, covered for, and replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, TypeAlias

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, enclosed, exactly
from solver.answers.answering import AnsweringEach
from solver.answers.premium import Step, premium
from solver.answers.victims import KINDS, Kind, Victim, victims
from solver.portfolio.aftermath import re_assigning, sinking, uncovered, without
from solver.portfolio.checker import check
from solver.portfolio.departure import failed, left, remaining_without, standing_still
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Assignment, Portfolio
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.knowledge import Knowledge
from solver.study.plans import Plannable, completed_plan
from solver.study.study import Study

FOR_PLAN = 0.3
FOR_CURVE = 0.25
"""Shares of a time limit for the best portfolio and for the price of resilience."""


@dataclass(frozen=True)
class Loss(Shaped):
    """What of the plan's worth is lost; below 0 it is a gain.

    `before` anything is done plan and assignments stay, applications that are not covered any more
    (`stopped`) earn nothing, and limits are not looked at; `value` is the same of the alliance value, where
    something else is maximised. Then members and applications stay and others may cover (`reassigned`, by
    `assignments` that are new). Then the best portfolio without them is chosen (`replaced`, by
    `replacement`); it is not `replaceable` where no portfolio does without, None where that is not known.
    """

    before: float
    value: float
    stopped: tuple[str, ...]
    reassigned: Amount
    assignments: tuple[Assignment, ...]
    replaced: Amount
    replaceable: bool | None
    replacement: Portfolio | None


@dataclass(frozen=True)
class Exposure(Shaped):
    """What is lost when somebody of the plan fails, their cost spent, or leaves, their cost saved."""

    kind: Annotated[Kind, "`partner`, `pair`, `industry` or `region`."]
    subject: Annotated[str, "The industry or region; the id of the partner, or ids with ` + ` between."]
    members: Annotated[tuple[str, ...], "The ids of everybody in the plan who is gone."]
    fails: Loss
    leaves: Loss


@dataclass(frozen=True)
class Resilience(Answer):
    """What hangs on everybody in a plan, and what it costs to hang less on anybody.

    `plan` is None where none was found, which is proven where `infeasible`; `worth` is what it has of what is
    maximised, `best` what the best portfolio has. `broken` are the rules that a given plan breaks, in words.
    `exposures` are in the order of the tables, `curve` is the price of resilience.
    """

    plan: Portfolio | None
    worth: float | None
    best: Amount
    infeasible: bool
    broken: tuple[str, ...]
    exposures: tuple[Exposure, ...]
    curve: tuple[Step, ...]


def resilience(
    study: Study,
    plan: Plannable | None = None,
    *,
    kinds: Sequence[Kind] = KINDS,
    curve: bool = True,
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Resilience:
    """What is lost when each partner, pair, industry or region of a plan fails or leaves.

    Without a plan, of the best portfolio. With `curve`, the best value at every share β of the applications'
    revenue that has to stay without any one partner (the limit `retained_value`), from 0 to 1. Raises
    InputError for a plan that names what the instance does not know.
    """
    run = Run(limits, progress, cancel)
    return _Exposing(study, run, workers, plan, kinds, curve).answer()


Gone: TypeAlias = tuple[Victim, bool]
"""Who is gone, and whether they fail or leave."""


class _Exposing(AnsweringEach[Gone, Loss, Resilience]):
    """Asks what is lost with everybody in a plan."""

    gaps = (0.0, 0.0)

    def __init__(
        self,
        study: Study,
        run: Run,
        workers: int,
        given: Plannable | None,
        kinds: Sequence[Kind],
        curve: bool,
    ) -> None:
        super().__init__(study, run, workers)
        self._given, self._kinds, self._with_curve = given, kinds, curve
        self._plan: Selection | None = None
        self._broken: tuple[str, ...] = ()
        self._curve: tuple[Step, ...] = ()

    def full(self) -> Resilience:
        """The plan, what is lost with everybody, and the price of resilience."""
        self._choose()
        if self._plan is not None:
            for victim in victims(self._plan, self._kinds):
                for fails in (True, False):  # before anything is done, which takes no search
                    self._note((victim, fails), _at_once(self._study, self._plan, victim, fails))
            questions = [(victim, fails) for victim, one in self._replies if one for fails in (False, True)]
            self._ask_all(questions, self._run.part(1.0 - FOR_CURVE) if self._with_curve else self._run)
        for steps in premium(self._study, self._run) if self._with_curve else ():
            self._curve = steps
        return self.so_far()

    def _choose(self) -> None:
        """The plan that is given, or the best there is."""
        study, run, given = self._study, self._run, self._given
        if given is not None:
            read = completed_plan(given, study.formulation, study.assessment, "plan", run)
            verdict = check(study.formulation, read.selection, read.problems)
            self._broken = tuple(reading.sentence for reading in verdict.broken)
            self._plan = read.selection
        self._best = study.best(run.part(FOR_PLAN), start=self._plan).sound()
        if given is None:
            self._plan = self._best.selection

    @cached_property
    def _replacing(self) -> _Replacing:
        assert self._plan is not None
        return _Replacing(self._study, self._plan)

    def _ask(self, question: Gone, run: Run) -> None:
        plan, (victim, fails) = self._plan, question
        assert plan is not None
        loss = self._replies.get(question) or _at_once(self._study, plan, victim, fails)
        self._note(question, loss := _covered(self._study, plan, victim, fails, loss, run.part(0.5)))
        self._note(question, self._replacing.best(victim, fails, loss, run))

    def _is_settled(self, question: Gone) -> bool:
        loss = self._replies.get(question)
        return (
            loss is not None
            and loss.reassigned.proven
            and (loss.replaced.proven or loss.replaceable is False)
        )

    def so_far(self) -> Resilience:
        """The answer with what is known."""
        plan, best, ids = self._plan, self._best, self._study.assessment.elements
        losses = dict(self._replies)
        return Resilience(
            **about(self._study, self._run),
            plan=None if plan is None else plan.portfolio(),
            worth=None if plan is None else self._study.formulation.maximise.amount(plan),
            best=UNKNOWN if best is None else best_value(best),
            infeasible=best is not None and best.termination is Termination.infeasible,
            broken=self._broken,
            exposures=tuple(
                Exposure(one.kind, one.subject, tuple(ids[e] for e in one.gone), loss, losses[one, False])
                for (one, fails), loss in losses.items()
                if fails and (one, False) in losses
            ),
            curve=self._curve,
        )


def _at_once(study: Study, plan: Selection, victim: Victim, fails: bool) -> Loss:
    """Before anything is done; a re-assignment never loses more."""
    then = (failed if fails else left)(plan, victim.gone)
    before, value = (
        float(what.amount(plan) - what.amount(then)) for what in (study.formulation.maximise, AllianceValue())
    )
    stopped = tuple(plan.assessment.elements[a] for a in sorted(standing_still(plan, victim.gone)))
    return Loss(before, value, stopped, enclosed(None, None, before), (), UNKNOWN, None, None)


def _covered(study: Study, plan: Selection, victim: Victim, fails: bool, loss: Loss, run: Run) -> Loss:
    """After the best re-assignment."""
    then = re_assigning(plan, victim.gone, study.formulation, fails=fails)
    if not then.copies:
        return replace(loss, reassigned=exactly(loss.before))
    found = Study(Knowledge.of(then.assessment), then.formulation).best(run, start=then.left).sound()
    lost = exactly(study.formulation.maximise.amount(plan)) - best_value(found)
    if found.selection is None or lost.value is None or lost.value >= loss.before:
        return replace(loss, reassigned=_at_most(lost, loss.before))
    new = then.assigned(found.selection) - plan.assigned
    anew = replace(plan, assigned=new).portfolio().assignments or ()
    return replace(loss, reassigned=lost, assignments=anew)


def _at_most(lost: Amount, before: float) -> Amount:
    """A loss where nothing else has to be done: what is lost before, or less."""
    least = None if lost.least is None else min(lost.least, before)
    proven = lost.proven or least == before
    return enclosed(before, least, before, proven=proven)


class _Replacing:
    """The best portfolios that do without somebody; what was spent on who fails is spent."""

    def __init__(self, study: Study, plan: Selection) -> None:
        self._study, self._plan = study, plan
        self._count = len(study.assessment.options)
        self._copy_of = {e: len(study.assessment.elements) + n for n, e in enumerate(_elements(plan))}

    @cached_property
    def _sunk(self) -> Knowledge:
        return Knowledge.of(sinking(self._plan))

    def best(self, victim: Victim, fails: bool, loss: Loss, run: Run) -> Loss:
        """What is lost with the best portfolio that does without."""
        asked = without(self._study.formulation, self._study.assessment, victim.gone, victim.barred)
        study, first = self._study.asking(asked), remaining_without(self._plan, victim.gone)
        first = remaining_without(first, uncovered(first))
        if fails:
            study, first = self._failing(asked, victim), self._with_costs(first, victim)
        found = study.best(run, start=first).sound()
        if found.termination is Termination.infeasible:
            return replace(loss, replaceable=False)
        lost = exactly(asked.maximise.amount(self._plan)) - best_value(found)
        if found.selection is None or found.objective is None:
            return replace(loss, replaced=lost)
        chosen = replace(
            found.selection,
            assessment=self._study.assessment,
            options=tuple(o for o in found.selection.options if o < self._count),
        )
        if not fails:
            self._sunk.pool.add(self._with_costs(chosen, victim))
        return replace(loss, replaced=lost, replaceable=True, replacement=chosen.portfolio())

    def _failing(self, asked: Formulation, victim: Victim) -> Study:
        """The same where the cost of who fails is spent, and of nobody else."""
        ids = self._sunk.assessment.elements
        spent = {ids[self._copy_of[element]] for element in victim.gone}
        return Study(
            self._sunk, asked.locked(sorted(spent), [i for i in ids[-len(self._copy_of) :] if i not in spent])
        )

    def _with_costs(self, selection: Selection, victim: Victim) -> Selection:
        copies = [self._count + list(self._copy_of).index(element) for element in victim.gone]
        return replace(selection, assessment=self._sunk.assessment, options=(*selection.options, *copies))


def _elements(plan: Selection) -> list[int]:
    """The chosen elements, in the order of the chosen options."""
    return [int(plan.assessment.options.element[option]) for option in plan.options]
