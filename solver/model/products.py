"""Auxiliary columns that stand for a product of decisions, held only from the side that is needed."""

from __future__ import annotations

from collections.abc import Sequence

import pulp

from solver.model.draft import Draft, Side
from solver.model.linear import Linear


def all_of(draft: Draft, name: str, factors: Sequence[Linear], side: Side) -> pulp.LpVariable:
    """The column w = Π factors of 0/1 expressions (McCormick 1976), by sign.

    ABOVE: w ≤ each factor. BELOW: w ≥ Σ factors − (number of factors − 1).
    """
    column, _ = draft.fraction(name)
    product = Linear.of([column])
    if Side.ABOVE in side and draft.once(f"{name}_above"):
        for factor in factors:
            draft.at_most(product - factor, 0.0)
    if Side.BELOW in side and draft.once(f"{name}_below"):
        rest = Linear().add(product)
        for factor in factors:
            rest.add(factor, -1.0)
        draft.at_least(rest, 1.0 - len(factors))
    return column


def together(draft: Draft, application: int | None, first: int, second: int, side: Side) -> pulp.LpVariable:
    """Whether two elements are both chosen, or both serve an application."""
    if application is None:
        return both_chosen(draft, first, second, side)
    return both_serve(draft, application, first, second, side)


def both_chosen(draft: Draft, first: int, second: int, side: Side) -> pulp.LpVariable:
    """Whether two elements are both chosen."""
    name = both_chosen_name(first, second)
    return all_of(draft, name, [draft.chosen(member) for member in sorted((first, second))], side)


def both_chosen_name(first: int, second: int) -> str:
    """What the column is called that says whether two elements are both chosen."""
    low, high = sorted((first, second))
    return f"both_{low}_{high}"


def both_serve(draft: Draft, application: int, first: int, second: int, side: Side) -> pulp.LpVariable:
    """Whether two partners both serve an application."""
    low, high = sorted((first, second))
    name = f"both_serve_{application}_{low}_{high}"
    return all_of(draft, name, [serves(draft, application, low), serves(draft, application, high)], side)


def serves(draft: Draft, application: int, partner: int) -> Linear:
    """Whether a partner is assigned anywhere on an application: 0 or 1."""
    starts, by_need = draft.assessment.options.of(application), []
    for need in draft.assessment.needs_of.get(application, ()):
        own = draft.assigned.get(need, {})
        columns = [own[option, partner] for option in starts if (option, partner) in own]
        if columns:
            by_need.append(Linear.of(columns))
    if len(by_need) <= 1:
        return by_need[0] if by_need else Linear()
    column, new = draft.binary(f"serves_{application}_{partner}")
    serving = Linear.of([column])
    if new:
        for assigned in by_need:
            draft.at_least(serving - assigned, 0.0)
        everywhere = Linear()
        for assigned in by_need:
            everywhere.add(assigned)
        draft.at_most(serving - everywhere, 0.0)
    return serving


def entered(draft: Draft, group: int, side: Side) -> pulp.LpVariable:
    """Whether a group is entered anew: something of it is chosen, nothing of it was running.

    BELOW: e ≥ z_i − Σ_{running} z_r for every member i. ABOVE: e ≤ Σ z_i, e ≤ 1 − z_r.
    """
    assessment = draft.assessment
    column, _ = draft.fraction(f"entered_{group}")
    entry = Linear.of([column])
    old = Linear()
    new: dict[int, Linear] = {}
    for option in assessment.membership[group].nonzero()[0]:
        element = int(assessment.options.element[option])
        member = Linear.of([draft.options[option]])
        if assessment.running[element]:
            old.add(member)
        else:
            new.setdefault(element, Linear()).add(member)
    if Side.BELOW in side and draft.once(f"entered_{group}_below"):
        staying = summed(draft, f"staying_in_{group}", old)
        for member in new.values():
            draft.at_least(entry - member + staying, 0.0)
    if Side.ABOVE in side and draft.once(f"entered_{group}_above"):
        everybody = Linear()
        for member in new.values():
            everybody.add(member)
        draft.at_most(entry - everybody, 0.0)
        for column_, factor in old.coefficients.items():
            draft.at_most(entry + Linear({column_: factor}), 1.0)
    return column


def summed(draft: Draft, name: str, terms: Linear) -> Linear:
    """The same as one column, where it is more than one: many rows speak of it."""
    if len(terms.coefficients) <= 1:
        return terms
    column, new = draft.amount(name)
    if new:
        draft.equal(terms - Linear.of([column]), 0.0)
    return Linear.of([column])
