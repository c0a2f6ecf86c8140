"""Games learned from sampled orders: their Shapley value is exact, and what they take off is only noise."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.splitting.games import PartnerGame
from solver.games import sampling
from solver.games.game import Game
from solver.games.learned import Block, _Kernel, shares_of
from solver.games.sampling import sampled_shapley
from solver.games.shapley import from_table

PLAYERS = 5


def everybody_present() -> np.ndarray:
    """All coalitions by bit mask, 1 for who is present and −1 for who is not."""
    return np.where(np.arange(1 << PLAYERS)[:, None] >> np.arange(PLAYERS) & 1, 1.0, -1.0)


def drawn_blocks(worths: np.ndarray, count: int) -> list[Block]:
    rng = np.random.default_rng(3)
    blocks = []
    for _ in range(count):
        orders = np.array([rng.permutation(PLAYERS) for _ in range(2)])
        masks = np.cumsum(np.pad(1 << orders, ((0, 0), (1, 0))), axis=1)
        blocks.append(Block(orders, worths[masks]))
    return blocks


def test_the_shapley_value_of_what_was_learned_is_that_of_its_table():
    blocks = drawn_blocks(np.random.default_rng(1).normal(size=1 << PLAYERS), 4)
    kernel = _Kernel.of([block.presence for block in blocks], blocks, seed=0)
    weights = np.random.default_rng(2).normal(size=len(kernel.basis))
    table = kernel.features(everybody_present()) @ weights
    exact = from_table(Game(tuple("abcde"), table - table[0]))
    assert kernel.shapley(weights) == pytest.approx(exact, abs=1e-9)


def test_every_block_still_shares_out_what_all_are_worth():
    worths = np.random.default_rng(1).normal(size=1 << PLAYERS)
    for shares in shares_of(drawn_blocks(worths, 7), seed=0):
        assert shares.sum() == pytest.approx(worths[-1] - worths[0])


@pytest.mark.slow
def test_under_a_budget_the_others_take_a_fifth_off_the_variance_and_intervals_cover(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = PartnerGame.drawn(14, seed=5, budget=True)
    game, control = drawn.game(), drawn.control()
    exact = from_table(game)

    def wrong() -> tuple[float, float]:
        found = [sampled_shapley(game, 0.0, evaluations=1_000, seed=s, control=control) for s in range(8)]
        errors = np.array([one.payoffs - exact for one in found])
        within = np.abs(errors) <= np.array([one.half_widths for one in found])
        return float(np.square(errors).mean()), float(within.mean())

    taught, covered = wrong()
    assert 0.85 <= covered <= 1.0
    monkeypatch.setattr(sampling, "FEWEST_TAUGHT", sampling.FEWEST_BLOCKS)
    assert taught < 0.8 * wrong()[0]
