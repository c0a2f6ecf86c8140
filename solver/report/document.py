"""A plan as a document: the decision, its money, who and why, what it hangs on, split, moves, proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from solver.answers.change import Change
from solver.answers.resilience import Resilience
from solver.answers.risk_report import RiskReport
from solver.answers.sensitivity import Sensitivity
from solver.answers.why import Why
from solver.driver.outcome import OPTIMAL_GAP
from solver.games.allocate import Allocation
from solver.instance.instance import Instance
from solver.lifecycle.health import Health
from solver.lifecycle.rebalance import Rebalancing
from solver.report.allocation import allocation_summary
from solver.report.amounts import counted, listed, money, number, percent
from solver.report.bindings import LOGICAL, RELATIVE, binding_limits
from solver.report.blocks import Facts, Report, Section, report, section, text
from solver.report.change import change_summary
from solver.report.contents import Contents, contents_summary
from solver.report.figures.kinds import KINDS
from solver.report.figures.loss import loss_in_words
from solver.report.health import health_summary
from solver.report.naming import Naming
from solver.report.portfolio import chosen, dependence, licences, providers, value_by_component
from solver.report.rebalance import rebalance_summary
from solver.report.resilience import resilience_summary
from solver.report.result import REASONS, asked, proven, worth
from solver.report.risk import notes_on_risk, risk_summary
from solver.report.sensitivity import sensitivity_summary
from solver.report.why import why_lines
from solver.report.words import names_in
from solver.result import Result

MOST_NAMED = 12
MOST_LEFT_OUT = 20


@dataclass(frozen=True)
class Dossier:
    """All that a document is made of; what was not asked, or not found out in time, is None.

    `missing` says in sentences what else was asked for.
    """

    instance: Instance
    result: Result
    risk: RiskReport | None = None
    allocation: Allocation | None = None
    why: Why | None = None
    hangs_on: Sensitivity | None = None
    losses: Resilience | None = None
    health: Health | None = None
    moves: Rebalancing | None = None
    change: Change | None = None
    missing: tuple[str, ...] = ()


def plan_document(dossier: Dossier, parts: Iterable[str] = ()) -> Report:
    """The document, or some parts of it in their own order; without a portfolio only what is known."""
    instance, result = dossier.instance, dossier.result
    wanted = tuple(parts) or tuple(PARTS)
    found = [part for name, make in PARTS.items() if name in wanted for part in make(dossier)]
    title = f"{instance.name}: the plan" if result.has_portfolio else f"{instance.name}: no plan"
    return report(title, *found, names=names_in(instance))


def _decision(dossier: Dossier) -> Iterator[Section]:
    result = dossier.result
    if not result.has_portfolio:
        yield section("The decision", text(f"There is no portfolio: {REASONS[result.termination]}."))
        return
    yield section("The decision", text(" ".join(_paragraph(dossier)), *dossier.missing))
    yield asked(result)


def _paragraph(dossier: Dossier) -> Iterator[str]:
    """The decision in a few sentences: with whom, for how much, and what it hangs on."""
    result, instance = dossier.result, dossier.instance
    rows = sorted(result.details, key=lambda row: -row.benefit)
    partners = [row.name for row in rows if row.kind == "partner"]
    applications = [row.name for row in rows if row.kind == "application"]
    yield f"Ally with {_some(partners)}." if partners else "Ally with nobody."
    if applications:
        yield f"Launch {_some(applications)}."
    spent = money(_spent(result), instance)
    members = f"{counted(len(partners), 'partner')} and {counted(len(applications), 'application')}"
    how_good = f"{worth(result, instance)}{proven(result, instance)}"
    yield f"This is worth {how_good}, for {spent} spent on {members}."
    yield _pressing(result)
    if dossier.risk is not None:
        yield f"{loss_in_words(dossier.risk.distribution, instance)}."
    if result.stability is not None and result.stability.departures:
        worst = max(result.stability.departures, key=lambda one: one.fails)
        lost = f"{money(worst.fails, instance)} is lost at once if {instance.labels[worst.partner]} fails"
        yield f"{lost}, before anything is done about it."


def _spent(result: Result) -> float:
    """What budgets count: what everybody spends, licences and entry."""
    extra = sum(result.components.get(name, 0.0) for name in ("licences", "entry"))
    return sum(row.spend for row in result.details) - extra


def _pressing(result: Result) -> str:
    """Which limits leave nothing."""
    full = [one.about for one in result.readings if one.binds and one.rule not in LOGICAL | RELATIVE]
    if len(full) < 2:
        return f"Nothing is left of this limit: {full[0]}." if full else "No limit is fully used."
    return f"Nothing is left of {len(full)} limits, among them {full[0]}."


def _some(names: Sequence[str]) -> str:
    """Names in a sentence; of many the first, which bring most."""
    more = len(names) - MOST_NAMED
    return listed([*names[:MOST_NAMED], f"{more} more"] if more > 1 else names)


def _since(dossier: Dossier) -> Iterator[Section]:
    if dossier.change is not None:
        found = change_summary(dossier.change, dossier.instance)
        told = found.title.removeprefix(f"{dossier.instance.name}: ")
        yield section("Since last time", text(f"{told[0].upper()}{told[1:]}."))
        yield from found.sections


def _money(dossier: Dossier) -> Iterator[Section]:
    result, instance = dossier.result, dossier.instance
    if result.has_portfolio:
        yield _drawn("Money", "waterfall", dossier)
        yield value_by_component(result.components, instance, result.details)
        yield _drawn("When", "timeline", dossier)


def _partners(dossier: Dossier) -> Iterator[Section]:
    if dossier.result.has_portfolio:
        yield _drawn("Who, and what each brings", "partners", dossier)
        yield chosen(dossier.result.details, "partner", dossier.instance)
        if dossier.instance.pairs:
            yield _drawn("Who works with whom", "network", dossier)


def _others(dossier: Dossier) -> Iterator[Section]:
    """Why the others are left out; of many those that are nearest to being in."""
    if dossier.why is None:
        return
    left = [one for one in dossier.why.reasons if not one.chosen]
    left.sort(key=lambda one: (one.amount.value is None, one.amount.value or 0.0))
    told = why_lines(replace(dossier.why, reasons=tuple(left[:MOST_LEFT_OUT])), dossier.instance)
    more = f"and {counted(len(left) - MOST_LEFT_OUT, 'other')}" if len(left) > MOST_LEFT_OUT else ""
    says = "What enters at a price would be in a best portfolio with a one-off credit of that much."
    priced = any(one.amount.sign != "unknown" and one.possible is not False for one in left)
    yield section(told.title, *told.blocks, text(more, says if priced else ""))


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


def _changes(dossier: Dossier) -> Iterator[Section]:
    found, instance = dossier.hangs_on, dossier.instance
    if found is not None and any(bar.lower or bar.higher for bar in found.bars):
        yield section("What would change the decision", KINDS["tornado"].draw(found, instance))
        yield from sensitivity_summary(found, instance).sections


def _risk(dossier: Dossier) -> Iterator[Section]:
    risk, result, instance = dossier.risk, dossier.result, dossier.instance
    if risk is not None:
        yield section("Risk", KINDS["loss"].draw(risk, instance))
        notes = notes_on_risk(risk, result, result.to_dict(), instance)
        yield from risk_summary(risk, result, instance, notes).sections


def _resilience(dossier: Dossier) -> Iterator[Section]:
    hangs = dependence(dossier.result.stability, dossier.instance)
    if dossier.losses is None or not dossier.losses.exposures:
        yield hangs
        return
    yield section(hangs.title, *(block for block in hangs.blocks if isinstance(block, Facts)))
    yield from resilience_summary(dossier.losses, dossier.instance).sections


def _split(dossier: Dossier) -> Iterator[Section]:
    allocation, instance = dossier.allocation, dossier.instance
    if allocation is not None:
        yield section("Who gets what", KINDS["split"].draw(allocation, instance))
        yield from allocation_summary(allocation, Naming.of(instance, allocation.players)).sections


def _health(dossier: Dossier) -> Iterator[Section]:
    if dossier.health is not None:
        yield from health_summary(dossier.health, dossier.instance).sections


def _moves(dossier: Dossier) -> Iterator[Section]:
    if dossier.moves is not None:
        yield from rebalance_summary(dossier.moves, dossier.instance).sections


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
        "since": _since,
        "money": _money,
        "partners": _partners,
        "others": _others,
        "applications": _applications,
        "limits": _limits,
        "changes": _changes,
        "risk": _risk,
        "resilience": _resilience,
        "split": _split,
        "health": _health,
        "moves": _moves,
        "assumptions": _assumptions,
        "proof": _proof,
    }
)
