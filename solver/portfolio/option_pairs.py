"""What pairs of options are worth together, without a number for every two of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.assessment.benefit import Floats
from solver.portfolio.rules.pairs import pairs_of_kind

if TYPE_CHECKING:
    from scipy import sparse

Integers = NDArray[np.integer[Any]]

FILLED = 0.1
"""The share of a matrix that has to be listed for a number for every two options to be worth its memory."""


@dataclass(frozen=True, eq=False)
class OptionPairs:
    """The symmetric matrix `listed − overhead · (partner partnerᵀ − running runningᵀ)`, shape (O, O).

    Partners that run are charged nothing among themselves. `listed` holds the synergies; and the overhead
    once more between options of one partner, which is no pair.
    `size` is the sum of the matrix's absolute values.
    """

    listed: sparse.csc_array
    overhead: float
    partner: Floats
    running: Floats
    size: float

    @classmethod
    def of(cls, assessment: Assessment, synergies: float, overhead: float) -> OptionPairs:
        """The pairs of an assessment, by the weights of synergies and of a pair's overhead."""
        from scipy import sparse

        element, partner = assessment.options.element, assessment.partner_options
        of_element = _incidence(assessment, np.arange(len(element)))
        running = partner & assessment.running[element]
        alike = np.where(running, element[running].min(initial=len(assessment.elements)), element)
        listed = sparse.csc_array(of_element @ (synergies * _synergies(assessment)) @ of_element.T)
        entries = listed.tocoo()
        first, second = entries.row, entries.col
        apart = partner[first] & partner[second] & (alike[first] != alike[second])
        levels = np.bincount(alike[partner])
        unlisted = int(partner.sum()) ** 2 - int((levels**2).sum()) - int(apart.sum())
        size = float(np.abs(entries.data - overhead * apart).sum() + abs(overhead) * unlisted)
        if overhead:
            of_partner = _incidence(assessment, np.flatnonzero(partner & ~running))
            listed = sparse.csc_array(listed + overhead * (of_partner @ of_partner.T))
        return cls(listed, overhead, partner.astype(float), running.astype(float), size)

    @cached_property
    def _filled(self) -> Floats | None:
        """The listed pairs as a whole matrix, where they fill a share of it; quicker to take parts of."""
        count = self.listed.shape[0]
        return self.listed.toarray() if self.listed.nnz >= FILLED * count * count else None

    def __matmul__(self, choice: NDArray[Any]) -> Floats:
        """What each option is worth together with a choice, shape (O,)."""
        together = self.listed @ choice
        if self.overhead:
            together = together - self.overhead * float(self.partner @ choice) * self.partner
            together = together + self.overhead * float(self.running @ choice) * self.running
        return np.asarray(together)

    def add_column(self, amounts: Floats, option: int, sign: float) -> None:
        """Add a column of the matrix to amounts of shape (O,), in place; or take it away."""
        first, last = self.listed.indptr[option], self.listed.indptr[option + 1]
        amounts[self.listed.indices[first:last]] += sign * self.listed.data[first:last]
        if self.overhead and self.partner[option]:
            amounts -= sign * self.overhead * self.partner
        if self.overhead and self.running[option]:
            amounts += sign * self.overhead * self.running

    def between(self, rows: Integers, columns: Integers) -> Floats:
        """A part of the matrix."""
        whole = self._filled
        part = self.listed[:, columns][rows].toarray() if whole is None else whole[np.ix_(rows, columns)]
        if self.overhead:
            part -= self.overhead * np.outer(self.partner[rows], self.partner[columns])
            part += self.overhead * np.outer(self.running[rows], self.running[columns])
        return np.asarray(part)


def _synergies(assessment: Assessment) -> sparse.csc_array:
    """What pairs of elements are worth together, shape (E, E)."""
    from scipy import sparse

    rows = [assessment.pairs[index] for index in pairs_of_kind(assessment, "synergy")]
    rows = [row for row in rows if row.application is None and row.value]
    members = ([row.first for row in rows], [row.second for row in rows])
    shape = (len(assessment.elements), len(assessment.elements))
    once = sparse.csc_array((np.array([row.value for row in rows]), members), shape=shape, dtype=float)
    return sparse.csc_array(once + once.T)


def _incidence(assessment: Assessment, options: Integers) -> sparse.csc_array:
    """1 where one of some options is an element's, shape (O, E)."""
    from scipy import sparse

    element = assessment.options.element
    shape = (len(element), len(assessment.elements))
    return sparse.csc_array((np.ones(len(options)), (options, element[options])), shape=shape)
