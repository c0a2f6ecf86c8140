"""The linear part of a formulation in arrays, in which thousands of changes are tried at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.allocation.coalitions import Floats
from solver.assessment.assessment import Assessment
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import LinearTerm, UncertainTerm
from solver.portfolio.rules import BoundRule
from solver.portfolio.rules.pairs import pairs_of_kind
from solver.portfolio.structure import choices, coverage

Choice = NDArray[np.bool_]
"""Which options are chosen."""

FEASIBLE = 1e-7
GAINS = 1e-9
TRIED_AT_ONCE = 64
MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class Outline:
    """The linear part of a formulation: values of options and pairs, and rows @ choice ≤ limits.

    Whatever is not linear (markets, workloads, licences, risk) is left out: a choice that is good here has to
    be judged for itself. The last option is none at all.
    """

    values: Floats
    pairs: Floats
    rows: Floats
    limits: Floats

    @classmethod
    def of(cls, formulation: Formulation, assessment: Assessment, most_partners: int) -> Outline:
        """The outline of a formulation for an assessment, and for no more partners than this."""
        count = len(assessment.options)
        rows = [*_bounds(formulation, assessment), *choices(assessment), *coverage(assessment)]
        rows.append((assessment.partner_options.astype(float), float(most_partners)))
        lefts = np.array([left for left, _ in rows]).reshape(len(rows), count)
        return cls(
            np.append(_values(formulation, assessment), 0.0),
            np.pad(_pairs(assessment), (0, 1)),
            np.pad(lefts, ((0, 0), (0, 1))),
            np.array([limit for _, limit in rows]),
        )

    def allows(self, choice: Choice) -> bool:
        """Whether a choice keeps all rows."""
        return bool((self.rows[:, :-1] @ choice <= self.limits + FEASIBLE).all())

    def improved(self, choice: Choice, prices: Floats) -> Choice:
        """Change one or two choices at a time, the best change first, until none pays at these prices."""
        chosen = np.append(choice, False)
        values = self.values - np.append(prices, 0.0)
        for _ in range(MOST_STEPS):
            sign = np.where(chosen, -1.0, 1.0)
            single = sign * (values + self.pairs @ chosen)
            double = single[:, None] + single + sign[:, None] * sign * self.pairs
            np.fill_diagonal(double, -np.inf)
            move = self._best_allowed(np.triu(double), chosen, sign)
            if move is None:
                break
            chosen[move] ^= True
            chosen[-1] = False
        return chosen[:-1]

    def _best_allowed(self, gains: Floats, chosen: Choice, sign: Floats) -> NDArray[np.int64] | None:
        """The two options whose change gains most within the rows; None where none gains."""
        room = self.limits - self.rows @ chosen + FEASIBLE
        paying = np.flatnonzero(gains > GAINS)
        paying = paying[np.argsort(-gains.ravel()[paying], kind="stable")]
        for start in range(0, len(paying), TRIED_AT_ONCE):
            first, second = np.unravel_index(paying[start : start + TRIED_AT_ONCE], gains.shape)
            taken = self.rows[:, first] * sign[first] + self.rows[:, second] * sign[second]
            allowed = np.flatnonzero((taken <= room[:, None]).all(axis=0))
            if len(allowed):
                return np.array([first[allowed[0]], second[allowed[0]]])
        return None


def _values(formulation: Formulation, assessment: Assessment) -> Floats:
    values = np.zeros(len(assessment.options))
    for term, factor in formulation.maximise.weights().items():
        if isinstance(term, LinearTerm):
            values += factor * term.coefficients(assessment)
    uncertain = any(isinstance(term, UncertainTerm) for term in formulation.maximise.weights())
    return values + assessment.expected_benefit if uncertain else values


def _pairs(assessment: Assessment) -> Floats:
    options = assessment.options
    pairs = np.zeros((len(options), len(options)))
    for index in pairs_of_kind(assessment, "synergy"):
        row = assessment.pairs[index]
        if row.application is None:
            first, second = list(options.of(row.first)), list(options.of(row.second))
            pairs[np.ix_(first, second)] += row.value
            pairs[np.ix_(second, first)] += row.value
    return pairs


def _bounds(formulation: Formulation, assessment: Assessment) -> Iterator[tuple[Floats, float]]:
    for rule in formulation.rules:
        for bound in rule.bounds(assessment) if isinstance(rule, BoundRule) else ():
            terms = bound.quantity.weights()
            if bound.sense == "<=" and all(isinstance(term, LinearTerm) for term in terms):
                left, limit = np.zeros(len(assessment.options)), bound.limit
                for term, factor in terms.items():
                    if isinstance(term, LinearTerm):
                        left += factor * term.coefficients(assessment)
                        limit -= factor * term.constant(assessment)
                yield left, limit
