"""The pipeline: an instance goes in, a proven and re-checked result comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from solver.instance.instance import Instance
from solver.portfolio.checker import Verdict, check
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.risk_figures import risk_figures
from solver.portfolio.selection import Selection
from solver.portfolio.stability import stability_of
from solver.recorded.figures import false_figures
from solver.result import Result
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.study.plans import Plannable, completed_plan
from solver.study.results import details_of
from solver.study.solving import solved
from solver.study.study import Study


def solve(
    instance: Instance,
    formulation: Formulation | None = None,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    start: Portfolio | Mapping[str, Any] | None = None,
    split: bool = True,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Result:
    """Find the best portfolio of an instance, with proof, and re-check it without an optimiser.

    `include` and `exclude` lock partners or applications in or out; `start` is a known portfolio to
    improve on. Where the instance has a section `split`, the value is split as well, unless
    `split` is False. `progress` is called now and then, in the calling thread;
    `cancel.cancel()` from another thread, or Ctrl-C, returns the best verified portfolio so far. Raises
    InputError for what is neither an id nor a name that only one has, and FormulationError for a wish that
    cannot be expressed. Safe to call from several threads.
    """
    study = Study(instance, formulation).locked(include, exclude)
    return solved(study, Run(limits, progress, cancel), start, split)


@dataclass(frozen=True)
class Judgement:
    """A plan judged: the plan with everything that was left open filled in, and the verdict on it.

    `false_claims` are sentences about what the plan's own document says of it and is not so.
    """

    selection: Selection
    verdict: Verdict
    completed: bool
    false_claims: tuple[str, ...] = ()

    @property
    def portfolio(self) -> Portfolio:
        """The plan, complete."""
        return self.selection.portfolio()

    @property
    def holds(self) -> bool:
        """Whether the plan keeps every rule, and its document says nothing that is not so."""
        return self.verdict.holds and not self.false_claims


def verify(
    instance: Instance,
    plan: Result | Portfolio | Mapping[str, Any],
    formulation: Formulation | None = None,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Judgement:
    """Judge a plan without an optimiser: its value and how it stands with every rule.

    Where the plan leaves the assignments open, the best ones are searched for first. A result, or its
    document, is also judged by what it says of itself, unless it was found for another instance or another
    state of this one. Raises InputError for a plan that names what the instance does not know, and
    StoppedError where the run has to stop before there is a verdict.
    """
    study = Study(instance, formulation).locked(include, exclude)
    return judged(study, plan, Run(limits, progress, cancel))


def judged(study: Study, plan: Plannable, run: Run) -> Judgement:
    """Judge a plan as `verify` does, within a run; raises StoppedError where that ends first."""
    return run.attended(lambda: _judged(study, plan, run), run.end)


def _judged(study: Study, plan: Plannable, run: Run) -> Judgement:
    run.tell(phase="checking")
    read = completed_plan(plan, study.formulation, study.assessment, "plan", run)
    verdict = check(study.formulation, read.selection, read.problems)
    if read.open and not verdict.holds:
        run.check()
    claims = false_claims(plan, study.formulation, read.selection, verdict)
    return Judgement(read.selection, verdict, read.open, tuple(claims))


def false_claims(
    plan: Result | Portfolio | Mapping[str, Any],
    formulation: Formulation,
    selection: Selection,
    verdict: Verdict,
) -> Iterator[str]:
    """What a result's document says of its portfolio and is not so; a plan without figures claims nothing."""
    document = plan.to_dict() if isinstance(plan, Result) else plan
    instance = selection.assessment.instance
    if not isinstance(document, Mapping) or "portfolio" not in document:
        return
    recorded = document.get("instance")
    fingerprint = recorded.get("fingerprint") if isinstance(recorded, Mapping) else None
    if fingerprint not in (None, instance.fingerprint):
        return
    true = Result(
        Termination.cancelled,
        selection.portfolio(),
        verdict.objective,
        bound=None,
        gap=None,
        seconds=0.0,
        components=verdict.components,
        readings=verdict.readings,
        details=tuple(details_of(selection)),
        risks=risk_figures(selection, formulation.watched(instance)),
        stability=stability_of(selection),
    )
    yield from false_figures(document, true.to_dict())
    if verdict.holds:
        from solver.recorded.split import false_split  # what splits is imported where a split is

        yield from false_split(document.get("split"), selection, formulation)
