"""The value of a portfolio by component (spec §3.1.2–5, §4.1, §4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .facts import Choice, Facts

Licence = tuple[str, str, str | None]
Assignment = tuple[str, str, str]


@dataclass(frozen=True)
class Plan:
    """A portfolio resolved against its document; `strange` holds the entries that name nothing."""

    chosen: dict[str, Choice]
    assignments: tuple[Assignment, ...]
    licences: tuple[Licence, ...]
    strange: tuple[str, ...] = field(default=())

    @property
    def partners(self) -> list[Choice]:
        """The chosen partners."""
        return [choice for choice in self.chosen.values() if choice.is_partner]

    @property
    def applications(self) -> list[Choice]:
        """The launched applications."""
        return [choice for choice in self.chosen.values() if not choice.is_partner]

    def serves(self, partner: str, application: str) -> bool:
        """The specification: "Being assigned anywhere on an application = serving it"."""
        return any(one == application and who == partner for one, _, who in self.assignments)

    def both_serve(self, first: str, second: str, applications: Iterable[str]) -> bool:
        """Whether two partners serve a common one of the applications."""
        return any(self.serves(first, one) and self.serves(second, one) for one in applications)


def resolve(facts: Facts, portfolio: Mapping[str, Any]) -> Plan:
    """The portfolio's entries as choices; absent `licences` become the needed ones."""
    chosen: dict[str, Choice] = {}
    strange: list[str] = []
    for entry in portfolio.get("partners") or ():
        known = entry["id"] in facts.partners
        level = entry.get("level") or (next(iter(facts.levels(entry["id"]))) if known else None)
        if not known or level not in facts.levels(entry["id"]) or entry["id"] in chosen or entry["start"] < 1:
            strange.append(entry["id"])
        else:
            chosen[entry["id"]] = facts.choice(entry["id"], level, entry["start"])
    for entry in portfolio.get("applications") or ():
        if entry["id"] not in facts.applications or entry["id"] in chosen or entry["start"] < 1:
            strange.append(entry["id"])
        else:
            chosen[entry["id"]] = facts.choice(entry["id"], None, entry["start"])
    assignments = tuple(
        (row["application"], row["technology"], row["partner"]) for row in portfolio.get("assignments") or ()
    )
    plan = Plan(chosen, assignments, (), tuple(strange))
    if portfolio.get("licences") is None:
        licences = tuple(needed_licences(facts, plan))
    else:
        rows = portfolio["licences"]
        licences = tuple((row["first"], row["second"], row.get("application")) for row in rows)
    return Plan(chosen, assignments, licences, tuple(strange))


def needed_licences(facts: Facts, plan: Plan) -> list[Licence]:
    """The rows with a price whose two partners serve the same application (spec §3.1.9)."""
    return [
        (one, two, application)
        for one, two, price, application, places in facts.ip_conflicts()
        if price is not None and plan.both_serve(one, two, places)
    ]


def value_of(facts: Facts, plan: Plan) -> dict[str, float]:
    """Signed components, their total, and the objective."""
    parts = {
        "partners": sum(choice.benefit for choice in plan.partners),
        "applications": sum(choice.benefit for choice in plan.applications),
        "synergy": synergy(facts, plan),
        "coordination": -coordination(facts, plan),
        "entry": -entry_costs(facts, plan),
        "licences": -licence_costs(facts, plan),
        "market": market(facts, plan),
        "exit": -exit_costs(facts, plan),
    }
    total = sum(parts.values())
    promised = sum(choice.minimum_payoff for choice in plan.partners)
    maximise = facts.objective.get("maximise", "alliance")
    return {**parts, "total": total, "objective": total - (promised if maximise == "hub" else 0.0)}


def synergy(facts: Facts, plan: Plan) -> float:
    """The specification: "both chosen, whatever their starts; with an `application`: both serve it".

    Rows add up.
    """
    return sum(
        value
        for one, two, value, application in facts.synergies()
        if (
            one in plan.chosen and two in plan.chosen
            if application is None
            else plan.both_serve(one, two, (application,))
        )
    )


def coordination(facts: Facts, plan: Plan) -> float:
    """`coordination_cost` of the chosen plus `pair_overhead` of every pair, but not of two that ran."""
    ran = [choice.running for choice in plan.partners]
    pairs = sum(not (ran[i] and ran[j]) for i in range(len(ran)) for j in range(i))
    overhead = float(facts.limits.get("pair_overhead", 0.0))
    return sum(choice.coordination for choice in plan.partners) + overhead * pairs


def members(plan: Plan, group: Mapping[str, Any]) -> list[Choice]:
    """The chosen partners and applications of a group, by their row at the chosen level."""
    return [choice for choice in plan.chosen.values() if belongs(choice, group)]


def belongs(choice: Choice, group: Mapping[str, Any]) -> bool:
    """Whether the choice's row names the group along the group's dimension."""
    value = choice.row.get(group["dimension"])
    return value is not None and str(value) == str(group["group"])


def entry_costs(facts: Facts, plan: Plan) -> float:
    """The specification: "once per group in which any partner or application is chosen".

    A group with a chosen running member is charged nothing.
    """
    return sum(
        float(group.get("entry_cost") or 0.0)
        for group in facts.table("groups")
        if members(plan, group) and not any(choice.running for choice in members(plan, group))
    )


def licence_costs(facts: Facts, plan: Plan) -> float:
    """Licences "once per pair row"; what the plan lists is paid, needed or not."""
    return sum(
        float(price)
        for one, two, price, application in facts.pairs("ip_conflict")
        if price is not None and has_licence(plan, one, two, application)
    )


def has_licence(plan: Plan, one: str, two: str, application: str | None) -> bool:
    """Whether the plan lists the licence of a pair row, in either order of the two."""
    return (one, two, application) in plan.licences or (two, one, application) in plan.licences


def market(facts: Facts, plan: Plan) -> float:
    """margin × demand × (share − share of the hub alone), discounted, over what is active (spec §4.3)."""
    worth = 0.0
    for segment in facts.table("segments"):
        hub, rivals = float(segment.get("hub_attraction") or 0.0), float(segment["rival_attraction"])
        margin = segment.get("margin")
        scale = float(segment["demand"]) * (1.0 if margin is None else float(margin))
        for period in range(1, facts.periods + 1):
            drawn = hub + sum(
                float(row["attraction"])
                for row in facts.table("attractions")
                if row["segment"] == segment["id"]
                and row["source"] in plan.chosen
                and plan.chosen[row["source"]].ready <= period
            )
            share = drawn / (drawn + rivals) - hub / (hub + rivals)
            worth += facts.discount ** (period - 1) * scale * share
    return worth


def exit_costs(facts: Facts, plan: Plan) -> float:
    """The specification: "not choosing it charges `exit_cost`", at the level it runs at."""
    return sum(
        float(facts.running_row(element)["exit_cost"])
        for element, row in {**facts.partners, **facts.applications}.items()
        if row["status"] == "running" and element not in plan.chosen
    )
