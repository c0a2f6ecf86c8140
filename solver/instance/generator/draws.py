"""Seeded draws: every table has a stream of its own, so a denser recipe keeps the same partners."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

DIGITS = 2


class Stream(IntEnum):
    """Whose draws they are; the numbers are part of what a seed means."""

    PARTNERS = 1
    LEVELS = 2
    APPLICATIONS = 3
    TECHNOLOGIES = 4
    CAPABILITIES = 5
    REQUIREMENTS = 6
    SYNERGIES = 7
    OBSTACLES = 8
    OUTSIDE = 9
    SEGMENTS = 10
    ATTRACTIONS = 11
    GROUPS = 12
    ENGINEERS = 13
    PILOTS = 14

    def of(self, seed: int) -> np.random.Generator:
        """The generator of this stream, the same on every platform."""
        return np.random.Generator(np.random.PCG64([int(seed), int(self)]))


def amounts(draw: np.random.Generator, count: int, low: float, high: float) -> npt.NDArray[np.float64]:
    """So many amounts between low and high, in hundredths."""
    return hundredths(draw.uniform(low, high, count))


def hundredths(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Amounts rounded to what a planner would write down."""
    return np.round(np.asarray(values, dtype=float), DIGITS)


def distinct_pairs(draw: np.random.Generator, size: int, count: int) -> npt.NDArray[np.int64]:
    """Shape (count, 2): that many different pairs (i, j), 0 <= i < j < size, in random order."""
    chosen = draw.choice(size * (size - 1) // 2, size=count, replace=False)
    starts = np.concatenate([[0], np.cumsum(np.arange(size - 1, 0, -1))])
    first = np.searchsorted(starts, chosen, side="right") - 1
    return np.column_stack([first, chosen - starts[first] + first + 1])
