"""What a margin is: the distribution of one uncertain amount by itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import fields
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST_OBSERVATIONS = 3


class Margin(ABC):
    """The distribution of one uncertain amount."""

    @abstractmethod
    def quantile(self, grade: Floats) -> Floats:
        """The amounts that are not exceeded with probabilities `grade` in (0, 1), same shape."""

    @abstractmethod
    def cdf(self, amount: Floats) -> Floats:
        """The probabilities that amounts are not exceeded, same shape."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expected amount."""

    @property
    @abstractmethod
    def standard_deviation(self) -> float:
        """The square root of the variance."""

    @property
    def cv(self) -> float:
        """The coefficient of variation: standard deviation per mean."""
        return self.standard_deviation / abs(self.mean) if self.mean else np.inf


class ContinuousMargin(Margin):
    """A family of densities that can serve as a multiplier and can be fitted to a sample."""

    name: ClassVar[str]
    largest_cv: ClassVar[float] = np.inf
    """No member of the family with mean 1 varies as much as this."""

    @classmethod
    def with_mean_one(cls, cv: float) -> Self:
        """The multiplier of this family with mean 1 and a coefficient of variation.

        Raises ValueError where the family has none.
        """
        require(0 < cv < np.inf, f"a coefficient of variation above 0, not {cv:g}")
        if cv >= cls.largest_cv:
            raise ValueError(
                f"a coefficient of variation below {cls.largest_cv:.4g} for a {cls.name} margin, not {cv:g}; "
                "a lognormal margin takes any"
            )
        return cls._with_mean_one(cv)

    @classmethod
    def fit(cls, sample: Floats) -> Self:
        """The member of this family that a sample of shape (n,) came from.

        Raises ValueError for fewer than three observations, for observations that are all the same or no
        finite numbers, and where the family cannot have such a sample.
        """
        sample = np.asarray(sample, dtype=float)
        require(sample.ndim == 1 and len(sample) >= FEWEST_OBSERVATIONS, "at least three observations")
        require(bool(np.isfinite(sample).all()), "a finite number for every observation")
        require(bool(np.ptp(sample) > 0), "observations that differ")
        require(cls.can_have(sample), f"other observations: a {cls.name} margin never has these")
        return cls._fit(sample)

    @classmethod
    def can_have(cls, sample: Floats) -> bool:
        """Whether a sample may come from this family at all."""
        return True

    @classmethod
    def parameters(cls) -> int:
        """How many numbers single out a member of this family."""
        return len(fields(cls))  # type: ignore[arg-type]

    @abstractmethod
    def log_density(self, amount: Floats) -> Floats:
        """The logarithm of the density at amounts, same shape."""

    @classmethod
    @abstractmethod
    def _with_mean_one(cls, cv: float) -> Self: ...

    @classmethod
    @abstractmethod
    def _fit(cls, sample: Floats) -> Self: ...


def require(condition: bool, words: str) -> None:
    """Refuse in these words what does not hold: they say what would be right."""
    if not condition:
        raise ValueError(words)
