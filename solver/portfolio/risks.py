"""Risk as terms: measures of the loss of a portfolio over the scenarios.

The loss in a scenario is minus the alliance value there. `CVaR(0.95) <= 80` limits it,
`AllianceValue() - 0.3 * CVaR(0.95)` prices it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.errors import FormulationError
from solver.instance.instance import Instance
from solver.instance.settings import RiskMeasure
from solver.portfolio.quantities import Term
from solver.portfolio.selection import Selection
from solver.portfolio.terms import UNCERTAIN, CertainValue
from solver.risk.measures import Measure, measure


@dataclass(frozen=True)
class LossMeasure(Term):
    """A measure of the loss, e.g. its expected shortfall (spec 5)."""

    measure: Measure

    def amount(self, selection: Selection) -> float:
        """The measure over the scenarios of the assessment; raises FormulationError where there are none."""
        lost, _, probability = outcomes(self, selection)
        return self.measure.value(lost, probability)

    def over(self, selection: Selection, outlook: Outlook) -> float:
        """The measure over any scenarios."""
        return self.measure.value(losses(selection, outlook), outlook.scenarios.probability)

    def magnitude(self, selection: Selection) -> float:
        """Σ_ω q_ω · Σ |addends of the loss in ω|, q the weights of the measure at the loss."""
        lost, sizes, probability = outcomes(self, selection)
        return float(np.abs(self.measure.weights(lost, probability)) @ sizes)

    @property
    def precision(self) -> float:
        return self.measure.precision

    def __str__(self) -> str:
        return f"{self.measure} of the loss"


def outlook_for(term: Term, selection: Selection) -> Outlook:
    """The scenarios that a term about risk is about; raises FormulationError where there are none."""
    outlook = selection.assessment.outlook
    if outlook is None:
        raise _without_scenarios(term)
    return outlook


def outcomes(term: Term, selection: Selection) -> tuple[Floats, Floats, Floats]:
    """What a portfolio loses, Σ |addends| of that, and how probable it is: in every scenario, each (S,).

    Where nothing is chosen there is one outcome, and no scenarios are drawn for it. Raises FormulationError
    where there are no scenarios.
    """
    if selection.assessment.instance.risk is None:
        raise _without_scenarios(term)
    if not selection.options:
        certain = CertainValue()
        lost, size = 0.0 - certain.amount(selection), certain.magnitude(selection)
        return np.array([lost]), np.array([size]), np.ones(1)
    outlook = outlook_for(term, selection)
    return losses(selection, outlook), loss_sizes(selection, outlook), outlook.scenarios.probability


def _without_scenarios(term: Term) -> FormulationError:
    return FormulationError(f"{term} needs scenarios: give the instance a section [risk]")


def losses(selection: Selection, outlook: Outlook) -> Floats:
    """What a portfolio loses in every scenario, shape (S,): minus its alliance value there."""
    gained = sum((term.realised(selection, outlook) for term in UNCERTAIN), np.zeros(len(outlook.scenarios)))
    return 0.0 - (gained + CertainValue().amount(selection))  # nothing is 0, not -0


def loss_sizes(selection: Selection, outlook: Outlook) -> Floats:
    """Σ |addends| of the loss in every scenario, shape (S,)."""
    sizes = sum((term.sizes(selection, outlook) for term in UNCERTAIN), np.zeros(len(outlook.scenarios)))
    return sizes + CertainValue().magnitude(selection)


@dataclass(frozen=True)
class WatchedRisk:
    """A measure that the planner limits, prices or only wants to see."""

    measure: Measure
    limit: float | None
    weight: float


def watched_risks(instance: Instance) -> Iterator[WatchedRisk]:
    """The measures of the section `risk` and of the table `risks`."""
    if instance.risk is not None:
        spectrum = tuple(zip(instance.risk.spectrum_levels, instance.risk.spectrum_weights, strict=True))
        for row in (instance.risk, *instance.risks):
            yield WatchedRisk(_measure_of(row, spectrum), row.limit, row.weight)


def _measure_of(row: RiskMeasure, spectrum: tuple[tuple[float, float], ...]) -> Measure:
    return measure(row.measure, level=row.level, theta=row.theta, kappa=row.kappa, spectrum=spectrum)
