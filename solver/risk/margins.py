"""Margins: the families that the shape of one uncertain amount is chosen from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from solver.risk.bounded import BetaMargin, Pert, Triangular
from solver.risk.margin import ContinuousMargin, require

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lognormal(ContinuousMargin):
    """exp of a normal with mean `mu` and standard deviation `sigma`: positive, skewed to the right."""

    name: ClassVar[str] = "lognormal"

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        require(self.sigma > 0, f"a standard deviation above 0, not {self.sigma:g}")

    def quantile(self, grade: Floats) -> Floats:
        from scipy.special import ndtri

        return np.asarray(np.exp(self.mu + self.sigma * ndtri(grade)))

    def cdf(self, amount: Floats) -> Floats:
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((np.log(np.maximum(amount, 0.0)) - self.mu) / self.sigma))

    def log_density(self, amount: Floats) -> Floats:
        from scipy.stats import lognorm

        return np.asarray(lognorm.logpdf(amount, self.sigma, scale=np.exp(self.mu)))

    @property
    def mean(self) -> float:
        return float(np.exp(self.mu + self.sigma**2 / 2))

    @property
    def standard_deviation(self) -> float:
        return float(self.mean * np.sqrt(np.expm1(self.sigma**2)))

    @classmethod
    def can_have(cls, sample: Floats) -> bool:
        """Only what is above zero."""
        return bool(np.min(sample) > 0)

    @classmethod
    def _with_mean_one(cls, cv: float) -> Self:
        variance = float(np.log1p(cv**2))
        return cls(-variance / 2, float(np.sqrt(variance)))

    @classmethod
    def _fit(cls, sample: Floats) -> Self:
        from scipy.stats import lognorm

        sigma, _, scale = lognorm.fit(sample, floc=0)
        return cls(float(np.log(scale)), float(sigma))


@dataclass(frozen=True)
class Normal(ContinuousMargin):
    """The normal distribution; the larger the coefficient of variation, the more often it is below zero."""

    name: ClassVar[str] = "normal"

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        require(self.sigma > 0, f"a standard deviation above 0, not {self.sigma:g}")

    def quantile(self, grade: Floats) -> Floats:
        from scipy.special import ndtri

        return np.asarray(self.mu + self.sigma * ndtri(grade))

    def cdf(self, amount: Floats) -> Floats:
        from scipy.special import ndtr

        return np.asarray(ndtr((amount - self.mu) / self.sigma))

    def log_density(self, amount: Floats) -> Floats:
        from scipy.stats import norm

        return np.asarray(norm.logpdf(amount, self.mu, self.sigma))

    @property
    def mean(self) -> float:
        return self.mu

    @property
    def standard_deviation(self) -> float:
        return self.sigma

    @classmethod
    def _with_mean_one(cls, cv: float) -> Self:
        return cls(1.0, cv)

    @classmethod
    def _fit(cls, sample: Floats) -> Self:
        from scipy.stats import norm

        mu, sigma = norm.fit(sample)
        return cls(float(mu), float(sigma))


MARGINS: dict[str, type[ContinuousMargin]] = {
    "lognormal": Lognormal,
    "normal": Normal,
    "beta": BetaMargin,
    "pert": Pert,
    "triangular": Triangular,
}
