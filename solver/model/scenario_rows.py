"""The uncertain terms as rows: expressions in every scenario, and the expectation over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from solver.assessment.outlook import Outlook
from solver.errors import FormulationError
from solver.model.draft import Draft, Side
from solver.model.linear import Linear, weighted
from solver.model.provided_rows import provided_by_cuts, provided_worth
from solver.model.scenario_linear import OptionWorth, ScenarioLinear
from solver.model.synergy_rows import pair_worth, synergies_of
from solver.model.team_rows import applications_at_risk, team_worth
from solver.portfolio.quantities import UncertainTerm
from solver.portfolio.terms import ApplicationBenefit, PartnerBenefit, Synergy


@singledispatch
def scenario_rows(
    term: UncertainTerm, draft: Draft, outlook: Outlook, side: Side
) -> Iterator[ScenarioLinear]:
    """A term in every scenario, held from the given side to its true amount."""
    raise FormulationError(f"{type(term).__name__} has no row reading over scenarios: {term}")


@scenario_rows.register
def _(term: PartnerBenefit, draft: Draft, outlook: Outlook, side: Side) -> Iterator[ScenarioLinear]:
    partners = draft.assessment.partner_options.astype(float)
    yield OptionWorth(draft.options, outlook, partners, partners)


@scenario_rows.register
def _(term: ApplicationBenefit, draft: Draft, outlook: Outlook, side: Side) -> Iterator[ScenarioLinear]:
    applications = (~draft.assessment.partner_options).astype(float)
    at_risk = applications_at_risk(draft)
    safe = np.where(np.isin(draft.assessment.options.element, at_risk), 0.0, applications)
    yield OptionWorth(draft.options, outlook, safe, applications)
    by_cuts = [application for application in at_risk if provided_by_cuts(draft, application)]
    by_team = [application for application in at_risk if application not in by_cuts]
    if by_team:
        yield team_worth(draft, outlook, by_team)
    if by_cuts:
        yield provided_worth(draft, outlook, by_cuts)


@scenario_rows.register
def _(term: Synergy, draft: Draft, outlook: Outlook, side: Side) -> Iterator[ScenarioLinear]:
    yield pair_worth(draft, outlook, synergies_of(draft), side)


@singledispatch
def nominal_rows(term: UncertainTerm, draft: Draft) -> Linear:
    """A term with every amount at its expectation, where there are no scenarios."""
    raise FormulationError(f"{type(term).__name__} has no row reading without scenarios: {term}")


@nominal_rows.register
def _(term: PartnerBenefit, draft: Draft) -> Linear:
    return _nominal(draft, draft.assessment.partner_options)


@nominal_rows.register
def _(term: ApplicationBenefit, draft: Draft) -> Linear:
    return _nominal(draft, ~draft.assessment.partner_options)


def _nominal(draft: Draft, counted: NDArray[np.bool_]) -> Linear:
    return weighted(draft.options, np.where(counted, draft.assessment.options.benefit, 0.0))
