"""Measures that add a deviation to the mean: standard deviation, upper semideviation, absolute deviation."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from solver.risk.measures.base import Floats, Measure


@dataclass(frozen=True)
class MeanDeviation(Measure):
    """Mean + kappa · deviation; raises ValueError for a negative kappa."""

    kappa: float = 1.0

    def __post_init__(self) -> None:
        if not self.kappa >= 0.0:
            raise ValueError(f"a weight kappa of the deviation of at least 0, not {self.kappa:g}")

    def value(self, losses: Floats, probability: Floats) -> float:
        mean = float(probability @ losses)
        return mean + self.kappa * self.deviation(losses - mean, probability)

    def weights(self, losses: Floats, probability: Floats) -> Floats:
        slope = self.slope(losses - probability @ losses, probability)
        return np.asarray(probability * (1.0 + self.kappa * (slope - probability @ slope)))

    @abstractmethod
    def deviation(self, centred: Floats, probability: Floats) -> float:
        """The deviation of losses of mean 0, shape (S,)."""

    @abstractmethod
    def slope(self, centred: Floats, probability: Floats) -> Floats:
        """A subgradient of the deviation per unit of probability, shape (S,)."""


@dataclass(frozen=True)
class MeanStd(MeanDeviation):
    """Mean + kappa · standard deviation (of the population).

    An extra gain can raise it: a scenario far below the mean has a negative weight.
    """

    name: ClassVar[str] = "mean_std"

    def deviation(self, centred: Floats, probability: Floats) -> float:
        return sqrt(float(probability @ centred**2))

    def slope(self, centred: Floats, probability: Floats) -> Floats:
        return _per_unit(centred, self.deviation(centred, probability))

    @property
    def monotone(self) -> bool:
        return self.kappa == 0.0

    def __str__(self) -> str:
        return f"mean + {self.kappa:.12g} standard deviation"


@dataclass(frozen=True)
class MeanSemideviation(MeanDeviation):
    """Mean + kappa · √ E (L − E L)²₊, which counts only what is worse than the mean.

    Source: Ogryczak & Ruszczyński (1999).
    """

    name: ClassVar[str] = "mean_semideviation"

    def deviation(self, centred: Floats, probability: Floats) -> float:
        return sqrt(float(probability @ np.maximum(centred, 0.0) ** 2))

    def slope(self, centred: Floats, probability: Floats) -> Floats:
        return _per_unit(np.maximum(centred, 0.0), self.deviation(centred, probability))

    @property
    def monotone(self) -> bool:
        return self.kappa <= 1.0

    def __str__(self) -> str:
        return f"mean + {self.kappa:.12g} upper semideviation"


@dataclass(frozen=True)
class MeanAbsoluteDeviation(MeanDeviation):
    """Mean + kappa · E |L − E L|. Source: Konno & Yamazaki (1991)."""

    name: ClassVar[str] = "mad"

    def deviation(self, centred: Floats, probability: Floats) -> float:
        return float(probability @ np.abs(centred))

    def slope(self, centred: Floats, probability: Floats) -> Floats:
        return np.sign(centred)

    @property
    def monotone(self) -> bool:
        return self.kappa <= 0.5

    def __str__(self) -> str:
        return f"mean + {self.kappa:.12g} mean absolute deviation"


def _per_unit(amounts: Floats, unit: float) -> Floats:
    """Amounts over a unit; zeros where the unit is 0, as all amounts are then."""
    return amounts / unit if unit > 0.0 else np.zeros_like(amounts)
