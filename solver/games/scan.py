"""The coalitions that ask for most, found in a table without looking at all of it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats, indicators, subset_sums
from solver.games.game import Game, Table, Worths
from solver.games.spans import PRIME, Span

WIDEST_ROW = 10
FEWEST_LATE = 6
VALUES_AT_ONCE = 1 << 16


class Claims(NamedTuple):
    """Coalitions that ask for more than they are paid, and what each is worth, the most excessive first.

    `bound` is proven to be at least the excess of every coalition; None where nothing more is proven than
    that a search without claims leaves none above the threshold. `bases` are, where given, the parts of the
    coalitions that others may join: see `solver.games.joining`; None for one that nobody may.
    """

    masks: Sequence[int] | NDArray[np.int64]
    worths: Floats
    bound: float | None = None
    bases: Sequence[int | None] = ()

    def __bool__(self) -> bool:
        return len(self.masks) > 0


class Separator(Protocol):
    """Whatever finds coalitions that are paid too little."""

    def claims(self, payoffs: Floats, threshold: float, most: int) -> Claims:
        """Up to about `most` coalitions with v(S) − payoffs(S) > threshold.

        None is a proof that none exists, unless the `bound` above the threshold says that time was too short.
        Neither nobody nor everybody counts as a coalition.
        """


@runtime_checkable
class PivotalSeparator(Separator, Protocol):
    """A separator for a game in which coalitions without one player are worth little."""

    @property
    def pivotal(self) -> int:
        """That player: the more he is paid, the fewer coalitions object."""


class SpanSeparator(Separator, Protocol):
    """A separator that can be told which coalitions no longer matter."""

    def settle(self, span: Span) -> None:
        """From now on leave out the coalitions in this span, which must hold the span of before."""


class TableScan:
    """A table in rows of up to 2**10 coalitions that share their late players.

    For every row an upper bound of its excess is kept: the highest v(S) less its early players' payoffs, as
    last seen, plus what those payoffs have fallen since. Rows are visited by bound, the highest first, and a
    scan ends when no bound is above the threshold: that is the proof.
    """

    def __init__(self, table: Table, settled: Span | None = None) -> None:
        count = len(table).bit_length() - 1
        early = min(WIDEST_ROW, max(1, count - FEWEST_LATE), count)
        self._rows = table.reshape(-1, 1 << early)
        self._early = slice(0, early)
        self._late = slice(early, count)
        self._highest: Floats = np.full(len(self._rows), np.inf)
        self._seen: NDArray[np.int64] = np.zeros(len(self._rows), dtype=np.int64)
        self._payoffs_seen: Floats = np.zeros((1, early))
        self.settle(settled or Span(count))

    def settle(self, span: Span) -> None:
        """From now on leave out the coalitions in this span, which must hold the span of before."""
        self._early_residues = span.residues(self._early)
        self._missing_residues = -span.residues(self._late) % PRIME

    def claims(self, payoffs: Floats, threshold: float, most: int) -> Claims:
        early, late = payoffs[self._early], subset_sums(payoffs[self._late])
        fallen = np.maximum(0.0, self._payoffs_seen - early).sum(axis=1)
        bounds = self._highest + fallen[self._seen] - late
        open_rows = np.flatnonzero(bounds > threshold)
        open_rows = open_rows[np.argsort(-bounds[open_rows], kind="stable")]
        self._payoffs_seen = np.vstack([self._payoffs_seen, early])
        early_sums = subset_sums(early)
        at_once = max(1, VALUES_AT_ONCE // self._rows.shape[1])
        found: list[tuple[NDArray[np.int64], Floats]] = []
        number = 0
        for start in range(0, len(open_rows), at_once):
            rows = open_rows[start : start + at_once]
            masks, excess = self._highest_in(rows, early_sums, late)
            above = excess > threshold
            found.append((masks[above], excess[above]))
            number += int(above.sum())
            if number >= most:
                break
        return self._worst(found, most)

    def _highest_in(
        self, rows: NDArray[np.int64], early_sums: Floats, late: Floats
    ) -> tuple[NDArray[np.int64], Floats]:
        """The coalition of each row with the highest excess that is not settled, and that excess."""
        asked = self._rows[rows] - early_sums
        best = asked.argmax(axis=1)
        settled = self._early_residues[best] == self._missing_residues[rows]
        if settled.any():
            again = np.flatnonzero(settled)
            covered = self._early_residues == self._missing_residues[rows[again], None]
            asked[again] = np.where(covered, -np.inf, asked[again])
            best[again] = asked[again].argmax(axis=1)
        highest = np.take_along_axis(asked, best[:, None], axis=1)[:, 0]
        self._highest[rows] = highest
        self._seen[rows] = len(self._payoffs_seen) - 1
        return rows * self._rows.shape[1] + best, np.asarray(highest - late[rows], dtype=float)

    def _worst(self, found: list[tuple[NDArray[np.int64], Floats]], most: int) -> Claims:
        if not found:
            return Claims(np.zeros(0, dtype=np.int64), np.zeros(0))
        masks = np.concatenate([masks for masks, _ in found])
        excess = np.concatenate([excess for _, excess in found])
        masks = masks[np.argsort(-excess, kind="stable")[:most]]
        return Claims(masks, self._rows.ravel()[masks].astype(float))


def scan_of(game: Worths) -> TableScan:
    """The scan of a game's table; raises ValueError for a game without one."""
    if not isinstance(game, Game):
        raise ValueError("a game without a table needs a separator, which finds coalitions paid too little")
    return TableScan(game.v)


def largest_excess(table: Table, payoffs: Floats) -> tuple[int, float] | None:
    """The coalition with the highest excess over its payoffs, and that excess; None for one player alone."""
    if len(table) == 2:
        return None
    claims = TableScan(table).claims(payoffs, -np.inf, len(table))
    paid = indicators(claims.masks[:1], len(payoffs))[0] @ payoffs
    return int(claims.masks[0]), float(claims.worths[0] - paid)
