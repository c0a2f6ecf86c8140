"""Risk as rows: one cut per incumbent, whatever the number of scenarios.

By the dual representation ρ(L) = max_q Σ_ω q_ω L_ω (+ a constant for measures that are not homogeneous), the
weights q̂ of the loss at an incumbent give ρ ≥ Σ_ω q̂_ω L_ω(x) for every portfolio x (spec 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.driver import Rows, WideRule
from solver.errors import FormulationError
from solver.model.draft import Draft, Side
from solver.model.linear import Linear, weighted
from solver.model.scenario_linear import ScenarioLinear
from solver.model.scenario_rows import scenario_rows
from solver.portfolio.risks import LossMeasure
from solver.portfolio.terms import UNCERTAIN
from solver.risk.measures import Measure

# Per unit of what the loss is the sum of.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Loss:
    """The loss of a portfolio in every scenario: minus the uncertain parts, minus what is certain."""

    uncertain: Sequence[ScenarioLinear]
    certain: Linear
    probability: Floats

    @cached_property
    def columns(self) -> tuple[pulp.LpVariable, ...]:
        """All columns that the loss depends on, K of them."""
        parts = (column for part in self.uncertain for column in part.columns)
        return tuple(dict.fromkeys((*self.certain.coefficients, *parts)))

    @cached_property
    def _places(self) -> list[NDArray[np.int64]]:
        """Where the columns of the uncertain parts are among all."""
        place = {column: k for k, column in enumerate(self.columns)}
        return [np.array([place[c] for c in part.columns], dtype=np.int64) for part in self.uncertain]

    @cached_property
    def _sure(self) -> Floats:
        """What every column gains for certain, shape (K,)."""
        return np.array([self.certain.coefficients.get(column, 0.0) for column in self.columns], dtype=float)

    def at(self, point: Floats) -> Floats:
        """The loss in every scenario, shape (S,), at the columns' values, shape (K,)."""
        gained = np.full(len(self.probability), self.certain.constant + self._sure @ point)
        for part, places in zip(self.uncertain, self._places, strict=True):
            gained += part.at(point[places])
        return -gained

    def coefficients(self, weights: Floats, point: Floats) -> Floats:
        """Σ_ω weights_ω · L_ω for every column, shape (K,), for weights that add up to 1.

        Where the loss is only bounded from below by them, they are tight at the point, shape (K,).
        """
        gained = self._sure.copy()
        for part, places in zip(self.uncertain, self._places, strict=True):
            np.add.at(gained, places, part.tight(weights, point[places]))
        return -gained

    def weighted(self, weights: Floats) -> Linear:
        """Σ_ω weights_ω · L_ω(x), for weights that add up to 1."""
        found = weighted(self.columns, self.coefficients(weights, np.zeros(len(self.columns))))
        found.constant = -self.certain.constant
        return found


@dataclass(frozen=True, eq=False)
class LossCuts(WideRule):
    """ρ ≥ ρ(L̂) + Σ_ω q̂_ω (L_ω(x) − L̂_ω) for one measure, at the incumbents where ρ is understated.

    Where it is no more than `tolerated`, it may be.
    """

    loss: Loss
    measure: Measure
    risk: pulp.LpVariable
    tolerated: float = -np.inf

    @property
    def variables(self) -> Sequence[pulp.LpVariable]:
        """The column of the risk and those of the loss."""
        return (self.risk, *self.loss.columns)

    def violated_at(self, values: Floats) -> Rows:
        """The cut at a point where the column promises less risk than there is."""
        losses = self.loss.at(values[1:])
        weights = self.measure.weights(losses, self.loss.probability)
        coefficients, constant = self.loss.coefficients(weights, values[1:]), self._constant(losses, weights)
        least = float(coefficients @ values[1:]) + constant
        size = float(np.abs(coefficients) @ np.abs(values[1:])) + abs(constant)
        if max(values[0], self.tolerated) >= least - TOLERANCE * size:
            return Rows.stacked([])
        return Rows(
            np.array([0, len(values)], dtype=np.int32),
            np.arange(len(values), dtype=np.int32),
            np.concatenate([[1.0], -coefficients]),
            np.array([constant]),
            np.array([np.inf]),
        )

    def cut(self, losses: Floats) -> Linear:
        """The expression that is at least 0 for every portfolio, from the losses of one."""
        weights = self.measure.weights(losses, self.loss.probability)
        cut = Linear.of([self.risk]) - self.loss.weighted(weights)
        cut.constant = -self._constant(losses, weights)
        return cut

    def _constant(self, losses: Floats, weights: Floats) -> float:
        """What risk and loss differ by at the least."""
        constant = -self.loss.certain.constant
        if not self.measure.homogeneous:
            constant += self.measure.value(losses, self.loss.probability) - float(weights @ losses)
        return constant


def loss_measure(term: LossMeasure, draft: Draft, side: Side, certain: Linear) -> Linear:
    """A measure of the loss as a column held from below by cuts; `certain` is the value without uncertainty.

    Raises FormulationError where there are no scenarios, and for wishes that are not convex.
    """
    if Side.ABOVE in side:
        raise FormulationError(f"{term} is convex: it can be limited or charged for, not rewarded")
    if not term.measure.convex:
        raise FormulationError(f"{term} is not convex: limit the chance of a loss, or use CVaR")
    risk, new = draft.free(f"risk of {term.measure}")
    if new:
        loss = loss_of(term, draft, Side.ABOVE if term.measure.monotone else Side.BOTH, certain)
        cuts = LossCuts(loss, term.measure, risk, draft.form.tolerated.get(term, -np.inf))
        draft.at_least(cuts.cut(0.0 * loss.probability), 0.0)
        draft.lazies.append(cuts)
    return Linear.of([risk])


def loss_of(term: object, draft: Draft, side: Side, certain: Linear) -> Loss:
    """The loss as rows; `side` says from where the uncertain parts have to be held."""
    outlook = draft.assessment.outlook
    if outlook is None:
        raise FormulationError(f"{term} needs scenarios: give the instance a section [risk]")
    uncertain = [rows for part in UNCERTAIN for rows in scenario_rows(part, draft, outlook, side)]
    return Loss(uncertain, certain, outlook.scenarios.probability)
