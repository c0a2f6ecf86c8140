"""A plan as a document: the decision, its money, who and why, risk, resilience, split, assumptions, proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from solver.answers.risk_report import RiskReport
from solver.driver.outcome import OPTIMAL_GAP
from solver.games.allocate import Allocation
from solver.instance.instance import Instance
from solver.report.allocation import allocation_summary
from solver.report.amounts import counted, listed, money, number, percent
from solver.report.bindings import binding_limits
from solver.report.blocks import Facts, Report, Section, report, section, text
from solver.report.contents import Contents, contents_summary
from solver.report.figures.kinds import KINDS
from solver.report.naming import Naming
from solver.report.portfolio import chosen, dependence, licences, providers, value_by_component
from solver.report.result import REASONS, asked, proven, worth
from solver.report.risk import notes_on_risk, risk_summary
from solver.report.words import names_in
from solver.result import Result


@dataclass(frozen=True)
class Dossier:
    """All that a document is made of; what was not asked, or not found out in time, is None.

    `missing` says in sentences what else was asked for.
    """

    instance: Instance
    result: Result
    risk: RiskReport | None = None
    allocation: Allocation | None = None
    missing: tuple[str, ...] = ()


def plan_document(dossier: Dossier, parts: Iterable[str] = ()) -> Report:
    """The document, or some parts of it in their own order; without a portfolio only what is known."""
    instance, result = dossier.instance, dossier.result
    wanted = tuple(parts) or tuple(PARTS)
    found = [part for name, make in PARTS.items() if name in wanted for part in make(dossier)]
    title = f"{instance.name}: the plan" if result.has_portfolio else f"{instance.name}: no plan"
    return report(title, *found, names=names_in(instance))


def _decision(dossier: Dossier) -> Iterator[Section]:
    instance, result = dossier.instance, dossier.result
    partners = [row.name for row in result.details if row.kind == "partner"]
    applications = [row.name for row in result.details if row.kind == "application"]
    if not result.has_portfolio:
        yield section("The decision", text(f"There is no portfolio: {REASONS[result.termination]}."))
        return
    who = f"Ally with {listed(partners)}" if partners else "Ally with nobody"
    launch = f"; launch {listed(applications)}" if applications else ""
    spent = money(sum(row.spend for row in result.details), instance)
    yield section(
        "The decision",
        text(
            f"{who}{launch}.",
            f"This is worth {worth(result, instance)}{proven(result, instance)}, for {spent} spent on "
            f"{counted(len(partners), 'partner')} and {counted(len(applications), 'application')}.",
            *dossier.missing,
        ),
    )
    yield asked(result)


def _money(dossier: Dossier) -> Iterator[Section]:
    result, instance = dossier.result, dossier.instance
    if result.has_portfolio:
        yield _drawn("Money", "waterfall", dossier)
        yield value_by_component(result.components, instance, result.details)
        if instance.periods > 1:
            yield _drawn("When", "timeline", dossier)


def _partners(dossier: Dossier) -> Iterator[Section]:
    if dossier.result.has_portfolio:
        yield _drawn("Who, and what each brings", "partners", dossier)
        yield chosen(dossier.result.details, "partner", dossier.instance)
        if dossier.instance.pairs:
            yield _drawn("Who works with whom", "network", dossier)


def _applications(dossier: Dossier) -> Iterator[Section]:
    result, instance = dossier.result, dossier.instance
    if result.portfolio is not None and result.portfolio.applications:
        yield chosen(result.details, "application", instance)
        if result.portfolio.assignments:
            yield _drawn("Who provides for what", "coverage", dossier)
        yield providers(result.portfolio, instance)
        yield licences(result.portfolio, instance)


def _limits(dossier: Dossier) -> Iterator[Section]:
    yield binding_limits(dossier.result.readings)


def _risk(dossier: Dossier) -> Iterator[Section]:
    risk, result, instance = dossier.risk, dossier.result, dossier.instance
    if risk is not None:
        yield section("Risk", KINDS["loss"].draw(risk, instance))
        notes = notes_on_risk(risk, result, result.to_dict(), instance)
        yield from risk_summary(risk, result, instance, notes).sections


def _resilience(dossier: Dossier) -> Iterator[Section]:
    yield dependence(dossier.result.stability, dossier.instance)


def _split(dossier: Dossier) -> Iterator[Section]:
    allocation, instance = dossier.allocation, dossier.instance
    if allocation is not None:
        yield section("Who gets what", KINDS["split"].draw(allocation, instance))
        yield from allocation_summary(allocation, Naming.of(instance, allocation.players)).sections


def _assumptions(dossier: Dossier) -> Iterator[Section]:
    found = contents_summary(Contents.of(dossier.instance), dossier.instance)
    for part in found.sections:
        title = "Assumptions" if part.title == "Settings" else part.title
        yield Section(title, part.blocks)


def _proof(dossier: Dossier) -> Iterator[Section]:
    result, instance = dossier.result, dossier.instance
    facts = {"why the search stopped": REASONS[result.termination]}
    if result.objective is not None:
        facts["value found"] = money(result.objective, instance)
    if result.bound is not None:
        facts["bound"] = money(result.bound, instance)
    if result.gap is not None:
        facts["gap"] = f"{percent(result.gap)}; what is called best is best to {percent(OPTIMAL_GAP)}"
    facts |= {
        "checked": "value and every rule recomputed without an optimiser" if result.verified else "not yet",
        "time": f"{number(round(result.seconds, 2))} s",
        "solver": result.backend,
        "random seed": str(result.seed),
        "fingerprint of the instance": instance.fingerprint,
        "versions": listed([f"{name} {version}" for name, version in result.versions.items()]),
    }
    yield section("Proof", Facts(facts), text(*result.warnings))


def _drawn(title: str, kind: str, dossier: Dossier) -> Section:
    return section(title, KINDS[kind].draw(dossier.result, dossier.instance))


PARTS: Mapping[str, Callable[[Dossier], Iterator[Section]]] = MappingProxyType(
    {
        "decision": _decision,
        "money": _money,
        "partners": _partners,
        "applications": _applications,
        "limits": _limits,
        "risk": _risk,
        "resilience": _resilience,
        "split": _split,
        "assumptions": _assumptions,
        "proof": _proof,
    }
)
