"""Measures of the upper tail of a loss: CVaR and its mixtures, the worst case, and VaR."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import ClassVar

import numpy as np

from solver.risk.measures.base import Floats, Measure, check_level, worst

# Probabilities such as 1/200 are not exact; a tail of 5 % is still to hold ten of them (spec 3.1.13).
ROUNDING = 2e-12


@dataclass(frozen=True)
class CVaR(Measure):
    """Expected shortfall: the mean of the worst 1 − level of all outcomes, an outcome on the edge split.

    Level 0 is the mean, level 1 the worst case. Raises ValueError for a level outside [0, 1].
    Source: Rockafellar & Uryasev (2002).

    >>> CVaR(0.75).value(np.array([1.0, 2.0, 3.0, 9.0]), np.full(4, 0.25))
    9.0
    """

    name: ClassVar[str] = "cvar"
    level: float = 0.95

    def __post_init__(self) -> None:
        check_level(self.level)

    def value(self, losses: Floats, probability: Floats) -> float:
        return float(self.weights(losses, probability) @ losses)

    def weights(self, losses: Floats, probability: Floats) -> Floats:
        return _mixture(((self.level, 1.0),), losses, probability)

    def __str__(self) -> str:
        return f"CVaR at {self.level:.12g}"


@dataclass(frozen=True)
class Spectral(Measure):
    """A mixture of CVaR: Σ_k w_k · CVaR at level α_k, its spectrum the pairs (α_k, w_k).

    Raises ValueError unless levels lie in [0, 1] and the weights are nonnegative and add up to 1.
    Sources: Acerbi (2002); Kusuoka (2001).
    """

    name: ClassVar[str] = "spectral"
    spectrum: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        for level, weight in self.spectrum:
            check_level(level)
            if not weight >= 0.0:
                raise ValueError(f"weights of a spectrum of at least 0, not {weight:g}")
        total = fsum(weight for _, weight in self.spectrum)
        if not abs(total - 1.0) <= 1e-6:
            raise ValueError(f"weights of a spectrum that add up to 1, not {total:g}")

    def value(self, losses: Floats, probability: Floats) -> float:
        return float(self.weights(losses, probability) @ losses)

    def weights(self, losses: Floats, probability: Floats) -> Floats:
        return _mixture(self.spectrum, losses, probability)

    def __str__(self) -> str:
        parts = (f"{weight:.12g} CVaR at {level:.12g}" for level, weight in self.spectrum)
        return f"mixture of {' and '.join(parts)}"


@dataclass(frozen=True)
class WorstCase(Measure):
    """The largest loss of all scenarios that are possible."""

    name: ClassVar[str] = "worst_case"

    def value(self, losses: Floats, probability: Floats) -> float:
        return worst(losses, probability)

    def weights(self, losses: Floats, probability: Floats) -> Floats:
        at_worst = np.where(losses == worst(losses, probability), probability, 0.0)
        return np.asarray(at_worst / at_worst.sum())

    def __str__(self) -> str:
        return "worst case"


@dataclass(frozen=True)
class VaR(Measure):
    """The loss that is not exceeded with probability `level`: inf {l : P(L ≤ l) ≥ level}.

    Level 0 is the smallest possible loss, level 1 the largest. Raises ValueError for a level outside [0, 1].

    >>> VaR(0.5).value(np.array([4.0, 1.0]), np.full(2, 0.5))
    1.0
    """

    name: ClassVar[str] = "var"
    level: float = 0.95

    def __post_init__(self) -> None:
        check_level(self.level)

    def value(self, losses: Floats, probability: Floats) -> float:
        possible = probability > 0.0
        losses, probability = losses[possible], probability[possible]
        downwards = np.argsort(-losses)
        exceeded = np.cumsum(probability[downwards]) - probability[downwards]
        exceeded[0] = 0.0
        enough = np.searchsorted(exceeded, (1.0 - self.level) * (1.0 + ROUNDING), side="right")
        return float(losses[downwards[enough - 1]])

    def weights(self, losses: Floats, probability: Floats) -> Floats:
        raise ValueError(f"{self} is not convex and has no scenario weights: use CVaR")

    @property
    def convex(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"VaR at {self.level:.12g}"


def _mixture(spectrum: tuple[tuple[float, float], ...], losses: Floats, probability: Floats) -> Floats:
    """The weights q of Σ_k w_k CVaR at α_k; equal losses share in proportion to their probability."""
    distinct, which = np.unique(losses, return_inverse=True)
    chance: Floats = np.bincount(which, probability, len(distinct)).astype(np.float64)
    from_the_worst = np.cumsum(chance[::-1])
    covered = np.zeros(len(distinct))
    for level, weight in spectrum:
        covered += weight * _covered(level, from_the_worst)
    share = np.diff(covered, prepend=0.0)[::-1]
    ratio = np.divide(share, chance, out=np.zeros_like(chance), where=chance > 0.0)
    return np.asarray(probability * ratio[which])


def _covered(level: float, from_the_worst: Floats) -> Floats:
    """How much of the tail beyond a level lies within the worst outcomes of the given probability."""
    if level == 1.0:
        return np.where(from_the_worst > 0.0, 1.0, 0.0)
    return np.minimum(from_the_worst / (1.0 - level), 1.0)
