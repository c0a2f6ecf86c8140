"""Every rule of spec §3.1 as a plain question to a portfolio: is it broken?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

from .facts import Choice, Facts, Need
from .worth import Plan, entry_costs, has_licence, licence_costs, members, value_of


def above(amount: float, limit: float, size: float | None = None, precision: float = 1e-12) -> bool:
    """More than the limit by over the rounding of the sum, `size` the sum of its absolute terms (§3.1.13)."""
    return amount > limit + precision * (abs(limit) + abs(amount if size is None else size))


def below(amount: float, limit: float, size: float | None = None, precision: float = 1e-12) -> bool:
    """Less than the limit by over the rounding of the sum."""
    return above(-amount, -limit, size, precision)


def broken_rules(facts: Facts, plan: Plan) -> set[str]:
    """The names of the broken rules."""
    return {name for name, is_broken in RULES.items() if is_broken(facts, plan)}


def budget(facts: Facts, plan: Plan) -> bool:
    """The specification: "`budget` caps the sum over all periods plus entry costs and licences"."""
    limit = facts.limits.get("budget")
    if limit is None:
        return False
    spent = sum(choice.spent for choice in plan.chosen.values())
    return above(spent + entry_costs(facts, plan) + licence_costs(facts, plan), limit)


def budget_by_period(facts: Facts, plan: Plan) -> bool:
    """The specification: "`budget_by_period` caps each period without those two".

    With `budget_carry` what is unspent carries over, so the sums up to each period are compared.
    """
    limits = facts.by_period("budget_by_period")
    if limits is None:
        return False
    spent = np.sum([[0.0] * facts.periods, *(choice.spending for choice in plan.chosen.values())], axis=0)
    allowed = np.array(limits)
    if facts.limits.get("budget_carry", False):
        spent, allowed = np.cumsum(spent), np.cumsum(allowed)
    return any(above(*pair) for pair in zip(spent, allowed, strict=True))


def effort(facts: Facts, plan: Plan) -> bool:
    """The specification: "`effort` of what starts in τ counts in τ"."""
    limits = facts.by_period("effort")
    if limits is None:
        return False
    needed = np.sum([[0.0] * facts.periods, *(choice.effort for choice in plan.chosen.values())], axis=0)
    return any(above(*pair) for pair in zip(needed, limits, strict=True))


def partner_count(facts: Facts, plan: Plan) -> bool:
    """`min_partners` and `max_partners`."""
    count, most = len(plan.partners), facts.limits.get("max_partners")
    return count < facts.limits.get("min_partners", 0) or (most is not None and count > most)


def max_moves(facts: Facts, plan: Plan) -> bool:
    """`max_moves`: how far from what runs."""
    most = facts.limits.get("max_moves")
    elements = (*facts.partners, *facts.applications)
    return most is not None and sum(facts.moves(plan.chosen.get(one), one) for one in elements) > most


def ip_exposure(facts: Facts, plan: Plan) -> bool:
    """`ip_exposure`: the sum over what is chosen."""
    limit = facts.limits.get("ip_exposure")
    return limit is not None and above(sum(choice.ip_exposure for choice in plan.partners), limit)


def match(facts: Facts, plan: Plan) -> bool:
    """Σ (match_i − m̄) z_i ≥ 0; off at 0."""
    least = facts.limits.get("min_match", 0.0)
    terms = [choice.match - least for choice in plan.partners]
    return least > 0 and below(sum(terms), 0.0, sum(map(abs, terms)))


def innovation(facts: Facts, plan: Plan) -> bool:
    """`min_innovation`: the sum over what is chosen."""
    least = facts.limits.get("min_innovation")
    reached = sum(choice.row["innovation"] for choice in plan.chosen.values())
    size = sum(abs(choice.row["innovation"]) for choice in plan.chosen.values())
    return least is not None and below(reached, least, size)


def benefit_share(facts: Facts, plan: Plan) -> bool:
    """The specification: "E⁺ of each chosen partner ≤ s · Σ E⁺ over chosen partners"."""
    share = facts.limits.get("max_share_of_benefit")
    gains = [max(0.0, choice.benefit) for choice in plan.partners]
    return share is not None and any(above(gain, share * sum(gains)) for gain in gains)


def least_payoffs(facts: Facts, partners: Sequence[Choice]) -> float:
    """The hub's minimum plus the least total of payoffs contenting partners and outside groups (§3.1.15)."""
    place = {choice.id: index for index, choice in enumerate(partners)}
    rows = facts.table("outside")
    groups = [({one.strip() for one in row["members"].split(";")}, float(row["value"])) for row in rows]
    claims = [(group, worth) for group, worth in groups if group <= place.keys()]
    floors = [choice.minimum_payoff for choice in partners]
    if not claims:
        return facts.hub_minimum + sum(floors)
    answer = linprog(
        np.ones(len(place)),
        A_ub=np.array([[-1.0 if one in group else 0.0 for one in place] for group, _ in claims]),
        b_ub=[-worth for _, worth in claims],
        bounds=[(floor, None) for floor in floors],
    )
    return facts.hub_minimum + float(np.sum(np.asarray(answer.x)))


def satisfaction(facts: Facts, plan: Plan) -> bool:
    """V suffices for the hub's, every chosen partner's and every chosen outside group's claim."""
    if not facts.limits.get("satisfaction", False):
        return False
    worth = value_of(facts, plan)
    size = sum(abs(part) for part in worth.values())
    return below(worth["total"], least_payoffs(facts, plan.partners), size, 1e-9)


