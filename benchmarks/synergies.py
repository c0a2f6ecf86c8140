"""Portfolios in which few pairs are worth something, for good or for bad."""

from __future__ import annotations

import numpy as np

import solver as pf


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
    profits = rng.integers(10, 101, size)
    return pf.Instance.from_document(
        {
            "partners": [{"id": f"p{m}", "revenue": float(v), "cost": 0.0} for m, v in enumerate(profits)],
            "pairs": [
                {"first": f"p{i}", "second": f"p{j}", "kind": "synergy", "value": value}
                for (i, j), value in pairs.items()
            ],
            "resources": [{"id": "room", "max": float(np.round(0.3 * weights.sum()))}],
            "usage": [{"id": f"p{m}", "resource": "room", "amount": float(w)} for m, w in enumerate(weights)],
        }
    )
