"""Units in which the absolute tolerances of a back end decide as little as possible.

Powers of two, so that no number is rounded: a problem in another unit of money is the same program.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.driver.rows import Rows

# The size of the largest coefficient of an objective: back ends neglect differences of 1e-6, and 1e-7 of a
# price, which is then far below a millionth of any sum.
OBJECTIVE = 2.0**16
MOST_PASSES = 10
# What back ends tolerate in a row.
SLACK = 1e-6

Floats = NDArray[np.float64]


def power_of_two(amounts: Floats) -> Floats:
    """The largest power of two that is at most each amount; 1 for an amount of 0."""
    _, exponent = np.frexp(amounts)
    return np.where(amounts > 0, np.ldexp(1.0, exponent - 1), 1.0)


def equilibrated(rows: Rows) -> Rows:
    """The same rows, the largest coefficient of each between 1 and 2."""
    largest = np.zeros(len(rows))
    owner = rows.owner
    np.maximum.at(largest, owner, np.abs(rows.data))
    unit = power_of_two(largest)
    return Rows(rows.indptr, rows.indices, rows.data / unit[owner], rows.lower / unit, rows.upper / unit)


def column_sizes(rows: Rows, integer: NDArray[np.bool_]) -> Floats:
    """How much one unit of each column should be, so that columns count alike in the rows that they share.

    Integer columns keep their unit; from them, sizes spread along the rows. A column of money that stands for
    billions gets a unit of billions.
    """
    sizes, known, owner = np.ones(len(integer)), integer.copy(), rows.owner
    entries = rows.data != 0
    owner, column, factor = owner[entries], rows.indices[entries], np.abs(rows.data[entries])
    for _ in range(MOST_PASSES):
        if known[column].all():
            break
        seen = known[column]
        largest = np.zeros(len(rows))
        np.maximum.at(largest, owner[seen], (factor * sizes[column])[seen])
        fresh = ~seen & (largest[owner] > 0)
        if not fresh.any():
            break
        wanted = largest[owner[fresh]] / factor[fresh]
        least, most = np.full(len(sizes), np.inf), np.zeros(len(sizes))
        np.minimum.at(least, column[fresh], wanted)
        np.maximum.at(most, column[fresh], wanted)
        found = most > 0
        sizes[found] = power_of_two(np.sqrt(least[found]) * np.sqrt(most[found]))
        known |= found
    return sizes


def objective_unit(cost: Floats) -> float:
    """What one unit of the program's objective is worth, in that of the problem."""
    return float(power_of_two(np.abs(cost).max(initial=0.0, keepdims=True))[0]) / OBJECTIVE


def loosened(rows: Rows, integer: NDArray[np.bool_]) -> Rows:
    """Rows with a little more room: a back end's reasoning must not lose what keeps a limit exactly.

    Only rows over integer columns whose sums can come closer to a limit than a back end can tell; what they
    let pass that breaks a rule is cut off when it turns up.
    """
    owner = rows.owner
    close = np.bincount(owner, ~_on_grid(rows.data), minlength=len(rows)) > 0
    close |= ~_on_grid(rows.lower) | ~_on_grid(rows.upper)
    close &= np.bincount(owner, ~integer[rows.indices], minlength=len(rows)) == 0
    close &= rows.lower < rows.upper
    slack = np.where(close, SLACK, 0.0)
    return Rows(rows.indptr, rows.indices, rows.data, rows.lower - slack, rows.upper + slack)


def _on_grid(amounts: Floats) -> NDArray[np.bool_]:
    """Which amounts are multiples of 1/1024: sums of them keep a limit, or break it beyond any tolerance."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isinf(amounts) | (np.ldexp(amounts, 10) % 1.0 == 0.0))
