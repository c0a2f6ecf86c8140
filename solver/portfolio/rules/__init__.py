"""The rules a portfolio obeys, each a small frozen object with a plain reading.

`STRUCTURE` always holds, because it says what a portfolio is; `limits_of` reads the limits that an
instance sets. The row reading of every rule is in `model/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from solver.instance.instance import Instance
from solver.portfolio.risks import watched_risks
from solver.portfolio.rules.bound import BoundRule, Wish
from solver.portfolio.rules.choices import Lock, OneOption, Statuses
from solver.portfolio.rules.groups import GroupBudget, GroupCount, GroupSpendShare
from solver.portfolio.rules.handle import WHOLE, Handle
from solver.portfolio.rules.limits import (
    BenefitShare,
    Budget,
    BudgetByPeriod,
    Effort,
    Innovation,
    IpExposure,
    Match,
    MaxMoves,
    PartnerCount,
    Resource,
)
from solver.portfolio.rules.pairs import Conflicts, IpConflicts, Requires
from solver.portfolio.rules.picks import Apart, Picks
from solver.portfolio.rules.provision import Coverage, RetainedValue, Workload
from solver.portfolio.rules.risk import ChanceLimit, RiskLimit
from solver.portfolio.rules.rule import Reading, RowsRule, Rule
from solver.portfolio.rules.satisfaction import Satisfaction
from solver.risk.measures import VaR

__all__ = [
    "KINDS",
    "STRUCTURE",
    "WHOLE",
    "Apart",
    "BenefitShare",
    "BoundRule",
    "Budget",
    "BudgetByPeriod",
    "ChanceLimit",
    "Conflicts",
    "Coverage",
    "Effort",
    "GroupBudget",
    "GroupCount",
    "GroupSpendShare",
    "Handle",
    "Innovation",
    "IpConflicts",
    "IpExposure",
    "Lock",
    "Match",
    "MaxMoves",
    "OneOption",
    "PartnerCount",
    "Picks",
    "Reading",
    "Requires",
    "Resource",
    "RetainedValue",
    "RiskLimit",
    "RowsRule",
    "Rule",
    "Satisfaction",
    "Statuses",
    "Wish",
    "Workload",
    "limits_of",
]

KINDS: tuple[type[Rule], ...] = (
    OneOption,
    Statuses,
    Lock,
    Picks,
    Apart,
    Coverage,
    Workload,
    Conflicts,
    Requires,
    IpConflicts,
    Budget,
    BudgetByPeriod,
    Effort,
    PartnerCount,
    MaxMoves,
    Resource,
    Match,
    Innovation,
    BenefitShare,
    IpExposure,
    GroupCount,
    GroupBudget,
    GroupSpendShare,
    RetainedValue,
    RiskLimit,
    ChanceLimit,
    Satisfaction,
    Wish,
)
"""Every kind of rule that there is; what one means to others are attributes of it."""

STRUCTURE: tuple[Rule, ...] = (
    OneOption(),
    Statuses(),
    Coverage(),
    Workload(),
    Conflicts(),
    Requires(),
    IpConflicts(),
)


def limits_of(instance: Instance) -> Iterator[Rule]:
    """The rules that the instance's limits, resources and groups set."""
    limits = instance.limits
    if limits.budget is not None:
        yield Budget(limits.budget, limits.overruns or 0)
    if limits.budget_by_period:
        yield BudgetByPeriod(limits.budget_by_period, limits.budget_carry)
    if limits.effort:
        yield Effort(limits.effort)
    if limits.min_partners > 0 or limits.max_partners is not None:
        yield PartnerCount(limits.min_partners, limits.max_partners)
    if limits.max_moves is not None:
        yield MaxMoves(limits.max_moves)
    if limits.ip_exposure is not None:
        yield IpExposure(limits.ip_exposure)
    if limits.min_match > 0:
        yield Match(limits.min_match)
    if limits.min_innovation is not None:
        yield Innovation(limits.min_innovation)
    if limits.max_share_of_benefit is not None:
        yield BenefitShare(limits.max_share_of_benefit)
    if limits.satisfaction:
        yield Satisfaction()
    if limits.retained_value > 0:
        yield RetainedValue(limits.retained_value)
    for resource in instance.resources:
        yield Resource(resource.id, resource.min, resource.max)
    yield from _group_limits(instance)
    yield from _risk_limits(instance)


def _group_limits(instance: Instance) -> Iterator[Rule]:
    for row in instance.groups:
        if row.min > 0 or row.max is not None:
            yield GroupCount(row.dimension, row.group, row.min, row.max)
        if row.budget is not None:
            yield GroupBudget(row.dimension, row.group, row.budget)
        if row.max_spend_share is not None:
            yield GroupSpendShare(row.dimension, row.group, row.max_spend_share)


def _risk_limits(instance: Instance) -> Iterator[Rule]:
    for risk in watched_risks(instance):
        if risk.limit is None:
            continue
        if isinstance(risk.measure, VaR):
            yield ChanceLimit(risk.measure.level, risk.limit)
        else:
            yield RiskLimit(risk.measure, risk.limit)
