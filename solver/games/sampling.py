"""The Shapley value by sampled orders, for games whose coalitions are too many or too dear to ask all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import or_

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats
from solver.games.families import Family
from solver.games.game import UnprovenError, Worths
from solver.games.learned import Block, shares_of

FEWEST_BLOCKS = 100
FEWEST_TOLD = 2
ROTATIONS = 4
FEWEST_TAUGHT = 4
"""From how many blocks on the others teach anything of a block."""


@dataclass(frozen=True)
class SampledShapley:
    """An estimate of the Shapley value, with each player's confidence interval payoff ± half_width.

    The payoffs add up to what all together earn. `evaluations` counts the different coalitions that were
    asked; `settled` tells whether every half width has reached the wanted precision.
    """

    payoffs: Floats
    half_widths: Floats
    confidence: float
    evaluations: int
    blocks: int
    settled: bool


def sampled_shapley(
    game: Worths,
    precision: float,
    *,
    confidence: float = 0.95,
    evaluations: int = 1_000_000,
    seed: int = 0,
    control: Family | None = None,
) -> SampledShapley:
    """Sample orders of joining until every half width is at most `precision`, or `evaluations` are spent.

    Orders come in independent blocks: a random order, rotated so that every player joins once in each quarter
    of the places (stratified), and each of these with its reverse (antithetic; Mitchell et al. 2022).
    Precision is judged from 100 blocks on: intervals from fewer are too narrow. `control` is a game like this
    one whose Shapley value is known in closed form; only the difference is then sampled. Of blocks that end
    sooner each is helped at the end by what the others teach (`solver.games.learned`). A game that raises
    UnprovenError ends the sampling with what there is. Raises ValueError.
    """
    if precision < 0 or not 0 < confidence < 1 or evaluations < 1:
        raise ValueError("precision must be at least 0, confidence between 0 and 1, evaluations at least 1")
    known = np.zeros(len(game.players)) if control is None else _closed_form(game, control)
    random = np.random.default_rng(seed)
    worths = _Asked(game, control)
    tally = _Tally(len(game.players))
    blocks: list[Block] = []

    def estimate(settled: bool) -> SampledShapley:
        told = tally
        if FEWEST_TAUGHT <= len(blocks) < FEWEST_BLOCKS:
            taught = _Tally(len(game.players))
            for shares in shares_of(blocks, seed):
                taught.add(shares)
            if taught.half_widths(confidence).sum() < tally.half_widths(confidence).sum():
                told = taught
        half_widths = told.half_widths(confidence)
        return SampledShapley(known + told.mean, half_widths, confidence, worths.count, told.blocks, settled)

    while True:
        try:
            orders = np.array(list(_block(random, len(game.players))))
            block = Block(orders, np.array([_on_the_way(worths, order) for order in orders]))
        except UnprovenError:
            if tally.blocks < FEWEST_TOLD:
                raise
            return estimate(settled=False)
        tally.add(block.shares())
        if len(blocks) < FEWEST_BLOCKS:
            blocks.append(block)
        if tally.blocks < FEWEST_TOLD:
            continue
        precise = bool((tally.half_widths(confidence) <= precision).all())
        settled = tally.blocks >= FEWEST_BLOCKS and precise
        spent = worths.count >= evaluations or tally.blocks * 2 * ROTATIONS * len(known) >= 100 * evaluations
        if settled or spent:
            return estimate(settled)


class _Asked:
    """What coalitions are worth beyond the control, each asked once."""

    def __init__(self, game: Worths, control: Family | None) -> None:
        self._game = game
        self._control = control
        self._worths = {0: 0.0}

    @property
    def count(self) -> int:
        return len(self._worths) - 1

    def worth(self, mask: int) -> float:
        if mask not in self._worths:
            expected = 0.0 if self._control is None else self._control.worth(mask)
            self._worths[mask] = self._game.worth(mask) - expected
        return self._worths[mask]


class _Tally:
    """Mean and spread of independent blocks, one by one (Welford 1962)."""

    def __init__(self, players: int) -> None:
        self.blocks = 0
        self.mean: Floats = np.zeros(players)
        self._squares: Floats = np.zeros(players)

    def add(self, block: Floats) -> None:
        self.blocks += 1
        before = block - self.mean
        self.mean = self.mean + before / self.blocks
        self._squares += before * (block - self.mean)

    def half_widths(self, confidence: float) -> Floats:
        from scipy.special import stdtrit

        quantile = stdtrit(self.blocks - 1, 0.5 + confidence / 2)
        return np.asarray(quantile * np.sqrt(self._squares / (self.blocks - 1) / self.blocks), dtype=float)


def _block(random: np.random.Generator, players: int) -> Iterator[NDArray[np.int64]]:
    order = random.permutation(players)
    for turn in range(ROTATIONS):
        rotated = np.roll(order, turn * players // ROTATIONS)
        yield rotated
        yield rotated[::-1]


def _on_the_way(worths: _Asked, order: NDArray[np.int64]) -> Floats:
    """What those who joined so far are worth, from nobody to everybody; shape (n + 1,)."""
    masks = accumulate((1 << player for player in order.tolist()), or_, initial=0)
    return np.array([worths.worth(mask) for mask in masks])


def _closed_form(game: Worths, control: Family) -> Floats:
    shares = control.shapley()
    if shares is None:
        raise ValueError("a control needs a Shapley value in closed form")
    if len(control.players) != len(game.players):
        raise ValueError(f"a control needs {len(game.players)} players, not {len(control.players)}")
    return np.array(shares, dtype=float)
