"""The pipeline: an instance goes in, a proven and re-checked result comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from solver.portfolio.selection import Selection
from solver.portfolio.stability import stability_of
from solver.recorded.figures import false_figures
from solver.recorded.split import false_split
from solver.result import Detail, Result
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.strategies.exact import search_exactly
from solver.strategies.problem import Problem
from solver.versions import versions


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
    start: Portfolio | Mapping[str, Any] | None = None,
    extensive: bool = False,
    split: bool = True,
) -> Result:
    """Find the best portfolio as `solve` does, within a run."""
    include, exclude = tuple(include), tuple(exclude)
    _known(instance, (*include, *exclude))
    assessment = assess(instance)
    formulation = (formulation or Formulation.of(instance)).locked(include, exclude)
    first = None if start is None else _completed(formulation, assessment, start, "start", run).selection
    broken = () if first is None else check(formulation, first).broken
    search = search_exactly(
        Problem(assessment, formulation), run, start=None if broken else first, extensive=extensive
    )
    selection = search.selection
    result = result_of(formulation, assessment, search.outcome, selection, run)
    seen = None if search.disagreement is None else search.disagreement.to_dict()
    result = replace(result, opening=search.opening.gave, contradiction=seen)
    if broken:
        refused = f"The start was not used, it breaks rules: {'; '.join(one.sentence for one in broken)}."
        result = replace(result, warnings=(*result.warnings, refused))
    if not split or instance.split is None or selection is None or not result.has_portfolio:
        return result
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
    state of this one. Raises InputError for a plan that names what the instance does not know.
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
    """Judge a plan as `verify` does, within a run."""
    include, exclude = tuple(include), tuple(exclude)
    _known(instance, (*include, *exclude))
    assessment = assess(instance)
    formulation = (formulation or Formulation.of(instance)).locked(include, exclude)
    read = _completed(formulation, assessment, plan, "plan", run)
    verdict = check(formulation, read.selection, read.problems)
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
    instance = assessment.instance
    bare = Result(
        termination=outcome.termination,
        portfolio=None,
        objective=None,
        bound=None if outcome.termination is Termination.error else outcome.bound,
        gap=None,
        seconds=run.elapsed,
        instance={"name": instance.name, "fingerprint": instance.fingerprint},
        formulation=formulation.to_dict(assessment),
        versions=versions(),
        seed=run.limits.seed,
        backend=run.limits.backend,
        message=outcome.message,
        warnings=warnings_of(instance),
    )
    if selection is None:
        return bare if outcome.termination is not Termination.unbounded else _unheld(bare)
    verdict = check(formulation, selection)
    if not verdict.holds:
        broken = "; ".join(reading.sentence for reading in verdict.broken)
        message = f"the back end's portfolio did not pass the check: {broken}"
        return replace(bare, termination=Termination.error, bound=None, message=message)
    risks = risk_figures(selection, formulation.watched(instance))
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
        risks=risks,
        stability=stability_of(selection),
        verified=True,
        warnings=(*bare.warnings, *disagreements(risks)),
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
