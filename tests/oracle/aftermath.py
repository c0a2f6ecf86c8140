"""What is left once somebody failed or left, by enumeration, from the specification alone (spec §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import Any

from .facts import Choice, Facts
from .rules import broken_rules, in_time
from .search import as_portfolio
from .worth import Plan, needed_licences, resolve, value_of

Document = dict[str, Any]
Worth = Callable[[Document, Document], float]
"""What a portfolio of a document is worth; -∞ where a limit on risk forbids it."""


def objective(document: Document, portfolio: Document) -> float:
    """The nominal objective."""
    facts = Facts(document)
    return value_of(facts, resolve(facts, portfolio))["objective"]


def silent(document: Document, quiet: set[str], failed: set[str] = frozenset()) -> Document:  # type: ignore[assignment]
    """The document in which some earn nothing, at any level and age, and some bring no synergy."""
    changed = dict(document)
    for table, key in (
        ("partners", "id"),
        ("applications", "id"),
        ("levels", "partner"),
        ("cash_flows", "id"),
    ):
        rows = document.get(table, [])
        changed[table] = [row | ({"revenue": 0.0} if row[key] in quiet else {}) for row in rows]
    partners = failed & {row["id"] for row in document["partners"]}
    changed["pairs"] = [
        row
        for row in document.get("pairs", [])
        if row["kind"] != "synergy" or not partners & {row["first"], row["second"]}
    ]
    return changed


def kept(plan: Plan, gone: set[str]) -> Plan:
    """The plan without some."""
    chosen = {id_: choice for id_, choice in plan.chosen.items() if id_ not in gone}
    return Plan(chosen, tuple(row for row in plan.assignments if row[2] not in gone), plan.licences)


def short(facts: Facts, plan: Plan, gone: set[str]) -> set[str]:
    """Launched applications that a need of which somebody gone met leaves with too few providers."""
    found = set()
    for need in facts.needs:
        crew = {who for a, t, who in plan.assignments if (a, t) == (need.application, need.technology)}
        if need.application in plan.chosen and crew & gone and len(crew - gone) < need.providers:
            found.add(need.application)
    return found - gone


def re_assigned(
    document: Document, portfolio: Document, gone: set[str], fails: bool, worth: Worth = objective
) -> float:
    """The largest objective with members and applications as they are, who provides what chosen anew."""
    facts = Facts(document)
    plan = resolve(facts, portfolio)
    left = kept(plan, gone)
    able = left if not fails else Plan({i: c for i, c in plan.chosen.items() if i not in gone}, (), ())
    chosen = plan.chosen if fails else left.chosen
    stopped = short(facts, plan, gone) | (gone if fails else set())
    best = -float("inf")
    ways = []
    for application in (a for a in facts.applications if a in chosen):
        needs = [need for need in facts.needs if need.application == application]
        seen = {**able.chosen, application: chosen[application]}
        crews = [
            [
                crew
                for size in range(need.providers, need.most + 1)
                for crew in combinations(in_time(facts, need, seen), size)
            ]
            for need in needs
        ]
        covered = [(application, True, _rows(needs, crew)) for crew in product(*crews)]
        as_left = tuple(row for row in left.assignments if row[0] == application)
        idle = [(application, False, ())] if needs else []
        ways.append([*covered, *idle, *([(application, False, as_left)] if application in stopped else [])])
    for combination in product(*ways):
        rows = tuple(row for _, _, crew in combination for row in crew)
        quiet = {a for a, stands, _ in combination if not stands} | (gone if fails else set())
        bare = Plan(chosen, rows, ())
        full = Plan(chosen, rows, tuple(needed_licences(facts, bare)))
        if {"workload", "ip_conflict"} & broken_rules(facts, full):
            continue
        quieter = silent(document, quiet, gone if fails else set())
        best = max(best, worth(quieter, as_portfolio(chosen, rows, full.licences)))
    return best


def _rows(needs: list[Any], crews: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (n.application, n.technology, who) for n, crew in zip(needs, crews, strict=True) for who in crew
    )


def spent(document: Document, plan: Plan, gone: set[str]) -> tuple[Document, float]:
    """The document with an application for each of those who failed, which costs the same and must be chosen.

    It attracts as much: the market value of who fails does not vary (spec §5).
    And what their coordination cost, less the exit costs that are not due: that is to be taken off.
    """
    facts = Facts(document)
    changed = {**document, "applications": list(document.get("applications", []))}
    changed["cash_flows"] = list(document.get("cash_flows", []))
    changed["attractions"] = list(document.get("attractions", []))
    off = 0.0
    for id_ in sorted(gone):
        one: Choice = plan.chosen[id_]
        flows = facts.flows(id_, one.row)
        stays = one.spending[one.start - 1] - flows[0][1] == 0.0
        ghost = {
            "id": f"ghost {id_}",
            "revenue": 0.0,
            "cost": 0.0,
            "status": "running" if one.running else "in",
        }
        ghost |= {key: one.row[key] for key in ("industry", "region", "size") if key in one.row}
        ghost |= {"setup_cost": 0.0 if stays else one.row["setup_cost"]}
        ghost |= {"first_period": one.start, "last_period": one.start}
        if one.running and not stays:  # at another level: a running application pays no setup
            flows = [(0.0, flows[0][1] + one.row["setup_cost"]), *flows[1:]]
        changed["applications"].append(ghost)
        changed["attractions"] += [
            row | {"source": ghost["id"]} for row in facts.table("attractions") if row["source"] == id_
        ]
        for age, (_, cost) in enumerate(flows):
            changed["cash_flows"].append({"id": ghost["id"], "age": age, "revenue": 0.0, "cost": cost})
        off += one.coordination
        off -= facts.running_row(id_)["exit_cost"] if one.running else 0.0
    hub = dict(document.get("hub") or {})
    changed["hub"] = hub | {"minimum_payoff": float(hub.get("minimum_payoff") or 0.0) + off}
    return changed, off


def allowed(document: Document, everything: list[Document]) -> Iterator[Document]:
    """Every portfolio that keeps all rules."""
    facts = Facts(document)
    return (one for one in everything if not broken_rules(facts, resolve(facts, one)))


def replacements(
    document: Document, everything: list[Document], gone: set[str], barred: Any
) -> Iterator[Document]:
    """Every portfolio without some, nor with what is barred."""
    for one in everything:
        chosen = [(row["id"], row.get("level")) for row in (*one["partners"], *one["applications"])]
        if not any(id_ in gone or (id_, level) in barred for id_, level in chosen):
            yield one


def best_without(
    document: Document,
    everything: list[Document],
    plan: Document,
    gone: set[str],
    barred: Any,
    fails: bool,
    worth: Worth | None = None,
) -> float | None:
    """The largest objective of a portfolio that does without, what was spent on who failed being spent."""
    wished = {**document}
    for table in ("partners", "applications"):
        wished[table] = [
            row | ({"status": "free"} if row["id"] in gone and row.get("status") == "in" else {})
            for row in document.get(table, [])
        ]
    off, ghosts, before = 0.0, [], resolve(Facts(document), plan)
    if fails:
        wished, off = spent(wished, before, gone)
        ghosts = [{"id": f"ghost {i}", "start": before.chosen[i].start} for i in gone]
    facts = Facts(wished)
    found = []
    for one in replacements(document, everything, gone, barred):
        resolved = resolve(facts, {**one, "applications": [*one["applications"], *ghosts]})
        for id_ in gone if fails else ():  # a partner attracts only once it is ready
            ghost = resolved.chosen[f"ghost {id_}"]
            resolved.chosen[ghost.id] = replace(ghost, ready=before.chosen[id_].ready)
        if not broken_rules(facts, resolved):
            found.append(worth(document, one) if worth else value_of(facts, resolved)["objective"] - off)
    return max((one for one in found if one > -float("inf")), default=None)
