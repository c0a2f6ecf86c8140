"""The report of a plan that was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from solver.instance.instance import Instance
from solver.report.amounts import counted, money
from solver.report.bindings import binding_limits
from solver.report.layout import headline, paragraphs, section
from solver.report.portfolio import providers, value_by_component
from solver.report.words import names_in, whole_report

if TYPE_CHECKING:
    from solver.pipeline import Judgement


def judgement_text(judgement: Judgement, instance: Instance, notes: Iterable[str]) -> str:
    """The whole report: whether the plan holds, what is broken, what it is worth."""
    verdict, portfolio = judgement.verdict, judgement.portfolio
    partners = counted(len(portfolio.partners), "partner")
    applications = counted(len(portfolio.applications), "application")
    size = f"{partners} and {applications}, worth {money(verdict.value, instance)}"
    broken = counted(len(verdict.broken), "rule")
    found = "the plan holds" if verdict.holds else f"the plan is broken, {broken} not kept"
    if judgement.false_claims:
        found += f"{', but' if verdict.holds else ', and'} its file says what is not so"
    return whole_report(
        f"{instance.name}: {found}",
        headline(size),
        section("What is broken", paragraphs(reading.sentence for reading in verdict.broken)),
        section("What the file says and is not so", paragraphs(judgement.false_claims)),
        providers(portfolio, instance) if judgement.completed else [],
        value_by_component(verdict.components, instance),
        binding_limits(reading for reading in verdict.readings if reading.holds),
        section("Notes", paragraphs(notes)),
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


def judgement_document(judgement: Judgement, instance: Instance, notes: Iterable[str]) -> dict[str, Any]:
    """The same as plain values, for JSON."""
    verdict = judgement.verdict
    components = {name: float(amount) for name, amount in verdict.components.items()}
    return {
        "holds": judgement.holds,
        "broken": [reading.sentence for reading in verdict.broken],
        "false_claims": list(judgement.false_claims),
        "objective": float(verdict.objective),
        "value": {"total": float(verdict.value), "components": components},
        "portfolio": judgement.portfolio.to_dict(),
        "completed": judgement.completed,
        "rules": [reading.to_dict() for reading in verdict.readings],
        "notes": list(notes),
        "instance": {"name": instance.name, "fingerprint": instance.fingerprint},
    }
