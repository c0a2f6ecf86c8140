"""An outline written out, in which all changes of one or two choices are tried at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.games.coalitions import Floats
from solver.portfolio.outline import FEASIBLE, Choice, Outline

GAINS = 1e-9
TRIED_AT_ONCE = 64
MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class PairMoves:
    """Values of options and of pairs, and rows @ choice ≤ limits; the last option is none at all."""

    values: Floats
    pairs: Floats
    rows: Floats
    limits: Floats

    @classmethod
    def of(cls, outline: Outline, assessment: Assessment, most_partners: int) -> PairMoves:
        """The moves within an outline, and with no more partners than this."""
        everything = np.arange(len(outline.values))
        rows = np.vstack([outline.rows.toarray(), assessment.partner_options.astype(float)])
        return cls(
            np.append(outline.values, 0.0),
            np.pad(outline.pairs.between(everything, everything), (0, 1)),
            np.pad(rows, ((0, 0), (0, 1))),
            np.append(outline.limits, float(most_partners)),
        )

    def improved(self, choice: Choice, prices: Floats) -> Choice:
        """Change one or two choices at a time, the best change first, until none pays at these prices."""
        chosen = np.append(choice, False)
        values = self.values - np.append(prices, 0.0)
        for _ in range(MOST_STEPS):
            sign = np.where(chosen, -1.0, 1.0)
            single = sign * (values + self.pairs @ chosen)
            double = single[:, None] + single + sign[:, None] * sign * self.pairs
            np.fill_diagonal(double, -np.inf)
            move = self._best_allowed(np.triu(double), chosen, sign)
            if move is None:
                break
            chosen[move] ^= True
            chosen[-1] = False
        return chosen[:-1]

    def _best_allowed(self, gains: Floats, chosen: Choice, sign: Floats) -> NDArray[np.int64] | None:
        """The two options whose change gains most within the rows; None where none gains."""
        room = self.limits - self.rows @ chosen + FEASIBLE
        paying = np.flatnonzero(gains > GAINS)
        paying = paying[np.argsort(-gains.ravel()[paying], kind="stable")]
        for start in range(0, len(paying), TRIED_AT_ONCE):
            first, second = np.unravel_index(paying[start : start + TRIED_AT_ONCE], gains.shape)
            taken = self.rows[:, first] * sign[first] + self.rows[:, second] * sign[second]
            allowed = np.flatnonzero((taken <= room[:, None]).all(axis=0))
            if len(allowed):
                return np.array([first[allowed[0]], second[allowed[0]]])
        return None
