"""What every measure of risk can say about a loss."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measure(ABC):
    """How bad an uncertain loss is, as one number in the unit of the loss.

    Losses have shape (S,), positive where money is lost; so have the probabilities, which add up to 1
    and may be 0. Equal losses are treated alike, whatever the order of the scenarios.
    """

    name: ClassVar[str]

    @abstractmethod
    def value(self, losses: Floats, probability: Floats) -> float:
        """The measure of the losses, by its definition."""

    @abstractmethod
    def weights(self, losses: Floats, probability: Floats) -> Floats:
        """A subgradient q of shape (S,), adding up to 1: value(L') ≥ value(L) + q·(L' − L) for all L'.

        Raises ValueError for a measure that is not convex.
        """

    @abstractmethod
    def __str__(self) -> str: ...

    @property
    def monotone(self) -> bool:
        """Whether a smaller loss in any scenario never raises the measure: no weight is ever negative."""
        return True

    @property
    def precision(self) -> float:
        """How exactly the value is computed, per unit of the losses that count (spec 3.1.13)."""
        return 1e-12

    @property
    def homogeneous(self) -> bool:
        """Whether twice the loss is twice the risk; then the value is Σ q·L."""
        return True

    @property
    def convex(self) -> bool:
        """Whether spreading a loss over two sources never raises the measure; then it has weights."""
        return True


def check_level(level: float) -> None:
    """Raise ValueError unless a tail confidence lies between 0 and 1."""
    if not 0.0 <= level <= 1.0:
        raise ValueError(f"a tail confidence between 0 and 1, not {level:g}")


def worst(losses: Floats, probability: Floats) -> float:
    """The largest loss that is possible at all."""
    return float(losses.max(where=probability > 0.0, initial=-np.inf))


def probability_of_loss(losses: Floats, probability: Floats, above: float = 0.0) -> float:
    """The chance that a loss exceeds an amount.

    >>> probability_of_loss(np.array([-2.0, 0.0, 3.0]), np.array([0.5, 0.25, 0.25]))
    0.25
    """
    return float(probability[losses > above].sum())
