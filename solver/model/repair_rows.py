"""The program of the cheapest repair: every wish may give way, at a price."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace

from solver.assessment.assessment import Assessment
from solver.model.build import build
from solver.model.draft import Draft
from solver.model.form import Form
from solver.model.linear import Linear
from solver.model.rule_rows import rule_rows
from solver.model.slack import Slack
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import NOTHING
from solver.portfolio.repair import Changes, Prices, size
from solver.portfolio.rules import Handle
from solver.run import Run

SPARE = 1e-5
"""By how much more than a price allows a wish may give way, in units of its size: ten times what back ends
take for the same, lest they take both ends of so short a range for one and count the farther."""


class RepairProgram:
    """A draft whose wishes give way by columns, in units of their sizes; it minimises what that costs.

    What cannot give way, or weighs ∞, is in force, unless it is among the `dropped`. No wish gives way by
    more than a `price` allows: the less that is, the tighter is the relaxation.
    """

    def __init__(
        self,
        asked: Formulation,
        prices: Prices,
        dropped: Collection[Handle],
        assessment: Assessment,
        run: Run,
        price: float,
    ) -> None:
        wishes = [
            wish
            for wish in asked.handles(assessment)
            if wish.rule.can_give_way and math.isfinite(prices.weight(wish))
        ]
        self._asked = Formulation(NOTHING, asked.subject_to, asked.structure)
        self._dropped = tuple(dropped)
        firm = self._asked.loosened(dict.fromkeys([*wishes, *dropped], math.inf))
        form = replace(Form.of(self._asked, assessment), tolerated={})  # limits are not where they were
        self.draft = build(firm, assessment, run, form=form)
        self._most = {wish: _affordable(wish, prices, price) for wish in wishes}
        self.columns = {
            wish: self.draft.amount(f"given_{place}", high=_units(wish, most))[0]
            for place, (wish, most) in enumerate(self._most.items())
        }
        for rule in asked.rules:
            own = {
                wish.part: (column, size(wish), self._most[wish])
                for wish, column in self.columns.items()
                if wish.rule == rule
            }
            if own:
                with self.draft.writing(rule):
                    rule_rows(rule, self.draft, Slack(own))
        costs = Linear({column: prices.weight(wish) for wish, column in self.columns.items()})
        self.draft.maximise(costs.scaled(-1.0))

    @contextmanager
    def within(self, most: Changes, run: Run) -> Iterator[Draft]:
        """The draft, for a while, where wishes give way only so far."""
        given = {wish: min(most.get(wish, math.inf), end) for wish, end in self._most.items()}
        dropped = dict.fromkeys(self._dropped, math.inf)
        with self.draft.trying(self._asked.loosened({**given, **dropped}), run):
            self._hold(given)
            try:
                yield self.draft
            finally:
                self._hold(self._most)

    def _hold(self, most: Changes) -> None:
        for wish, column in self.columns.items():
            column.upBound = _units(wish, most[wish])


def _affordable(wish: Handle, prices: Prices, price: float) -> float:
    """How far a wish can give way where changes cost at most a price."""
    units = price / prices.weight(wish) + SPARE
    if wish.number is None:
        return math.inf if units >= 1.0 else 0.0
    return min(wish.most, units * size(wish))


def _units(wish: Handle, amount: float) -> float | None:
    """A change in units of the wish's size; a row is dropped or not."""
    if wish.number is None:
        return min(1.0, amount)
    return None if math.isinf(amount) else amount / size(wish)
