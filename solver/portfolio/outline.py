"""The linear part of a formulation in sparse arrays: what thousands of changes are tried on.

Whoever looks for a portfolio without rows looks at it here: heuristics, local search, separation of the core.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.portfolio.formulation import Formulation
from solver.portfolio.option_pairs import OptionPairs
from solver.portfolio.quantities import Quantity, Term
from solver.portfolio.rules.rule import ChoiceRow
from solver.portfolio.selection import Selection
from solver.portfolio.terms import ApplicationBenefit, MarketValue, PairOverhead, PartnerBenefit, Synergy

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
    chosen at all; `curved` are the terms of each bound that are not linear, with factors, and `linear_limits`
    the limits without them.
    """

    values: Floats
    pairs: OptionPairs
    rows: sparse.csr_array
    limits: Floats
    burden: Floats
    open: Choice
    linear_limits: Floats
    curved: tuple[Mapping[Term, float], ...]

    @classmethod
    def of(cls, formulation: Formulation, assessment: Assessment) -> Outline:
        """The outline of a formulation, with markets as they are for the hub alone."""
        from scipy import sparse

        count = len(assessment.options)
        bounds = list(_bounds(formulation, assessment))
        further = [row for rule in formulation.rules for row in rule.choice_rows(assessment)]
        lefts = sparse.csr_array(np.array([left for left, _, _ in bounds]).reshape(len(bounds), count))
        limits = np.array([*(limit for _, limit, _ in bounds), *(row.limit for row in further)], dtype=float)
        stacked = sparse.vstack([lefts, _matrix(further, count)], format="csr")
        stacked.sort_indices()
        burdens = [np.maximum(0.0, left) / limit for left, limit, _ in bounds if limit > 0]
        bare = cls(
            _linear(formulation.maximise, assessment),
            _pairs(formulation, assessment),
            sparse.csr_array(stacked),
            limits,
            sum(burdens, np.zeros(count)),
            open_options(formulation, assessment),
            limits,
            tuple(curved for _, _, curved in bounds),
        )
        return bare.around(formulation, Selection(assessment, ()))

    def around(self, formulation: Formulation, selection: Selection) -> Outline:
        """The outline `of` a formulation, as it looks from a selection."""
        weight = formulation.maximise.weights().get(MarketValue(), 0.0)
        fixed = _linear(formulation.maximise, selection.assessment)
        limits = self.linear_limits.copy()
        for row, terms in enumerate(self.curved):
            limits[row] -= sum(factor * term.amount(selection) for term, factor in terms.items())
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

    def worths(self, seconds: float = math.inf) -> Floats:
        """What a unit of every row is worth in the linear relaxation, as far as the time allows, shape (R,).

        Pairs count by how much of the others the relaxation before chose, at first a half of each.
        """
        from scipy.optimize import linprog  # half of a command's start, and few instances need it

        taken, worths = np.full(len(self.values), 0.5), np.zeros(len(self.limits))
        bounds = [(0.0, float(is_open)) for is_open in self.open]
        rows: Any = self.rows
        times = RELAXED if self.pairs.size else 1
        most: Any = {"time_limit": seconds / times} if math.isfinite(seconds) else {}
        for _ in range(times):
            gains = self.gains(taken)
            solved = linprog(-gains, rows, self.limits, bounds=bounds, method="highs", options=most)
            if solved.status != 0:
                break
            taken, worths = (taken + solved.x) / 2.0, -solved.ineqlin.marginals
        return worths

    def rent(self, seconds: float = math.inf) -> Floats:
        """What each option uses, by what rows are worth, shape (O,); at least a little."""
        least = LEAST_RENT * float(np.abs(self.values).mean()) if len(self.values) else 0.0
        used = np.maximum(0.0, self.worths(seconds) @ self.rows)
        return np.asarray(used + max(least, LEAST_RENT))

    @cached_property
    def wide(self) -> tuple[NDArray[np.int64], Floats]:
        """The rows that most options are in, the widest first, by number and with all their entries."""
        lengths = np.diff(self.rows.indptr)
        widest = np.argsort(-lengths, kind="stable")[:MOST_WIDE]
        wide = widest[lengths[widest] > WIDE * len(self.values)]
        return wide, self.rows[wide].toarray()


def _matrix(rows: Sequence[ChoiceRow], count: int) -> sparse.csr_array:
    """The left sides of some rows over so many options."""
    from scipy import sparse

    ends = np.cumsum([0, *(len(row.factors) for row in rows)])
    options = np.fromiter((option for row in rows for option in row.factors), dtype=np.int32, count=ends[-1])
    factors = np.fromiter((f for row in rows for f in row.factors.values()), dtype=float, count=ends[-1])
    return sparse.csr_array((factors, options, ends.astype(np.int32)), shape=(len(rows), count))


def open_options(formulation: Formulation, assessment: Assessment) -> Choice:
    """Which options no rule bars, shape (O,)."""
    barred = [element for rule in formulation.rules for element in rule.barred(assessment)]
    return ~np.isin(assessment.options.element, barred)


def demanded(formulation: Formulation, assessment: Assessment) -> list[int]:
    """The elements that must be chosen."""
    return sorted({element for rule in formulation.rules for element in rule.demanded(assessment)})


def _linear(wanted: Quantity, assessment: Assessment) -> Floats:
    values, _, curved = wanted.linear_part(assessment)
    partners, applications = (curved.get(term, 0.0) for term in (PartnerBenefit(), ApplicationBenefit()))
    of_kind = np.where(assessment.partner_options, partners, applications)
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


def _bounds(
    formulation: Formulation, assessment: Assessment
) -> Iterator[tuple[Floats, float, dict[Term, float]]]:
    """The bounds that are linear at least in part: left @ choice + the terms that are not ≤ limit."""
    for rule in formulation.rules:
        for bound in rule.bounds(assessment):
            left, constant, curved = bound.quantity.linear_part(assessment)
            if len(curved) < len(bound.quantity.weights()):
                sign = 1.0 if bound.sense == "<=" else -1.0
                factors = {term: sign * factor for term, factor in curved.items()}
                yield sign * left, sign * (bound.limit - constant), factors
