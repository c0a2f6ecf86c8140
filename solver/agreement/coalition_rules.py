"""Which rules a coalition obeys: what limits it from above, and nothing that demands something of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solver.assessment.assessment import Assessment
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import (
    STRUCTURE,
    BenefitShare,
    GroupCount,
    Innovation,
    Lock,
    Match,
    PartnerCount,
    Reading,
    Resource,
    RetainedValue,
    Rule,
    Satisfaction,
    Statuses,
    Wish,
)
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue

DEMANDS = (BenefitShare, Innovation, Lock, Match, RetainedValue, Satisfaction)


def coalition_formulation(formulation: Formulation, assessment: Assessment) -> Formulation:
    """The best value that part of a portfolio can have (spec 6).

    `assessment` offers only what the coalition may choose from. Upper limits hold; whatever is demanded of
    the whole is not: minima, locks, retained value, shares of the benefit, satisfaction. A coalition no part
    of which keeps the limits launches nothing, at minus the exit costs.
    """
    structure = tuple(rule for rule in STRUCTURE if not isinstance(rule, Statuses))
    return Formulation(AllianceValue(), _upper(formulation), structure)


def broken_by_nobody(formulation: Formulation, assessment: Assessment) -> tuple[Reading, ...]:
    """The limits that leave some coalitions with the hub nothing: those that launching nothing breaks."""
    nobody = Selection(assessment, ())
    limits = coalition_formulation(formulation, assessment).rules
    return tuple(reading for rule in limits for reading in rule.readings(nobody) if not reading.holds)


def _upper(formulation: Formulation) -> Iterator[Rule]:
    for rule in formulation.subject_to:
        if isinstance(rule, PartnerCount | GroupCount):
            yield replace(rule, least=0)
        elif isinstance(rule, Resource):
            yield replace(rule, least=None)
        elif isinstance(rule, DEMANDS) or (isinstance(rule, Wish) and rule.bound.sense == ">="):
            continue
        else:
            yield rule
