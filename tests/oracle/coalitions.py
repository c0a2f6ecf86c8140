"""What every coalition of a portfolio's members is worth, by looking at all its parts (spec §6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, product
from typing import Any

from solver.portfolio.risks import watched_risks

from .facts import Choice, Document, Facts
from .risk import benefits
from .rules import RULES, above, in_time
from .search import as_portfolio, subsets
from .teams import Teams
from .worth import Plan, entry_costs, exit_costs, resolve, value_of

Coalition = frozenset[str]
Parts = Iterator[tuple[Coalition, float]]

DEMANDS = ("min_partners", "min_match", "min_innovation", "max_share_of_benefit", "satisfaction")
BY_STAFFING = {"status", "budget", "coverage", "workload", "ip_conflict"}


def worths(
    document: Document, portfolio: Mapping[str, Any], assessment: Any = None
) -> dict[Coalition, float]:
    """v(S) for every set of the hub and the chosen partners, by ids.

    With an assessment values are expected over its scenarios, which are all that is taken from it.
    """
    facts = Facts(permissive(document))
    plan = resolve(facts, portfolio)
    exits = exit_costs(facts, plan)
    parts = nominal_parts(facts, plan) if assessment is None else expected_parts(facts, plan, assessment)
    best: dict[Coalition, float] = {}
    for partners, worth in parts:
        best[partners] = max(best.get(partners, worth), worth)
    found: dict[Coalition, float] = {}
    for chosen in subsets([choice.id for choice in plan.partners]):
        coalition = frozenset(chosen)
        found[coalition] = outside_worth(facts, plan, coalition)
        within = [worth for partners, worth in best.items() if partners <= coalition]
        found[coalition | {facts.hub}] = max(within, default=0.0) - exits
    return found


def permissive(document: Document) -> Document:
    """The document without what demands something: minima of any kind, and shares to be kept."""
    limits = {key: limit for key, limit in document.get("limits", {}).items() if key not in DEMANDS}
    limits.pop("retained_value", None)
    tables = {
        table: [{key: cell for key, cell in row.items() if key != "min"} for row in document.get(table, [])]
        for table in ("resources", "groups")
    }
    return {**document, **tables, "limits": limits}


def chosen_parts(facts: Facts, plan: Plan) -> Iterator[dict[str, Choice]]:
    """Every subset of what the portfolio chooses that keeps the rules which choices alone decide."""
    rules = [rule for name, rule in RULES.items() if name not in BY_STAFFING]
    for kept in subsets(list(plan.chosen)):
        chosen = {element: plan.chosen[element] for element in kept}
        if not any(rule(facts, Plan(chosen, (), ())) for rule in rules):
            yield chosen


def partners_of(chosen: dict[str, Choice]) -> Coalition:
    """The partners among what is chosen."""
    return frozenset(choice.id for choice in chosen.values() if choice.is_partner)


def nominal_parts(facts: Facts, plan: Plan) -> Parts:
    """The partners and the value, exit costs apart, of every part of a portfolio however it is staffed."""
    teams, budget = Teams(facts), facts.limits.get("budget")
    for chosen in chosen_parts(facts, plan):
        part = Plan(chosen, (), ())
        spent = sum(choice.spent for choice in chosen.values()) + entry_costs(facts, part)
        worth = value_of(facts, part)["total"] + exit_costs(facts, part)
        for staffing in teams.staffings(chosen):
            if budget is None or not above(spent + staffing.paid, budget):
                yield partners_of(chosen), worth + staffing.gain


def expected_parts(facts: Facts, plan: Plan, assessment: Any) -> Parts:
    """The same in expectation over scenarios, with every assignment and every licence asked for all rules."""
    priced = [(one, two, where) for one, two, price, where in facts.pairs("ip_conflict") if price is not None]
    for chosen in chosen_parts(facts, plan):
        for assignments in all_assignments(facts, chosen):
            for licences in subsets(priced):
                part = Plan(chosen, assignments, licences)
                if any(RULES[name](facts, part) for name in BY_STAFFING - {"status"}):
                    continue
                portfolio = as_portfolio(chosen, assignments, licences)
                drawn = benefits(facts.document, portfolio, assessment)
                gained = drawn + exit_costs(facts, part)
                if within_risk(gained - exit_costs(facts, plan), assessment):
                    yield partners_of(chosen), float(assessment.outlook.scenarios.probability @ gained)


def within_risk(gained: Any, assessment: Any) -> bool:
    """Whether what is gained in every scenario keeps every limit on risk."""
    probability = assessment.outlook.scenarios.probability
    return not any(
        above(risk.measure.value(-gained, probability), risk.limit)
        for risk in watched_risks(assessment.instance)
        if risk.limit is not None
    )


def all_assignments(facts: Facts, chosen: dict[str, Choice]) -> Iterator[tuple[tuple[str, str, str], ...]]:
    """Every set of partners in time for every need of what is launched."""
    crews = [
        [
            [(need.application, need.technology, who) for who in crew]
            for crew in subsets(in_time(facts, need, chosen))
        ]
        for need in facts.needs
        if need.application in chosen
    ]
    for rows in product(*crews):
        yield tuple(chain.from_iterable(rows))


def outside_worth(facts: Facts, plan: Plan, coalition: Coalition) -> float:
    """The best of all ways to form outside groups that do not overlap; others have their minimum payoffs."""
    floors = {choice.id: choice.minimum_payoff for choice in plan.partners if choice.id in coalition}
    rows = [
        (frozenset(one.strip() for one in row["members"].split(";")), float(row["value"]))
        for row in facts.table("outside")
    ]
    within = [(group, value) for group, value in rows if group <= coalition]
    best = 0.0
    for formed in subsets(within):
        grouped = [one for group, _ in formed for one in group]
        if len(set(grouped)) == len(grouped):
            alone = sum(floor for one, floor in floors.items() if one not in grouped)
            best = max(best, alone + sum(value for _, value in formed))
    return best
