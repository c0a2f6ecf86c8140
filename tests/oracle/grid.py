"""Every combination of choices at once: the rules that choices alone decide, as numpy columns.

One row of the grid is one combination; index 0 of an element is "not chosen". A rule that licences or
assignments also touch is tested here in its most favourable form, so a row left out is truly infeasible.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .facts import Choice, Facts, Need, Row
from .worth import belongs

Amounts = NDArray[np.float64]
Flags = NDArray[np.bool_]


def fits(amount: Amounts, limit: Amounts | float) -> Flags:
    """amount ≤ limit within 1e-6 · max(1, |limit|)."""
    return np.asarray(amount <= limit + 1e-6 * np.maximum(1.0, np.abs(limit)))


def reaches(amount: Amounts, limit: Amounts | float) -> Flags:
    """amount ≥ limit within 1e-6 · max(1, |limit|)."""
    return np.asarray(amount >= limit - 1e-6 * np.maximum(1.0, np.abs(limit)))


class Grid:
    """All combinations of choices of a document."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.elements = list(facts.choices)
        self.place = {element: column for column, element in enumerate(self.elements)}
        shape = [1 + len(facts.choices[element]) for element in self.elements]
        self.index = np.indices(shape).reshape(len(shape), -1)

    @property
    def size(self) -> int:
        """How many combinations there are."""
        return self.index.shape[1]

    def of(self, element: str, amount: Callable[[Choice], float], otherwise: float = 0.0) -> Amounts:
        """An amount of one element in every combination."""
        values = np.array([otherwise, *(float(amount(choice)) for choice in self.facts.choices[element])])
        return np.asarray(values[self.index[self.place[element]]])

    def total(self, amount: Callable[[Choice], float]) -> Amounts:
        """The sum of an amount over what is chosen."""
        return np.asarray(np.sum([self.of(element, amount) for element in self.elements], axis=0))

    def chosen(self, element: str) -> Flags:
        """Where the element is chosen."""
        return np.asarray(self.index[self.place[element]] > 0)

    def active(self, element: str, period: int) -> Flags:
        """Where the element is chosen and past its lead in the period."""
        return self.of(element, lambda choice: choice.ready <= period) > 0

    def spending(self, period: int) -> Amounts:
        """What is spent in the period, counted from 0."""
        return self.total(lambda choice: choice.spending[period])

    def effort(self, period: int) -> Amounts:
        """The integration effort of the period, counted from 0."""
        return self.total(lambda choice: choice.effort[period])

    def group_total(self, group: Row, amount: Callable[[Choice], float]) -> Amounts:
        """The sum of an amount over the chosen members of a group."""
        return self.total(lambda choice: amount(choice) if belongs(choice, group) else 0.0)

    def among_partners(self, amount: Callable[[Choice], float]) -> Amounts:
        """The sum of an amount over chosen partners."""
        return self.total(lambda choice: amount(choice) if choice.is_partner else 0.0)

    @cached_property
    def count(self) -> Amounts:
        """The number of chosen partners."""
        return self.among_partners(lambda choice: 1.0)

    @cached_property
    def entry(self) -> Amounts:
        """Entry costs."""
        costs = np.zeros(self.size)
        for group in self.facts.table("groups"):
            inside = self.group_total(group, lambda choice: 1.0)
            running = self.group_total(group, lambda choice: choice.running)
            costs += np.where((inside > 0) & (running == 0), group.get("entry_cost") or 0.0, 0.0)
        return costs

    @cached_property
    def ready(self) -> dict[str, Amounts]:
        """The period from which a partner delivers; infinite where it is not chosen."""
        return {one: self.of(one, lambda choice: choice.ready, np.inf) for one in self.facts.partners}

    def able(self, need: Need) -> dict[str, Flags]:
        """Where each holder can provide: chosen and ready at the application's start."""
        start = self.of(need.application, lambda choice: choice.start, -1.0)
        return {one: self.ready[one] <= start for one in need.holders}

    @cached_property
    def worth(self) -> Amounts:
        """The total value but for licences and the synergies that assignments decide."""
        facts = self.facts
        overhead = float(facts.limits.get("pair_overhead", 0.0))
        worth = self.total(lambda choice: choice.benefit - choice.coordination) - self.entry
        ran = sum(self.of(one, lambda choice: float(choice.running), 0.0) for one in facts.partners)
        worth -= overhead * (self.count * (self.count - 1) - ran * (ran - 1)) / 2
        for one, two, value, application in facts.synergies():
            if application is None:
                worth += value * (self.chosen(one) & self.chosen(two))
        for element, row in {**facts.partners, **facts.applications}.items():
            if row["status"] == "running":
                worth -= facts.running_row(element)["exit_cost"] * ~self.chosen(element)
        for segment in facts.table("segments"):
            worth += self.market(segment)
        return worth

    def market(self, segment: Row) -> Amounts:
        """The market value of one segment."""
        facts, worth = self.facts, np.zeros(self.size)
        hub, rivals = float(segment.get("hub_attraction") or 0.0), float(segment["rival_attraction"])
        scale = segment["demand"] * (1.0 if segment.get("margin") is None else segment["margin"])
        rows = [row for row in facts.table("attractions") if row["segment"] == segment["id"]]
        for period in range(1, facts.periods + 1):
            drawn = np.full(self.size, hub)
            for row in rows:
                drawn += row["attraction"] * self.active(row["source"], period)
            won = drawn / (drawn + rivals) - hub / (hub + rivals)
            worth += facts.discount ** (period - 1) * scale * won
        return worth

    @cached_property
    def promised(self) -> Amounts:
        """The chosen partners' minimum payoffs."""
        return self.among_partners(lambda choice: choice.minimum_payoff)

    @cached_property
    def possible(self) -> Flags:
        """Where no rule is broken whatever the assignments and licences."""
        allowed = np.ones(self.size, dtype=bool)
        for part in (self._limits, self._groups, self._links, self._coverage, self._retained):
            allowed &= part()
        return allowed

    def _limits(self) -> Flags:
        limits, allowed = self.facts.limits, np.ones(self.size, dtype=bool)
        if "budget" in limits:
            allowed &= fits(self.total(lambda choice: choice.spent) + self.entry, limits["budget"])
        by_period = self.facts.by_period("budget_by_period")
        if by_period is not None:
            spent = np.array([self.spending(period) for period in range(self.facts.periods)])
            caps = np.array(by_period)
            if limits.get("budget_carry", False):
                spent, caps = np.cumsum(spent, axis=0), np.cumsum(caps)
            allowed &= fits(spent, caps[:, None]).all(axis=0)
        for period, most in enumerate(self.facts.by_period("effort") or ()):
            allowed &= fits(self.effort(period), most)
        moves = [
            self.of(one, lambda choice, one=one: self.facts.moves(choice, one), self.facts.moves(None, one))
            for one in self.elements
        ]
        allowed &= np.sum(moves, axis=0) <= limits.get("max_moves", np.inf)
        allowed &= self.count >= limits.get("min_partners", 0)
        allowed &= self.count <= limits.get("max_partners", np.inf)
        if "ip_exposure" in limits:
            allowed &= fits(self.among_partners(lambda choice: choice.ip_exposure), limits["ip_exposure"])
        least = limits.get("min_match", 0.0)
        if least > 0:
            allowed &= reaches(self.among_partners(lambda choice: choice.match - least), 0.0)
        if "min_innovation" in limits:
            allowed &= reaches(self.total(lambda choice: choice.row["innovation"]), limits["min_innovation"])
        if "max_share_of_benefit" in limits:
            gains = self.among_partners(lambda choice: max(0.0, choice.benefit))
            for partner in self.facts.partners:
                gain = self.of(partner, lambda choice: max(0.0, choice.benefit))
                allowed &= fits(gain, limits["max_share_of_benefit"] * gains) | ~self.chosen(partner)
        return allowed

    def _groups(self) -> Flags:
        allowed = np.ones(self.size, dtype=bool)
        for group in self.facts.table("groups"):
            count = self.group_total(group, lambda choice: choice.is_partner)
            spent = self.group_total(group, lambda choice: choice.spent)
            allowed &= count >= (group.get("min") or 0)
            if group.get("max") is not None:
                allowed &= count <= group["max"]
            if group.get("budget") is not None:
                allowed &= fits(spent, group["budget"])
            if group.get("max_spend_share") is not None:
                allowed &= fits(spent, group["max_spend_share"] * self.total(lambda choice: choice.spent))
        for row in self.facts.table("resources"):
            used = np.zeros(self.size)
            for use in self.facts.table("usage"):
                if use["resource"] == row["id"]:
                    used += use["amount"] * self.chosen(use["id"])
            if row.get("min") is not None:
                allowed &= reaches(used, row["min"])
            if row.get("max") is not None:
                allowed &= fits(used, row["max"])
        return allowed

    def _links(self) -> Flags:
        facts, allowed = self.facts, np.ones(self.size, dtype=bool)
        for one, two, _, _ in facts.pairs("conflict"):
            allowed &= ~(self.chosen(one) & self.chosen(two))
        for one, two, _, _ in facts.pairs("requires"):
            allowed &= ~self.chosen(one) | self.chosen(two)
        for element, row in {**facts.partners, **facts.applications}.items():
            if row["status"] == "in":
                allowed &= self.chosen(element)
            if row["status"] == "out":
                allowed &= ~self.chosen(element)
        return allowed

    def _coverage(self) -> Flags:
        allowed = np.ones(self.size, dtype=bool)
        for need in self.facts.needs:
            count = sum(self.able(need).values(), np.zeros(self.size))
            allowed &= (count >= need.providers) | ~self.chosen(need.application)
        return allowed

    def _retained(self) -> Flags:
        facts, allowed = self.facts, np.ones(self.size, dtype=bool)
        share = facts.limits.get("retained_value", 0.0)
        if share <= 0:
            return allowed
        income = {one: self.of(one, lambda choice: choice.income) for one in facts.applications}
        everything = sum(income.values(), np.zeros(self.size))
        for partner in facts.partners:
            lost = {one: np.zeros(self.size, dtype=bool) for one in facts.applications}
            for need in facts.needs:
                able = self.able(need)
                others = sum(able.values(), np.zeros(self.size)) - able.get(partner, 0)
                lost[need.application] |= others < need.providers
            kept = sum((income[one] * ~lost[one] for one in income), np.zeros(self.size))
            allowed &= reaches(kept, share * everything) | ~self.chosen(partner)
        return allowed
