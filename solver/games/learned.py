"""What blocks of sampled orders teach about all coalitions, taken off before a Shapley value is averaged.

A game is learned from the coalitions of other blocks: smooth in who is present, and with a Shapley value in
closed form. Only what a block's own orders say differently is left to chance (control variate, cross-fitted),
so the average stays unbiased and the blocks' spread honest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats

FOLDS = 5
BASIS = 600
"""How many coalitions the learned game is a mixture around."""
ALIKE, DECIDING = 0.04, 0.9
"""How much it changes with one player's presence, and with that of the player who matters most."""
RIDGE = 1e-2
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Block:
    """Orders of joining, shape (k, n), and what those who joined so far are worth, shape (k, n + 1)."""

    orders: NDArray[np.int64]
    worths: Floats

    @property
    def presence(self) -> Floats:
        """1 for who is present, −1 for who is not, by coalition on the way; shape (k · (n + 1), n)."""
        count = self.orders.shape[1]
        places = np.argsort(self.orders, axis=1)[:, None, :]
        return np.where(places < np.arange(count + 1)[:, None], 1.0, -1.0).reshape(-1, count)

    def shares(self, learned: Floats | float = 0.0) -> Floats:
        """What each brings when joining, on average over the orders, beyond a learned game; shape (n,)."""
        brought = np.diff(self.worths - learned, axis=1)
        return np.asarray(np.take_along_axis(brought, np.argsort(self.orders, axis=1), axis=1).mean(axis=0))


def shares_of(blocks: Sequence[Block], seed: int) -> Floats:
    """An estimate of the Shapley value by each block, helped by what the others teach; shape (blocks, n)."""
    presence = [block.presence for block in blocks]
    kernel = _Kernel.of(presence, blocks, seed)
    features = [kernel.features(rows) for rows in presence]
    worths = [block.worths.ravel() for block in blocks]
    folds = [range(fold, len(blocks), FOLDS) for fold in range(min(FOLDS, len(blocks)))]
    weights = _learned(features, worths, folds)
    found = np.empty((len(blocks), presence[0].shape[1]))
    for fold, learned in zip(folds, weights, strict=True):
        expected = kernel.shapley(learned)
        for b in fold:
            found[b] = expected + blocks[b].shares((features[b] @ learned).reshape(blocks[b].worths.shape))
    return found


def _learned(features: Sequence[Floats], worths: Sequence[Floats], folds: Sequence[range]) -> list[Floats]:
    """For each fold the weights of features that the blocks of all other folds teach (ridge regression)."""
    squares = [sum(features[b].T @ features[b] for b in fold) for fold in folds]
    products = [sum(features[b].T @ worths[b] for b in fold) for fold in folds]
    ridge, all_squares, all_products = RIDGE * np.eye(features[0].shape[1]), sum(squares), sum(products)
    return [
        np.asarray(np.linalg.solve(all_squares - own + ridge, all_products - its), dtype=float)
        for own, its in zip(squares, products, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _Kernel:
    """Π_i (1 + η_i s_i t_i) / (1 + η_i) of presences s, t ∈ {−1, 1}: how alike two coalitions are.

    `basis` has shape (m, n), `eta` (n,), and `root` is Cholesky's of the kernel between basis coalitions.
    """

    basis: Floats
    eta: Floats
    root: Floats

    @classmethod
    def of(cls, presence: Sequence[Floats], blocks: Sequence[Block], seed: int) -> _Kernel:
        """The kernel around some of the coalitions met."""
        met = np.unique(np.vstack(presence), axis=0)
        if len(met) > BASIS:
            met = met[np.random.default_rng(seed).choice(len(met), BASIS, replace=False)]
        sizes = np.abs(np.concatenate([block.worths.ravel() for block in blocks]))
        matters = sizes @ np.vstack(presence)
        eta = np.full(met.shape[1], ALIKE)
        eta[matters.argmax()] = DECIDING
        bare = cls(met, eta, np.zeros((0, 0)))
        root = np.linalg.cholesky(bare.alike(met) + TINY * np.eye(len(met)))
        return cls(met, eta, root.astype(float))

    def alike(self, presence: Floats) -> Floats:
        """The kernel between coalitions, shape (k, n), and those of the basis; shape (k, m)."""
        half = (np.log1p(-self.eta) - np.log1p(self.eta)) / 2.0
        return np.asarray(np.exp(half.sum() - (presence * half) @ self.basis.T))

    def features(self, presence: Floats) -> Floats:
        """Coordinates in which a ridge is the kernel's own (Nyström); shape (k, m)."""
        return np.asarray(np.linalg.solve(self.root, self.alike(presence).T).T)

    def shapley(self, weights: Floats) -> Floats:
        """The Shapley value of the game with these weights of features: ∫ over the share q already present.

        A product over players is a polynomial in q, which Gauss and Legendre integrate exactly (Owen 1972).
        """
        of_basis = np.linalg.solve(self.root.T, weights)
        there = (1.0 + self.eta * self.basis) / (1.0 + self.eta)
        away = (1.0 - self.eta * self.basis) / (1.0 + self.eta)
        found = np.zeros(len(self.eta))
        for node, part in zip(*np.polynomial.legendre.leggauss(len(self.eta) // 2 + 1), strict=True):
            q = (node + 1.0) / 2.0
            factors = q * there + (1.0 - q) * away
            found += part / 2.0 * ((of_basis * factors.prod(axis=1)) @ ((there - away) / factors))
        return found
