"""What is chosen, who provides what, and what it is worth, as sections of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from solver.instance.instance import Instance
from solver.portfolio.departure import Departure
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.stability import Stability
from solver.report.amounts import NOTHING, counted, number, percent, titled
from solver.report.blocks import Facts, Section, Table, Text, amounts, figures, section, table, text, words
from solver.result import Detail

PARTS = {"revenue": "revenue", "cost": "cost", "credited": "credited return"}
KINDS = {"partners": "partner", "applications": "application"}
MOST_DEPARTURES = 5
GONE = (
    "Who fails has its cost spent, who leaves has it saved; before anything is done about it: providers stay "
    "as they are, and what is not covered any more earns nothing."
)


def chosen(details: Iterable[Detail], kind: str, instance: Instance) -> Section:
    """A table of the chosen partners or applications."""
    rows = [detail for detail in details if detail.kind == kind]
    named = any(row.name != row.id for row in rows)
    discounted = any(row.cost is None or abs(row.cost - row.spend) > NOTHING for row in rows)
    columns = table(
        words("id", [row.id for row in rows]),
        words("name", [row.name if named else "" for row in rows]),
        words("level", [row.level for row in rows]),
        figures("start", [str(row.start) if instance.periods > 1 else "" for row in rows]),
        *(amounts(header, [getattr(row, part) for row in rows]) for part, header in PARTS.items()),
        amounts("benefit", [row.benefit for row in rows]),
        amounts("spend", [row.spend if discounted else None for row in rows]),
        adds_up="means",
    )
    return section(titled(f"{kind.capitalize()}s", instance), columns)


def providers(portfolio: Portfolio, instance: Instance) -> Section:
    """One line per application: which technology comes from whom."""
    by_application: dict[str, dict[str, list[str]]] = {}
    for row in portfolio.assignments or ():
        by_application.setdefault(row.application, {}).setdefault(row.technology, []).append(
            instance.labels[row.partner]
        )
    technologies = {row.id: row.name or row.id for row in instance.technologies}
    sentences = []
    for application, providers_of in by_application.items():
        parts = (f"{technologies.get(id_, id_)} by {', '.join(names)}" for id_, names in providers_of.items())
        sentences.append(f"{instance.labels[application]}: {'; '.join(parts)}")
    return section("Who provides what", text(*sentences))


def licences(portfolio: Portfolio, instance: Instance) -> Section:
    """One line per licence that is paid."""
    sentences = []
    for row in portfolio.licences or ():
        place = "any application" if row.application is None else instance.labels[row.application]
        sentences.append(f"{instance.labels[row.first]} and {instance.labels[row.second]} on {place}")
    return section("Licences paid", text(*sentences))


def value_by_component(
    components: Mapping[str, float], instance: Instance, details: Iterable[Detail] = ()
) -> Section:
    """The components of the value that are not zero, what the first two are made of, and their sum."""
    worth = {name: amount for name, amount in components.items() if amount}
    worth["total"] = sum(components.values())
    details = tuple(details)
    parts = {part: [_sum_of(part, name, details) for name in worth] for part in PARTS}
    says_more = any(amount is not None for amounts in parts.values() for amount in amounts)
    columns = table(
        words("", worth),
        *(amounts(PARTS[part], sums) for part, sums in parts.items()),
        amounts("value" if says_more else "", worth.values()),
        adds_up="total",
    )
    return section(titled("Value by component", instance), columns)


def _sum_of(part: str, component: str, details: Iterable[Detail]) -> float | None:
    """A part of the benefit of all partners or applications; None where one of them has no parts."""
    sums = [getattr(row, part) for row in details if row.kind == KINDS.get(component)]
    return None if not sums or None in sums else sum(sums)


def dependence(stability: Stability | None, instance: Instance) -> Section:
    """What hangs on single partners: the worst loss, and how concentrated the benefit is."""
    facts = {}
    if stability is not None and stability.hardest_to_lose is not None:
        kept, who = percent(stability.retained_value or 0.0), instance.labels[stability.hardest_to_lose]
        facts["hardest to lose"] = f"{who}: {kept} of application revenue stays without it"
    if stability is not None and stability.largest_partner is not None:
        share, who = percent(stability.largest_share or 0.0), instance.labels[stability.largest_partner]
        index = number(round(stability.herfindahl or 0.0, 2))
        facts["largest share"] = f"{who}: {share} of the partners' benefit (Herfindahl index {index})"
    departures = () if stability is None else stability.departures
    return section("What hangs on one partner", Facts(facts), *_departures(departures, instance))


def _departures(departures: Iterable[Departure], instance: Instance) -> tuple[Table, Text]:
    """What is lost with each partner, the dearest failure first."""
    rows = sorted(departures, key=lambda row: -row.fails)
    shown = rows if len(rows) <= MOST_DEPARTURES + 1 else rows[:MOST_DEPARTURES]
    columns = table(
        words(titled("value lost", instance), [instance.labels[row.partner] for row in shown]),
        amounts("if it fails", [row.fails for row in shown]),
        amounts("if it leaves", [row.leaves for row in shown]),
    )
    hidden = len(rows) - len(shown)
    more = f"and {counted(hidden, 'partner')} whose failure costs less" if hidden else ""
    return columns, text(more, GONE if shown else "")
