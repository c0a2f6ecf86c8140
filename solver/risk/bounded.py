"""Margins between two ends: Beta, PERT and triangular."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from solver.risk.margin import ContinuousMargin, require
from solver.risk.spacings import Bounds, fit_by_spacings

Floats = NDArray[np.float64]

# Shapes are sought within these: logarithms of what a Beta shape has above 1, logits of where a mode stands.
SHAPE_BOUNDS: Bounds = (-10.0, 7.0)
SHARE_BOUNDS: Bounds = (-12.0, 12.0)


@dataclass(frozen=True)
class BetaMargin(ContinuousMargin):
    """The Beta distribution with shapes `alpha` and `beta`, stretched to [low, high].

    As a multiplier it is symmetric on [0, 2]. Fitted shapes are at least 1: amounts have one mode.
    """

    name: ClassVar[str] = "beta"
    largest_cv: ClassVar[float] = 1.0

    alpha: float
    beta: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        require(self.alpha > 0 and self.beta > 0, f"shapes above 0, not {self.alpha:g} and {self.beta:g}")
        require(self.low < self.high, f"a low end below the high end, not {self.low:g} and {self.high:g}")

    def quantile(self, grade: Floats) -> Floats:
        from scipy.special import betaincinv

        share = betaincinv(self.alpha, self.beta, grade)
        return np.asarray(self.low + (self.high - self.low) * share)

    def cdf(self, amount: Floats) -> Floats:
        from scipy.special import betainc

        share = (np.asarray(amount) - self.low) / (self.high - self.low)
        return np.asarray(betainc(self.alpha, self.beta, np.clip(share, 0.0, 1.0)))

    def log_density(self, amount: Floats) -> Floats:
        from scipy.stats import beta

        return np.asarray(beta.logpdf(amount, self.alpha, self.beta, self.low, self.high - self.low))

    @property
    def mean(self) -> float:
        return self.low + (self.high - self.low) * self.alpha / (self.alpha + self.beta)

    @property
    def standard_deviation(self) -> float:
        total = self.alpha + self.beta
        return float((self.high - self.low) / total * np.sqrt(self.alpha * self.beta / (total + 1)))

    @classmethod
    def _with_mean_one(cls, cv: float) -> Self:
        shape = (1.0 / cv**2 - 1.0) / 2.0
        return cls(shape, shape, 0.0, 2.0)

    @classmethod
    def _fit(cls, sample: Floats) -> Self:
        return fit_by_spacings(
            sample,
            lambda low, high, p: cls(1.0 + float(np.exp(p[0])), 1.0 + float(np.exp(p[1])), low, high),
            (SHAPE_BOUNDS, SHAPE_BOUNDS),
        )


@dataclass(frozen=True)
class Pert(ContinuousMargin):
    """A planner's three points: pessimistic `low`, most likely `mode`, optimistic `high`.

    A Beta distribution with mean (low + 4·mode + high)/6 (Malcolm et al. 1959). As a multiplier it is
    symmetric about 1 while that keeps it above 0, and skewed to the right from 0 on beyond.
    """

    name: ClassVar[str] = "pert"
    largest_cv: ClassVar[float] = float(np.sqrt(5 / 7))

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _require_points(self.low, self.mode, self.high)

    @property
    def as_beta(self) -> BetaMargin:
        """The same distribution by its shapes."""
        share = (self.mode - self.low) / (self.high - self.low)
        return BetaMargin(1.0 + 4.0 * share, 5.0 - 4.0 * share, self.low, self.high)

    def quantile(self, grade: Floats) -> Floats:
        return self.as_beta.quantile(grade)

    def cdf(self, amount: Floats) -> Floats:
        return self.as_beta.cdf(amount)

    def log_density(self, amount: Floats) -> Floats:
        return self.as_beta.log_density(amount)

    @property
    def mean(self) -> float:
        return (self.low + 4.0 * self.mode + self.high) / 6.0

    @property
    def standard_deviation(self) -> float:
        return self.as_beta.standard_deviation

    @classmethod
    def _with_mean_one(cls, cv: float) -> Self:
        half_width = float(np.sqrt(7.0) * cv)
        if half_width <= 1:
            return cls(1.0 - half_width, 1.0, 1.0 + half_width)
        high = 1.0 + 7.0 * cv**2
        return cls(0.0, (6.0 - high) / 4.0, high)

    @classmethod
    def _fit(cls, sample: Floats) -> Self:
        return fit_by_spacings(
            sample, lambda low, high, p: cls(low, _between(low, high, p[0]), high), (SHARE_BOUNDS,)
        )


@dataclass(frozen=True)
class Triangular(ContinuousMargin):
    """A density that rises in a straight line from `low` to `mode` and falls in one to `high`.

    As a multiplier it is symmetric about 1 while that keeps it above 0, and skewed to the right from 0 on
    beyond.
    """

    name: ClassVar[str] = "triangular"
    largest_cv: ClassVar[float] = float(np.sqrt(1 / 2))

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _require_points(self.low, self.mode, self.high)

    def quantile(self, grade: Floats) -> Floats:
        grade = np.asarray(grade, dtype=float)
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(grade * width * rise)
        return np.where(grade * width <= rise, rising, self.high - np.sqrt((1.0 - grade) * width * fall))

    def cdf(self, amount: Floats) -> Floats:
        amount = np.clip(np.asarray(amount, dtype=float), self.low, self.high)
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        below = np.minimum(amount - self.low, rise) ** 2 / (width * (rise or 1.0))
        above = np.minimum(self.high - amount, fall) ** 2 / (width * (fall or 1.0))
        return np.where(amount < self.mode, below, 1.0 - above)

    def log_density(self, amount: Floats) -> Floats:
        from scipy.stats import triang

        width = self.high - self.low
        return np.asarray(triang.logpdf(amount, (self.mode - self.low) / width, self.low, width))

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3.0

    @property
    def standard_deviation(self) -> float:
        rise, fall = self.mode - self.low, self.high - self.mode
        return float(np.sqrt((rise**2 + rise * fall + fall**2) / 18.0))

    @classmethod
    def _with_mean_one(cls, cv: float) -> Self:
        half_width = float(np.sqrt(6.0) * cv)
        if half_width <= 1:
            return cls(1.0 - half_width, 1.0, 1.0 + half_width)
        high = (3.0 + float(np.sqrt(24.0 * cv**2 - 3.0))) / 2.0
        return cls(0.0, 3.0 - high, high)

    @classmethod
    def _fit(cls, sample: Floats) -> Self:
        return fit_by_spacings(
            sample, lambda low, high, p: cls(low, _between(low, high, p[0]), high), (SHARE_BOUNDS,)
        )


def _require_points(low: float, mode: float, high: float) -> None:
    points = f"not {low:g}, {mode:g} and {high:g}"
    require(low <= mode <= high and low < high, f"a low end, a mode and a high end in this order, {points}")


def _between(low: float, high: float, logit: float) -> float:
    return low + (high - low) / (1.0 + float(np.exp(-logit)))
