"""What is chosen, who provides what, and what it is worth, as blocks of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from solver.instance.instance import Instance
from solver.portfolio.departure import Departure
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.stability import Stability
from solver.report.amounts import NOTHING, column, counted, number, percent, titled
from solver.report.cells import Alignment
from solver.report.layout import entries, paragraph, section
from solver.report.tables import INDENT, numeric, table
from solver.result import Detail

PARTS = {"revenue": "revenue", "cost": "cost", "credited": "credited return"}
KINDS = {"partners": "partner", "applications": "application"}
MOST_DEPARTURES = 5
GONE = (
    "Who fails has its cost spent, who leaves has it saved; before anything is done about it: providers stay "
    "as they are, and what is not covered any more earns nothing."
)


def chosen(details: Iterable[Detail], kind: str, instance: Instance) -> list[str]:
    """A table of the chosen partners or applications."""
    rows = [detail for detail in details if detail.kind == kind]
    named = any(row.name != row.id for row in rows)
    discounted = any(row.cost is None or abs(row.cost - row.spend) > NOTHING for row in rows)
    cells = zip(
        [row.id for row in rows],
        [row.name if named else "" for row in rows],
        [row.level for row in rows],
        [str(row.start) if instance.periods > 1 else "" for row in rows],
        *(_known(getattr(row, part) for row in rows) for part in PARTS),
        column(row.benefit for row in rows),
        column(row.spend for row in rows) if discounted else [""] * len(rows),
        strict=True,
    )
    numbers: Alignment = "right"
    lines = table(
        ("id", "name", "level", "start", *PARTS.values(), "benefit", "spend"),
        cells,
        ("left", "left", "left", *[numbers] * 6),
    )
    return section(titled(f"{kind.capitalize()}s", instance), lines)


def providers(portfolio: Portfolio, instance: Instance) -> list[str]:
    """One line per application: which technology comes from whom."""
    by_application: dict[str, dict[str, list[str]]] = {}
    for row in portfolio.assignments or ():
        by_application.setdefault(row.application, {}).setdefault(row.technology, []).append(
            instance.labels[row.partner]
        )
    technologies = {row.id: row.name or row.id for row in instance.technologies}
    lines = []
    for application, providers_of in by_application.items():
        parts = (f"{technologies.get(id_, id_)} by {', '.join(names)}" for id_, names in providers_of.items())
        lines += paragraph(f"{instance.labels[application]}: {'; '.join(parts)}")
    return section("Who provides what", lines)


def licences(portfolio: Portfolio, instance: Instance) -> list[str]:
    """One line per licence that is paid."""
    lines = []
    for row in portfolio.licences or ():
        place = "any application" if row.application is None else instance.labels[row.application]
        lines += paragraph(f"{instance.labels[row.first]} and {instance.labels[row.second]} on {place}")
    return section("Licences paid", lines)


def value_by_component(
    components: Mapping[str, float], instance: Instance, details: Iterable[Detail] = ()
) -> list[str]:
    """The components of the value that are not zero, what the first two are made of, and their sum."""
    amounts = {name: amount for name, amount in components.items() if amount}
    amounts["total"] = sum(components.values())
    details = tuple(details)
    parts = [
        _known(_sum_of(part, name, details) if name in KINDS else None for name in amounts) for part in PARTS
    ]
    rows = zip(amounts, *parts, column(amounts.values()), strict=True)
    lines = table(("", *PARTS.values(), "value"), rows, numeric(1 + len(PARTS)))
    bare = not any(map(any, parts))
    return section(titled("Value by component", instance), lines[1:] if bare else lines)


def _sum_of(part: str, component: str, details: Iterable[Detail]) -> float | None:
    """A part of the benefit of all partners or applications; None where one of them has no parts."""
    amounts = [getattr(row, part) for row in details if row.kind == KINDS[component]]
    return None if not amounts or None in amounts else sum(amounts)


def _known(amounts: Iterable[float | None]) -> list[str]:
    """Numbers below one another, nothing where there is none."""
    amounts = list(amounts)
    shown = iter(column(amount for amount in amounts if amount is not None))
    return ["" if amount is None else next(shown) for amount in amounts]


def dependence(stability: Stability | None, instance: Instance) -> list[str]:
    """What hangs on single partners: the worst loss, and how concentrated the benefit is."""
    facts = {}
    if stability is not None and stability.hardest_to_lose is not None:
        kept, who = percent(stability.retained_value or 0.0), instance.labels[stability.hardest_to_lose]
        facts["hardest to lose"] = f"{who}: {kept} of application revenue stays without it"
    if stability is not None and stability.largest_partner is not None:
        share, who = percent(stability.largest_share or 0.0), instance.labels[stability.largest_partner]
        index = number(round(stability.herfindahl or 0.0, 2))
        facts["largest share"] = f"{who}: {share} of the partners' benefit (Herfindahl index {index})"
    lines = entries(facts)
    if stability is not None:
        lines += _departures(stability.departures, instance)
    return section("What hangs on one partner", lines)


def _departures(departures: Iterable[Departure], instance: Instance) -> list[str]:
    """What is lost with each partner, the dearest failure first."""
    rows = sorted(departures, key=lambda row: -row.fails)
    shown = rows if len(rows) <= MOST_DEPARTURES + 1 else rows[:MOST_DEPARTURES]
    if not shown:
        return []
    lines = table(
        (titled("value lost", instance), "if it fails", "if it leaves"),
        zip(
            [instance.labels[row.partner] for row in shown],
            column(row.fails for row in shown),
            column(row.leaves for row in shown),
            strict=True,
        ),
        ("left", "right", "right"),
    )
    hidden = len(rows) - len(shown)
    lines += [f"{INDENT}and {counted(hidden, 'partner')} whose failure costs less"] if hidden else []
    return lines + paragraph(GONE)
