"""Bounds that a part of a portfolio could break although the whole keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.games.coalitions import Floats
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import ROUNDING, Bound
from solver.portfolio.rules import Conflicts, Coverage, IpConflicts, OneOption, Requires, Rule, Workload
from solver.portfolio.rules.bound import BoundRule
from solver.portfolio.selection import Selection
from solver.portfolio.terms import EntryCosts, LicenceCosts
from solver.sharing.bulk.structure import Structure

BUILT_IN = (Coverage, IpConflicts, OneOption, Workload)


@dataclass(frozen=True, eq=False)
class PartBound:
    """Σ amounts of the parts engaged + entry · entry costs + licences · their prices + rest ≤ most.

    `rest` is something that only grows with what is engaged, as it is for the whole portfolio; `size` are the
    absolute numbers of the bound that are no amounts: its limit and what the empty portfolio has.
    """

    amounts: Floats
    most: float
    size: float
    entry: float = 0.0
    licences: float = 0.0
    rest: float = 0.0

    def allowed(self, taken: Floats | float) -> Floats | float:
        """What still keeps the bound where the absolute amounts taken add up to so much (spec 3.1.13)."""
        return self.most + ROUNDING * (self.size + taken)

    def may_break(self, structure: Structure) -> bool:
        """Whether some part of the portfolio could break it."""
        entry = sum(group.cost for group in structure.entries)
        prices = sum(conflict.price or 0.0 for conflict in structure.conflicts)
        largest = float(np.maximum(self.amounts, 0.0).sum()) + self.entry * entry + self.licences * prices
        return bool(largest + self.rest > self.allowed(largest + self.rest))


def part_bounds(structure: Structure, formulation: Formulation) -> tuple[PartBound, ...] | None:
    """The bounds that matter to some part; None where a rule that does is no such bound."""
    found: list[PartBound] = []
    for rule in formulation.rules:
        for bound in _of_rule(structure, rule):
            if bound is None:
                return None
            if bound.may_break(structure):
                found.append(bound)
    return None if any(bound.rest for bound in found) else tuple(found)


def _of_rule(structure: Structure, rule: Rule) -> Iterator[PartBound | None]:
    if isinstance(rule, BUILT_IN):
        return
    if not isinstance(rule, Requires | Conflicts | BoundRule):
        yield None
    for row in rule.choice_rows(structure.offered):
        amounts = [row.factors.get(option, 0.0) for option in structure.options.tolist()]
        yield PartBound(np.array(amounts, dtype=float), row.limit, 1.0)
    for bound in rule.bounds(structure.offered):
        yield _of_bound(structure, bound)


def _of_bound(structure: Structure, bound: Bound) -> PartBound | None:
    sign = 1.0 if bound.sense == "<=" else -1.0
    whole = Selection(structure.offered, tuple(structure.options.tolist()))
    left, constant, curved = bound.quantity.linear_part(structure.offered)
    entry = licences = rest = 0.0
    for term, weight in curved.items():
        factor = sign * weight
        match term:
            case EntryCosts() if factor <= 0:
                entry -= factor
            case LicenceCosts() if factor <= 0:
                licences -= factor
            case _ if factor * term.trend(structure.offered) > 0:
                rest += factor * term.amount(whole)
            case _:
                return None
    amounts, most = sign * left[structure.options], sign * (bound.limit - constant)
    return PartBound(amounts, most, abs(bound.limit) + abs(constant), entry, licences, rest)
