"""Risk in its extensive form: a row for every scenario (Rockafellar & Uryasev 2000)."""

from __future__ import annotations

import numpy as np
import pulp

from benchmarks.peers.textbook.scenarios import Scenarios
from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.errors import FormulationError
from solver.portfolio.quantities import LinearTerm
from solver.portfolio.terms import CertainValue
from solver.risk.measures import CVaR, MeanAbsoluteDeviation, Measure, Spectral, WorstCase


def measured(measure: Measure, scenarios: Scenarios) -> pulp.LpAffineExpression:
    """A measure of the loss, held from below.

    Raises FormulationError for a measure that no linear rows describe, or that more income can raise.
    """
    if not measure.monotone:
        raise FormulationError(f"{measure} can rise with an income: it is not the textbook's")
    match measure:
        case WorstCase():
            return _shortfall(scenarios, 1.0)
        case CVaR():
            return _shortfall(scenarios, measure.level)
        case Spectral():
            return pulp.lpSum(weight * _shortfall(scenarios, level) for level, weight in measure.spectrum)
        case MeanAbsoluteDeviation():
            mean = scenarios.expected_loss()
            return mean + 2 * measure.kappa * _mean_beyond(scenarios, mean)
        case _:
            raise FormulationError(f"{measure} has no linear form")


def _shortfall(scenarios: Scenarios, level: float) -> pulp.LpAffineExpression:
    """η + E (L − η)⁺ / (1 − level); the largest loss at level 1."""
    sheet = scenarios.sheet
    threshold = sheet.amount(f"threshold_{sheet.problem.numVariables()}", low=None)
    if level >= 1.0:
        possible = [scenario for scenario, chance in enumerate(scenarios.probability) if chance > 0]
        sheet.subject_to(threshold >= scenarios.loss(scenario) for scenario in possible)
        return pulp.lpSum([threshold])
    return threshold + _mean_beyond(scenarios, threshold) * (1 / (1 - level))


def _mean_beyond(
    scenarios: Scenarios, level: pulp.LpAffineExpression | pulp.LpVariable
) -> pulp.LpAffineExpression:
    """E (L − level)⁺, with an excess for every scenario."""
    sheet, excesses = scenarios.sheet, []
    for scenario, chance in enumerate(scenarios.probability):
        excess = sheet.amount(f"excess_{scenario}_{sheet.problem.numVariables()}")
        sheet.subject_to([excess >= scenarios.loss(scenario) - level])
        excesses.append(chance * excess)
    return pulp.lpSum(excesses)


def largest_losses(assessment: Assessment, outlook: Outlook) -> Floats:
    """More than any portfolio can lose in every scenario, shape (S,): the worst of everything at once."""
    lost = np.full(len(outlook.scenarios), _most_certainly_lost(assessment))
    for element in range(len(assessment.elements)):
        worst = np.zeros(len(lost))
        for option in assessment.options.of(element):
            engagement = int(outlook.engagement[option])
            charged = outlook.charged[option] * outlook.scenarios.cost.of(engagement)
            earned = outlook.earned[option] * outlook.scenarios.revenue.of(engagement)
            worst = np.maximum(worst, charged - np.minimum(earned, 0.0))
        lost += worst
    return lost - sum(min(pair.value, 0.0) for pair in assessment.pairs if pair.row.kind == "synergy")


def _most_certainly_lost(assessment: Assessment) -> float:
    partners, instance = assessment.partner_count, assessment.instance
    lost = instance.limits.pair_overhead * partners * (partners - 1) / 2
    lost += sum(group.entry_cost for group in instance.groups)
    lost += sum(pair.value for pair in assessment.pairs if pair.row.kind == "ip_conflict")
    for term in CertainValue().weights():
        if isinstance(term, LinearTerm):
            lost -= float(np.minimum(term.coefficients(assessment), 0.0).sum())
            lost -= min(term.constant(assessment), 0.0)
    return lost
