"""Risk as rows: one cut per incumbent, whatever the number of scenarios.

By the dual representation ρ(L) = max_q Σ_ω q_ω L_ω (+ a constant for measures that are not homogeneous), the
weights q̂ of the loss at an incumbent give ρ ≥ Σ_ω q̂_ω L_ω(x) for every portfolio x (spec 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.driver import Row, ValueOf
from solver.errors import FormulationError
from solver.model.draft import Draft, Side
from solver.model.extensive_rows import extensive_rows
from solver.model.linear import Linear
from solver.model.scenario_linear import ScenarioLinear
from solver.model.scenario_rows import scenario_rows
from solver.portfolio.risks import LossMeasure
from solver.portfolio.terms import UNCERTAIN
from solver.risk.measures import Measure

TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class Loss:
    """The loss of a portfolio in every scenario: minus the uncertain parts, minus what is certain."""

    uncertain: Sequence[ScenarioLinear]
    certain: Linear
    probability: Floats

    def amount(self, value: ValueOf) -> Floats:
        """The loss in every scenario at a point, shape (S,)."""
        gained = np.full(len(self.probability), self.certain.amount(value))
        for part in self.uncertain:
            gained += part.amount(value)
        return -gained

    def weighted(self, weights: Floats) -> Linear:
        """Σ_ω weights_ω · L_ω(x), for weights that add up to 1."""
        gained = Linear().add(self.certain)
        for part in self.uncertain:
            gained.add(part.weighted(weights))
        return gained.scaled(-1.0)


@dataclass(frozen=True, eq=False)
class LossCuts:
    """ρ ≥ ρ(L̂) + Σ_ω q̂_ω (L_ω(x) − L̂_ω) for one measure, at the incumbents where ρ is understated."""

    loss: Loss
    measure: Measure
    risk: pulp.LpVariable

    def violated(self, value: ValueOf) -> Iterator[Row]:
        """The cut at a point where the column promises less risk than there is."""
        losses = self.loss.amount(value)
        true = self.measure.value(losses, self.loss.probability)
        if value(self.risk) < true - TOLERANCE * max(1.0, abs(true)):
            cut = self.cut(losses)
            yield Row(cut.coefficients, ">=", -cut.constant, f"{self.measure} at an incumbent")

    def cut(self, losses: Floats) -> Linear:
        """The expression that is at least 0 for every portfolio, from the losses of one."""
        weights = self.measure.weights(losses, self.loss.probability)
        cut = Linear.of([self.risk]) - self.loss.weighted(weights)
        if not self.measure.homogeneous:
            cut.constant -= self.measure.value(losses, self.loss.probability) - float(weights @ losses)
        return cut


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
        if draft.extensive and term.measure.has_linear_form:
            extensive_rows(draft, loss, term.measure, risk)
        else:
            cuts = LossCuts(loss, term.measure, risk)
            first = cuts.cut(0.0 * loss.probability)
            draft.at_least(first, 0.0)
            draft.mention(c for part in loss.uncertain for c in part.columns if c not in first.coefficients)
            draft.lazies.append(cuts)
    return Linear.of([risk])


def loss_of(term: object, draft: Draft, side: Side, certain: Linear) -> Loss:
    """The loss as rows; `side` says from where the uncertain parts have to be held."""
    outlook = draft.assessment.outlook
    if outlook is None:
        raise FormulationError(f"{term} needs scenarios: give the instance a section [risk]")
    uncertain = [rows for part in UNCERTAIN for rows in scenario_rows(part, draft, outlook, side)]
    return Loss(uncertain, certain, outlook.scenarios.probability)
