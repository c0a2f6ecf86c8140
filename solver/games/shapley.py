"""The Shapley value (1953): what a player adds on average, over all orders in which players may join."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb

import numpy as np

from solver.games.coalitions import Floats, sizes
from solver.games.families import Family
from solver.games.game import Game
from solver.games.passes import early_players


def shapley(game: Game | Family) -> Floats:
    """The exact Shapley value, shape (n,): by the structure where it has a closed form, else from a table."""
    if isinstance(game, Family):
        closed = game.shapley()
        return from_table(Game.of(game)) if closed is None else np.array(closed, dtype=float)
    return from_table(game)


def from_table(game: Game) -> Floats:
    """One pass over the table.

    With u(S) = v(S)·(s−1)!(n−s−1)!/(n−1)! and u(N) = v(N)/n, player i's value is the sum of u over the
    coalitions with i, less a constant that efficiency gives. The sums of the late players come from rows of
    2**12 coalitions, those of the early players from one such row by folding it in halves.
    """
    early = early_players(game.n)
    rows = game.v.reshape(-1, 1 << early)
    of_row, in_row = sizes(game.n - early), sizes(early)
    factors = _factors(game.n)
    by_size = [factors[size : size + early + 1][in_row] for size in range(game.n - early + 1)]
    totals = np.zeros((len(by_size), 1 << early))
    row_sums = np.empty(len(rows))
    for number, size in enumerate(of_row):
        row_sums[number] = rows[number] @ by_size[size]
        totals[size] += rows[number]
    folded = np.einsum("ij,ij->j", totals, np.array(by_size))
    with_player = np.concatenate([_sums_with_each(folded), _sums_with_each(row_sums)])
    return np.asarray(with_player - (with_player.sum() - game.grand) / game.n, dtype=float)


def from_dividends(players: int, dividends: Iterable[tuple[Sequence[int], float]]) -> Floats:
    """The Shapley value of v(S) = sum of the dividends whose players are all in S (Harsanyi 1963).

    `dividends` are pairs of different players, by number, and an amount they share equally; linear time.
    """
    groups = [(tuple(group), amount) for group, amount in dividends if len(group)]
    lengths = np.array([len(group) for group, _ in groups], dtype=np.int64)
    members = np.array([player for group, _ in groups for player in group], dtype=np.int64)
    shares = np.array([amount for _, amount in groups], dtype=float) / lengths
    by_player = np.bincount(members, weights=np.repeat(shares, lengths), minlength=players)
    return np.asarray(by_player, dtype=float)


def _factors(players: int) -> Floats:
    """(s−1)!(n−s−1)!/(n−1)! by coalition size s; 0 for nobody and 1/n for everybody."""
    inner = [1.0 / (comb(players - 2, size - 1) * (players - 1)) for size in range(1, players)]
    return np.array([0.0, *inner, 1.0 / players])


def _sums_with_each(by_mask: Floats) -> Floats:
    """For each player the sum over the coalitions with him; shape (players,)."""
    sums: list[float] = []
    while len(by_mask) > 1:
        without, having = by_mask[: len(by_mask) // 2], by_mask[len(by_mask) // 2 :]
        sums.append(float(having.sum()))
        by_mask = without + having
    return np.array(sums[::-1])
