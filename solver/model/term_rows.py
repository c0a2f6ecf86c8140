"""The row reading of every term: an expression over columns, and the rows that give it its meaning."""

from __future__ import annotations

from functools import singledispatch
from itertools import combinations, pairwise

from solver.errors import FormulationError
from solver.model.draft import Draft, Side, opposite
from solver.model.linear import Linear, weighted
from solver.model.loss_rows import loss_measure
from solver.model.market_rows import market_value
from solver.model.overrun_rows import worst_overruns
from solver.model.products import both_serve, entered, summed
from solver.model.scenario_rows import nominal_rows, scenario_rows
from solver.model.synergy_rows import expected_synergies
from solver.portfolio.choices import OtherProviders
from solver.portfolio.quantities import LinearTerm, Quantity, Term, UncertainTerm
from solver.portfolio.risks import LossMeasure
from solver.portfolio.terms import (
    CertainValue,
    EntryCosts,
    LicenceCosts,
    MarketValue,
    PairOverhead,
    Synergy,
    WorstOverruns,
)

MOST_PAIRED = 40
"""Partners that run of which every pair has a column."""


def quantity_rows(quantity: Quantity, draft: Draft, side: Side) -> Linear:
    """A quantity as an expression that is held from one side (or both) to its true amount.

    ABOVE serves maximising and lower limits, BELOW serves minimising and upper limits.
    Raises FormulationError where no mixed-integer program can hold that side.
    """
    total = Linear()
    for term, factor in quantity.weights().items():
        total.add(term_rows(term, draft, side if factor > 0 else opposite(side)), factor)
    return total


@singledispatch
def term_rows(term: Term, draft: Draft, side: Side) -> Linear:
    """A term as an expression held from the given side to its true amount."""
    raise FormulationError(f"{type(term).__name__} has no row reading: {term}")


@term_rows.register
def _(term: LinearTerm, draft: Draft, side: Side) -> Linear:
    total = weighted(draft.options, term.coefficients(draft.assessment))
    total.constant = term.constant(draft.assessment)
    return total


@term_rows.register
def _(term: OtherProviders, draft: Draft, side: Side) -> Linear:
    if not draft.form.by_provider:
        raise FormulationError("who provides what has no columns in this program")
    total = Linear(constant=float(len(term.assigned)))
    for need, columns in draft.assigned.items():
        for (_, partner), column in columns.items():
            total.add(Linear.of([column]), -1.0 if (need, partner) in term.assigned else 1.0)
    return total


@term_rows.register
def _(term: UncertainTerm, draft: Draft, side: Side) -> Linear:
    outlook = draft.assessment.outlook
    if outlook is None:
        return nominal_rows(term, draft)
    total = Linear()
    for rows in scenario_rows(term, draft, outlook, side):
        total.add(rows.expectation(outlook.scenarios.probability))
    return total


@term_rows.register
def _(term: Synergy, draft: Draft, side: Side) -> Linear:
    return expected_synergies(draft, side)


@term_rows.register
def _(term: LossMeasure, draft: Draft, side: Side) -> Linear:
    return loss_measure(term, draft, side, quantity_rows(CertainValue(), draft, Side.ABOVE))


@term_rows.register
def _(term: WorstOverruns, draft: Draft, side: Side) -> Linear:
    if Side.ABOVE in side:
        raise FormulationError("the worst overruns are convex: they can be kept low, not high")
    return worst_overruns(term, draft)


@term_rows.register
def _(term: PairOverhead, draft: Draft, side: Side) -> Linear:
    overhead = draft.assessment.instance.limits.pair_overhead
    partners = draft.assessment.partner_count
    if not overhead or partners < 2:
        return Linear()
    if Side.BELOW in side:
        raise FormulationError("the coordination cost of pairs is convex: it can be kept low, not high")
    pairs, new = draft.amount("pairs_of_partners")
    if new:
        count = Linear()
        for partner in range(partners):
            count.add(draft.chosen(partner))
        number = summed(draft, "number_of_partners", count)
        for met in range(1, partners):
            # The chord of n(n − 1)/2 between n = met and n = met + 1: exact at every whole n.
            draft.at_least(Linear.of([pairs]) - number.scaled(met), -met * (met + 1) / 2)
    return Linear({pairs: -overhead}).add(_pairs_that_run(draft), overhead)


def _pairs_that_run(draft: Draft) -> Linear:
    """How many pairs of partners that were running are chosen, from above.

    Of few by a column a pair, which is tighter; of many by steps, s_k = [k or more of them]: Σ (k − 1) s_k.
    """
    running = [draft.chosen(p) for p in range(draft.assessment.partner_count) if draft.assessment.running[p]]
    if len(running) > MOST_PAIRED:
        return _pairs_by_steps(draft, running)
    met = Linear()
    for (a, first), (b, second) in combinations(enumerate(running), 2):
        column, new = draft.fraction(f"both_running_{a}_{b}")
        for one in (first, second) if new else ():
            draft.at_most(Linear.of([column]) - one, 0.0)
        met.add(Linear.of([column]))
    return met


def _pairs_by_steps(draft: Draft, running: list[Linear]) -> Linear:
    steps = [draft.binary(f"running_at_least_{k + 1}")[0] for k in range(len(running))]
    if draft.once("partners that run are counted"):
        missing = Linear.of(steps)
        for one in running:
            missing.add(one, -1.0)
        draft.equal(missing, 0.0)
        for lower, higher in pairwise(steps):
            draft.at_most(Linear.of([higher]) - Linear.of([lower]), 0.0)
    return weighted(steps, range(len(steps)))


@term_rows.register
def _(term: EntryCosts, draft: Draft, side: Side) -> Linear:
    total = Linear()
    for group, row in enumerate(draft.assessment.instance.groups):
        if row.entry_cost:
            total.add(Linear({entered(draft, group, opposite(side)): -row.entry_cost}))
    return total


@term_rows.register
def _(term: LicenceCosts, draft: Draft, side: Side) -> Linear:
    if Side.BELOW in side and draft.once("licences only where they are called for"):
        for pair, column in draft.licences.items():
            row, calling = draft.assessment.pairs[pair], Linear()
            for place in draft.assessment.ip_places(pair):
                calling.add(Linear.of([both_serve(draft, place, row.first, row.second, Side.ABOVE)]))
            draft.at_most(Linear.of([column]) - calling, 0.0)
    return Linear({column: -draft.assessment.pairs[pair].value for pair, column in draft.licences.items()})


@term_rows.register
def _(term: MarketValue, draft: Draft, side: Side) -> Linear:
    if Side.BELOW in side and len(draft.assessment.market.worth):
        raise FormulationError("market value is concave: it can be maximised or floored, not capped")
    return market_value(draft)
