"""From the end of a search to a result, its selection re-checked without an optimiser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from solver.assessment.assessment import Assessment
from solver.driver import relative_gap
from solver.driver.backends import rounding
from solver.driver.outcome import OPTIMAL_GAP
from solver.instance.instance import Instance
from solver.portfolio.checker import Verdict, check
from solver.portfolio.formulation import Formulation
from solver.portfolio.realised import benefit_parts, expected_benefits
from solver.portfolio.risk_figures import disagreements, risk_figures
from solver.portfolio.selection import Selection
from solver.portfolio.stability import stability_of
from solver.result import Detail, Result
from solver.run import Run, Termination
from solver.versions import versions


class Ended(Protocol):
    """Why a search stopped, what it claims that nothing exceeds, and what else it says."""

    @property
    def termination(self) -> Termination: ...
    @property
    def bound(self) -> float | None: ...
    @property
    def message(self) -> str: ...


def remarked_in_time(instance: Instance) -> None:
    """Make what every result says of an instance, which keeps it: of a large one that takes a second."""
    instance.fingerprint, instance.warnings, versions()


def result_of(
    formulation: Formulation,
    assessment: Assessment,
    ended: Ended,
    selection: Selection | None,
    run: Run,
) -> Result:
    """What a search for one formulation found, its selection re-checked without an optimiser."""
    if selection is None:
        bare = bare_result(assessment.instance, formulation.to_dict(assessment), ended, run)
        return bare if ended.termination is not Termination.unbounded else _unheld(bare)
    return with_risks(checked_result(formulation, ended, selection, run), formulation, selection)


def bare_result(instance: Instance, asked: Mapping[str, Any], ended: Ended, run: Run) -> Result:
    """The result without a portfolio."""
    return Result(
        termination=ended.termination,
        portfolio=None,
        objective=None,
        bound=None if ended.termination is Termination.error else ended.bound,
        gap=None,
        seconds=run.elapsed,
        instance={"name": instance.name, "fingerprint": instance.fingerprint},
        formulation=dict(asked),
        versions=versions(),
        seed=run.limits.seed,
        backend=run.backend,
        message=ended.message,
        warnings=instance.warnings,
        problem=instance,
    )


def checked_result(formulation: Formulation, ended: Ended, selection: Selection, run: Run) -> Result:
    """The result with a portfolio that passed the check; an error where it did not."""
    assessment = selection.assessment
    bare = bare_result(assessment.instance, formulation.to_dict(assessment), ended, run)
    verdict = check(formulation, selection)
    if not verdict.holds:
        broken = "; ".join(reading.sentence for reading in verdict.broken)
        message = f"the back end's portfolio did not pass the check: {broken}"
        return replace(bare, termination=Termination.error, bound=None, message=message)
    objection = _objection(ended, verdict, run.backend)
    wrong = ended.termination is Termination.error or bool(objection)
    bound = None if wrong or ended.bound is None else max(ended.bound, verdict.objective)
    gap = None if bound is None else relative_gap(verdict.objective, bound)
    return replace(
        bare,
        termination=Termination.error if wrong else _termination(ended.termination, gap),
        message=objection or ended.message,
        portfolio=selection.portfolio(),
        objective=verdict.objective,
        bound=bound,
        gap=gap,
        components=verdict.components,
        readings=verdict.readings,
        details=tuple(details_of(selection)),
        stability=stability_of(selection),
        verified=True,
    )


def _objection(ended: Ended, verdict: Verdict, backend: str) -> str:
    """What the end of a search claims against the portfolio that it ended with; empty where both fit.

    The driver holds every claim against every portfolio it knows: this is for what did not reach it.
    """
    if ended.termination is Termination.error:
        return ""
    known = f"against a portfolio worth {verdict.objective:.10g}, which passes the check"
    if ended.termination in (Termination.infeasible, Termination.unbounded):
        return f"the search says {ended.termination}, {known}"
    money = max(1.0, abs(verdict.objective), sum(abs(amount) for amount in verdict.components.values()))
    if ended.bound is None or ended.bound >= verdict.objective - rounding(backend) * money:
        return ""
    return f"the search says that nothing is worth more than {ended.bound:.10g}, {known}"


def _unheld(bare: Result) -> Result:
    """Portfolios are finitely many: one that is worth without bound is an objective that no row holds."""
    message = f"the search says that values have no bound, but portfolios are finitely many: {bare.message}"
    return replace(bare, termination=Termination.error, message=message)


def with_risks(result: Result, formulation: Formulation, selection: Selection) -> Result:
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


def details_of(selection: Selection) -> Iterable[Detail]:
    """Everything chosen, with what it brings and what is spent on it."""
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
            **benefit_parts(selection, element, benefits[element]),
        )
