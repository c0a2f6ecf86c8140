"""What a portfolio turns out to be worth in every scenario, in plain numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import PairRow
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.portfolio.selection import Selection

Truths = NDArray[np.bool_]


def partner_benefits(selection: Selection, outlook: Outlook, partners: Sequence[int]) -> Floats:
    """What some of the chosen partners bring in every scenario, shape (S,)."""
    amounts = _amounts(selection, partners)
    return outlook.earnings(amounts) - outlook.charges(amounts)


def application_benefits(selection: Selection, outlook: Outlook, applications: Sequence[int]) -> Floats:
    """What some of the launched applications bring in every scenario, shape (S,).

    With recourse an application earns only where each of its requirements keeps enough of its assigned
    partners that deliver; its cost is spent all the same (spec 5).
    """
    benefits = -outlook.charges(_amounts(selection, applications))
    for application in applications:
        earned = outlook.earnings(_amounts(selection, [application]))
        benefits += np.where(survival(selection, outlook, application), earned, 0.0)
    return benefits


def benefit_sizes(selection: Selection, outlook: Outlook, elements: Sequence[int]) -> Floats:
    """What some chosen elements earn and are charged in every scenario together, all added up, shape (S,)."""
    return outlook.turnover(_amounts(selection, elements))


def synergy_size(selection: Selection) -> float:
    """What pairs are worth together, gains and losses added up."""
    rows = (row for row in selection.assessment.pairs if row.row.kind == "synergy")
    return float(sum(abs(row.value) for row in rows if together(selection, row)))


def expected_benefits(selection: Selection) -> dict[int, float]:
    """The expected benefit of everything chosen by element, over the scenarios where there are any."""
    outlook, options = selection.outlook, selection.assessment.options
    if outlook is None:
        return {element: float(options.benefit[option]) for element, option in selection.option_of.items()}
    partners = {e: partner_benefits(selection, outlook, [e]) for e in selection.partners}
    applications = {e: application_benefits(selection, outlook, [e]) for e in selection.applications}
    return {e: float(outlook.scenarios.probability @ b) for e, b in (partners | applications).items()}


def benefit_parts(selection: Selection, element: int, benefit: float) -> dict[str, float]:
    """What a benefit is made of: revenue − cost + the return credited to the cost (spec 4.1).

    Empty where the planner's own scenarios give the benefit as a whole.
    """
    assessment = selection.assessment
    outlook, option = assessment.outlook, selection.option_of[element]
    cost = float(assessment.options.invested[option])
    if outlook is not None:
        if not outlook.recourse:
            return {}
        cost *= float(outlook.scenarios.cost.mean(outlook.scenarios.probability)[outlook.engagement[option]])
    credited = assessment.instance.roi_rate * cost
    return {"revenue": benefit + cost - credited, "cost": cost, "credited": credited}


def survival(selection: Selection, outlook: Outlook, application: int) -> Truths:
    """In which scenarios the partners assigned to a launched application keep it going, shape (S,)."""
    kept = np.ones(len(outlook.scenarios), dtype=bool)
    if not outlook.recourse:
        return kept
    for need in selection.assessment.needs_of.get(application, ()):
        providers = [partner for served, partner in selection.assigned if served == need]
        delivering = np.zeros(len(kept), dtype=np.int64)
        for partner in providers:
            if selection.chosen[partner]:
                delivering += outlook.delivers(selection.option_of[partner])
        kept &= delivering >= selection.assessment.needs[need].requirement.providers
    return kept


def synergies(selection: Selection, outlook: Outlook) -> Floats:
    """What pairs are worth in every scenario, shape (S,): nothing where a partner of the pair fails."""
    worth = np.zeros(len(outlook.scenarios))
    for row in selection.assessment.pairs:
        if row.row.kind == "synergy" and row.value and together(selection, row):
            worth += row.value * both_deliver(selection, outlook, row)
    return worth


def together(selection: Selection, row: PairRow) -> bool:
    """Whether a pair is chosen, or serves its application together."""
    if row.application is not None:
        return selection.serves_together(row.first, row.second, row.application)
    return bool(selection.chosen[row.first] and selection.chosen[row.second])


def both_deliver(selection: Selection, outlook: Outlook, row: PairRow) -> Truths:
    """In which scenarios no partner of a chosen pair fails, shape (S,)."""
    kept = np.ones(len(outlook.scenarios), dtype=bool)
    if outlook.recourse:
        for member in (row.first, row.second):
            if selection.assessment.is_partner(member):
                kept &= outlook.delivers(selection.option_of[member])
    return kept


def _amounts(selection: Selection, elements: Sequence[int]) -> Floats:
    amounts = np.zeros(len(selection.assessment.options))
    amounts[[selection.option_of[element] for element in elements]] = 1.0
    return amounts
