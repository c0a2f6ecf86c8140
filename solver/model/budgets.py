"""Budgets: rows that say what may be chosen at the most, seen by element."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.assessment.benefit import Floats
from solver.model.draft import Draft
from solver.model.linear import Linear


@dataclass(frozen=True, eq=False)
class Budget:
    """Σ_e weight_e · (e is chosen) ≤ limit, with weights ≥ 0 of shape (E,): what a row says at the least."""

    weights: Floats
    limit: float

    def over(self, elements: list[int]) -> Budget:
        """The same for some of the elements."""
        return Budget(self.weights[elements], self.limit)


def budgets_of(draft: Draft) -> Iterator[Budget]:
    """The upper limits of the draft that can bind, each with the cheapest option of every element."""
    position = {column: option for option, column in enumerate(draft.options)}
    for left, limit in draft.limits:
        use, room = np.zeros(len(draft.options)), limit - left.constant - _least_elsewhere(left, position)
        for column, factor in left.coefficients.items():
            if column in position:
                use[position[column]] += factor
        budget = _by_element(draft, use, room)
        if budget.weights.sum() > budget.limit:
            yield budget


def _least_elsewhere(left: Linear, position: dict[object, int]) -> float:
    """What the columns other than options use at the least."""
    least = 0.0
    for column, factor in left.coefficients.items():
        if column not in position:
            end = column.lowBound if factor > 0 else column.upBound
            least += -math.inf if end is None else factor * end
    return least


def _by_element(draft: Draft, use: Floats, room: float) -> Budget:
    cheapest = np.full(len(draft.assessment.elements), np.inf)
    np.minimum.at(cheapest, draft.assessment.options.element, use)
    cheapest[~np.isfinite(cheapest)] = 0.0
    return Budget(np.maximum(cheapest, 0.0), room - float(np.minimum(cheapest, 0.0).sum()))
