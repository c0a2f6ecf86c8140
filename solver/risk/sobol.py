"""Sobol points: uniforms that fill the cube more evenly than chance, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BITS = 30


def blocks(n: int, d: int, seed: int, block: int = 8192) -> Iterator[Floats]:
    """Scrambled Sobol points block by block: arrays of shape (rows, d), in all n rows, strictly in (0, 1).

    No block has more than `block` rows, and its size does not change the points. Raises ValueError for more
    dimensions than the direction numbers cover. Sources: Sobol (1967), Joe & Kuo (2008), Owen (1998).
    """
    from scipy.stats import qmc

    if d > qmc.Sobol.MAXDIM:
        raise ValueError(f"at most {qmc.Sobol.MAXDIM} uncertain amounts can be drawn together, not {d}")
    if d == 0:
        yield from (np.empty((min(block, n - first), 0)) for first in range(0, n, block))
        return
    engine = qmc.Sobol(d, scramble=True, bits=BITS, seed=np.random.default_rng(seed))
    # Drawn by powers of two throughout: the balance of the points rests on it, and scipy warns otherwise.
    rows = min(1 << (block.bit_length() - 1), 1 << (n - 1).bit_length())
    half_a_cell = 0.5 / (1 << BITS)
    for first in range(0, n, rows):
        yield np.asarray(engine.random(rows))[: n - first] + half_a_cell
