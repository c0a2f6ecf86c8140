"""What pairs of options are worth together, without a number for every two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.portfolio.rules.pairs import pairs_of_kind

Integers = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class OptionPairs:
    """The symmetric matrix `listed − overhead · partner partnerᵀ`, shape (O, O).

    `listed` holds the synergies; and the overhead once more between options of one partner, which is no pair.
    `size` is the sum of the matrix's absolute values.
    """

    listed: sparse.csc_array
    overhead: float
    partner: Floats
    size: float

    @classmethod
    def of(cls, assessment: Assessment, synergies: float, overhead: float) -> OptionPairs:
        """The pairs of an assessment, by the weights of synergies and of a pair's overhead."""
        listed = sparse.csc_array(synergies * _synergies(assessment))
        partner, element = assessment.partner_options, assessment.options.element
        first, second = listed.nonzero()
        apart = partner[first] & partner[second] & (element[first] != element[second])
        levels = np.bincount(element[partner])
        unlisted = int(partner.sum()) ** 2 - int((levels**2).sum()) - int(apart.sum())
        values = np.asarray(listed[first, second]).ravel()
        size = float(np.abs(values - overhead * apart).sum() + abs(overhead) * unlisted)
        if overhead:
            listed = sparse.csc_array(listed + overhead * _of_one_partner(assessment))
        return cls(listed, overhead, partner.astype(float), size)

    def __matmul__(self, choice: NDArray[Any]) -> Floats:
        """What each option is worth together with a choice, shape (O,)."""
        together = self.listed @ choice
        if self.overhead:
            together = together - self.overhead * float(self.partner @ choice) * self.partner
        return np.asarray(together)

    def add_column(self, amounts: Floats, option: int, sign: float) -> None:
        """Add a column of the matrix to amounts of shape (O,), in place; or take it away."""
        first, last = self.listed.indptr[option], self.listed.indptr[option + 1]
        amounts[self.listed.indices[first:last]] += sign * self.listed.data[first:last]
        if self.overhead and self.partner[option]:
            amounts -= sign * self.overhead * self.partner

    def between(self, rows: Integers, columns: Integers) -> Floats:
        """A part of the matrix."""
        part = self.listed[:, columns][rows].toarray()
        if self.overhead:
            part -= self.overhead * np.outer(self.partner[rows], self.partner[columns])
        return np.asarray(part)


def _synergies(assessment: Assessment) -> sparse.csc_array:
    options = assessment.options
    first, second, value = [], [], []
    for index in pairs_of_kind(assessment, "synergy"):
        row = assessment.pairs[index]
        if row.application is None and row.value:
            for one in options.of(row.first):
                for other in options.of(row.second):
                    first += [one, other]
                    second += [other, one]
                    value += [row.value, row.value]
    count = len(options)
    return sparse.csc_array((np.array(value), (first, second)), shape=(count, count), dtype=float)


def _of_one_partner(assessment: Assessment) -> sparse.csc_array:
    """1 between any two options of one partner, and of each with itself."""
    partners = np.flatnonzero(assessment.partner_options)
    of = assessment.options.element[partners]
    shape = (len(assessment.options), assessment.partner_count)
    member = sparse.csc_array((np.ones(len(partners)), (partners, of)), shape=shape)
    return sparse.csc_array(member @ member.T)
