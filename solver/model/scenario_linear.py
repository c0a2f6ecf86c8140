"""Expressions that differ from scenario to scenario, linear in the columns in each of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.model.linear import Linear, weighted

Ranges = tuple[Sequence[pulp.LpVariable], Floats, Floats]
"""K columns, and the least and the most that each adds in every scenario, both of shape (S, K)."""


class ScenarioLinear(ABC):
    """Σ_k c_k(ω) · column_k for every scenario ω of S."""

    columns: Sequence[pulp.LpVariable]
    by_cuts: bool = False

    @abstractmethod
    def coefficients(self, weights: Floats) -> Floats:
        """Σ_ω weights_ω · c_k(ω) for every column, shape (K,); weights has shape (S,)."""

    @abstractmethod
    def at(self, point: Floats) -> Floats:
        """The expression in every scenario, shape (S,), at the columns' values, shape (K,)."""

    @abstractmethod
    def matrix(self) -> Floats:
        """All c_k(ω), shape (S, K); only where it is not bounded by cuts, for few columns."""

    @abstractmethod
    def ranges(self) -> Ranges:
        """Binary columns, and between what the expression lies for each of them, whatever the others are."""

    def tight(self, weights: Floats, point: Floats) -> Floats:
        """The same; where it is only bounded from above by coefficients, those that are tight at a point."""
        return self.coefficients(weights)

    def expectation(self, probability: Floats) -> Linear:
        """Σ_ω probability_ω · the expression."""
        return weighted(self.columns, self.coefficients(probability))


@dataclass(frozen=True, eq=False)
class OptionWorth(ScenarioLinear):
    """What options earn and are charged; `earning` and `charged` say which do, shape (O,)."""

    columns: Sequence[pulp.LpVariable]
    outlook: Outlook
    earning: Floats
    charged: Floats

    def coefficients(self, weights: Floats) -> Floats:
        earned = self.earning * self.outlook.revenue_part(weights)
        return np.asarray(earned - self.charged * self.outlook.cost_part(weights))

    def at(self, point: Floats) -> Floats:
        return self.outlook.earnings(point * self.earning) - self.outlook.charges(point * self.charged)

    def matrix(self) -> Floats:
        scenarios, options = self.outlook.scenarios, np.eye(len(self.columns))
        worth = [self.at(option) for option in options]
        return np.array(worth).T.reshape(len(scenarios), len(self.columns))

    def ranges(self) -> Ranges:
        worth = self.matrix()
        return self.columns, worth, worth


@dataclass(frozen=True, eq=False)
class PairWorth(ScenarioLinear):
    """What pairs are worth where none of their partners fails.

    `values` has shape (K,), `kept` shape (S, K): whether the pair of a column keeps its worth.
    """

    columns: Sequence[pulp.LpVariable]
    values: Floats
    kept: Floats

    def coefficients(self, weights: Floats) -> Floats:
        return np.asarray(self.values * (weights @ self.kept))

    def at(self, point: Floats) -> Floats:
        return np.asarray(self.kept @ (self.values * point))

    def matrix(self) -> Floats:
        return np.asarray(self.kept * self.values)

    def ranges(self) -> Ranges:
        worth = self.matrix()
        return self.columns, worth, worth
