"""A walk over choices that keeps, for every option, what flipping it would gain and break.

Rows may be broken on the way, at a price that rises while they stay broken and falls while they hold
(strategic oscillation; Glover & Kochenberger 1996).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.portfolio.outline import FEASIBLE, Choice, Outline
from solver.run import Run

if TYPE_CHECKING:
    from scipy import sparse

Integers = NDArray[np.integer[Any]]

RISE, FALL, LEAST_PRICE, MOST_PRICE = 1.2, 0.95, 0.01, 100.0
MOST_LEAVING, MOST_COMING, TRIED_AT_ONCE = 300, 300, 32
MOST_CLIMBED = 500
GAIN = 1e-9


class Walk:
    """A choice, and what flipping each option does to its value and, at a price, to the rows it breaks."""

    def __init__(self, outline: Outline, choice: Choice, run: Run) -> None:
        self._outline = outline
        self._run = run
        self._usual = _usual_prices(outline)
        self._prices = self._usual.copy()
        self.choice = choice.copy()
        self._begin()

    def _begin(self) -> None:
        self.value = float(self._outline.values @ self.choice)
        self.value += 0.5 * float(self.choice @ (self._outline.pairs @ self.choice))
        self._marginal = self._outline.gains(self.choice)
        self._activity = self._outline.rows @ self.choice
        self._weigh()

    def see_from(self, outline: Outline, choice: Choice) -> None:
        """Go on from another choice at the usual prices, as an outline around it sees it; rents stay."""
        self._outline = outline
        self._prices = self._usual.copy()
        self.move_to(choice)

    def move_to(self, choice: Choice) -> None:
        """Go on from another choice, at the prices that were learnt."""
        self.choice = choice.copy()
        self._begin()

    @cached_property
    def _rent(self) -> Floats:
        return self._outline.rent(self._run.remaining)

    @property
    def is_feasible(self) -> bool:
        """Whether all rows hold."""
        return bool((self._activity <= self._outline.limits + FEASIBLE).all())

    @property
    def direction(self) -> Floats:
        """+1 for options that a flip would choose, −1 for those it would leave, shape (O,)."""
        return np.where(self.choice, -1.0, 1.0)

    @property
    def gain(self) -> Floats:
        """What flipping each option adds to the value, shape (O,)."""
        return np.asarray(self.direction * self._marginal)

    @property
    def scores(self) -> Floats:
        """What flipping each option gains, less the price of what it breaks, shape (O,)."""
        return np.asarray(self.gain - self.strain)

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
        self.strain += np.bincount(self._outline.rows.indices[entries], change, minlength=len(self.strain))
        self._outline.pairs.add_column(self._marginal, option, sign)

    def mend(self, open_: Choice) -> bool:
        """Flip what loses least for what it mends, until all rows hold; False where nothing mends."""
        for _ in self.choice:
            mending = np.flatnonzero(open_ & (self.strain < -GAIN))
            if self.is_feasible or not len(mending) or self._run.is_over:
                break
            self.flip(int(mending[np.argmax(self.gain[mending] / -self.strain[mending])]))
        return self.is_feasible

    def fill(self, open_: Choice, liking: Floats) -> None:
        """Choose what gains most for what it uses at the rows' worth, times a liking, while all rows hold.

        Worth by the relaxation's duals (Pirkul 1987).
        """
        rows = self._outline.rows
        owners = np.repeat(np.arange(len(self._outline.limits)), np.diff(rows.indptr))
        while True:
            room = self._outline.limits - self._activity + FEASIBLE
            broken = np.bincount(rows.indices, rows.data > room[owners], minlength=len(self.choice))
            fits = open_ & ~self.choice & (broken == 0) & (self._marginal > GAIN)
            promise = np.where(fits, liking * self._marginal / self._rent, 0.0)
            option = int(np.argmax(promise))
            if promise[option] <= 0.0 or self._run.is_over:
                return
            self.flip(option)

    def climb(self, open_: Choice) -> None:
        """Flip one or swap two while all rows hold, the best change first, until none gains."""
        for _ in range(MOST_CLIMBED):
            change = () if self._run.is_over else self._best_flip(open_) or self._best_swap(open_)
            if not change:
                return
            for option in change:
                self.flip(option)

    def _best_flip(self, open_: Choice) -> tuple[int, ...]:
        gain = np.where(open_, self.gain, -np.inf)
        paying = np.flatnonzero(gain > GAIN)
        paying = paying[np.argsort(-gain[paying], kind="stable")]
        place = self._first_allowed(self._outline.columns[:, paying], self.direction[paying])
        return () if place is None else (int(paying[place]),)

    def _best_swap(self, open_: Choice) -> tuple[int, ...]:
        """One to leave and one to come, where that gains most within the rows."""
        leaving = self._foremost(open_ & self.choice, -self._marginal, MOST_LEAVING)
        coming = self._foremost(open_ & ~self.choice, self._marginal, MOST_COMING)
        together = self._outline.pairs.between(leaving, coming)
        gains = self._marginal[coming] - self._marginal[leaving][:, None] - together
        gains[~self._promising(leaving, coming)] = -np.inf
        paying = np.flatnonzero(gains > GAIN)
        paying = paying[np.argsort(-gains.ravel()[paying], kind="stable")]
        columns = self._outline.columns
        for first in range(0, len(paying), TRIED_AT_ONCE):
            out, come = np.unravel_index(paying[first : first + TRIED_AT_ONCE], gains.shape)
            change = columns[:, coming[come]] - columns[:, leaving[out]]
            place = self._first_allowed(change, np.ones(len(out)))
            if place is not None:
                return int(leaving[out[place]]), int(coming[come[place]])
        return ()

    def _promising(self, leaving: Integers, coming: Integers) -> Choice:
        """Which swaps keep all wide rows, and touch every row that one of the two alone would break.

        Shape (leaving, coming). Nearly all others break a row, and are not worth a closer look.
        """
        room = self._outline.limits - self._activity + FEASIBLE
        promising = np.ones((len(leaving), len(coming)), dtype=bool)
        wide, entries = self._outline.wide
        for row, uses in zip(wide, entries, strict=True):
            promising &= uses[coming] - uses[leaving][:, None] <= room[row]
        if len(wide) == len(room):
            return promising
        come, leave = self._outline.columns[:, coming], -self._outline.columns[:, leaving]
        breaks, mends = _breaking(come, room), _easing(leave)
        promising &= (mends.T @ breaks).toarray() >= breaks.sum(axis=0)
        breaks, mends = _breaking(leave, room), _easing(come)
        promising &= (breaks.T @ mends).toarray() >= breaks.sum(axis=0)[:, None]
        return promising

    def _first_allowed(self, changes: sparse.csc_array, sign: Floats) -> int | None:
        """The first of some changes of the rows that breaks none."""
        room = self._outline.limits - self._activity + FEASIBLE
        columns = np.repeat(np.arange(len(sign)), np.diff(changes.indptr))
        within = changes.data * sign[columns] <= room[changes.indices]
        breaks = np.bincount(columns, ~within, minlength=len(sign))
        mends = np.bincount(columns, within & (room[changes.indices] < 0), minlength=len(sign))
        allowed = np.flatnonzero((breaks == 0) & (mends == (room < 0).sum()))
        return int(allowed[0]) if len(allowed) else None

    @staticmethod
    def _foremost(among: Choice, merit: Floats, most: int) -> Integers:
        found = np.flatnonzero(among)
        return found[np.argsort(-merit[found], kind="stable")[:most]]

    def adapt_prices(self) -> None:
        """Raise the prices of the rows that are broken, lower the others."""
        broken = self._activity > self._outline.limits + FEASIBLE
        self._prices *= np.where(broken, RISE, FALL)
        np.clip(self._prices, LEAST_PRICE * self._usual, MOST_PRICE * self._usual, out=self._prices)
        self._weigh()

    def _weigh(self) -> None:
        entries = np.arange(len(self._outline.rows.indices))
        owners = np.repeat(np.arange(len(self._outline.limits)), np.diff(self._outline.rows.indptr))
        strains = self._strains(entries, owners)
        count = len(self._outline.values)
        self.strain = np.bincount(self._outline.rows.indices, strains, minlength=count).astype(float)

    def _strains(self, entries: Integers, owners: Integers) -> Floats:
        """What each entry's row costs more when the entry's option is flipped."""
        rows = self._outline.rows
        over = self._activity[owners] - self._outline.limits[owners]
        sign = np.where(self.choice[rows.indices[entries]], -1.0, 1.0)
        after = np.maximum(0.0, over + sign * rows.data[entries])
        return np.asarray(self._prices[owners] * (after - np.maximum(0.0, over)))


def _usual_prices(outline: Outline) -> Floats:
    """A row's unit costs so much that a usual entry of the row costs a usual value."""
    worth = max(float(np.abs(outline.values).mean()) + outline.pairs.size / len(outline.values), 1e-9)
    lengths = np.maximum(1, np.diff(outline.rows.indptr))
    usual = np.asarray(abs(outline.rows).sum(axis=1)).ravel() / lengths
    return np.asarray(worth / np.maximum(usual, 1e-9))


def _breaking(changes: sparse.csc_array, room: Floats) -> sparse.csc_array:
    """Where a change alone takes more than a row has room for."""
    return _where(changes, changes.data > room[changes.indices])


def _easing(changes: sparse.csc_array) -> sparse.csc_array:
    """Where a change gives a row room."""
    return _where(changes, changes.data < 0)


def _where(changes: sparse.csc_array, holds: Choice) -> sparse.csc_array:
    from scipy import sparse

    return sparse.csc_array((holds.astype(float), changes.indices, changes.indptr), shape=changes.shape)


def _column(matrix: sparse.csc_array, option: int) -> tuple[Integers, Floats]:
    first, last = matrix.indptr[option], matrix.indptr[option + 1]
    return matrix.indices[first:last], matrix.data[first:last]


def _entries(matrix: sparse.csr_array, rows: Integers) -> tuple[Integers, Integers]:
    """The positions of all entries of some rows, and the row of each."""
    starts, lengths = matrix.indptr[rows], matrix.indptr[rows + 1] - matrix.indptr[rows]
    owners = np.repeat(rows, lengths)
    within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(starts, lengths) + within, owners
