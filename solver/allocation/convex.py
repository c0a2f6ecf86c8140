"""Convex games: a player adds the more, the more others are there already, so that closed forms hold."""

from __future__ import annotations

import numpy as np

from solver.allocation.coalitions import Floats
from solver.allocation.core import Room
from solver.allocation.game import Game, Table
from solver.allocation.passes import largest_amount

ROUNDING = 1e-9


def is_convex(game: Game) -> bool:
    """Whether v(S∪ij) + v(S) ≥ v(S∪i) + v(S∪j) throughout (Shapley 1971).

    Then the core is not empty and holds the Shapley value; its corners are the splits in which every player
    gets what he adds to those before him in some order.
    """
    rounding = ROUNDING * largest_amount(game.v)
    return all(
        bool((_gains(gains, later) >= -rounding).all())
        for player in range(game.n)
        for gains in [_gains(game.v, player)]
        for later in range(player, game.n - 1)
    )


def convex_room(game: Game) -> Room | None:
    """Each player's smallest and largest payoff over the core; None where the game is not convex.

    Who comes first gets what he is worth alone, who comes last what all others miss without him.
    """
    if not is_convex(game):
        return None
    without = [game.worth(len(game.v) - 1 ^ 1 << player) for player in range(game.n)]
    return Room(game.alone, game.grand - np.array(without))


def _gains(table: Table, player: int) -> Floats:
    """What the player adds to every coalition of the others, by their mask; shape (2**(n−1),)."""
    halves = table.reshape(-1, 2, 1 << player)
    return np.subtract(halves[:, 1], halves[:, 0], dtype=float).ravel()
