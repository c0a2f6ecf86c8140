"""Games with a big boss: nothing works without him, and the others are of more use together than each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.allocation.coalitions import Floats
from solver.allocation.core import Room
from solver.allocation.game import Game, Table
from solver.allocation.passes import excesses, largest_amount, largest_distance

ROUNDING = 1e-9


@dataclass(frozen=True)
class BigBoss:
    """The boss by number, what each player is worth alone, and what all together miss without him."""

    player: int
    alone: Floats
    marginal: Floats
    grand: float

    @property
    def room(self) -> Room:
        """Over the core, where others get anything between their worth alone and their marginal value."""
        return Room(
            self._with_rest_to_boss(self.alone, self.marginal),
            self._with_rest_to_boss(self.marginal, self.alone),
        )

    @property
    def nucleolus(self) -> Floats:
        """The middle of the core, which is the nucleolus and the τ-value too."""
        middle = (self.alone + self.marginal) / 2
        return self._with_rest_to_boss(middle, middle)

    def _with_rest_to_boss(self, payoffs: Floats, others: Floats) -> Floats:
        paid = payoffs.copy()
        paid[self.player] = self.grand - np.delete(others, self.player).sum()
        return paid


def big_boss(game: Game) -> BigBoss | None:
    """The boss, None where nobody is one (Muto, Nakayama, Potters & Tijs 1988).

    Without him players are worth what they are worth alone; nobody's marginal value is below that; and from
    those with him, several who leave take along at least the sum of their marginal values. Between two
    players who are both boss, the first is named.
    """
    everyone = len(game.v) - 1
    marginal = game.grand - np.array([game.worth(everyone ^ 1 << player) for player in range(game.n)])
    rounding = ROUNDING * largest_amount(game.v)
    for player in range(game.n):
        others = np.delete(np.arange(game.n), player)
        alone, missed = game.alone[others], marginal[others]
        without, having = _halves(game.v, player)
        if (
            abs(float(without[-1]) - alone.sum()) <= rounding
            and (missed >= alone - rounding).all()
            and largest_distance(without, alone) <= rounding
            and _highest(having, missed) <= game.grand - missed.sum() + rounding
        ):
            return BigBoss(player, game.alone, marginal, game.grand)
    return None


def _halves(table: Table, player: int) -> tuple[Table, Table]:
    """The worths of the coalitions without and with a player, by the mask of the others."""
    halves = table.reshape(-1, 2, 1 << player)
    return halves[:, 0].ravel(), halves[:, 1].ravel()


def _highest(table: Table, payoffs: Floats) -> float:
    return max(float(excess.max()) for excess in excesses(table, payoffs))
