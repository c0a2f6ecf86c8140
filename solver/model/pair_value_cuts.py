"""Rows that hold the values of pairs closer to the truth than their fixed rows do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.driver import Rows, WideRule
from solver.model.budgets import Budget
from solver.model.pair_values import PairValues, by_ratio, ratios

TOLERANCE = 1e-6
NOISE = 1e-12


@dataclass(frozen=True, eq=False)
class PairValueCuts(WideRule):
    """v_i ≤ Σ_j worth_ij y_ij for products y_ij = x_i x_j that are never made columns.

    Each budget times x_i and times 1 − x_i (Sherali & Adams 1990) bounds the products:
    Σ_j w_j x_j − limit (1 − x_i) ≤ Σ_j w_j y_ij ≤ (limit − w_i) x_i, where
    max(0, x_i + x_j − 1) ≤ y_ij ≤ min(x_i, x_j). Given x, the best products are a fractional knapsack. With
    p the price of its budget and r_j = worth_ij − p w_j, duality gives the row v_i ≤ p · (the side of the
    budget that binds) + Σ_{r_j > 0} r_j (x_i or x_j) + Σ_{r_j < 0} r_j (0 or x_i + x_j − 1).
    `chosen` and `brought` are the columns x and v of the members.
    """

    pair_values: PairValues
    chosen: Sequence[pulp.LpVariable]
    brought: Sequence[pulp.LpVariable]

    @property
    def variables(self) -> Sequence[pulp.LpVariable]:
        return [*self.chosen, *self.brought]

    def violated_at(self, values: Floats) -> Rows:
        members = len(self.chosen)
        x, v = values[:members], values[members:]
        bounds = [budget.bound(x) for budget in self._priced]
        tightest = np.argmin([bound.value for bound in bounds], axis=0)
        value = np.min([bound.value for bound in bounds], axis=0)
        broken = v > value + TOLERANCE * np.maximum(1.0, np.abs(value))
        parts = [
            bound.rows(np.flatnonzero(broken & (tightest == number))) for number, bound in enumerate(bounds)
        ]
        return Rows.stacked(parts)

    @cached_property
    def _priced(self) -> list[_PricedBudget]:
        return [_PricedBudget(self.pair_values.worth, budget) for budget in self.pair_values.budgets]


class _PricedBudget:
    """One budget with the order in which each member would spend it on others."""

    def __init__(self, worth: Floats, budget: Budget) -> None:
        self.worth, self.budget = worth, budget
        self._order = by_ratio(worth, budget.weights)
        self._ratio = np.take_along_axis(ratios(worth, budget.weights), self._order, axis=1)
        self._others = budget.weights * ~np.eye(len(worth), dtype=bool)
        self._scale = np.abs(worth).max()

    def bound(self, x: Floats) -> _Bound:
        """The dual bound on what each member can be worth together with others at x."""
        high, low = np.minimum(x[:, None], x), np.maximum(0.0, x[:, None] + x - 1.0)
        room = (self.budget.limit - self.budget.weights) * x
        due = self._others @ x - self.budget.limit * (1.0 - x)
        wanted = (self._others * np.where(self.worth > 0, high, low)).sum(axis=1)
        price = np.where(wanted > room, np.maximum(self._price(room, low, high), 0.0), 0.0)
        price = np.where(wanted < due, np.minimum(self._price(due, low, high), 0.0), price)
        rest = self.worth - price[:, None] * self._others
        rest[np.abs(rest) <= NOISE * self._scale] = 0.0
        value = price * np.where(price >= 0, room, due)
        value += np.where(rest > 0, rest * high, rest * low).sum(axis=1)
        return _Bound(value, price, rest, x, self.budget)

    def _price(self, spent: Floats, low: Floats, high: Floats) -> Floats:
        """The ratio at which each member's spending reaches an amount."""
        steps = np.take_along_axis(self._others * (high - low), self._order, axis=1)
        spending = np.cumsum(steps, axis=1) + (self._others * low).sum(axis=1, keepdims=True)
        reached = (spending < spent[:, None] - TOLERANCE).sum(axis=1)
        ratio = self._ratio[np.arange(len(spent)), np.minimum(reached, len(spent) - 1)]
        return np.where(np.isfinite(ratio), ratio, 0.0)


@dataclass(frozen=True, eq=False)
class _Bound:
    """What bounds the values of pairs at a point x, and how that reads as a row for every x."""

    value: Floats
    price: Floats
    rest: Floats
    x: Floats
    budget: Budget

    def rows(self, members: NDArray[np.int64]) -> Rows:
        """v_i − Σ_j coefficient_j x_j ≤ constant for some members i; columns are x, then v."""
        count, (price, rest) = len(self.x), (self.price[members], self.rest[members])
        own, others = np.arange(len(members)), self.x[members][:, None]
        gains, losses = np.maximum(rest, 0.0), np.minimum(rest, 0.0) * (others + self.x > 1.0)
        coefficients = np.where(self.x < others, gains, 0.0) + losses
        coefficients[own, members] += np.where(self.x < others, 0.0, gains).sum(axis=1) + losses.sum(axis=1)
        constant = -losses.sum(axis=1)
        due = np.minimum(price, 0.0)
        room = np.maximum(price, 0.0) * (self.budget.limit - self.budget.weights[members])
        coefficients += due[:, None] * self.budget.weights
        coefficients[own, members] += room + due * (self.budget.limit - self.budget.weights[members])
        constant -= due * self.budget.limit
        block = np.hstack([-coefficients, np.zeros((len(members), count))])
        block[own, count + members] = 1.0
        return _dense(block, constant)


def _dense(block: Floats, upper: Floats) -> Rows:
    rows, columns = block.shape
    return Rows(
        (np.arange(rows + 1) * columns).astype(np.int32),
        np.tile(np.arange(columns), rows).astype(np.int32),
        block.ravel(),
        np.full(rows, -np.inf),
        upper,
    )
