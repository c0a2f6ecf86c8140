"""The uncertain terms as rows: expressions in every scenario, and the expectation over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from itertools import product

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.assessment.outlook import Outlook
from solver.errors import FormulationError
from solver.model.draft import Draft, Side, opposite
from solver.model.linear import Linear, weighted
from solver.model.products import all_of, together
from solver.model.scenario_linear import OptionWorth, PairWorth, ScenarioLinear
from solver.model.team_rows import applications_at_risk, team_worth
from solver.portfolio.quantities import UncertainTerm
from solver.portfolio.terms import ApplicationBenefit, PartnerBenefit, Synergy


@singledispatch
def scenario_rows(
    term: UncertainTerm, draft: Draft, outlook: Outlook, side: Side
) -> Iterator[ScenarioLinear]:
    """A term in every scenario, held from the given side to its true amount."""
    raise FormulationError(f"{term} has no row reading")


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
    if at_risk:
        yield team_worth(draft, outlook)


@scenario_rows.register
def _(term: Synergy, draft: Draft, outlook: Outlook, side: Side) -> Iterator[ScenarioLinear]:
    columns, values, kept = [], [], []
    for (application, first, second), value in synergies_of(draft).items():
        held = side if value > 0 else opposite(side)
        for column, deliver in _pair_columns(draft, outlook, application, first, second, held):
            columns.append(column)
            values.append(value)
            kept.append(deliver)
    matrix = np.array(kept, dtype=float).reshape(len(columns), len(outlook.scenarios)).T
    yield PairWorth(columns, np.array(values), matrix)


def synergies_of(draft: Draft) -> dict[tuple[int | None, int, int], float]:
    """What pairs are worth by (application, first, second); rows about the same pair add up."""
    worth: dict[tuple[int | None, int, int], float] = {}
    for pair in draft.assessment.pairs:
        if pair.row.kind == "synergy":
            low, high = sorted((pair.first, pair.second))
            key = (pair.application, low, high)
            worth[key] = worth.get(key, 0.0) + pair.value
    return {key: value for key, value in worth.items() if value}


def nominal_rows(term: UncertainTerm, draft: Draft, side: Side) -> Linear:
    """A term with every amount at its expectation, where there are no scenarios."""
    if isinstance(term, Synergy):
        total = Linear()
        for (application, first, second), value in synergies_of(draft).items():
            held = side if value > 0 else opposite(side)
            total.add(Linear({together(draft, application, first, second, held): value}))
        return total
    partners = draft.assessment.partner_options
    counted = partners if isinstance(term, PartnerBenefit) else ~partners
    return weighted(draft.options, np.where(counted, draft.assessment.options.benefit, 0.0))


def _pair_columns(
    draft: Draft, outlook: Outlook, application: int | None, first: int, second: int, side: Side
) -> Iterator[tuple[pulp.LpVariable, NDArray[np.bool_]]]:
    """The columns of a pair, one for each way in which its members' levels may deliver."""
    met = together(draft, application, first, second, side)
    ways = [_ways(draft, outlook, member) for member in (first, second)]
    for way in product(*ways):
        delivers = np.logical_and.reduce([deliver for _, deliver in way])
        levels = [options for options, _ in way if options is not None]
        if not levels:
            yield met, delivers
            continue
        at = [Linear.of(draft.options[o] for o in options) for options in levels]
        name = f"pair_{application}_{first}_{second}_at_" + "_".join(str(options[0]) for options in levels)
        yield all_of(draft, name, [Linear.of([met]), *at], side), delivers


def _ways(draft: Draft, outlook: Outlook, member: int) -> list[tuple[list[int] | None, NDArray[np.bool_]]]:
    """Options of a member by how they deliver; None where all of them do alike."""
    if not outlook.recourse or not draft.assessment.is_partner(member):
        return [(None, np.ones(len(outlook.scenarios), dtype=bool))]
    by_success: dict[float, list[int]] = {}
    for option in draft.assessment.options.of(member):
        by_success.setdefault(float(draft.assessment.options.success[option]), []).append(option)
    if len(by_success) == 1:
        return [(None, outlook.delivers(options[0])) for options in by_success.values()]
    return [(options, outlook.delivers(options[0])) for options in by_success.values()]
