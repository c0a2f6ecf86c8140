"""The cheapest changes that make an instance feasible, and the others at the same price."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Annotated, ClassVar

from solver.assessment.assessment import Assessment
from solver.driver import ValueOf
from solver.errors import ContradictionError, StoppedError
from solver.model.repair_rows import RepairProgram
from solver.portfolio.checker import keeps
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.repair import Changes, Prices, changes_for, size
from solver.portfolio.rules import Handle
from solver.portfolio.selection import Selection
from solver.run import Decision, Run, Termination
from solver.search.drafts import disagreement_of, search_draft
from solver.shapes import Shaped, as_named

GAP = 1e-7
SAME = 1e-6
"""Prices that differ by less, relative to 1 or to the price, are the same."""
LESS = 1e-4
"""By how much less than in a repair a number has to change in another, relative to its size or to the change:
beyond what back ends tolerate in a row whose terms are up to a hundred times as large."""


@dataclass(frozen=True)
class Change(Shaped):
    """A wish that gives way: a number that has to be `to` instead, or a row that is dropped (`to` None).

    `price` is its part of what the repair costs.
    """

    KEYS: ClassVar[Mapping[str, str]] = as_named("wish", "to", "price")
    wish: Handle
    amount: float
    price: float

    @property
    def to(self) -> float | None:
        """The number that it takes; None for a row that is dropped."""
        return None if self.wish.number is None else self.wish.moved(self.amount)


@dataclass(frozen=True)
class Repair(Shaped):
    """Changes that make an instance feasible, what they cost, and a portfolio that they make possible."""

    price: Annotated[float, "What it costs."]
    changes: tuple[Change, ...]
    portfolio: Portfolio

    @property
    def amounts(self) -> Changes:
        """The wishes with the amounts by which they give way, for `Formulation.loosened`."""
        return {change.wish: change.amount for change in self.changes}


@dataclass(frozen=True)
class Repairs:
    """The cheapest repairs that were found; none where none was.

    No repair is cheaper than `bound`. They are `complete` where no other costs the same as the first.
    """

    found: tuple[Repair, ...]
    bound: float
    complete: bool

    @property
    def proven(self) -> bool:
        """Whether nothing is cheaper."""
        return bool(self.found) and self.found[0].price - self.bound <= SAME * max(1.0, self.bound)


class RepairSearch:
    """Looks for the cheapest repairs of a formulation, one after another; `known` are portfolios tried."""

    def __init__(
        self,
        asked: Formulation,
        prices: Prices,
        assessment: Assessment,
        run: Run,
        known: Iterable[Selection] = (),
    ) -> None:
        self._asked, self._prices, self._assessment = asked, prices, assessment
        self._run = run.part(gap=GAP).heard_by(None)
        self._wishes = asked.handles(assessment)
        self._whole = [wish for wish in self._wishes if not wish.rule.can_give_way]
        self._fixed = {wish: 0.0 for wish in self._wishes if math.isinf(prices.weight(wish))}
        self._programs: dict[tuple[tuple[Handle, ...], float], RepairProgram] = {}
        self.known = dict.fromkeys([Selection(assessment, ()), *known])

    def cheapest(self, most_found: int) -> Repairs:
        """The repairs at the least price, at most so many of them."""
        best, bound = self._best()
        if best is None:
            return Repairs((), bound, complete=False)
        limit = best.price + SAME * max(1.0, best.price)
        found, left, seen, decided = [best], [*self._others(best, {})], set(), True
        while left and len(found) < most_found:
            most = left.pop(0)
            key = frozenset(most.items())
            if key in seen:
                continue
            seen.add(key)
            repair = next((one for one in found if _allows(most, one.amounts)), None)
            if repair is None:
                repair, least = self._within(most, limit)
                decided &= repair is not None or least > limit
                repair = None if repair is None or repair.price > limit else repair
            if repair is not None:
                found += [repair] if all(repair.amounts != one.amounts for one in found) else []
                left += self._others(repair, most)
        cheapest = Repairs(tuple(found), bound, complete=decided and not left)
        return replace(cheapest, complete=cheapest.complete and cheapest.proven)

    def _best(self) -> tuple[Repair | None, float]:
        """The cheapest repair, no dearer than what is known; and what none is below."""
        known = self._of_known({})
        worst = math.inf if known is None else known.price
        found, least = self._within({}, worst)
        best = min(filter(None, (found, known)), key=lambda repair: repair.price, default=None)
        return best, least if best is None else min(least, best.price)

    def _others(self, repair: Repair, most: Changes) -> Iterator[dict[Handle, float]]:
        """What any other repair at the price keeps: some wish gives way less than here."""
        for wish, amount in repair.amounts.items():
            less = 0.0 if wish.number is None else max(0.0, amount - LESS * max(size(wish), amount))
            yield {**most, wish: less}

    def _within(self, most: Changes, price: float) -> tuple[Repair | None, float]:
        """The cheapest repair in which wishes give way only so far, and what none is below, up to a price.

        Rules that cannot give way are tried in force and not, in the order of what it costs to drop them.
        """
        best, bound = None, math.inf
        for dropped, cost in self._choices(most):
            limit = min(price, math.inf if best is None else best.price)
            if cost > limit:
                break
            found, least = self._search(dropped, most, limit)
            best = found if found is not None and (best is None or found.price < best.price) else best
            bound = min(bound, least)
        return best, bound

    def _choices(self, most: Changes) -> list[tuple[tuple[Handle, ...], float]]:
        able = [wish for wish in self._whole if most.get(wish, math.inf) > 0 and wish not in self._fixed]
        choices = [some for count in range(len(able) + 1) for some in combinations(able, count)]
        costs = [(some, sum(map(self._prices.weight, some))) for some in choices]
        return sorted(costs, key=lambda choice: choice[1])

    def _search(
        self, dropped: tuple[Handle, ...], most: Changes, price: float
    ) -> tuple[Repair | None, float]:
        """The same for one choice of them; what costs more than a price need not be known any better."""
        cost = sum(map(self._prices.weight, dropped))
        key = dropped, price
        if key not in self._programs:
            try:
                self._programs[key] = RepairProgram(
                    self._asked, self._prices, dropped, self._assessment, self._run, price - cost
                )
            except StoppedError:
                return self._of_known(most), cost
        too_much = None if math.isinf(price) else cost - (1.0 + SAME) * price
        giving = [wish for wish in self._wishes if wish not in dropped]
        with self._programs[key].within(most, self._run) as draft:
            allowed = draft.formulation or self._asked

            def priced(selection: Selection) -> float:
                changes = changes_for(selection, giving, self._prices, self._most(most))
                return math.inf if changes is None else self._prices.of(changes)

            def judge(value: ValueOf) -> float | None:
                selection = draft.selection(value)
                self.known[selection] = None
                return -priced(selection) if keeps(allowed, selection) else None

            begun = [one for one in self.known if keeps(allowed, one)]
            start = draft.values(min(begun, key=priced)) if begun else None
            outcome = search_draft(
                draft, self._run, judge=judge, start=start, decision=Decision(hopeless=too_much)
            )
            found = None if outcome.values is None else draft.selection(outcome.value)
            wrong = disagreement_of(draft, outcome)
        if outcome.termination is Termination.error or wrong is not None:
            raise ContradictionError(outcome.message, {} if wrong is None else wrong.to_dict())
        if outcome.termination is Termination.infeasible:
            return None, math.inf
        least = cost if outcome.bound is None else cost - outcome.bound
        return (self._of_known(most) if found is None else self._repair(found, most)), least

    def _of_known(self, most: Changes) -> Repair | None:
        """The cheapest repair for a portfolio that is known."""
        repairs = filter(None, (self._repair(selection, most) for selection in self.known))
        return min(repairs, key=lambda repair: repair.price, default=None)

    def _most(self, most: Changes) -> Changes:
        """How far wishes may give way, what weighs ∞ not at all."""
        return {**self._fixed, **most}

    def _repair(self, selection: Selection, most: Changes) -> Repair | None:
        """The changes that a selection needs; None where the checker refuses it with them."""
        changes = changes_for(selection, self._wishes, self._prices, self._most(most))
        if changes is None or not keeps(self._asked.loosened(changes), selection):
            return None
        told = [Change(wish, amount, self._prices.of({wish: amount})) for wish, amount in changes.items()]
        return Repair(self._prices.of(changes), tuple(told), selection.portfolio())


def _allows(most: Mapping[Handle, float], changes: Changes) -> bool:
    """Whether changes go no further than allowed."""
    return all(amount <= most.get(wish, math.inf) for wish, amount in changes.items())
