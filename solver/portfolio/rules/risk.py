"""Limits on risk: a measure of the loss, or the chance of a large loss (spec 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.quantities import ROUNDING, Bound
from solver.portfolio.risks import LossMeasure, outcomes, watched_risks
from solver.portfolio.rules.bound import BoundRule
from solver.portfolio.rules.handle import Number
from solver.portfolio.rules.rule import Reading, Rule
from solver.portfolio.selection import Selection
from solver.risk.measures import Measure, VaR


@dataclass(frozen=True)
class RiskLimit(BoundRule):
    """A measure of the loss stays within a limit: ρ(L(x)) ≤ limit."""

    name: ClassVar[str] = "risk"
    binds_parts: ClassVar[bool | None] = True
    mended_by_more: ClassVar[bool] = True
    numbers: ClassVar[Mapping[str, Number]] = {"limit": Number("limit", unit="money")}
    measure: Measure
    limit: float

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        term = LossMeasure(self.measure)
        yield Bound(term, "<=", self.limit, str(term))

    @property
    def risk_limit(self) -> tuple[Measure, float]:
        return self.measure, self.limit

    def place(self, assessment: Assessment) -> tuple[str, str]:
        return _typed(self.measure, assessment)


@dataclass(frozen=True)
class ChanceLimit(Rule):
    """A loss above a limit is improbable: P(L(x) > limit) ≤ 1 − level, that is VaR ≤ limit.

    Exact by one binary per scenario (Luedtke, Ahmed & Nemhauser 2010). Limiting the expected shortfall at
    the same level instead is safe and convex (Nemirovski & Shapiro 2006), but asks for more. At level 0
    VaR is the smallest possible loss: it is not certain that more is lost.
    """

    name: ClassVar[str] = "chance"
    binds_parts: ClassVar[bool | None] = True
    mended_by_more: ClassVar[bool] = True
    numbers: ClassVar[Mapping[str, Number]] = {"limit": Number("limit", unit="money")}
    level: float
    limit: float

    def words(self, assessment: Assessment) -> str:
        return str(LossMeasure(VaR(self.level)) <= self.limit)

    @property
    def risk_limit(self) -> tuple[Measure, float]:
        return VaR(self.level), self.limit

    def place(self, assessment: Assessment) -> tuple[str, str]:
        return _typed(VaR(self.level), assessment)

    def readings(self, selection: Selection) -> Iterator[Reading]:
        term = LossMeasure(VaR(self.level))
        measure, (loss, sizes, probability) = VaR(self.level), outcomes(term, selection)
        value = measure.value(loss, probability)
        at_least = measure.value(loss - ROUNDING * (abs(self.limit) + sizes), probability)
        yield Reading(self.name, str(term), value, "<=", self.limit, value - at_least)


def _typed(measure: Measure, assessment: Assessment) -> tuple[str, str]:
    """Where a measure is typed: in the section `risk`, or in a row of `risks`."""
    measures = [risk.measure for risk in watched_risks(assessment.instance)]
    row = measures.index(measure) if measure in measures else 0
    return "risk." if row == 0 else f"risks row {row}, ", str(LossMeasure(measure))
