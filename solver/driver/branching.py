"""Which column to branch on: the one whose two sides both lower the bound most (Achterberg et al. 2005)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DOWN, UP = 0, 1
LEAST_LOSS = 1e-6


class Experience:
    """What rounding each column down or up has cost so far, per unit of its distance."""

    def __init__(self, columns: int) -> None:
        self._lost = np.zeros((2, columns))
        self._seen = np.zeros((2, columns))

    def learn(self, column: int, side: int, loss: float, distance: float) -> None:
        """Take note of what one rounding has cost."""
        self._lost[side, column] += max(loss, 0.0) / max(distance, LEAST_LOSS)
        self._seen[side, column] += 1

    def unknown(self, candidates: NDArray[np.int64], values: NDArray[np.float64]) -> list[int]:
        """The candidates that were never rounded both ways, those nearest to a half first."""
        halfway = np.abs(values[candidates] % 1 - 0.5)
        return [
            int(candidates[rank])
            for rank in np.argsort(halfway, kind="stable")
            if not self._seen[:, candidates[rank]].all()
        ]

    def best(self, candidates: NDArray[np.int64], values: NDArray[np.float64]) -> int:
        """The candidate with the greatest product of expected losses."""
        above = values[candidates] % 1
        down = self._expected(DOWN, candidates) * above
        up = self._expected(UP, candidates) * (1 - above)
        return int(candidates[np.argmax(np.maximum(down, LEAST_LOSS) * np.maximum(up, LEAST_LOSS))])

    def _expected(self, side: int, candidates: NDArray[np.int64]) -> NDArray[np.float64]:
        average = self._lost[side].sum() / max(self._seen[side].sum(), 1.0)
        seen, lost = self._seen[side, candidates], self._lost[side, candidates]
        expected: NDArray[np.float64] = np.where(seen > 0, lost / np.maximum(seen, 1.0), average)
        return expected
