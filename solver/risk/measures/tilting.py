"""Exponential tilting: probabilities that lean towards the large losses."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, log1p, sqrt
from typing import NamedTuple

import numpy as np

from solver.risk.measures.base import Floats, worst

# Losses this close to the worst, relative to their range, count as the worst.
SAME = 1e-14
# How far an entropy may be off, per unit of the two amounts that it is the difference of.
EXACT = 1e-13
# Safeguards of Newton's method in log t.
LONGEST_STEP = 20.0
MOST_STEPS = 100


class Tilted(NamedTuple):
    """Probabilities p tilted to q ∝ p exp(t x)."""

    log_mean: float
    """log E exp(t x)"""
    weights: Floats
    """q, shape (S,)"""
    entropy: float
    """E_q log(q / p)"""
    elasticity: float
    """d log entropy / d log t; near 2 for a small t"""

    def log_step(self, entropy: float) -> float:
        """The step in log t to a wanted entropy, were the elasticity the same all the way."""
        if min(self.entropy, self.elasticity) <= 0.0:
            return LONGEST_STEP
        step = log(entropy / self.entropy) / self.elasticity
        return max(-LONGEST_STEP, min(step, LONGEST_STEP))


@dataclass(frozen=True)
class Scaled:
    """Losses as x in [−1, 0], below the worst possible one in units of their range."""

    worst: float
    range: float
    x: Floats
    probability: Floats

    @classmethod
    def of(cls, losses: Floats, probability: Floats) -> Scaled:
        most = worst(losses, probability)
        below = np.where(probability > 0.0, losses - most, 0.0)
        range_ = float(-below.min())
        return cls(most, range_, below / range_ if range_ > 0.0 else below, probability)

    def tilted(self, t: float) -> Tilted:
        """The probabilities tilted by a t ≥ 0."""
        if t < 1.0:
            growth = np.expm1(t * self.x)
            log_mean = log1p(self.probability @ growth)
            weights = self.probability * (1.0 + growth)
        else:
            weights = self.probability * np.exp(t * self.x)
            log_mean = log(weights.sum())
        weights /= weights.sum()
        mean = float(weights @ self.x)
        entropy = t * mean - log_mean
        variance = float(weights @ (self.x - mean) ** 2)
        return Tilted(log_mean, weights, entropy, t * t * variance / entropy if entropy > 0.0 else 0.0)

    def tilt_of(self, entropy: float) -> float:
        """The t whose tilted probabilities have an entropy between 0 and −log P(worst), by Newton's method.

        The entropy rises with t, at most as t² / 8 (Hoeffding 1963). Its logarithm is near a line in log t,
        so that steps are taken there; bisection replaces one that leaves the known bounds.
        """
        t = sqrt(8.0 * entropy)
        low, high = t / 2.0, inf
        for _ in range(MOST_STEPS):
            tilted = self.tilted(t)
            if abs(tilted.entropy - entropy) <= -EXACT * tilted.log_mean:
                break
            low, high = (t, high) if tilted.entropy < entropy else (low, t)
            t *= exp(tilted.log_step(entropy))
            if not low < t < high:
                t = sqrt(low * high) if high < inf else 10.0 * low
        return t

    def at_worst(self) -> Floats:
        """The probabilities given that the worst happens, shape (S,)."""
        weights = np.where(self.x >= -SAME, self.probability, 0.0)
        return np.asarray(weights / weights.sum())

    def at_worst_chance(self) -> float:
        """The chance that the worst happens."""
        return float(self.probability[self.x >= -SAME].sum())
