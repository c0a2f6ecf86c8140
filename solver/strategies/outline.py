"""The linear part of a formulation in sparse arrays: what thousands of changes are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Bound, LinearTerm, Quantity, Term
from solver.portfolio.rules import BoundRule, Lock
from solver.portfolio.rules.choices import with_status
from solver.portfolio.selection import Selection
from solver.portfolio.structure import choices, chosen, coverage
from solver.portfolio.terms import UNCERTAIN, MarketValue, PairOverhead, Synergy
from solver.strategies.pairs import OptionPairs

if TYPE_CHECKING:
    from scipy import sparse

Choice = NDArray[np.bool_]
"""Which options are chosen, shape (O,)."""

FEASIBLE = 1e-7
WIDE, MOST_WIDE = 0.1, 50
LEAST_RENT = 0.05
RELAXED = 5


@dataclass(frozen=True, eq=False)
class Outline:
    """Values of options and pairs, and the rows: `rows @ choice ≤ limits`.

    Markets count by their tangent at a selection, and other terms of bounds by their amount there. What else
    is not linear (workloads, risk) is left out: a choice that is good here has to be judged for itself.

    `burden` is the share of all bounds together that each option takes up; `open` says which options may be
    chosen at all; `bent` are the terms that are not linear, with row and factor, and `straight` the limits
    without them.
    """

    values: Floats
    pairs: OptionPairs
    rows: sparse.csr_array
    limits: Floats
    burden: Floats
    open: Choice
    straight: Floats
    bent: tuple[tuple[int, float, Term], ...]

    @classmethod
    def of(cls, formulation: Formulation, assessment: Assessment) -> Outline:
        """The outline of a formulation, with markets as they are for the hub alone."""
        from scipy import sparse

        count = len(assessment.options)
        rows = list(_rows(formulation, assessment))
        limits = np.array([limit for _, limit in rows], dtype=float)
        lefts = [sparse.csr_array(left.reshape(1, count)) for left, _ in rows]
        stacked = sparse.vstack(lefts, format="csr") if lefts else sparse.csr_array((0, count))
        bare = cls(
            _linear(formulation.maximise, assessment),
            _pairs(formulation, assessment),
            sparse.csr_array(stacked),
            limits,
            _burden(formulation, assessment),
            open_options(formulation, assessment),
            limits,
            tuple(_bent(formulation, assessment)),
        )
        return bare.around(formulation, Selection(assessment, ()))

    def around(self, formulation: Formulation, selection: Selection) -> Outline:
        """The outline `of` a formulation, as it looks from a selection."""
        weight = formulation.maximise.weights().get(MarketValue(), 0.0)
        fixed = _linear(formulation.maximise, selection.assessment)
        limits = self.straight.copy()
        for row, factor, term in self.bent:
            limits[row] -= factor * term.amount(selection)
        return replace(self, values=fixed + weight * _market_slopes(selection), limits=limits)

    def gains(self, choice: Choice | Floats) -> Floats:
        """What choosing each option adds, or leaving it takes away, given the others."""
        return np.asarray(self.values + self.pairs @ choice)

    def excess(self, choice: Choice) -> float:
        """By how much a choice breaks the rows, together."""
        return float(np.maximum(0.0, self.rows @ choice - self.limits - FEASIBLE).sum())

    @cached_property
    def columns(self) -> sparse.csc_array:
        """The rows, by columns."""
        return self.rows.tocsc()

    @cached_property
    def worths(self) -> Floats:
        """What a unit of every row is worth in the linear relaxation, shape (R,).

        Pairs count by how much of the others the relaxation before chose, at first a half of each.
        """
        from scipy.optimize import linprog  # half of a command's start, and few instances need it

        taken, worths = np.full(len(self.values), 0.5), np.zeros(len(self.limits))
        bounds = [(0.0, float(is_open)) for is_open in self.open]
        rows: Any = self.rows
        for _ in range(RELAXED if self.pairs.size else 1):
            solved = linprog(-self.gains(taken), rows, self.limits, bounds=bounds, method="highs")
            if solved.status != 0:
                break
            taken, worths = (taken + solved.x) / 2.0, -solved.ineqlin.marginals
        return worths

    @cached_property
    def rent(self) -> Floats:
        """What each option uses, by what rows are worth, shape (O,); at least a little."""
        least = LEAST_RENT * float(np.abs(self.values).mean()) if len(self.values) else 0.0
        return np.asarray(np.maximum(0.0, self.worths @ self.rows) + max(least, LEAST_RENT))

    @cached_property
    def wide(self) -> tuple[NDArray[np.int64], Floats]:
        """The rows that most options are in, the widest first, by number and with all their entries."""
        lengths = np.diff(self.rows.indptr)
        widest = np.argsort(-lengths, kind="stable")[:MOST_WIDE]
        wide = widest[lengths[widest] > WIDE * len(self.values)]
        return wide, self.rows[wide].toarray()


def _linear(wanted: Quantity, assessment: Assessment) -> Floats:
    values = np.zeros(len(assessment.options))
    weights = wanted.weights()
    for term, factor in weights.items():
        if isinstance(term, LinearTerm):
            values += factor * term.coefficients(assessment)
    factors = [weights.get(term, 0.0) for term in UNCERTAIN]
    of_kind = np.where(assessment.partner_options, factors[0], factors[1])
    return np.asarray(values + of_kind * assessment.expected_benefit)


def _market_slopes(selection: Selection) -> Floats:
    """By how much the market value grows with each option, at the selection."""
    assessment, options = selection.assessment, selection.assessment.options
    slopes = np.zeros(len(options))
    if not len(assessment.market.worth):
        return slopes
    for period, discount in enumerate(assessment.discount, start=1):
        ready = options.ready <= period
        present = [options.element[o] for o in selection.options if ready[o]]
        attraction = assessment.market.hub + assessment.market.attraction[:, present].sum(axis=1)
        price = [assessment.market.slope(m, float(level)) for m, level in enumerate(attraction)]
        slopes += discount * ready * (np.array(price) @ assessment.market.attraction)[options.element]
    return slopes


def _pairs(formulation: Formulation, assessment: Assessment) -> OptionPairs:
    weights = formulation.maximise.weights()
    overhead = assessment.instance.limits.pair_overhead * weights.get(PairOverhead(), 0.0)
    return OptionPairs.of(assessment, weights.get(Synergy(), 0.0), overhead)


def open_options(formulation: Formulation, assessment: Assessment) -> Choice:
    """Which options neither a status nor a lock rules out, shape (O,)."""
    barred = with_status(assessment, "out")
    barred += [
        assessment.index[rule.id] for rule in formulation.rules if isinstance(rule, Lock) and not rule.chosen
    ]
    return ~np.isin(assessment.options.element, barred)


def _rows(formulation: Formulation, assessment: Assessment) -> Iterator[tuple[Floats, float]]:
    yield from (_row(bound, assessment) for bound in _bounds(formulation, assessment))
    yield from choices(assessment)
    yield from ((-chosen(assessment, element), -1.0) for element in demanded(formulation, assessment))
    yield from coverage(assessment)


def demanded(formulation: Formulation, assessment: Assessment) -> list[int]:
    """The elements that must be chosen."""
    locked = [assessment.index[r.id] for r in formulation.rules if isinstance(r, Lock) and r.chosen]
    return sorted({*with_status(assessment, "in"), *locked})


def _bounds(formulation: Formulation, assessment: Assessment) -> Iterator[Bound]:
    """The bounds that are linear, at least in part."""
    for rule in formulation.rules:
        for bound in rule.bounds(assessment) if isinstance(rule, BoundRule) else ():
            if any(isinstance(term, LinearTerm) for term in bound.quantity.weights()):
                yield bound


def _bent(formulation: Formulation, assessment: Assessment) -> Iterator[tuple[int, float, Term]]:
    for row, bound in enumerate(_bounds(formulation, assessment)):
        for term, factor in bound.quantity.weights().items():
            if not isinstance(term, LinearTerm):
                yield row, factor if bound.sense == "<=" else -factor, term


def _row(bound: Bound, assessment: Assessment) -> tuple[Floats, float]:
    """The linear part of a bound, as left ≤ limit."""
    left, limit = np.zeros(len(assessment.options)), bound.limit
    for term, factor in bound.quantity.weights().items():
        if isinstance(term, LinearTerm):
            left += factor * term.coefficients(assessment)
            limit -= factor * term.constant(assessment)
    sign = 1.0 if bound.sense == "<=" else -1.0
    return sign * left, sign * limit


def _burden(formulation: Formulation, assessment: Assessment) -> Floats:
    burden = np.zeros(len(assessment.options))
    for left, limit in (_row(bound, assessment) for bound in _bounds(formulation, assessment)):
        if limit > 0:
            burden += np.maximum(0.0, left) / limit
    return burden
