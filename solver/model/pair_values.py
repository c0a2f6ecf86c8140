"""What each element is worth together with others: the pairs of a program as one symmetric matrix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.model.budgets import Budget
from solver.model.pair_shares import shared


@dataclass(frozen=True, eq=False)
class PairValues:
    """Which part of what every pair is worth goes to each of its members; first it is half.

    `worth` has shape (M, M) and is 0 on the diagonal: worth_ij + worth_ji is what a pair is worth. Every
    budget limits the M members.
    """

    elements: tuple[int, ...]
    worth: Floats
    budgets: tuple[Budget, ...]

    @classmethod
    def of(cls, pairs: Mapping[tuple[int, int], float], budgets: Iterator[Budget]) -> PairValues:
        """The values of some pairs of elements."""
        elements = sorted({member for pair in pairs for member in pair})
        place = {element: m for m, element in enumerate(elements)}
        worth = np.zeros((len(elements), len(elements)))
        for (first, second), value in pairs.items():
            worth[place[first], place[second]] += value / 2
            worth[place[second], place[first]] += value / 2
        return cls(tuple(elements), worth, tuple(budget.over(elements) for budget in budgets))

    def shared(self, alone: Floats) -> PairValues:
        """The same with shares for which the scarcest budget bounds most; `alone` has shape (E,)."""
        scarce = min(self.budgets, key=lambda budget: budget.limit / budget.weights.sum())
        return replace(self, worth=shared(self.worth, alone[list(self.elements)], scarce))

    @property
    def most(self) -> Floats:
        """The most that each member can be worth together with others when it is chosen, shape (M,)."""
        return self._at_most(self.worth, [budget.limit - budget.weights for budget in self.budgets])

    @property
    def least(self) -> Floats:
        """The least that those chosen would be worth to each member when it is not, shape (M,)."""
        room = [np.full(len(self.elements), budget.limit) for budget in self.budgets]
        return -self._at_most(-self.worth, room)

    def _at_most(self, worth: Floats, room: list[Floats]) -> Floats:
        bounds = [np.maximum(worth, 0.0).sum(axis=1)]
        for budget, left in zip(self.budgets, room, strict=True):
            bounds.append(fractional_knapsacks(worth, budget.weights, np.maximum(left, 0.0)))
        return np.asarray(np.min(bounds, axis=0))


def fractional_knapsacks(worth: Floats, weights: Floats, room: Floats) -> Floats:
    """max Σ_j worth_ij y_j over Σ_j weight_j y_j ≤ room_i, 0 ≤ y ≤ 1, for every row i (Dantzig 1957)."""
    order = by_ratio(worth, weights)
    gains = np.maximum(np.take_along_axis(worth, order, axis=1), 0.0)
    sizes = np.where(gains > 0, weights[order], 0.0)
    before = np.cumsum(sizes, axis=1) - sizes
    share = np.clip((room[:, None] - before) / np.where(sizes > 0, sizes, 1.0), 0.0, 1.0)
    return np.asarray((gains * np.where(sizes > 0, share, 1.0)).sum(axis=1))


def ratios(worth: Floats, weights: Floats) -> Floats:
    """What each j is worth to i per unit of its weight; infinite, of either sign, where it weighs nothing."""
    weightless = np.where(worth == 0, 0.0, np.copysign(np.inf, worth))
    return np.where(weights > 0, worth / np.where(weights > 0, weights, 1.0), weightless)


def by_ratio(worth: Floats, weights: Floats) -> NDArray[np.int64]:
    """For every row the columns, the best ratio first."""
    return np.argsort(-ratios(worth, weights), axis=1, kind="stable")
