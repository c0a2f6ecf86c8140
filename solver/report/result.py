"""The report of a result: what was found, how good it provably is, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from solver.instance.instance import Instance
from solver.portfolio.portfolio import Portfolio
from solver.report.amounts import money, number, percent
from solver.report.bindings import binding_limits
from solver.report.blocks import Facts, Report, Section, report, section, text
from solver.report.measures import figures_section
from solver.report.portfolio import chosen, dependence, licences, providers, value_by_component
from solver.report.proof import is_shown_best, quality
from solver.report.words import names_in
from solver.result import Result
from solver.run import Termination

REASONS: Mapping[Termination, str] = MappingProxyType(
    {
        Termination.optimal: "the optimum is proven",
        Termination.gap_reached: "the gap shown is small enough",
        Termination.decided: "what was asked is decided",
        Termination.time_limit: "the time limit is reached",
        Termination.cancelled: "cancelled",
        Termination.infeasible: "the rules contradict each other, which is proven",
        Termination.unbounded: "the value has no upper limit",
        Termination.error: "an error",
    }
)
SMALLEST_DIFFERENCE = 1e-9


def summary(result: Result, instance: Instance, missing: str = "", reasons: Iterable[Section] = ()) -> Report:
    """The whole report, the same every time for the same result.

    `missing` says what else was asked for, `reasons` why there is no portfolio.
    """
    found = () if result.portfolio is None else _found(result, result.portfolio, instance)
    return report(
        _headline(result, instance),
        _facts(result, instance),
        *found,
        *reasons,
        section("Warnings", text(*result.warnings)),
        section("What is missing", text(missing)),
        names=names_in(instance),
    )


def _found(result: Result, portfolio: Portfolio, instance: Instance) -> tuple[Section, ...]:
    return (
        asked(result),
        chosen(result.details, "partner", instance),
        chosen(result.details, "application", instance),
        providers(portfolio, instance),
        licences(portfolio, instance),
        value_by_component(result.components, instance, result.details),
        figures_section(result.risks, instance),
        dependence(result.stability, instance),
        binding_limits(result.readings),
    )


def _headline(result: Result, instance: Instance) -> str:
    if result.value is not None:
        return f"{instance.name}: a portfolio worth {worth(result, instance)}{proven(result, instance)}"
    if result.termination is Termination.infeasible:
        return f"{instance.name}: no portfolio exists"
    return f"{instance.name}: no portfolio was found, which does not mean that none exists"


def worth(result: Result, instance: Instance) -> str:
    """What a portfolio is worth, and what was maximised where that is something else."""
    value, objective = result.value or 0.0, result.objective or 0.0
    aim = result.formulation.get("aim", "")
    if not aim and number(value) == number(objective):
        return money(value, instance)
    return f"{money(value, instance)}, {number(objective)} {aim or 'by what was maximised'}"


def asked(result: Result) -> Section:
    """What was asked, where that is not what the instance asks for."""
    named, title = result.formulation, "What was asked"
    if named.get("as_the_instance_asks", True):
        return section(title)
    facts = {"maximise": named["maximise"], "subject to": "; ".join(named["subject_to"]) or "nothing else"}
    if named["not_in_force"]:
        facts["not in force"] = f"{'; '.join(named['not_in_force'])}, which the instance asks for"
    return section(title, Facts(facts))


def proven(result: Result, instance: Instance) -> str:
    """How good a portfolio provably is, as the end of a sentence."""
    return quality(result, lambda amount: money(amount, instance))


def _facts(result: Result, instance: Instance) -> Facts:
    facts = {"why it stopped": _reason(result)}
    if result.value is not None and result.objective is not None:
        facts["value"] = money(result.value, instance)
        if abs(result.value - result.objective) > SMALLEST_DIFFERENCE:
            facts["objective"] = f"{money(result.objective, instance)}, which is what was maximised"
    if result.opening:
        begun = max(result.opening, key=lambda name: result.opening[name])
        facts["start"] = f"{money(result.opening[begun], instance)}, found by {begun}"
    facts["bound"] = _bound(result, instance)
    facts["time"] = f"{number(round(result.seconds, 2))} s with {result.backend}"
    if result.verified:
        facts["check"] = "value and every rule recomputed without an optimiser"
    return Facts(facts)


def _reason(result: Result) -> str:
    reason = REASONS[result.termination]
    if result.termination is Termination.error:
        return f"{reason}: {result.message}"
    if result.termination is Termination.optimal and not is_shown_best(result):
        return REASONS[Termination.gap_reached]
    return reason


def _bound(result: Result, instance: Instance) -> str:
    if result.bound is None:
        return "none proven"
    gap = "" if result.gap is None else f", gap {percent(result.gap)}"
    return f"{money(result.bound, instance)}{gap}"
