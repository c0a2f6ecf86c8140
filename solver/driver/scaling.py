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