def in_time(facts: Facts, need: Need, chosen: Mapping[str, Choice]) -> list[str]:
    """The chosen holders with start + lead ≤ the application's start."""
    start = chosen[need.application].start
    return [one for one in need.holders if one in chosen and chosen[one].ready <= start]


def retained_value(facts: Facts, plan: Plan) -> bool:
    """§3.1.8: without any one chosen partner, β of the launched revenue is still coverable."""
    share = facts.limits.get("retained_value", 0.0)
    if share <= 0:
        return False
    launched = {choice.id: choice.income for choice in plan.applications}
    needs = [need for need in facts.needs if need.application in launched]
    able = [(need, set(in_time(facts, need, plan.chosen))) for need in needs]
    for partner in plan.partners:
        lost = {need.application for need, who in able if len(who - {partner.id}) < need.providers}
        kept = sum(income for one, income in launched.items() if one not in lost)
        if below(kept, share * sum(launched.values())):
            return True
    return False


def resource(facts: Facts, plan: Plan) -> bool:
    """The specification: "the sum over what is chosen lies in [min, max]"."""
    for row in facts.table("resources"):
        used = sum(
            float(use["amount"])
            for use in facts.table("usage")
            if use["resource"] == row["id"] and use["id"] in plan.chosen
        )
        if row.get("min") is not None and below(used, row["min"]):
            return True
        if row.get("max") is not None and above(used, row["max"]):
            return True
    return False


def group_count(facts: Facts, plan: Plan) -> bool:
    """The specification: "`min`/`max` count chosen partners"."""
    for group in facts.table("groups"):
        count = sum(choice.is_partner for choice in members(plan, group))
        if count < (group.get("min") or 0) or (group.get("max") is not None and count > group["max"]):
            return True
    return False


def group_budget(facts: Facts, plan: Plan) -> bool:
    """The spending of a group's partners and applications over the horizon, entry costs, licences aside."""
    return any(
        group.get("budget") is not None
        and above(sum(choice.spent for choice in members(plan, group)), group["budget"])
        for group in facts.table("groups")
    )


def group_spend_share(facts: Facts, plan: Plan) -> bool:
    """A group's spending ≤ `max_spend_share` · the total spending."""
    total = sum(choice.spent for choice in plan.chosen.values())
    return any(
        group.get("max_spend_share") is not None
        and above(sum(choice.spent for choice in members(plan, group)), group["max_spend_share"] * total)
        for group in facts.table("groups")
    )


def conflict(facts: Facts, plan: Plan) -> bool:
    """The specification: "`conflict`: never both"."""
    return any(one in plan.chosen and two in plan.chosen for one, two, _, _ in facts.pairs("conflict"))


def requires(facts: Facts, plan: Plan) -> bool:
    """The specification: "`requires`: first only with second"."""
    return any(one in plan.chosen and two not in plan.chosen for one, two, _, _ in facts.pairs("requires"))


def ip_conflict(facts: Facts, plan: Plan) -> bool:
    """§3.1.9 and 16: both serve one application exactly where the row has a value and it is paid."""
    for one, two, price, application, places in facts.ip_conflicts():
        paid = price is not None and has_licence(plan, one, two, application)
        if plan.both_serve(one, two, places) != paid:
            return True
    return False


def coverage(facts: Facts, plan: Plan) -> bool:
    """§3.1.2: every unmet requirement has providers..max_providers fit partners; nothing else is assigned."""
    left = list(plan.assignments)
    for need in facts.needs:
        if need.application in plan.chosen:
            here = [row for row in left if row[:2] == (need.application, need.technology)]
            left = [row for row in left if row not in here]
            fit = in_time(facts, need, plan.chosen)
            if any(who not in fit for *_, who in here) or len(set(here)) < len(here):
                return True
            if not need.providers <= len(here) <= need.most:
                return True
    return bool(left)


def workload(facts: Facts, plan: Plan) -> bool:
    """Load "per (application, technology, partner) against that partner's `capacity`" over the horizon."""
    charge = {(need.application, need.technology): need.workload for need in facts.needs}
    for choice in plan.partners:
        load = sum(charge.get(row[:2], 0.0) for row in plan.assignments if row[2] == choice.id)
        if choice.capacity is not None and above(load, choice.capacity):
            return True
    return False


def status(facts: Facts, plan: Plan) -> bool:
    """In is chosen, out is not, and every choice is one the document offers (levels, start windows), once."""
    if plan.strange:
        return True
    for element, row in {**facts.partners, **facts.applications}.items():
        choice = plan.chosen.get(element)
        if (row["status"] == "in" and choice is None) or (row["status"] == "out" and choice is not None):
            return True
        offered = {(one.level, one.start) for one in facts.choices[element]}
        if choice is not None and (choice.level, choice.start) not in offered:
            return True
    return False


RULES: dict[str, Callable[[Facts, Plan], bool]] = {
    rule.__name__: rule
    for rule in (
        budget,
        budget_by_period,
        effort,
        partner_count,
        max_moves,
        ip_exposure,
        match,
        innovation,
        benefit_share,
        satisfaction,
        retained_value,
        resource,
        group_count,
        group_budget,
        group_spend_share,
        conflict,
        requires,
        ip_conflict,
        coverage,
        workload,
        status,
    )
}
