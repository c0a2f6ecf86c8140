"""From a formulation and an assessment to a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from solver.assessment.assessment import Assessment
from solver.model.draft import Draft, Side
from solver.model.form import Form
from solver.model.linear import Linear
from solver.model.rule_rows import rule_rows, side_held
from solver.model.term_rows import quantity_rows
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import BoundRule, Rule
from solver.run import Run


def build(
    formulation: Formulation,
    assessment: Assessment,
    run: Run | None = None,
    *,
    form: Form | None = None,
    prepared: Sequence[BoundRule] = (),
) -> Draft:
    """Write the selection program.

    `form` may leave less out than the formulation needs; what `prepared` rules limit is written as well,
    without their limits. Raises FormulationError for a wish that no mixed-integer program can express, and
    StoppedError where the run has to stop first.
    """
    form = form or Form.of(formulation, assessment)
    draft = Draft(assessment, form, run)
    draft.formulation = formulation
    extend(draft, formulation.rules)
    for rule in prepared:
        with draft.writing(rule):
            for bound in rule.bounds(assessment):
                quantity_rows(bound.quantity, draft, side_held(bound))
    draft.maximise(Linear())
    for term, factor in formulation.maximise.weights().items():
        with draft.writing(term):
            draft.add_up(term, factor, quantity_rows(factor * term, draft, Side.ABOVE))
    return draft


def extend(draft: Draft, rules: Sequence[Rule]) -> None:
    """Write further rules into a draft."""
    for rule in rules:
        with draft.writing(rule):
            rule_rows(rule, draft)


@contextmanager
def extended(draft: Draft, formulation: Formulation, further: Sequence[Rule], run: Run) -> Iterator[None]:
    """A draft with further rules, for a while: together they are those of the formulation."""
    with draft.trying(formulation, run):
        extend(draft, further)
        yield
