"""The limits of one industry, region or group of the planner's own (spec 3.1.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.quantities import Bound
from solver.portfolio.rules.bound import BoundRule
from solver.portfolio.rules.handle import Number
from solver.portfolio.terms import GroupPartners, GroupSpending, Spending


def _row(assessment: Assessment, dimension: str, group: str) -> int:
    rows = [(row.dimension, row.group) for row in assessment.instance.groups]
    return rows.index((dimension, group))


@dataclass(frozen=True)
class GroupRule(BoundRule):
    """A rule that a row of `groups` asks for."""

    dimension: str
    group: str

    def place(self, assessment: Assessment) -> tuple[str, str]:
        row = _row(assessment, self.dimension, self.group)
        return f"groups row {row + 1}, ", f"{self.dimension} {self.group}"


@dataclass(frozen=True)
class GroupCount(GroupRule):
    """The number of chosen partners of a group lies between `least` and `most`."""

    name: ClassVar[str] = "group_count"
    numbers: ClassVar[Mapping[str, Number]] = {
        "least": Number("min", upward=False, unit="partners"),
        "most": Number("max", unit="partners"),
    }
    least: int = 0
    most: int | None = None

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        partners = GroupPartners(_row(assessment, self.dimension, self.group))
        about = f"chosen partners in {self.dimension} {self.group}"
        if self.least > 0:
            yield Bound(partners, ">=", self.least, about)
        if self.most is not None:
            yield Bound(partners, "<=", self.most, about)

    def for_part(self) -> GroupCount:
        return replace(self, least=0)


@dataclass(frozen=True)
class GroupBudget(GroupRule):
    """What the partners and applications of a group spend stays within the group's budget."""

    name: ClassVar[str] = "group_budget"
    binds_parts: ClassVar[bool | None] = True
    numbers: ClassVar[Mapping[str, Number]] = {"limit": Number("budget", unit="money")}
    limit: float

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        spending = GroupSpending(_row(assessment, self.dimension, self.group))
        yield Bound(spending, "<=", self.limit, f"spend in {self.dimension} {self.group}")


@dataclass(frozen=True)
class GroupSpendShare(GroupRule):
    """What a group spends is at most a share of all spending."""

    name: ClassVar[str] = "group_spend_share"
    relative: ClassVar[bool] = True
    binds_parts: ClassVar[bool | None] = True
    mended_by_more: ClassVar[bool] = True
    numbers: ClassVar[Mapping[str, Number]] = {"share": Number("max_spend_share", unit="share")}
    share: float

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        spending = GroupSpending(_row(assessment, self.dimension, self.group))
        about = f"spend in {self.dimension} {self.group} beyond {self.share:g} of the total"
        yield Bound(spending - self.share * Spending(), "<=", 0.0, about)
