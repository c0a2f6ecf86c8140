"""Games drawn by a seed, of kinds that are hard in different ways."""

from collections.abc import Callable, Mapping

import numpy as np

from solver.games.game import Game

Draw = Callable[[np.random.Generator, np.ndarray], np.ndarray]


def superadditive(v: np.ndarray) -> np.ndarray:
    """What coalitions are worth when they may split up into smaller ones."""
    cover = v.copy()
    for mask in range(1, len(v)):
        part = (mask - 1) & mask
        while part:
            cover[mask] = max(cover[mask], cover[part] + cover[mask ^ part])
            part = (part - 1) & mask
    return cover


KINDS: Mapping[str, Draw] = {
    "whole numbers": lambda rng, size: rng.integers(-10, 30, len(size)).astype(float),
    "few whole numbers": lambda rng, size: rng.integers(0, 4, len(size)) * size / 2,
    "real numbers": lambda rng, size: rng.normal(0, 5, len(size)) + size**1.5,
    "mostly nothing": lambda rng, size: (rng.random(len(size)) < 0.2).astype(float),
    "wins and losses": lambda rng, size: (rng.random(len(size)) < size / size.max()).astype(float),
    "superadditive": lambda rng, size: superadditive(rng.integers(0, 9, len(size)) * (size > 1) * 1.0),
    "nearly convex": lambda rng, size: size**2 + rng.integers(-2, 3, len(size)).astype(float),
    "an empty core": lambda rng, size: np.minimum(size, 1 + size.max() // 2) * 5.0 + rng.random(len(size)),
}


def draw_game(seed: int, fewest: int = 3, most: int = 7) -> Game:
    """A game of some kind; one in four has less than its players earn alone, or just that."""
    rng = np.random.default_rng(seed)
    players = int(rng.integers(fewest, most + 1))
    size = np.array([mask.bit_count() for mask in range(2**players)])
    v = list(KINDS.values())[seed % len(KINDS)](rng, size)
    v[0] = 0
    if rng.random() < 0.75:
        v[-1] = max(v[-1], v[1 << np.arange(players)].sum())
    return Game(tuple(f"p{player}" for player in range(players)), v)
