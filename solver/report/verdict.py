"""The report of a plan that was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from solver.instance.instance import Instance
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.rules.rule import Reading
from solver.report.amounts import counted, money
from solver.report.bindings import binding_limits
from solver.report.blocks import Report, report, section, text
from solver.report.portfolio import providers, value_by_component
from solver.report.words import names_in
from solver.result import Source, ValueByComponent

if TYPE_CHECKING:
    from solver.pipeline import Judgement


def verdict_summary(judgement: Judgement, instance: Instance, notes: Iterable[str]) -> Report:
    """The whole report: whether the plan holds, what is broken, what it is worth."""
    verdict, portfolio = judgement.verdict, judgement.portfolio
    partners = counted(len(portfolio.partners), "partner")
    applications = counted(len(portfolio.applications), "application")
    size = f"{partners} and {applications}, worth {money(verdict.value, instance)}"
    broken = counted(len(verdict.broken), "rule")
    found = "the plan holds" if verdict.holds else f"the plan is broken, {broken} not kept"
    if judgement.false_claims:
        found += f"{', but' if verdict.holds else ', and'} its file says what is not so"
    return report(
        f"{instance.name}: {found}",
        text(size),
        section("What is broken", text(*(reading.sentence for reading in verdict.broken))),
        section("What the file says and is not so", text(*judgement.false_claims)),
        *([providers(portfolio, instance)] if judgement.completed else []),
        value_by_component(verdict.components, instance),
        binding_limits(reading for reading in verdict.readings if reading.holds),
        section("Notes", text(*notes)),
        names=names_in(instance),
    )


def notes_on(judgement: Judgement, plan: Mapping[str, Any], instance: Instance) -> Iterator[str]:
    """Sentences about what was filled in and where the plan's own record differs."""
    if judgement.completed and judgement.portfolio.assignments:
        yield "The plan does not say who provides what; the best assignments were searched for."
    recorded = plan.get("instance")
    fingerprint = recorded.get("fingerprint") if isinstance(recorded, Mapping) else None
    if fingerprint is not None and fingerprint != instance.fingerprint:
        yield "The plan was made for another instance or another state of this one: fingerprints differ."
        stated, found = plan.get("objective"), judgement.verdict.objective
        if isinstance(stated, int | float) and stated != found:
            stood = f"{money(stated, instance)} there and {money(found, instance)} here"
            yield f"Its objective is {stood}."


class VerdictDocument(TypedDict):
    """A plan judged: whether it keeps every rule, and whether its file says nothing that is not so.

    `broken` and `false_claims` say what is wrong, `rules` hold every rule against the plan, with its slack;
    `completed` says that assignments were searched for.
    """

    holds: Annotated[bool, "Nothing is broken, and nothing claimed that is not so."]
    broken: list[str]
    false_claims: list[str]
    objective: Annotated[float, "What the plan has of what is maximised."]
    value: ValueByComponent
    portfolio: Portfolio
    completed: bool
    rules: list[Reading]
    notes: Annotated[list[str], "What was filled in, or is odd."]
    instance: Source


def judgement_document(judgement: Judgement, instance: Instance, notes: Iterable[str]) -> VerdictDocument:
    """The same for JSON."""
    verdict = judgement.verdict
    return {
        "holds": judgement.holds,
        "broken": [reading.sentence for reading in verdict.broken],
        "false_claims": list(judgement.false_claims),
        "objective": verdict.objective,
        "value": ValueByComponent(verdict.value, verdict.components),
        "portfolio": judgement.portfolio,
        "completed": judgement.completed,
        "rules": list(verdict.readings),
        "notes": list(notes),
        "instance": {"name": instance.name, "fingerprint": instance.fingerprint},
    }
