"""Counting coalitions by size and weight in whole numbers, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.object_]


def pivots(quota: int, weights: Sequence[int]) -> tuple[Fraction, ...]:
    """The share of all orders of arrival in which each player lifts the weight to the quota.

    Needs time and memory in proportion to players² times quota (Lucas 1983). No coalition reaching the quota
    gives zeros.
    """
    counts = _losing(quota, weights)
    share_of = {weight: _pivotal(_without(counts, weight), weight) for weight in set(weights)}
    return tuple(share_of[weight] for weight in weights)


def _losing(quota: int, weights: Sequence[int]) -> Counts:
    """The number of coalitions by size and weight below the quota; shape (players + 1, quota)."""
    counts: Counts = np.zeros((len(weights) + 1, quota), dtype=object)
    counts[0, 0] = 1
    for joined, weight in enumerate(weights, start=1):
        if weight < quota:
            counts[1 : joined + 1, weight:] += counts[:joined, : quota - weight].copy()
    return counts


def _without(counts: Counts, weight: int) -> Counts:
    """The same counts when one player of this weight is absent; shape (players, quota)."""
    quota = counts.shape[1]
    without = counts[:-1].copy()
    if weight < quota:
        for size in range(1, len(without)):
            without[size, weight:] -= without[size - 1, : quota - weight]
    return without


def _pivotal(others: Counts, weight: int) -> Fraction:
    players, quota = others.shape
    by_size: list[Any] = list(others[:, max(0, quota - weight) :].sum(axis=1))
    orders = sum(
        number * factorial(size) * factorial(players - 1 - size) for size, number in enumerate(by_size)
    )
    return Fraction(orders, factorial(players))
