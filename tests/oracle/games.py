"""What is known of a game by its definition: all coalitions are gone through."""

from __future__ import annotations

from itertools import product

import numpy as np

from solver.games.coalitions import Floats, indicators
from solver.games.scan import Claims


def is_convex(v: Floats, rounding: float = 0.0) -> bool:
    """Whether v(S ∪ T) + v(S ∩ T) ≥ v(S) + v(T) throughout (Shapley 1971)."""
    coalitions = range(len(v))
    return all(v[s | t] + v[s & t] >= v[s] + v[t] - rounding for s, t in product(coalitions, repeat=2))


class Listed:
    """The coalitions of a table that are paid too little, one after the other; a `Separator`."""

    def __init__(self, v: Floats) -> None:
        self._v = v

    def claims(self, payoffs: Floats, threshold: float, most: int) -> Claims:
        masks = np.arange(1, len(self._v) - 1)
        excess = self._v[masks] - indicators(masks.tolist(), len(payoffs)) @ payoffs
        masks = masks[np.argsort(-excess)][: min(most, int((excess > threshold).sum()))]
        return Claims(masks.tolist(), self._v[masks].astype(float))
