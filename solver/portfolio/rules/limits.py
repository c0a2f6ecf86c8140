"""The limits of the alliance as a whole: money, effort, counts and scores (spec 3, `limits`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from math import isfinite
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.choices import Moves
from solver.portfolio.quantities import Bound, Expression, Quantity
from solver.portfolio.rules.bound import BoundRule
from solver.portfolio.rules.handle import Number
from solver.portfolio.terms import (
    Effort as EffortIn,
)
from solver.portfolio.terms import (
    EntryCosts,
    LicenceCosts,
    MatchSurplus,
    PositiveBenefit,
    ResourceUse,
    Spending,
    WorstOverruns,
)
from solver.portfolio.terms import (
    Innovation as InnovationScore,
)
from solver.portfolio.terms import (
    IpExposure as IpExposureScore,
)
from solver.portfolio.terms import (
    PartnerCount as Partners,
)


@dataclass(frozen=True)
class Budget(BoundRule):
    """Spending over the horizon plus entry costs and licences stays within a budget.

    Σ_τ spending_τ + entry + licences ≤ limit; with `overruns`, even if that many partners overrun at their
    worst (Bertsimas & Sim 2004).
    """

    name: ClassVar[str] = "budget"
    binds_parts: ClassVar[bool | None] = True
    numbers: ClassVar[Mapping[str, Number]] = {"limit": Number("limits.budget", unit="money")}
    limit: float
    overruns: int = 0

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        spent = Spending() - EntryCosts() - LicenceCosts()
        if not self.overruns:
            yield Bound(spent, "<=", self.limit, "total spend")
            return
        partners = "the partner" if self.overruns == 1 else f"the {self.overruns} partners"
        about = f"total spend with {partners} that could overrun most at their worst"
        yield Bound(spent + WorstOverruns(self.overruns), "<=", self.limit, about)


@dataclass(frozen=True)
class BudgetByPeriod(BoundRule):
    """Spending in each period stays within that period's budget; with `carry`, unspent money moves on.

    spending_τ ≤ limit_τ, or Σ_{σ ≤ τ} spending_σ ≤ Σ_{σ ≤ τ} limit_σ.
    """

    name: ClassVar[str] = "budget_by_period"
    binds_parts: ClassVar[bool | None] = True
    numbers: ClassVar[Mapping[str, Number]] = {"limits": Number("limits.budget_by_period", unit="money")}
    limits: tuple[float, ...]
    carry: bool = False

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        if not self.carry:
            for period, limit in enumerate(self.limits, start=1):
                if isfinite(limit):
                    yield Bound(Spending(period), "<=", limit, f"spend in period {period}")
            return
        spent: Quantity = Expression(())
        for period, limit in enumerate(accumulate(self.limits), start=1):
            spent = spent + Spending(period)
            if isfinite(limit):
                yield Bound(spent, "<=", limit, f"spend up to period {period}")


@dataclass(frozen=True)
class Effort(BoundRule):
    """Integration effort of what starts in a period stays within what is available then."""

    name: ClassVar[str] = "effort"
    binds_parts: ClassVar[bool | None] = True
    numbers: ClassVar[Mapping[str, Number]] = {"limits": Number("limits.effort")}
    limits: tuple[float, ...]

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        for period, limit in enumerate(self.limits, start=1):
            if isfinite(limit):
                yield Bound(EffortIn(period), "<=", limit, f"integration effort in period {period}")


@dataclass(frozen=True)
class PartnerCount(BoundRule):
    """The number of chosen partners lies between `least` and `most`."""

    name: ClassVar[str] = "partner_count"
    numbers: ClassVar[Mapping[str, Number]] = {
        "least": Number("limits.min_partners", upward=False, unit="partners"),
        "most": Number("limits.max_partners", unit="partners"),
    }
    least: int = 0
    most: int | None = None

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        if self.least > 0:
            yield Bound(Partners(), ">=", self.least, "chosen partners")
        if self.most is not None:
            yield Bound(Partners(), "<=", self.most, "chosen partners")

    def for_part(self) -> PartnerCount:
        return replace(self, least=0)


@dataclass(frozen=True)
class MaxMoves(BoundRule):
    """No more than so many joins, leaves, changes of level, launches and stops, from what runs."""

    name: ClassVar[str] = "max_moves"
    binds_parts: ClassVar[bool | None] = False
    mended_by_more: ClassVar[bool] = True
    numbers: ClassVar[Mapping[str, Number]] = {"most": Number("limits.max_moves")}
    most: int

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        yield Bound(Moves(), "<=", self.most, "moves")


@dataclass(frozen=True)
class IpExposure(BoundRule):
    """The exposure of intellectual property, summed over chosen partners, stays within a limit."""

    name: ClassVar[str] = "ip_exposure"
    binds_parts: ClassVar[bool | None] = True
    numbers: ClassVar[Mapping[str, Number]] = {"limit": Number("limits.ip_exposure")}
    limit: float

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        yield Bound(IpExposureScore(), "<=", self.limit, "IP exposure")


@dataclass(frozen=True)
class Match(BoundRule):
    """The mean technology match of the chosen partners reaches a floor: Σ (match_i − floor) z_i ≥ 0."""

    name: ClassVar[str] = "match"
    relative: ClassVar[bool] = True
    binds_parts: ClassVar[bool | None] = False
    numbers: ClassVar[Mapping[str, Number]] = {
        "floor": Number("limits.min_match", upward=False, unit="share")
    }
    floor: float

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        about = f"technology match beyond a mean of {self.floor:g}"
        yield Bound(MatchSurplus(self.floor), ">=", 0.0, about)


@dataclass(frozen=True)
class Innovation(BoundRule):
    """The innovation score, summed over what is chosen, reaches a floor."""

    name: ClassVar[str] = "innovation"
    binds_parts: ClassVar[bool | None] = False
    numbers: ClassVar[Mapping[str, Number]] = {"floor": Number("limits.min_innovation", upward=False)}
    floor: float

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        yield Bound(InnovationScore(), ">=", self.floor, "innovation score")


@dataclass(frozen=True)
class BenefitShare(BoundRule):
    """No chosen partner brings more than a share of the partners' benefit: E⁺_i ≤ share · Σ_j E⁺_j."""

    name: ClassVar[str] = "benefit_share"
    relative: ClassVar[bool] = True
    binds_parts: ClassVar[bool | None] = False
    mended_by_more: ClassVar[bool] = True
    numbers: ClassVar[Mapping[str, Number]] = {"share": Number("limits.max_share_of_benefit", unit="share")}
    share: float

    def words(self, assessment: Assessment) -> str:
        return f"benefit of any one partner at most {self.share:g} of all partners' benefit"

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        everybody = PositiveBenefit()
        for partner in range(assessment.partner_count):
            if assessment.positive_benefit[assessment.options.of(partner)].any():
                about = (
                    f"benefit of {assessment.label(partner)} beyond {self.share:g} of all partners' benefit"
                )
                yield Bound(PositiveBenefit(partner) - self.share * everybody, "<=", 0.0, about)


@dataclass(frozen=True)
class Resource(BoundRule):
    """What is taken of a resource lies between its minimum and maximum."""

    name: ClassVar[str] = "resource"
    numbers: ClassVar[Mapping[str, Number]] = {"least": Number("min", upward=False), "most": Number("max")}
    resource: str
    least: float | None = None
    most: float | None = None

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        about = f"use of {self.resource}"
        if self.least is not None:
            yield Bound(ResourceUse(self.resource), ">=", self.least, about)
        if self.most is not None:
            yield Bound(ResourceUse(self.resource), "<=", self.most, about)

    def place(self, assessment: Assessment) -> tuple[str, str]:
        ids = [row.id for row in assessment.instance.resources]
        return f"resources row {ids.index(self.resource) + 1}, ", self.resource

    def for_part(self) -> Resource:
        return replace(self, least=None)
