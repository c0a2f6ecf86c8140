"""Hundreds of drawn games, each solved once more by algorithms that have nothing in common with ours.

Excesses are minimised by SciPy's linear programs over all coalitions, one per level, with spans by
orthogonal projection; the Shapley value comes from its formula in fractions.
"""

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from scipy.optimize import linprog

from solver.games.core import Core
from solver.games.game import Game
from solver.games.nucleolus import nucleolus, prenucleolus
from solver.games.shapley import shapley
from tests.draw_games import draw_game
from tests.draws import TIMES

GAMES, CHUNKS = round(400 * TIMES), 4


def rows_of(count: int) -> np.ndarray:
    """Of every coalition between nobody and everybody, by mask − 1."""
    return (np.arange(1, 2**count - 1)[:, None] >> np.arange(count) & 1).astype(float)


def outside(rows: np.ndarray, settled: np.ndarray) -> np.ndarray:
    """Which rows are not combinations of the settled ones."""
    left, sizes, _ = np.linalg.svd(settled.T, full_matrices=False)
    basis = left[:, sizes > 1e-9]
    return np.linalg.norm(rows - rows @ basis @ basis.T, axis=1) > 1e-7


def level_by_level(game: Game, lows: list[float | None]) -> tuple[np.ndarray, float]:
    """The payoffs and the lowest possible largest excess."""
    rows, worths = rows_of(game.n), game.v[1:-1]
    settled, paid = np.ones((1, game.n)), [game.grand]
    lowest = None
    while (is_open := outside(rows, settled)).any():
        found = linprog(
            np.append(np.zeros(game.n), 1.0),
            A_ub=-np.column_stack([rows, np.ones(len(rows))])[is_open],
            b_ub=-worths[is_open],
            A_eq=np.column_stack([settled, np.zeros(len(settled))]),
            b_eq=paid,
            bounds=[*((low, None) for low in lows), (None, None)],
            method="highs-ds",
        )
        assert found.status == 0, found.message
        lowest = found.fun if lowest is None else lowest
        tight = np.flatnonzero(is_open)[found.ineqlin.marginals < -1e-9]
        held = np.flatnonzero(found.lower.marginals[:-1] > 1e-9)
        for row, amount in [
            *zip(rows[tight], worths[tight] - found.fun, strict=True),
            *zip(np.eye(game.n)[held], game.alone[held], strict=True),
        ]:
            if outside(row[None], settled)[0]:
                settled, paid = np.vstack([settled, row]), [*paid, amount]
    assert lowest is not None
    return np.linalg.solve(settled, np.array(paid)), lowest


def by_formula(game: Game) -> list[Fraction]:
    """What a player adds to the coalitions of the others, weighted by their sizes (Shapley 1953)."""
    worths = [Fraction(worth) for worth in game.v.tolist()]
    weights = [
        Fraction(factorial(size) * factorial(game.n - 1 - size), factorial(game.n)) for size in range(game.n)
    ]
    return [
        sum(
            weights[mask.bit_count()] * (worths[mask | 1 << player] - worths[mask])
            for mask in range(len(worths))
            if not mask >> player & 1
        )
        for player in range(game.n)
    ]


def compare(game: Game) -> Core:
    """All that ours and the second algorithms compute, side by side; the game's core."""
    near = 1e-6 * max(1.0, float(np.abs(game.v).max()))
    assert shapley(game) == pytest.approx(np.array(by_formula(game), dtype=float), abs=1e-9)
    second, lowest = level_by_level(game, [None] * game.n)
    core = Core(game)
    assert core.least().epsilon == pytest.approx(lowest, abs=near)
    assert prenucleolus(game).payoffs == pytest.approx(second, abs=near)
    first = nucleolus(game)
    if game.alone.sum() > game.grand:
        assert first is None
        return core
    # In the core, nobody is below what he earns alone in any case.
    at_home = level_by_level(game, game.alone.tolist())[0] if lowest > 0 else second
    assert first is not None
    assert first.payoffs == pytest.approx(at_home, abs=near)
    return core


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_drawn_games(chunk: int):
    cores = [compare(draw_game(seed)) for seed in range(chunk, GAMES, CHUNKS)]
    assert {core.empty for core in cores} == {False, True}
