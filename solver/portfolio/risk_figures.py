"""The risk of a portfolio in figures: in sample, out of sample, and who brings it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np

from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.portfolio.realised import application_benefits, partner_benefits, synergies
from solver.portfolio.risks import WatchedRisk, losses
from solver.portfolio.selection import Selection
from solver.portfolio.terms import CertainValue
from solver.risk.interval import chance_of_difference, interval
from solver.risk.measures import CVaR, EntropicVaR, Measure, VaR
from solver.shapes import Shaped

CONFIDENCE = 0.95
# Two figures are compared: together they disagree by chance in at most 5 % of cases.
CHANCE = (1.0 - CONFIDENCE) / 2.0
ROUNDING = 1e-9


@dataclass(frozen=True)
class Contribution:
    """What one source brings to a measure of the loss; the contributions of all add up to the measure.

    `kind` is "partner" or "application" (with an `id`), "synergies", "fixed amounts" or, for measures that
    are not homogeneous, "remainder". A negative amount takes risk away.
    """

    kind: str
    amount: Annotated[float, "What it adds to the measure."]
    id: str | None = None


@dataclass(frozen=True)
class OutOfSample:
    """The same figures over scenarios that nothing was chosen by, each with its 95 % interval.

    `agrees` says whether the figures of the optimisation differ from these no more than those of two such
    sets do by chance, both with their sampling error; it is wrongly denied in 5 % of cases at the most.
    """

    value: Annotated[float, "The measure of the loss."]
    value_interval: Annotated[tuple[float, float], "Its 95 % interval."]
    expected: Annotated[float, "The expected benefit."]
    expected_interval: Annotated[tuple[float, float], "Its 95 % interval."]
    scenarios: Annotated[int, "How many scenarios there are."]
    seed: Annotated[int, "The seed they were drawn with."]
    agrees: bool

    def __str__(self) -> str:
        value, expected = self.value_interval, self.expected_interval
        return (
            f"{self.value:.6g} ({value[0]:.6g} to {value[1]:.6g}) "
            f"with {self.expected:.6g} ({expected[0]:.6g} to {expected[1]:.6g})"
        )


@dataclass(frozen=True)
class RiskFigures(Shaped):
    """One measure of a portfolio's loss; `expected` is the expected benefit over the same scenarios.

    `level` is None for measures without one, `seed` and `out_of_sample` where the planner gave the scenarios.
    """

    measure: Annotated[str, "The measure of the loss."]
    level: float | None
    value: Annotated[float, "What it comes to."]
    limit: Annotated[float | None, "What is allowed, if anything is."]
    expected: float
    out_of_sample: OutOfSample | None
    scenarios: Annotated[int, "How many scenarios there are."]
    seed: int | None
    contributions: tuple[Contribution, ...]


def risk_figures(selection: Selection, risks: tuple[WatchedRisk, ...]) -> tuple[RiskFigures, ...]:
    """The figures of every watched measure; nothing where the instance says nothing about risk."""
    outlook = selection.assessment.outlook
    if outlook is None or not risks:
        return ()
    lost = losses(selection, outlook)
    fresh = selection.assessment.fresh_outlook
    lost_anew = None if fresh is None else losses(selection, fresh)
    probability = outlook.scenarios.probability
    found = []
    for risk in risks:
        value, expected = risk.measure.value(lost, probability), -float(probability @ lost)
        found.append(
            RiskFigures(
                measure=risk.measure.name,
                level=_level(risk.measure),
                value=value,
                limit=risk.limit,
                expected=expected,
                out_of_sample=None
                if fresh is None or lost_anew is None
                else _out_of_sample(risk.measure, lost, lost_anew, fresh),
                scenarios=len(outlook.scenarios),
                seed=outlook.scenarios.seed,
                contributions=tuple(contributions(selection, outlook, risk.measure, lost)),
            )
        )
    return tuple(found)


def disagreements(risks: tuple[RiskFigures, ...]) -> tuple[str, ...]:
    """A sentence for every measure whose figures do not hold on fresh scenarios."""
    return tuple(
        f"{row.measure}: {row.value:.6g} with an expected benefit of {row.expected:.6g} over the "
        f"{row.scenarios} scenarios of the optimisation, but {row.out_of_sample} over fresh ones; more "
        "scenarios make the figures agree."
        for row in risks
        if row.out_of_sample is not None and not row.out_of_sample.agrees
    )


def contributions(
    selection: Selection, outlook: Outlook, measure: Measure, lost: Floats
) -> Iterator[Contribution]:
    """Σ_ω q_ω L_i(ω) for every source of the loss, q the weights of the measure (Tasche 1999).

    Nothing for a measure without weights, such as VaR.
    """
    if not measure.convex:
        return
    weights = measure.weights(lost, outlook.scenarios.probability)
    ids = selection.assessment.elements
    for partner in selection.partners:
        brought = partner_benefits(selection, outlook, [partner])
        yield Contribution("partner", -float(weights @ brought), ids[partner])
    for application in selection.applications:
        brought = application_benefits(selection, outlook, [application])
        yield Contribution("application", -float(weights @ brought), ids[application])
    yield Contribution("synergies", -float(weights @ synergies(selection, outlook)))
    yield Contribution("fixed amounts", -CertainValue().amount(selection))
    remainder = measure.value(lost, outlook.scenarios.probability) - float(weights @ lost)
    if not measure.homogeneous:
        yield Contribution("remainder", remainder)


def _out_of_sample(measure: Measure, in_sample: Floats, lost: Floats, outlook: Outlook) -> OutOfSample:
    probability, seed = outlook.scenarios.probability, outlook.scenarios.seed or 0
    of_value = interval(measure, lost, probability, CONFIDENCE)
    low, high = interval(CVaR(0.0), lost, probability, CONFIDENCE)
    of_expected = (-high, -low)
    return OutOfSample(
        value=measure.value(lost, probability),
        value_interval=of_value,
        expected=-float(probability @ lost),
        expected_interval=of_expected,
        scenarios=len(lost),
        seed=seed,
        agrees=_agrees(measure, in_sample, lost, of_value, seed)
        and _agrees(CVaR(0.0), in_sample, lost, (low, high), seed),
    )


def _agrees(
    measure: Measure, in_sample: Floats, lost: Floats, bounds: tuple[float, float], seed: int
) -> bool:
    """Whether a measure is the same in two samples up to what chance does to both.

    Both are drawn alike, and their difference is uncertain by √2 times as much as one of them.
    """
    value = measure.value(in_sample, np.full(len(in_sample), 1.0 / len(in_sample)))
    middle, half = (bounds[0] + bounds[1]) / 2.0, (bounds[1] - bounds[0]) / sqrt(2.0)
    alike = _within(value, (middle - half, middle + half))
    return alike or chance_of_difference(measure, in_sample, lost, seed) > CHANCE


def _level(measure: Measure) -> float | None:
    match measure:
        case CVaR(level) | EntropicVaR(level) | VaR(level):
            return level
    return None


def _within(value: float, bounds: tuple[float, float]) -> bool:
    low, high = bounds
    rounding = ROUNDING * max(1.0, abs(value))
    return low - rounding <= value <= high + rounding
