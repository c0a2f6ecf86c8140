"""From a formulation and an assessment to a program."""

from __future__ import annotations

from solver.assessment.assessment import Assessment
from solver.model.draft import Draft, Side
from solver.model.rule_rows import rule_rows
from solver.model.term_rows import quantity_rows
from solver.portfolio.formulation import Formulation


def build(formulation: Formulation, assessment: Assessment, *, extensive: bool = False) -> Draft:
    """Write the selection program; `extensive` writes risk for every scenario, as textbooks do.

    Raises FormulationError for a wish that no mixed-integer program can express.
    """
    draft = Draft(assessment, extensive=extensive)
    for rule in formulation.rules:
        rule_rows(rule, draft)
    draft.maximise(quantity_rows(formulation.maximise, draft, Side.ABOVE))
    return draft
