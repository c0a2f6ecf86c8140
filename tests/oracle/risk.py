"""The benefit of a portfolio in every scenario, written from the specification alone (spec §5).

Only the draws themselves, who delivers and how revenues and costs turn out, are taken from the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .facts import Choice, Document, Facts
from .worth import Plan, resolve, value_of


class Draws:
    """Delivery and multipliers by element and level, as the package has drawn them."""

    def __init__(self, assessment: Any) -> None:
        self.options = assessment.options
        self.elements = assessment.elements
        self.outlook = assessment.outlook

    def of(self, choice: Choice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Whether it delivers, its revenue multiplier when it does, and its cost multiplier."""
        option = next(
            o
            for o in range(len(self.options))
            if self.elements[self.options.element[o]] == choice.id
            and self.options.start[o] == choice.start
            and (not choice.is_partner or self.options.level[o] in (choice.level, "standard"))
        )
        engagement, drawn = self.outlook.engagement[option], self.outlook.scenarios
        return tuple(part.of(engagement) for part in (drawn.delivered, drawn.revenue, drawn.cost))


def benefits(document: Document, portfolio: Mapping[str, Any], assessment: Any) -> np.ndarray:
    """The alliance value in every scenario."""
    facts, draws = Facts(document), Draws(assessment)
    plan = resolve(facts, portfolio)
    nominal = value_of(facts, plan)
    fixed = nominal["total"] - nominal["partners"] - nominal["applications"] - nominal["synergy"]
    scenarios = len(assessment.outlook.scenarios)
    delivers = {choice.id: draws.of(choice)[0] for choice in plan.chosen.values()}
    total = np.zeros(scenarios)
    for scenario in range(scenarios):
        total[scenario] = fixed + synergy_in(facts, plan, delivers, scenario)
        for choice in plan.chosen.values():
            _, revenue, cost = draws.of(choice)
            going = choice.is_partner or met(facts, plan, choice, delivers, scenario)
            earned, charged = parts(facts, choice)
            total[scenario] += going * earned * revenue[scenario] - charged * cost[scenario]
    return total


def parts(facts: Facts, choice: Choice) -> tuple[float, float]:
    """Revenue when it delivers and (1 − r)·C, both present value, from the nominal benefit and income."""
    charged = (1 - facts.roi_rate) * sum(
        amount * facts.discount**period for period, amount in enumerate(choice.spending)
    )
    active = range(choice.ready, facts.periods + 1)
    return sum(facts.discount ** (period - 1) * choice.row["revenue"] for period in active), charged


def met(facts: Facts, plan: Plan, choice: Choice, delivers: dict[str, np.ndarray], scenario: int) -> bool:
    """Whether every requirement keeps at least `providers` assigned partners that deliver."""
    for need in facts.needs:
        if need.application != choice.id:
            continue
        left = sum(
            bool(delivers[who][scenario])
            for application, technology, who in plan.assignments
            if application == choice.id and technology == need.technology and who in delivers
        )
        if left < need.providers:
            return False
    return True


def synergy_in(facts: Facts, plan: Plan, delivers: dict[str, np.ndarray], scenario: int) -> float:
    """A failed partner brings no synergy."""
    worth = 0.0
    for one, two, value, application in facts.synergies():
        here = (
            one in plan.chosen and two in plan.chosen
            if application is None
            else plan.both_serve(one, two, (application,))
        )
        failed = any(who in facts.partners and not delivers[who][scenario] for who in (one, two) if here)
        worth += value if here and not failed else 0.0
    return worth
