"""Which wishes follow from others: what holds for the looser holds for the tighter."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from solver.assessment.assessment import Assessment
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Bound, Quantity
from solver.portfolio.rules import BoundRule, ChanceLimit, RetainedValue, RowsRule, Rule, Wish


def same_quantity(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are made of the same terms with the same factors."""
    return one == other or dict(one.weights()) == dict(other.weights())


def is_tighter(formulation: Formulation, other: Formulation, assessment: Assessment) -> bool:
    """Whether every portfolio of a formulation is one of the other, and both maximise the same.

    Said where it is seen rule by rule: a bound on what is worth most of the other then holds for this one.
    """
    return same_quantity(formulation.maximise, other.maximise) and not further_rules(
        other, formulation, assessment
    )


def further_rules(formulation: Formulation, than: Formulation, assessment: Assessment) -> tuple[Rule, ...]:
    """The rules of a formulation that do not follow from one rule of the other."""
    given = set(than.rules)
    return tuple(
        rule
        for rule in formulation.rules
        if rule not in given and not any(_implies(one, rule, assessment) for one in given)
    )


def same_kind(rule: Rule, other: Rule, assessment: Assessment) -> bool:
    """Whether two rules bound the same quantities from the same sides, only at other numbers."""
    if type(rule) is not type(other) or not isinstance(rule, BoundRule) or not isinstance(other, BoundRule):
        return False
    pairs = zip_longest(rule.bounds(assessment), other.bounds(assessment))
    return all(
        one is not None
        and another is not None
        and one.sense == another.sense
        and same_quantity(one.quantity, another.quantity)
        for one, another in pairs
    )


def _implies(rule: Rule, other: Rule, assessment: Assessment) -> bool:
    match rule, other:
        case ChanceLimit(level, limit), ChanceLimit(other_level, other_limit):
            return level >= other_level and limit <= other_limit
        case RowsRule(), RowsRule() if type(rule) is type(other):
            return rule.without <= other.without
        case RetainedValue(share), RetainedValue(other_share):
            return share >= other_share
        case BoundRule(), BoundRule() if type(rule) is type(other) or Wish in (type(rule), type(other)):
            return _imply(tuple(rule.bounds(assessment)), other.bounds(assessment))
    return False


def _imply(given: tuple[Bound, ...], wanted: Iterable[Bound]) -> bool:
    return all(any(_follows(bound, one) for one in given) for bound in wanted)


def _follows(bound: Bound, given: Bound) -> bool:
    if bound.sense != given.sense or not same_quantity(bound.quantity, given.quantity):
        return False
    return given.limit <= bound.limit if bound.sense == "<=" else given.limit >= bound.limit
