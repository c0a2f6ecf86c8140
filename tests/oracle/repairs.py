"""How far each wish of a document must give way for a plan, from the specification alone (§7).

A wish is named by its place. A row gives way by being dropped: its amount is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy.optimize import linprog

from .facts import Facts
from .rules import above, in_time, least_payoffs
from .worth import Plan, entry_costs, has_licence, licence_costs, members, value_of

Wished = tuple[str, float, float]
"""A place, the number that stands there, and the number that a plan needs there."""


def price(facts: Facts, plan: Plan, risk: float | None, weights: Mapping[str, float]) -> float:
    """The least that changes cost which make a plan keep every wish; `risk` is what it has.

    `weights` by place are 1 where they are not given.
    """
    moves = [
        weights.get(place, 1.0) * abs(needed - number) / max(abs(number), 1.0)
        for place, number, needed in numbers(facts, plan, risk)
    ]
    dropped = [weights.get(place, 1.0) for place in rows(facts, plan)]
    return sum(moves) + sum(dropped) + carried(facts, plan, weights)


def changes(facts: Facts, plan: Plan, risk: float | None) -> dict[str, float | None]:
    """What a plan needs at each place, budgets that are carried over aside: another number, or no row."""
    moved: dict[str, float | None] = {place: to for place, _, to in numbers(facts, plan, risk)}
    return moved | dict.fromkeys(rows(facts, plan))


def rows(facts: Facts, plan: Plan) -> Iterator[str]:
    """The rows that a plan does not keep."""
    for table in ("partners", "applications"):
        for place, row in enumerate(facts.table(table), start=1):
            chosen, status = row["id"] in plan.chosen, row.get("status")
            if (status == "in" and not chosen) or (status == "out" and chosen):
                yield f"{table} row {place}, status"
    licensed = iter(facts.ip_conflicts())
    for place, row in enumerate(facts.table("pairs"), start=1):
        one, two = row["first"], row["second"]
        if row["kind"] == "conflict" and one in plan.chosen and two in plan.chosen:
            yield f"pairs row {place}"
        if row["kind"] == "requires" and one in plan.chosen and two not in plan.chosen:
            yield f"pairs row {place}"
        if row["kind"] == "ip_conflict":
            one, two, fee, where, places = next(licensed)
            paid = fee is not None and has_licence(plan, one, two, where)
            if plan.both_serve(one, two, places) and not paid:
                yield f"pairs row {place}"
    if facts.limits.get("satisfaction"):
        worth = value_of(facts, plan)
        if above(least_payoffs(facts, plan.partners), worth["total"], sum(map(abs, worth.values())), 1e-9):
            yield "limits.satisfaction"


def numbers(facts: Facts, plan: Plan, risk: float | None) -> Iterator[Wished]:
    """The numbers that a plan does not keep, but for a budget whose rest is carried over."""
    for place, number, amount, upward in _amounts(facts, plan, risk):
        if number is not None and (above(amount, number) if upward else above(-amount, -number)):
            yield place, float(number), float(amount)


def _amounts(facts: Facts, plan: Plan, risk: float | None) -> Iterator[tuple[str, float | None, float, bool]]:
    limits, chosen = facts.limits, list(plan.chosen.values())
    spent = sum(one.spent for one in chosen)
    fees = entry_costs(facts, plan) + licence_costs(facts, plan)
    worst = sorted((float(one.row.get("overrun", 0.0)) * one.spent for one in plan.partners), reverse=True)
    overruns = sum(worst[: int(limits.get("overruns") or 0)])
    yield "limits.budget", limits.get("budget"), spent + fees + overruns, True
    for key, part in (("budget_by_period", "spending"), ("effort", "effort")):
        if key == "effort" or not limits.get("budget_carry"):
            for period, limit in enumerate(facts.by_period(key) or ()):
                yield (
                    f"limits.{key}, period {period + 1}",
                    limit,
                    sum(getattr(one, part)[period] for one in chosen),
                    True,
                )
    count = len(plan.partners)
    yield "limits.min_partners", limits.get("min_partners") or None, count, False
    yield "limits.max_partners", limits.get("max_partners"), count, True
    moved = sum(facts.moves(plan.chosen.get(one), one) for one in (*facts.partners, *facts.applications))
    yield "limits.max_moves", limits.get("max_moves"), moved, True
    exposure = sum(one.ip_exposure for one in plan.partners)
    yield "limits.ip_exposure", limits.get("ip_exposure"), exposure, True
    novelty = sum(one.row["innovation"] for one in chosen)
    yield "limits.min_innovation", limits.get("min_innovation"), novelty, False
    if plan.partners:
        match = float(np.mean([one.match for one in plan.partners]))
        yield "limits.min_match", limits.get("min_match") or None, match, False
    gains = [max(0.0, one.benefit) for one in plan.partners]
    if sum(gains) > 0:
        yield "limits.max_share_of_benefit", limits.get("max_share_of_benefit"), max(gains) / sum(gains), True
    yield from _retained(facts, plan)
    for place, row in enumerate(facts.table("resources"), start=1):
        uses = [
            use for use in facts.table("usage") if use["resource"] == row["id"] and use["id"] in plan.chosen
        ]
        used = sum(float(use["amount"]) for use in uses)
        yield f"resources row {place}, min", row.get("min"), used, False
        yield f"resources row {place}, max", row.get("max"), used, True
    for place, row in enumerate(facts.table("groups"), start=1):
        own = members(plan, row)
        partners, money = sum(one.is_partner for one in own), sum(one.spent for one in own)
        yield f"groups row {place}, min", row.get("min") or None, partners, False
        yield f"groups row {place}, max", row.get("max"), partners, True
        yield f"groups row {place}, budget", row.get("budget"), money, True
        if spent > 0:
            yield f"groups row {place}, max_spend_share", row.get("max_spend_share"), money / spent, True
    if risk is not None:
        yield "risk.limit", facts.document["risk"].get("limit"), risk, True


def _retained(facts: Facts, plan: Plan) -> Iterator[tuple[str, float | None, float, bool]]:
    launched = {choice.id: choice.income for choice in plan.applications}
    total = sum(launched.values())
    shares = []
    for partner in plan.partners if total > 0 else ():
        lost = {
            need.application
            for need in facts.needs
            if need.application in launched
            and len(set(in_time(facts, need, plan.chosen)) - {partner.id}) < need.providers
        }
        shares.append(sum(income for one, income in launched.items() if one not in lost) / total)
    if shares:
        yield "limits.retained_value", facts.limits.get("retained_value") or None, min(shares), False


def carried(facts: Facts, plan: Plan, weights: Mapping[str, float]) -> float:
    """The least that budgets by period cost to move where what is left is carried over: a linear program."""
    limits = facts.by_period("budget_by_period")
    if limits is None or not facts.limits.get("budget_carry"):
        return 0.0
    spent = np.cumsum(
        np.sum([[0.0] * facts.periods, *(one.spending for one in plan.chosen.values())], axis=0)
    )
    lacking = spent - np.cumsum(limits)
    if not any(above(*pair) for pair in zip(spent, np.cumsum(limits), strict=True)):
        return 0.0
    costs = [
        weights.get(f"limits.budget_by_period, period {period}", 1.0) / max(abs(limit), 1.0)
        for period, limit in enumerate(limits, start=1)
    ]
    answer: Any = linprog(costs, A_ub=-np.tril(np.ones((len(limits), len(limits)))), b_ub=-lacking)
    return float(answer.fun)
