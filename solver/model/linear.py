"""Linear expressions over columns, cheap to add up before PuLP sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pulp

from solver.assessment.benefit import Floats


@dataclass
class Linear:
    """Σ coefficient · column + constant."""

    coefficients: dict[pulp.LpVariable, float] = field(default_factory=dict)
    constant: float = 0.0

    @classmethod
    def of(cls, columns: Iterable[pulp.LpVariable], factor: float = 1.0) -> Linear:
        """The sum of some columns, each with the same factor."""
        return cls(dict.fromkeys(columns, factor))

    def add(self, other: Linear, factor: float = 1.0) -> Linear:
        """Add another expression in place."""
        for column, coefficient in other.coefficients.items():
            self.coefficients[column] = self.coefficients.get(column, 0.0) + factor * coefficient
        self.constant += factor * other.constant
        return self

    def __add__(self, other: Linear) -> Linear:
        return Linear(dict(self.coefficients), self.constant).add(other)

    def __sub__(self, other: Linear) -> Linear:
        return Linear(dict(self.coefficients), self.constant).add(other, -1.0)

    def amount(self, value: Callable[[pulp.LpVariable], float]) -> float:
        """The expression at a point."""
        return self.constant + sum(factor * value(column) for column, factor in self.coefficients.items())

    def over(self, columns: Sequence[pulp.LpVariable]) -> Floats:
        """The coefficients of some columns."""
        return np.array([self.coefficients.get(column, 0.0) for column in columns], dtype=float)

    def scaled(self, factor: float) -> Linear:
        """The expression times a number."""
        return Linear({c: factor * v for c, v in self.coefficients.items()}, factor * self.constant)


def weighted(columns: Iterable[pulp.LpVariable], factors: Iterable[float]) -> Linear:
    """Σ factor · column, without the zeros."""
    return Linear({c: float(f) for c, f in zip(columns, factors, strict=True) if f})
