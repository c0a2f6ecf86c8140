"""The best portfolio by exhaustive enumeration, and every feasible one for tiny documents."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import Any

import numpy as np

from .facts import Choice, Document, Facts
from .grid import Grid
from .rules import above, below, broken_rules, in_time, least_payoffs
from .teams import Staffing, Teams
from .worth import Assignment, Licence, Plan, entry_costs, resolve, value_of

Portfolio = dict[str, Any]


def as_portfolio(
    chosen: dict[str, Choice], assignments: tuple[Assignment, ...], licences: tuple[Licence, ...]
) -> Portfolio:
    """A portfolio in the shape of the result's `portfolio` key."""
    return {
        "partners": [
            {"id": choice.id, "level": choice.level, "start": choice.start}
            for choice in chosen.values()
            if choice.is_partner
        ],
        "applications": [
            {"id": choice.id, "start": choice.start} for choice in chosen.values() if not choice.is_partner
        ],
        "assignments": [
            {"application": application, "technology": technology, "partner": partner}
            for application, technology, partner in assignments
        ],
        "licences": [{"first": one, "second": two, "application": where} for one, two, where in licences],
    }


class Completion:
    """Completes choices by their best assignments and licences, and judges what these still decide."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.teams = Teams(facts)
        self._claims: dict[object, float] = {}

    def of(self, chosen: dict[str, Choice], worth: float) -> tuple[float, Staffing] | None:
        """The largest total value and the staffing that gives it, or None when no staffing is feasible.

        Licences count against `budget`; `satisfaction` asks the total for the least sum of payoffs.
        """
        budget = self.facts.limits.get("budget")
        spent = sum(choice.spent for choice in chosen.values())
        spent += entry_costs(self.facts, Plan(chosen, (), ()))
        for staffing in self.teams.staffings(chosen):
            if budget is None or not above(spent + staffing.paid, budget):
                total = worth + staffing.gain
                return None if self._disappoints(chosen, total) else (total, staffing)
        return None

    def _disappoints(self, chosen: dict[str, Choice], total: float) -> bool:
        if not self.facts.limits.get("satisfaction", False):
            return False
        partners = [choice for choice in chosen.values() if choice.is_partner]
        key = tuple((choice.id, choice.minimum_payoff) for choice in partners)
        if key not in self._claims:
            self._claims[key] = least_payoffs(self.facts, partners)
        return below(total, self._claims[key], precision=1e-9)


def best(document: Document) -> tuple[float, Portfolio] | None:
    """The largest objective and a portfolio that has it; None when there is no feasible portfolio.

    Combinations are tried in the order of an upper bound, so that the first ones mostly settle it.
    """
    facts = Facts(document)
    grid, completion = Grid(facts), Completion(facts)
    promised = grid.promised if facts.objective.get("maximise") == "hub" else np.zeros(grid.size)
    bound = grid.worth.copy()
    for one, two, value, application in facts.synergies():
        if application is not None and value > 0:
            bound += value * (grid.chosen(one) & grid.chosen(two) & grid.chosen(application))
    bound -= promised
    candidates = np.flatnonzero(grid.possible)
    found: tuple[float, Portfolio] | None = None
    for place in candidates[np.argsort(-bound[candidates], kind="stable")]:
        if found is not None and bound[place] <= found[0]:
            break
        chosen = {
            element: facts.choices[element][index - 1]
            for element, index in zip(grid.elements, grid.index[:, place], strict=True)
            if index > 0
        }
        completed = completion.of(chosen, float(grid.worth[place]))
        if completed is not None and (found is None or completed[0] - promised[place] > found[0]):
            total, staffing = completed
            portfolio = as_portfolio(chosen, staffing.assignments, staffing.licences)
            found = (float(total - promised[place]), portfolio)
    return found


def complete(document: Document, portfolio: Portfolio) -> Portfolio | None:
    """A plan without assignments, completed by the best feasible ones; None when there are none."""
    facts = Facts(document)
    plan = resolve(facts, {**portfolio, "assignments": [], "licences": []})
    completed = Completion(facts).of(plan.chosen, value_of(facts, plan)["total"])
    if completed is None:
        return None
    return as_portfolio(plan.chosen, completed[1].assignments, completed[1].licences)


def subsets(items: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Every subset, the empty one first."""
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


def feasible_portfolios(document: Document) -> Iterator[Portfolio]:
    """Every feasible portfolio: all choices × all assignments in time × all licences, every rule asked.

    Meant for tiny documents; it shares nothing with `best` but the coefficients and the rules themselves.
    """
    facts = Facts(document)
    priced = [(one, two, where) for one, two, price, where in facts.pairs("ip_conflict") if price is not None]
    for combination in product(*([None, *choices] for choices in facts.choices.values())):
        chosen = {choice.id: choice for choice in combination if choice is not None}
        crews = [
            [
                [(need.application, need.technology, who) for who in crew]
                for crew in subsets(in_time(facts, need, chosen))
            ]
            for need in facts.needs
            if need.application in chosen
        ]
        for rows in product(*crews):
            assignments = tuple(chain.from_iterable(rows))
            for licences in subsets(priced):
                if not broken_rules(facts, Plan(chosen, assignments, licences)):
                    yield as_portfolio(chosen, assignments, licences)
