"""From a formulation and an assessment to a program."""

from __future__ import annotations

from collections.abc import Iterator

from solver.assessment.assessment import Assessment
from solver.model.draft import Draft, Side
from solver.model.linear import Linear
from solver.model.pruning import Pruning
from solver.model.rule_rows import rule_rows
from solver.model.term_rows import quantity_rows
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Term, UncertainTerm
from solver.portfolio.risks import LossMeasure
from solver.portfolio.rules import BoundRule, ChanceLimit
from solver.run import Run


def build(
    formulation: Formulation, assessment: Assessment, run: Run | None = None, *, extensive: bool = False
) -> Draft:
    """Write the selection program; `extensive` writes risk for every scenario, as textbooks do.

    Raises FormulationError for a wish that no mixed-integer program can express, and StoppedError where the
    run has to stop first.
    """
    pruning = _pruning(formulation, assessment)
    draft = Draft(
        assessment,
        run,
        pruning=pruning,
        tolerated=_tolerated(formulation, assessment),
        extensive=extensive,
        by_scenario=_by_scenario(formulation, assessment),
        cuts_suffice=pruning is not Pruning.NONE and not extensive and not _by_chance(formulation),
    )
    draft.formulation = formulation
    for rule in formulation.rules:
        with draft.writing(rule):
            rule_rows(rule, draft)
    draft.maximise(Linear())
    for term, factor in formulation.maximise.weights().items():
        with draft.writing(term):
            draft.add_up(term, factor, quantity_rows(factor * term, draft, Side.ABOVE))
    return draft


def _pruning(formulation: Formulation, assessment: Assessment) -> Pruning:
    """Which teams a best portfolio cannot need: where benefits are wanted, and by what they are judged."""
    outlook = assessment.outlook
    wanted = list(_wanted(formulation, assessment))
    if outlook is None or outlook.scenarios.revenue.lowest < 0:
        return Pruning.NONE
    if any(isinstance(term, UncertainTerm) and factor < 0 for term, factor in wanted):
        return Pruning.NONE
    measures = [term.measure for term, _ in wanted if isinstance(term, LossMeasure)]
    if not all(measure.monotone for measure in measures):
        return Pruning.NONE
    return Pruning.SURVIVAL if measures or _by_chance(formulation) else Pruning.EXPECTATION


def _by_chance(formulation: Formulation) -> bool:
    return any(isinstance(rule, ChanceLimit) for rule in formulation.rules)


def _by_scenario(formulation: Formulation, assessment: Assessment) -> bool:
    """Whether anything is judged by more than its expectation."""
    measured = any(isinstance(term, LossMeasure) for term, _ in _wanted(formulation, assessment))
    return measured or _by_chance(formulation)


def _tolerated(formulation: Formulation, assessment: Assessment) -> dict[LossMeasure, float]:
    """Limits of the measures that are only limited: below them, it does not matter what they are."""
    priced = set(formulation.maximise.weights())
    limits: dict[LossMeasure, float] = {}
    for rule in formulation.rules:
        for bound in rule.bounds(assessment) if isinstance(rule, BoundRule) else ():
            if isinstance(bound.quantity, LossMeasure) and bound.sense == "<=":
                limits[bound.quantity] = min(bound.limit, limits.get(bound.quantity, bound.limit))
            else:
                priced |= set(bound.quantity.weights())
    return {term: limit for term, limit in limits.items() if term not in priced}


def _wanted(formulation: Formulation, assessment: Assessment) -> Iterator[tuple[Term, float]]:
    """The terms of objective and bounds; a factor is positive where more of the term is better."""
    yield from formulation.maximise.weights().items()
    for rule in formulation.rules:
        for bound in rule.bounds(assessment) if isinstance(rule, BoundRule) else ():
            sign = 1.0 if bound.sense == ">=" else -1.0
            for term, factor in bound.quantity.weights().items():
                yield term, sign * factor
