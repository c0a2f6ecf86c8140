"""The τ-value (Tijs 1981): the compromise between the least and the most a player can hope for."""

from __future__ import annotations

import numpy as np

from solver.games.coalitions import Floats, everybody
from solver.games.game import Game
from solver.games.passes import early_players, excesses, largest_amount

ROUNDING = 1e-9


def tau_value(game: Game) -> Floats | None:
    """The split between minimal rights and marginal values; None where the game is not quasi-balanced."""
    grand = everybody(game.n)
    marginal = np.array([game.grand - game.worth(grand ^ 1 << player) for player in range(game.n)])
    rights = marginal + _highest_by_member(game, marginal)
    rounding = ROUNDING * largest_amount(game.v)
    if (rights > marginal + rounding).any():
        return None
    low, high = float(rights.sum()), float(marginal.sum())
    if not low - rounding <= game.grand <= high + rounding:
        return None
    share = (game.grand - low) / (high - low) if high - low > rounding else 0.0
    return np.asarray(rights + share * (marginal - rights), dtype=float)


def _highest_by_member(game: Game, payoffs: Floats) -> Floats:
    """For each player the highest v(S) − payoffs(S) of the coalitions with him; shape (n,)."""
    early = early_players(game.n)
    highest = np.full(1 << early, -np.inf)
    of_row = np.empty(1 << (game.n - early))
    for number, excess in enumerate(excesses(game.v, payoffs)):
        np.maximum(highest, excess, out=highest)
        of_row[number] = excess.max()
    return np.array([*_highest_with_each(highest, early), *_highest_with_each(of_row, game.n - early)])


def _highest_with_each(by_mask: Floats, players: int) -> list[float]:
    masks = np.arange(1 << players)
    return [float(by_mask[masks >> player & 1 == 1].max()) for player in range(players)]
