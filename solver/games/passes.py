"""One pass over a whole table, in rows that fit into a processor's fast memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats, subset_sums

WIDEST_ROW = 12


def early_players(count: int) -> int:
    """How many players, the first ones, differ within a row; the others are the same in all of it."""
    return min(WIDEST_ROW, count)


def excesses(table: NDArray[np.number[Any]], payoffs: Floats) -> Iterator[Floats]:
    """Row by row, v(S) − payoffs(S) of every coalition, by mask."""
    early = early_players(len(payoffs))
    paid, paid_late = subset_sums(payoffs[:early]), subset_sums(payoffs[early:])
    for row, late in zip(table.reshape(-1, 1 << early), paid_late, strict=True):
        excess = np.subtract(row, paid, dtype=float)
        excess -= late
        yield excess


def largest_distance(table: NDArray[np.number[Any]], payoffs: Floats) -> float:
    """The largest |v(S) − payoffs(S)| over all coalitions."""
    return max(max(float(excess.max()), -float(excess.min())) for excess in excesses(table, payoffs))


def largest_amount(table: NDArray[np.number[Any]]) -> float:
    """The largest |v(S)|, 1 where all are 0: what rounding is measured by."""
    return max(abs(float(table.min())), abs(float(table.max()))) or 1.0
