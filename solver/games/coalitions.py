"""Coalitions as bit masks: bit i stands for player i."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Amount = TypeVar("Amount", bound=np.number[Any])


def members(mask: int) -> list[int]:
    """The players of a coalition, by number."""
    return [player for player in range(mask.bit_length()) if mask >> player & 1]


def mask_of(players: Iterable[int]) -> int:
    """The coalition of these players."""
    return sum(1 << player for player in set(players))


def everybody(count: int) -> int:
    """The coalition of all players."""
    return (1 << count) - 1


def indicators(masks: Sequence[int] | NDArray[np.int64], count: int) -> Floats:
    """One row per coalition, 1 for its players and 0 for the others; shape (coalitions, count)."""
    width = (count + 7) // 8
    packed = b"".join(int(mask).to_bytes(width, "little") for mask in masks)
    as_bytes = np.frombuffer(packed, dtype=np.uint8).reshape(-1, width)
    return np.unpackbits(as_bytes, axis=1, count=count, bitorder="little").astype(float)


def subset_sums(amounts: NDArray[Amount]) -> NDArray[Amount]:
    """The sum over every subset of k amounts, by mask; shape (2**k,)."""
    sums = np.zeros(1 << len(amounts), dtype=amounts.dtype)
    for player, amount in enumerate(amounts):
        half = 1 << player
        np.add(sums[:half], amount, out=sums[half : 2 * half])
    return sums


def sizes(count: int) -> NDArray[np.int64]:
    """The number of players of every coalition, by mask; shape (2**count,)."""
    return subset_sums(np.ones(count, dtype=np.int64))


def exact(amount: object) -> Fraction:
    """The decimal number that was typed: 0.1 is a tenth, not the nearest binary fraction."""
    return amount if isinstance(amount, Fraction) else Fraction(str(amount))
