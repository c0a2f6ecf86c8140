"""The pipeline: an instance goes in, a proven and re-checked result comes out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from solver.agreement.share import share
from solver.agreement.wishes import Wishes
from solver.allocation.game import UnprovenError
from solver.assessment.assessment import Assessment, assess
from solver.completion import complete
from solver.driver import Outcome, relative_gap
from solver.driver.backends import rounding
from solver.driver.outcome import OPTIMAL_GAP
from solver.errors import InputError
from solver.instance.defects import Defect, nearest
from solver.instance.instance import Instance
from solver.instance.validation import warnings_of
from solver.portfolio.checker import Verdict, check
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import Plan, read_plan
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.realised import expected_benefits
from solver.portfolio.risk_figures import disagreements, risk_figures
from solver.portfolio.rules import Reading
from solver.portfolio.selection import Selection
from solver.portfolio.stability import stability_of
from solver.recorded.figures import false_figures
from solver.recorded.split import false_split
from solver.result import Detail, Result
from solver.run import Cancel, Listener, Progress, Run, SearchLimits, Termination
from solver.strategies.exact import search_exactly
from solver.strategies.incumbent import Incumbent
from solver.strategies.problem import Problem
from solver.versions import versions

Plannable = Result | Portfolio | Mapping[str, Any]


def solve(
    instance: Instance,
    formulation: Formulation | None = None,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    start: Portfolio | Mapping[str, Any] | None = None,
    extensive: bool = False,
    split: bool = True,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Result:
    """Find the best portfolio of an instance, with proof, and re-check it without an optimiser.

    `include` and `exclude` lock partners or applications in or out; `start` is a known portfolio to
    improve on; `extensive` writes risk as textbooks do, with rows for every scenario, which is a
    cross-check for few of them. Where the instance has a section `split`, the value is split as well, unless
    `split` is False. `progress` is called now and then, in the calling thread;
    `cancel.cancel()` from another thread, or Ctrl-C, returns the best verified portfolio so far. Raises
    InputError for ids the instance does not know and FormulationError for a wish that cannot be
    expressed. Safe to call from several threads.
    """
    run = Run(limits, progress, cancel)
    return solved(instance, formulation, run, include, exclude, start, extensive, split)


def solved(
    instance: Instance,
    formulation: Formulation | None,
    run: Run,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    start: Plannable | None = None,
    extensive: bool = False,
    split: bool = True,
) -> Result:
    """Find the best portfolio as `solve` does, within a run."""
    include, exclude = tuple(include), tuple(exclude)
    _known(instance, (*include, *exclude))
    formulation = (formulation or Formulation.of(instance)).locked(include, exclude)
    known = _Known(instance, formulation, run)
    return run.attended(lambda: _searched(known, start, extensive, split), known.when_stopped)


class _Known:
    """What a search knows so far: enough for a result whenever it has to stop."""

    def __init__(self, instance: Instance, formulation: Formulation, run: Run) -> None:
        self.instance, self.formulation = instance, formulation
        self.run = run.heard_by(self._note)
        self.best: Incumbent | None = None
        self.result: Result | None = None
        self.start_breaks: Sequence[Reading] = ()
        self._whole, self._bound = run, math.inf

    def _note(self, news: Progress) -> None:
        """Remember the least bound that the search for this formulation has proven, and pass the news on."""
        if self.result is None and news.bound is not None:
            self._bound = min(self._bound, news.bound)
        self._whole.pass_on(news)

    def when_stopped(self) -> Result:
        """The best verified portfolio so far, and why there is no more."""
        if self.result is not None:
            return self.result
        why = self.run.verdict or Termination.cancelled
        outcome = Outcome.without_program(why, self.run.elapsed, "the search was left alone")
        if math.isfinite(self._bound):
            outcome = replace(outcome, bound=self._bound)
        if self.best is None or self.best.selection is None:
            return self.remarked(_bare(self.instance, {}, outcome, self.run))
        return self.remarked(_checked(self.formulation, outcome, self.best.selection, self.run))

    def remarked(self, result: Result) -> Result:
        """The result with a warning where a start was given that breaks rules."""
        if not self.start_breaks:
            return result
        broken = "; ".join(reading.sentence for reading in self.start_breaks)
        refused = f"The start was not used, it breaks rules: {broken}."
        return replace(result, warnings=(*result.warnings, refused))


def _searched(known: _Known, start: Plannable | None, extensive: bool, split: bool) -> Result:
    """Assess, search, check, split: the best portfolio, and what was known on the way."""
    instance, formulation, run = known.instance, known.formulation, known.run
    run.tell(phase="drawing")
    assessment = assess(instance)
    problem = Problem(assessment, formulation)
    known.best = Incumbent(problem, run, phase="opening")
    first = None if start is None else _completed(formulation, assessment, start, "start", run).selection
    known.start_breaks = () if first is None else check(formulation, first).broken
    begun = None if known.start_breaks else first
    search = search_exactly(problem, run, known.best, start=begun, extensive=extensive)
    run.tell(phase="checking")
    selection = search.selection
    seen = None if search.disagreement is None else search.disagreement.to_dict()
    facts: dict[str, Any] = {"opening": search.opening.gave, "contradiction": seen}
    if selection is None:
        return known.remarked(replace(result_of(formulation, assessment, search.outcome, None, run), **facts))
    checked = known.remarked(replace(_checked(formulation, search.outcome, selection, run), **facts))
    known.result = checked
    result = known.result = replace(_with_risks(checked, formulation, selection), seconds=run.elapsed)
    if not split or instance.split is None or not result.has_portfolio:
        return result
    run.tell(phase="splitting")
    unsplit = "The value was not split: the search had to stop first."
    known.result = replace(result, warnings=(*result.warnings, unsplit))
    try:
        shared = share(selection, formulation, Wishes.of(instance), run)
    except UnprovenError as error:
        return replace(result, warnings=(*result.warnings, f"The value was not split: {error}."))
    return replace(result, split=shared, seconds=run.elapsed)


@dataclass(frozen=True)
class Judgement:
    """A plan judged: the plan with everything that was left open filled in, and the verdict on it.

    `false_claims` are sentences about what the plan's own document says of it and is not so.
    """

    portfolio: Portfolio
    verdict: Verdict
    completed: bool
    false_claims: tuple[str, ...] = ()

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
    return judged(instance, plan, formulation, Run(limits, progress, cancel), include, exclude)


def judged(
    instance: Instance,
    plan: Result | Portfolio | Mapping[str, Any],
    formulation: Formulation | None,
    run: Run,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
) -> Judgement:
    """Judge a plan as `verify` does, within a run; raises StoppedError where that ends first."""
    include, exclude = tuple(include), tuple(exclude)
    _known(instance, (*include, *exclude))
    formulation = (formulation or Formulation.of(instance)).locked(include, exclude)
    return run.attended(lambda: _judged(instance, plan, formulation, run), run.end)


def _judged(instance: Instance, plan: Plannable, formulation: Formulation, run: Run) -> Judgement:
    run.tell(phase="checking")
    read = _completed(formulation, assess(instance), plan, "plan", run)
    verdict = check(formulation, read.selection, read.problems)
    if read.open and not verdict.holds:
        run.check()
    claims = false_claims(plan, formulation, read.selection, verdict)
    return Judgement(read.selection.portfolio(), verdict, read.open, tuple(claims))


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
        details=tuple(_details(selection)),
        risks=risk_figures(selection, formulation.watched(instance)),
        stability=stability_of(selection),
    )
    yield from false_figures(document, true.to_dict())
    if verdict.holds:
        yield from false_split(document.get("split"), selection, formulation)


def _completed(
    formulation: Formulation,
    assessment: Assessment,
    plan: Result | Portfolio | Mapping[str, Any],
    place: str,
    run: Run,
) -> Plan:
    """The plan with its selection complete; `open` still says whether the plan itself left something open."""
    document = plan.to_dict() if isinstance(plan, Portfolio | Result) else plan
    read = read_plan(assessment, document, place)
    return replace(read, selection=complete(formulation, read.selection, run)) if read.open else read


def _known(instance: Instance, ids: Iterable[str]) -> None:
    elements = [row.id for row in (*instance.partners, *instance.applications)]
    defects = [
        Defect("locks", f"name a partner or an application{nearest(id_, elements)}", value=id_)
        for id_ in ids
        if id_ not in set(elements)
    ]
    if defects:
        raise InputError(defects)


def result_of(
    formulation: Formulation,
    assessment: Assessment,
    outcome: Outcome,
    selection: Selection | None,
    run: Run,
) -> Result:
    """What a search for one formulation found, its selection re-checked without an optimiser."""
    if selection is None:
        bare = _bare(assessment.instance, formulation.to_dict(assessment), outcome, run)
        return bare if outcome.termination is not Termination.unbounded else _unheld(bare)
    return _with_risks(_checked(formulation, outcome, selection, run), formulation, selection)


def _bare(instance: Instance, asked: Mapping[str, Any], outcome: Outcome, run: Run) -> Result:
    """The result without a portfolio."""
    return Result(
        termination=outcome.termination,
        portfolio=None,
        objective=None,
        bound=None if outcome.termination is Termination.error else outcome.bound,
        gap=None,
        seconds=run.elapsed,
        instance={"name": instance.name, "fingerprint": instance.fingerprint},
        formulation=dict(asked),
        versions=versions(),
        seed=run.limits.seed,
        backend=run.limits.backend,
        message=outcome.message,
        warnings=warnings_of(instance),
    )


def _checked(formulation: Formulation, outcome: Outcome, selection: Selection, run: Run) -> Result:
    """The result with a portfolio that passed the check; an error where it did not."""
    assessment = selection.assessment
    bare = _bare(assessment.instance, formulation.to_dict(assessment), outcome, run)
    verdict = check(formulation, selection)
    if not verdict.holds:
        broken = "; ".join(reading.sentence for reading in verdict.broken)
        message = f"the back end's portfolio did not pass the check: {broken}"
        return replace(bare, termination=Termination.error, bound=None, message=message)
    objection = _objection(outcome, verdict, run.limits.backend)
    wrong = outcome.termination is Termination.error or bool(objection)
    bound = None if wrong or outcome.bound is None else max(outcome.bound, verdict.objective)
    gap = None if bound is None else relative_gap(verdict.objective, bound)
    return replace(
        bare,
        termination=Termination.error if wrong else _termination(outcome.termination, gap),
        message=objection or outcome.message,
        portfolio=selection.portfolio(),
        objective=verdict.objective,
        bound=bound,
        gap=gap,
        components=verdict.components,
        readings=verdict.readings,
        details=tuple(_details(selection)),
        stability=stability_of(selection),
        verified=True,
    )


def _objection(outcome: Outcome, verdict: Verdict, backend: str) -> str:
    """What the end of a search claims against the portfolio that it ended with; empty where both fit.

    The driver holds every claim against every portfolio it knows: this is for what did not reach it.
    """
    if outcome.termination is Termination.error:
        return ""
    known = f"against a portfolio worth {verdict.objective:.10g}, which passes the check"
    if outcome.termination in (Termination.infeasible, Termination.unbounded):
        return f"the search says {outcome.termination}, {known}"
    money = max(1.0, abs(verdict.objective), sum(abs(amount) for amount in verdict.components.values()))
    if outcome.bound is None or outcome.bound >= verdict.objective - rounding(backend) * money:
        return ""
    return f"the search says that nothing is worth more than {outcome.bound:.10g}, {known}"


def _unheld(bare: Result) -> Result:
    """Portfolios are finitely many: one that is worth without bound is an objective that no row holds."""
    message = f"the search says that values have no bound, but portfolios are finitely many: {bare.message}"
    return replace(bare, termination=Termination.error, message=message)


def _with_risks(result: Result, formulation: Formulation, selection: Selection) -> Result:
    """The same with the figures of risk, for which fresh scenarios are drawn."""
    if not result.has_portfolio:
        return result
    risks = risk_figures(selection, formulation.watched(selection.assessment.instance))
    return replace(result, risks=risks, warnings=(*result.warnings, *disagreements(risks)))


def _termination(stopped: Termination, gap: float | None) -> Termination:
    """What is called optimal is optimal: the claim is taken from the recomputed gap."""
    if stopped in (Termination.optimal, Termination.gap_reached) and gap is not None:
        return Termination.optimal if gap <= OPTIMAL_GAP else Termination.gap_reached
    return stopped


def _details(selection: Selection) -> Iterable[Detail]:
    assessment, options = selection.assessment, selection.assessment.options
    benefits = expected_benefits(selection)
    for element in (*selection.partners, *selection.applications):
        option = selection.option_of[element]
        yield Detail(
            id=assessment.elements[element],
            name=assessment.label(element),
            kind="partner" if assessment.is_partner(element) else "application",
            level=options.level[option],
            start=int(options.start[option]),
            benefit=benefits[element],
            spend=float(options.spending[option].sum()),
        )
