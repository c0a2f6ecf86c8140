"""The row reading of every rule; the algebra stands in the rule's own docstring."""

from __future__ import annotations

from functools import singledispatch

from solver.errors import FormulationError
from solver.model.chance_rows import chance_rows
from solver.model.coverage_rows import coverage_rows
from solver.model.draft import Draft, Side
from solver.model.linear import Linear, weighted
from solver.model.loss_rows import loss_of
from solver.model.products import serves
from solver.model.retained_rows import retained_value_rows
from solver.model.slack import Slack
from solver.model.term_rows import quantity_rows
from solver.model.workload_rows import workload_rows
from solver.portfolio.quantities import Bound
from solver.portfolio.rules import (
    BoundRule,
    ChanceLimit,
    Conflicts,
    Coverage,
    IpConflicts,
    OneOption,
    Requires,
    RetainedValue,
    Rule,
    Satisfaction,
    Workload,
)
from solver.portfolio.rules.choices import Locks
from solver.portfolio.terms import AllianceValue, CertainValue, MinimumPayoffs

FIRM = Slack()


@singledispatch
def rule_rows(rule: Rule, draft: Draft, slack: Slack = FIRM) -> None:
    """Add the rows that hold exactly when the rule does, or does where its wishes give way by a slack.

    Not every rule takes a slack: those that can give way do.
    """
    raise FormulationError(f"{type(rule).__name__} has no row reading: {rule}")


@rule_rows.register
def _(rule: BoundRule, draft: Draft, slack: Slack = FIRM) -> None:
    for bound, relief in zip(rule.bounds(draft.assessment), slack.reliefs(rule, draft), strict=True):
        left = quantity_rows(bound.quantity, draft, side_held(bound))
        if bound.sense == "<=":
            draft.limited(left - relief, bound.limit)
        else:
            draft.at_least(left + relief, bound.limit)


def side_held(bound: Bound) -> Side:
    """From which side the columns of a quantity have to be held where it is bounded."""
    return Side.BELOW if bound.sense == "<=" else Side.ABOVE


@rule_rows.register
def _(rule: OneOption, draft: Draft) -> None:
    for element in range(len(draft.assessment.elements)):
        draft.chosen(element)


@rule_rows.register
def _(rule: Locks, draft: Draft, slack: Slack = FIRM) -> None:
    ids = draft.assessment.elements
    for element in rule.demanded(draft.assessment):
        draft.at_least(draft.chosen(element) + slack.by(ids[element]), 1.0)
    for element in rule.barred(draft.assessment):
        draft.at_most(draft.chosen(element) - slack.by(ids[element]), 0.0)


@rule_rows.register
def _(rule: Coverage, draft: Draft) -> None:
    coverage_rows(draft)


@rule_rows.register
def _(rule: Workload, draft: Draft) -> None:
    workload_rows(draft)


@rule_rows.register
def _(rule: Conflicts, draft: Draft, slack: Slack = FIRM) -> None:
    for index in rule.pairs(draft.assessment):
        pair = draft.assessment.pairs[index]
        draft.at_most(draft.chosen(pair.first) + draft.chosen(pair.second) - slack.by(index), 1.0)


@rule_rows.register
def _(rule: Requires, draft: Draft, slack: Slack = FIRM) -> None:
    for index in rule.pairs(draft.assessment):
        pair = draft.assessment.pairs[index]
        draft.at_most(draft.chosen(pair.first) - draft.chosen(pair.second) - slack.by(index), 0.0)


@rule_rows.register
def _(rule: IpConflicts, draft: Draft, slack: Slack = FIRM) -> None:
    for index in rule.pairs(draft.assessment):
        pair = draft.assessment.pairs[index]
        for place in draft.assessment.ip_places(index):
            first, second = serves(draft, place, pair.first), serves(draft, place, pair.second)
            if first.coefficients and second.coefficients:
                licence = Linear.of([draft.licences[index]] if index in draft.licences else [])
                draft.at_most(first + second - licence - slack.by(index), 1.0)


@rule_rows.register
def _(rule: RetainedValue, draft: Draft, slack: Slack = FIRM) -> None:
    retained_value_rows(draft, rule.share, slack)


@rule_rows.register
def _(rule: ChanceLimit, draft: Draft, slack: Slack = FIRM) -> None:
    certain = quantity_rows(CertainValue(), draft, Side.ABOVE)
    chance_rows(rule, draft, loss_of(rule, draft, Side.ABOVE, certain), slack.by("limit"))


@rule_rows.register
def _(rule: Satisfaction, draft: Draft) -> None:
    assessment = draft.assessment
    hub, outside = assessment.instance.hub, assessment.instance.outside
    value = quantity_rows(AllianceValue(), draft, Side.ABOVE)
    paid = quantity_rows(MinimumPayoffs(), draft, Side.BELOW)
    if outside:
        paid = _payoffs(draft)
    draft.at_least(value - paid, hub.minimum_payoff)


def _payoffs(draft: Draft) -> Linear:
    """The sum of payoff columns that content every chosen partner and every outside group within them."""
    assessment = draft.assessment
    payoff = [draft.amount(f"payoff_{partner}")[0] for partner in range(assessment.partner_count)]
    for partner, column in enumerate(payoff):
        options = assessment.options.of(partner)
        least = weighted((draft.options[o] for o in options), assessment.options.minimum_payoff[options])
        draft.at_least(Linear.of([column]) - least, 0.0)
    for row in assessment.instance.outside:
        members = [assessment.index[id_] for id_ in row.ids]
        together = Linear(constant=1.0 - len(members))
        for member in members:
            together.add(draft.chosen(member))
        draft.at_least(Linear.of(payoff[m] for m in members) - together.scaled(row.value), 0.0)
    return Linear.of(payoff)
