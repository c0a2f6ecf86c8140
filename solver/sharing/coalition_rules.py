"""Which rules a coalition obeys: what limits it from above, and nothing that demands something of it."""

from __future__ import annotations

from solver.assessment.assessment import Assessment
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import Reading
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue


def coalition_formulation(formulation: Formulation) -> Formulation:
    """The best value that part of a portfolio can have (spec 6).

    Upper limits hold; whatever is demanded of
    the whole is not: minima, locks, retained value, shares of the benefit, satisfaction. A coalition no part
    of which keeps the limits launches nothing, at minus the exit costs.
    """
    structure, subject_to = (
        tuple(part for rule in rules if (part := rule.for_part()) is not None)
        for rules in (formulation.structure, formulation.subject_to)
    )
    return Formulation(AllianceValue(), subject_to, structure)


def broken_by_nobody(formulation: Formulation, assessment: Assessment) -> tuple[Reading, ...]:
    """The limits that leave some coalitions with the hub nothing: those that launching nothing breaks."""
    nobody = Selection(assessment, ())
    limits = coalition_formulation(formulation).rules
    return tuple(reading for rule in limits for reading in rule.readings(nobody) if not reading.holds)
