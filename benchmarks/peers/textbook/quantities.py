"""What quantities are made of, as PuLP expressions of the plain program.

Concave and convex functions of one amount (market gains, the number of pairs) are written as their tangents:
many of them for a market, so that what is lost by that is far below a gap anybody asks for.
"""

from __future__ import annotations

from functools import singledispatch
from itertools import combinations

import numpy as np
import pulp

from benchmarks.peers.textbook.measures import measured
from benchmarks.peers.textbook.scenarios import Scenarios
from benchmarks.peers.textbook.sheet import Sheet
from solver.errors import FormulationError
from solver.portfolio.choices import OtherProviders
from solver.portfolio.quantities import LinearTerm, Quantity, Term
from solver.portfolio.risks import LossMeasure
from solver.portfolio.terms import (
    ApplicationBenefit,
    CertainValue,
    EntryCosts,
    LicenceCosts,
    MarketValue,
    PairOverhead,
    PartnerBenefit,
    Synergy,
    WorstOverruns,
    largest_overruns,
)

TANGENTS = 100


class Quantities:
    """Writes quantities; what a term needs beside its expression is written once."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.scenarios: Scenarios | None = None
        self._written: dict[Term, pulp.LpAffineExpression] = {}

    def of(self, quantity: Quantity) -> pulp.LpAffineExpression:
        """A quantity as an expression."""
        return pulp.lpSum(factor * self._term(term) for term, factor in quantity.weights().items())

    def in_scenarios(self) -> Scenarios:
        """What differs from scenario to scenario."""
        outlook = self.sheet.assessment.outlook
        if outlook is None:
            raise FormulationError("risk needs scenarios: give the instance a section [risk]")
        if self.scenarios is None:
            self.scenarios = Scenarios(self.sheet, outlook, self.of(CertainValue()))
        return self.scenarios

    def _term(self, term: Term) -> pulp.LpAffineExpression:
        if term not in self._written:
            self._written[term] = written(term, self)
        return self._written[term]


@singledispatch
def written(term: Term, quantities: Quantities) -> pulp.LpAffineExpression:
    """A term as an expression of the plain program."""
    raise FormulationError(f"the textbook has no rows for {type(term).__name__}: {term}")


@written.register
def _(term: LinearTerm, quantities: Quantities) -> pulp.LpAffineExpression:
    sheet = quantities.sheet
    coefficients = term.coefficients(sheet.assessment)
    total = pulp.lpSum(float(coefficients[o]) * sheet.chosen[o] for o in np.flatnonzero(coefficients))
    return total + term.constant(sheet.assessment)


@written.register
def _(term: OtherProviders, quantities: Quantities) -> pulp.LpAffineExpression:
    assigned = quantities.sheet.assigned.items()
    changes = pulp.lpSum((-1 if place in term.assigned else 1) * role for place, role in assigned)
    return changes + len(term.assigned)


@written.register
def _(term: PartnerBenefit | ApplicationBenefit, quantities: Quantities) -> pulp.LpAffineExpression:
    sheet = quantities.sheet
    if sheet.assessment.outlook is not None:
        return quantities.in_scenarios().expected(term)
    partners = sheet.assessment.partner_options
    counted = partners if isinstance(term, PartnerBenefit) else ~partners
    benefit = sheet.assessment.options.benefit
    return pulp.lpSum(float(benefit[o]) * sheet.chosen[o] for o in np.flatnonzero(counted))


@written.register
def _(term: Synergy, quantities: Quantities) -> pulp.LpAffineExpression:
    sheet = quantities.sheet
    if sheet.assessment.outlook is not None:
        return quantities.in_scenarios().expected(term)
    synergies = [pair for pair in sheet.assessment.pairs if pair.row.kind == "synergy" and pair.value]
    products = [(pair.value, sheet.together(pair.application, pair.first, pair.second)) for pair in synergies]
    return pulp.lpSum(value * both for value, both in products if both is not None)


@written.register
def _(term: LossMeasure, quantities: Quantities) -> pulp.LpAffineExpression:
    return measured(term.measure, quantities.in_scenarios())


@written.register
def _(term: EntryCosts, quantities: Quantities) -> pulp.LpAffineExpression:
    groups = quantities.sheet.assessment.instance.groups
    return -pulp.lpSum(
        row.entry_cost * quantities.sheet.is_entered(group)
        for group, row in enumerate(groups)
        if row.entry_cost
    )


@written.register
def _(term: LicenceCosts, quantities: Quantities) -> pulp.LpAffineExpression:
    sheet = quantities.sheet
    return -pulp.lpSum(sheet.assessment.pairs[pair].value * paid for pair, paid in sheet.licensed.items())


@written.register
def _(term: PairOverhead, quantities: Quantities) -> pulp.LpAffineExpression:
    """pairs ≥ n·k − k(k + 1)/2 for every number k of partners: n(n − 1)/2 at whole n."""
    sheet = quantities.sheet
    overhead = sheet.assessment.instance.limits.pair_overhead
    if not overhead:
        return pulp.lpSum([])
    count, pairs = sheet.amount("partners"), sheet.amount("pairs")
    everybody = range(sheet.assessment.partner_count)
    sheet.subject_to([count == pulp.lpSum(sheet.is_chosen(partner) for partner in everybody)])
    sheet.subject_to(pairs >= met * count - met * (met + 1) / 2 for met in everybody)
    running = [partner for partner in everybody if sheet.assessment.running[partner]]
    known = []
    for first, second in combinations(running, 2):
        both = sheet.amount(f"both_running_{first}_{second}", high=1)
        sheet.subject_to(both <= sheet.is_chosen(one) for one in (first, second))
        known.append(both)
    return -overhead * pairs + overhead * pulp.lpSum(known)


@written.register
def _(term: MarketValue, quantities: Quantities) -> pulp.LpAffineExpression:
    assessment = quantities.sheet.assessment
    segments = range(len(assessment.market.worth))
    return pulp.lpSum(
        float(discount) * _gain(quantities.sheet, segment, period)
        for period, discount in enumerate(assessment.discount, start=1)
        for segment in segments
    )


def _gain(sheet: Sheet, segment: int, period: int) -> pulp.LpAffineExpression:
    market = sheet.assessment.market
    sources = [int(element) for element in np.flatnonzero(market.attraction[segment])]
    hub = float(market.hub[segment])
    most = hub + float(market.attraction[segment].sum())
    attraction = sheet.amount(f"attraction_{segment}_{period}", hub, most)
    gain = sheet.amount(f"gain_{segment}_{period}", high=market.gain(segment, most))
    attracted = (
        float(market.attraction[segment, element]) * sheet.is_ready(element, period) for element in sources
    )
    sheet.subject_to([attraction == hub + pulp.lpSum(attracted)])
    for point in np.linspace(hub, most, TANGENTS).tolist():
        slope = market.slope(segment, point)
        sheet.subject_to([gain <= market.gain(segment, point) - slope * point + slope * attraction])
    return pulp.lpSum([gain])


@written.register
def _(term: WorstOverruns, quantities: Quantities) -> pulp.LpAffineExpression:
    """most · θ + Σ p_i with θ + p_i ≥ overrun_i (Bertsimas & Sim 2004)."""
    sheet, overruns = quantities.sheet, largest_overruns(quantities.sheet.assessment)
    threshold, beyond = sheet.amount("threshold_of_overruns"), []
    for partner in range(sheet.assessment.partner_count):
        excess = sheet.amount(f"overrun_{partner}")
        own = sheet.assessment.options.of(partner)
        sheet.subject_to(
            [threshold + excess >= pulp.lpSum(float(overruns[o]) * sheet.chosen[o] for o in own)]
        )
        beyond.append(excess)
    return term.most * threshold + pulp.lpSum(beyond)
