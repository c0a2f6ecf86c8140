"""A walk over choices that keeps, for every option, what flipping it would gain and break.

Rows may be broken on the way, at a price that rises while they stay broken and falls while they hold
(strategic oscillation; Glover & Kochenberger 1996).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solver.assessment.benefit import Floats
from solver.strategies.outline import FEASIBLE, Choice, Outline

Integers = NDArray[np.integer[Any]]

RISE, FALL, LEAST_PRICE = 1.6, 0.85, 0.01


class Walk:
    """A choice, and what flipping each option does to its value and, at a price, to the rows it breaks."""

    def __init__(self, outline: Outline, choice: Choice) -> None:
        self._outline = outline
        self._prices = _first_prices(outline)
        self._floor = LEAST_PRICE * self._prices
        self.choice = choice.copy()
        self._begin()

    def _begin(self) -> None:
        self.value = float(self._outline.values @ self.choice)
        self.value += 0.5 * float(self.choice @ (self._outline.pairs @ self.choice))
        self._marginal = self._outline.gains(self.choice)
        self._activity = self._outline.rows @ self.choice
        self._weigh()

    def move_to(self, choice: Choice) -> None:
        """Go on from another choice, at the prices that were learnt."""
        self.choice = choice.copy()
        self._begin()

    @property
    def is_feasible(self) -> bool:
        """Whether all rows hold."""
        return bool((self._activity <= self._outline.limits + FEASIBLE).all())

    @property
    def direction(self) -> Floats:
        """+1 for options that a flip would choose, −1 for those it would leave, shape (O,)."""
        return np.where(self.choice, -1.0, 1.0)

    @property
    def scores(self) -> Floats:
        """What flipping each option gains, less the price of what it breaks, shape (O,)."""
        return np.asarray(self.direction * self._marginal - self._strain)

    def flip(self, option: int) -> None:
        """Choose the option, or leave it."""
        sign = -1.0 if self.choice[option] else 1.0
        self.value += sign * float(self._marginal[option])
        rows, amounts = _column(self._outline.columns, option)
        entries, owners = _entries(self._outline.rows, rows)
        before = self._strains(entries, owners)
        self.choice[option] = not self.choice[option]
        self._activity[rows] += sign * amounts
        change = self._strains(entries, owners) - before
        self._strain += np.bincount(self._outline.rows.indices[entries], change, minlength=len(self._strain))
        partners, worth = _column(self._outline.pairs, option)
        self._marginal[partners] += sign * worth

    def swaps(self, leaving: Integers, coming: Integers) -> Floats:
        """The scores of flipping one of the first and one of the second, shape (first, second)."""
        outline, direction = self._outline, self.direction
        gain = direction * self._marginal
        pairs = _dense(outline.pairs, leaving)[coming].T
        cross = direction[leaving][:, None] * direction[coming] * pairs
        out = _dense(outline.columns, leaving) * direction[leaving]
        come = _dense(outline.columns, coming) * direction[coming]
        touched = np.flatnonzero(out.any(axis=1) | come.any(axis=1))
        over = (self._activity - outline.limits)[touched]
        after = np.maximum(0.0, over[:, None, None] + out[touched][:, :, None] + come[touched][:, None, :])
        prices = self._prices[touched]
        strain = np.tensordot(prices, after, axes=1) - prices @ np.maximum(0.0, over)
        return np.asarray(gain[leaving][:, None] + gain[coming] + cross - strain)

    def adapt_prices(self) -> None:
        """Raise the prices of the rows that are broken, lower the others."""
        broken = self._activity > self._outline.limits + FEASIBLE
        self._prices *= np.where(broken, RISE, FALL)
        np.maximum(self._prices, self._floor, out=self._prices)
        self._weigh()

    def _weigh(self) -> None:
        entries = np.arange(len(self._outline.rows.indices))
        owners = np.repeat(np.arange(len(self._outline.limits)), np.diff(self._outline.rows.indptr))
        strains = self._strains(entries, owners)
        count = len(self._outline.values)
        self._strain = np.bincount(self._outline.rows.indices, strains, minlength=count).astype(float)

    def _strains(self, entries: Integers, owners: Integers) -> Floats:
        """What each entry's row costs more when the entry's option is flipped."""
        rows = self._outline.rows
        over = self._activity[owners] - self._outline.limits[owners]
        sign = np.where(self.choice[rows.indices[entries]], -1.0, 1.0)
        after = np.maximum(0.0, over + sign * rows.data[entries])
        return np.asarray(self._prices[owners] * (after - np.maximum(0.0, over)))


def _first_prices(outline: Outline) -> Floats:
    """A row's unit costs so much that a usual entry of the row costs a usual value."""
    worth = max(
        float(np.abs(outline.values).mean()) + float(abs(outline.pairs).sum()) / len(outline.values), 1e-9
    )
    lengths = np.maximum(1, np.diff(outline.rows.indptr))
    usual = np.asarray(abs(outline.rows).sum(axis=1)).ravel() / lengths
    return np.asarray(worth / np.maximum(usual, 1e-9))


def _column(matrix: sparse.csc_array, option: int) -> tuple[Integers, Floats]:
    first, last = matrix.indptr[option], matrix.indptr[option + 1]
    return matrix.indices[first:last], matrix.data[first:last]


def _dense(matrix: sparse.csc_array, options: Integers) -> Floats:
    """Some columns of a matrix, shape (rows, options)."""
    columns = np.zeros((matrix.shape[0], len(options)))
    for place, option in enumerate(options):
        rows, amounts = _column(matrix, option)
        columns[rows, place] = amounts
    return columns


def _entries(matrix: sparse.csr_array, rows: Integers) -> tuple[Integers, Integers]:
    """The positions of all entries of some rows, and the row of each."""
    starts, lengths = matrix.indptr[rows], matrix.indptr[rows + 1] - matrix.indptr[rows]
    owners = np.repeat(rows, lengths)
    within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(starts, lengths) + within, owners
