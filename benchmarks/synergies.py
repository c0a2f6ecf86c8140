"""Portfolios of which pairs are worth something together: many and wanted, or few and of both signs."""

from __future__ import annotations

import numpy as np

import solver as pf


def quadratic_knapsack(size: int, density: float, seed: int) -> pf.Instance:
    """Profits of 1 to 100 for items and pairs, with the given chance, and a capacity of any tightness.

    As Billionnet & Soutif (2004) draw them.
    """
    rng = np.random.default_rng(seed)
    profit = np.where(rng.random((size, size)) < density, rng.integers(1, 101, (size, size)), 0)
    weights = rng.integers(1, 51, size)
    pairs = [(i, j, float(profit[i, j])) for i in range(size) for j in range(i + 1, size) if profit[i, j]]
    return _instance(np.diag(profit), pairs, weights, float(rng.integers(50, weights.sum())))


def two_signs(size: int, per_member: int, seed: int) -> pf.Instance:
    """Some synergies between −50 and 50 for every member, and room for three in ten."""
    rng = np.random.default_rng(seed)
    pairs = {}
    for member in range(size):
        for other in rng.choice(size, per_member, replace=False):
            if other != member:
                low, high = sorted((member, int(other)))
                pairs[low, high] = float(rng.choice([-1, 1]) * rng.integers(1, 51))
    weights = rng.integers(10, 61, size)
    room = float(np.round(0.3 * weights.sum()))
    return _instance(rng.integers(10, 101, size), [(*p, v) for p, v in pairs.items()], weights, room)


def _instance(
    profits: np.ndarray, pairs: list[tuple[int, int, float]], weights: np.ndarray, room: float
) -> pf.Instance:
    return pf.Instance.from_document(
        {
            "partners": [{"id": f"p{m}", "revenue": float(v), "cost": 0.0} for m, v in enumerate(profits)],
            "pairs": [
                {"first": f"p{i}", "second": f"p{j}", "kind": "synergy", "value": value}
                for i, j, value in pairs
            ],
            "resources": [{"id": "room", "max": room}],
            "usage": [{"id": f"p{m}", "resource": "room", "amount": float(w)} for m, w in enumerate(weights)],
        }
    )
