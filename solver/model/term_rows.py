"""The row reading of every term: an expression over columns, and the rows that give it its meaning."""

from __future__ import annotations

from functools import singledispatch

from solver.errors import FormulationError
from solver.model.draft import Draft, Side
from solver.model.linear import Linear, weighted
from solver.model.market_rows import market_value
from solver.model.products import both_chosen, both_serve, entered
from solver.portfolio.quantities import LinearTerm, Quantity, Term
from solver.portfolio.terms import EntryCosts, LicenceCosts, MarketValue, PairOverhead, Synergy


def quantity_rows(quantity: Quantity, draft: Draft, side: Side) -> Linear:
    """A quantity as an expression that is held from one side (or both) to its true amount.

    ABOVE serves maximising and lower limits, BELOW serves minimising and upper limits.
    Raises FormulationError where no mixed-integer program can hold that side.
    """
    total = Linear()
    for term, factor in quantity.weights().items():
        total.add(term_rows(term, draft, side if factor > 0 else _opposite(side)), factor)
    return total


def _opposite(side: Side) -> Side:
    return {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}.get(side, side)


@singledispatch
def term_rows(term: Term, draft: Draft, side: Side) -> Linear:
    """A term as an expression held from the given side to its true amount."""
    raise FormulationError(f"{term} has no row reading")


@term_rows.register
def _(term: LinearTerm, draft: Draft, side: Side) -> Linear:
    total = weighted(draft.options, term.coefficients(draft.assessment))
    total.constant = term.constant(draft.assessment)
    return total


@term_rows.register
def _(term: Synergy, draft: Draft, side: Side) -> Linear:
    worth: dict[tuple[int | None, int, int], float] = {}
    for pair in draft.assessment.pairs:
        if pair.row.kind == "synergy":
            low, high = sorted((pair.first, pair.second))
            key = (pair.application, low, high)
            worth[key] = worth.get(key, 0.0) + pair.value
    total = Linear()
    for (application, first, second), value in worth.items():
        if not value:
            continue
        held = side if value > 0 else _opposite(side)
        if application is None:
            column = both_chosen(draft, first, second, held)
        else:
            column = both_serve(draft, application, first, second, held)
        total.add(Linear({column: value}))
    return total


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
        for met in range(1, partners):
            # The chord of n(n − 1)/2 between n = met and n = met + 1: exact at every whole n.
            draft.at_least(Linear.of([pairs]) - count.scaled(met), -met * (met + 1) / 2)
    return Linear({pairs: -overhead})


@term_rows.register
def _(term: EntryCosts, draft: Draft, side: Side) -> Linear:
    total = Linear()
    for group, row in enumerate(draft.assessment.instance.groups):
        if row.entry_cost:
            total.add(Linear({entered(draft, group, _opposite(side)): -row.entry_cost}))
    return total


@term_rows.register
def _(term: LicenceCosts, draft: Draft, side: Side) -> Linear:
    return Linear({column: -draft.assessment.pairs[pair].value for pair, column in draft.licences.items()})


@term_rows.register
def _(term: MarketValue, draft: Draft, side: Side) -> Linear:
    if Side.BELOW in side and len(draft.assessment.market.worth):
        raise FormulationError("market value is concave: it can be maximised or floored, not capped")
    return market_value(draft)
