"""Nobody gets more than he adds: else all others would do better without him.

In the core π_j ≤ V(x) − v_x(N ∖ j), and without j at least that part of x goes on which does not depend on him:
π_j ≤ his benefit + his synergies + what could be lost with him, a row without large constants.
"""

from __future__ import annotations

import numpy as np

from solver.agreement.coalition_rules import coalition_formulation
from solver.agreement.contract_rows import ContractRows
from solver.assessment.assessment import Assessment
from solver.model.linear import Linear, weighted
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Bound, LinearTerm, Term
from solver.portfolio.rules import BoundRule, Conflicts, Coverage, IpConflicts, OneOption, Requires, Workload
from solver.portfolio.rules.rule import Rule
from solver.portfolio.terms import EntryCosts, LicenceCosts, WorstOverruns

KEPT_BY_PARTS = (Conflicts, Coverage, IpConflicts, OneOption, Requires, Workload)


def marginal_rows(contract: ContractRows, formulation: Formulation) -> None:
    """Add the rows, where dropping somebody with all that depends on him never breaks a rule."""
    assessment = contract.draft.assessment
    rules = coalition_formulation(formulation, assessment).rules
    waived = assessment.running.any() and any(group.entry_cost for group in assessment.instance.groups)
    if assessment.outlook is not None or waived or not all(_kept(rule, assessment) for rule in rules):
        return
    for partner in range(assessment.partner_count):
        contract.draft.at_least(_most_added(contract, partner) - contract.payoffs[partner + 1], 0.0)


def _kept(rule: Rule, assessment: Assessment) -> bool:
    """Whether a rule that a portfolio keeps is kept by what is left of it, when no need is left unmet."""
    if isinstance(rule, BoundRule):
        return all(_grows(bound, assessment) for bound in rule.bounds(assessment))
    return isinstance(rule, KEPT_BY_PARTS)


def _grows(bound: Bound, assessment: Assessment) -> bool:
    """Whether choosing more only brings a quantity closer to its bound."""
    sign = 1.0 if bound.sense == "<=" else -1.0
    return all(
        _never_falls(term, sign * factor, assessment) for term, factor in bound.quantity.weights().items()
    )


def _never_falls(term: Term, factor: float, assessment: Assessment) -> bool:
    if isinstance(term, LinearTerm):
        return bool((factor * term.coefficients(assessment) >= 0).all())
    if isinstance(term, EntryCosts | LicenceCosts):
        return factor <= 0
    return isinstance(term, WorstOverruns) and factor >= 0


def _most_added(contract: ContractRows, partner: int) -> Linear:
    """The most that a portfolio could be worth less without a partner; at least 0 where he is not chosen."""
    draft, assessment = contract.draft, contract.draft.assessment
    benefit = assessment.options.benefit - assessment.options.coordination
    lost = _dependent(assessment, partner)
    added = Linear(constant=_most_attracted(assessment, lost))
    for element in lost:
        own = assessment.options.of(element)
        gains = benefit[own] if element == partner else np.maximum(0.0, benefit[own])
        added.add(weighted((draft.options[option] for option in own), gains))
    for pair in (pair for pair in assessment.pairs if pair.row.kind == "synergy"):
        if pair.application is not None:
            if pair.value > 0 and lost & {pair.first, pair.second, pair.application}:
                added.add(draft.chosen(pair.application), pair.value)
        elif pair.value > 0 and lost & {pair.first, pair.second}:
            other = pair.first if pair.second == partner or pair.second not in lost else pair.second
            added.add(draft.chosen(other), pair.value)
        elif pair.value < 0 and partner in (pair.first, pair.second):
            both = draft.chosen(pair.first) + draft.chosen(pair.second)
            added.add(both - Linear(constant=1.0), pair.value)
    return added


def _dependent(assessment: Assessment, partner: int) -> set[int]:
    """The partner, what he could serve, who requires any of that, and so on."""
    open_, found = [partner], {partner}
    while open_:
        element = open_.pop()
        served = {need.application for need in assessment.needs if element in need.capable}
        requiring = {
            pair.first for pair in assessment.pairs if pair.row.kind == "requires" and pair.second == element
        }
        open_ += (served | requiring) - found
        found |= served | requiring
    return found


def _most_attracted(assessment: Assessment, elements: set[int]) -> float:
    """What elements could earn in the market; the gain is concave, so it is most beside the hub alone."""
    market = assessment.market
    attraction = market.attraction[:, sorted(elements)].sum(axis=1)
    per_period = sum(
        market.gain(segment, float(hub + attraction[segment])) - market.gain(segment, float(hub))
        for segment, hub in enumerate(market.hub)
    )
    return float(assessment.discount.sum() * per_period)
