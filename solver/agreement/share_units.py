"""In what the shares of a contract are counted, and how many units it takes to pay an amount."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solver.agreement.blocking import TOLERANCE
from solver.allocation.contract import Clauses

CERTAIN = 1e-9


@dataclass(frozen=True)
class ShareUnits:
    """Tiers as units of a share, or the whole where any share will do."""

    clauses: Clauses

    @property
    def whole(self) -> int:
        """How many units make the whole."""
        return round(1.0 / self.clauses.tier) if self.clauses.tier else 1

    @property
    def least(self) -> float:
        """The fewest that a player may have."""
        return self._up(self.clauses.floor * self.whole)

    @property
    def most(self) -> float:
        """The most that a player may have."""
        return -self._up(-self.clauses.cap * self.whole)

    def needed(self, amount: float, value: float) -> float:
        """How many units of a value are worth an amount, up to rounding; at least 0."""
        tolerated = TOLERANCE * max(1.0, value) if self.clauses.tier else 0.0
        return max(0.0, self._up((amount - tolerated) * self.whole / value))

    def _up(self, units: float) -> float:
        return float(math.ceil(units - CERTAIN)) if self.clauses.tier else units
