"""In what the shares of a contract are counted, and how many units it takes to pay an amount."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solver.games.contract.clauses import ON_A_TIER, Clauses
from solver.sharing.stable.blocking import TOLERANCE


@dataclass(frozen=True)
class ShareUnits:
    """Tiers as units of a share, or the whole where any share will do."""

    clauses: Clauses

    @property
    def whole(self) -> int:
        """How many units make the whole."""
        return self.clauses.tiers or 1

    @property
    def least(self) -> float:
        """The fewest that a player may have."""
        return self.clauses.smallest * self.whole

    @property
    def most(self) -> float:
        """The most that a player may have."""
        return self.clauses.largest * self.whole

    def needed(self, amount: float, value: float) -> float:
        """How many units of a value are worth an amount, up to rounding; at least 0."""
        if self.clauses.tiers is None:
            return max(0.0, amount / value)
        tolerated = TOLERANCE * value
        return max(0.0, float(math.ceil((amount - tolerated) * self.whole / value - ON_A_TIER)))
