"""Copulas: how grades of many uncertain amounts come together; a low grade is a bad state."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solver.risk.correlation import check, from_kendall, kendall, shrink
from solver.risk.sobol import blocks

Floats = NDArray[np.float64]

# What rounds to 0 or 1 is kept inside, where every quantile is finite.
SMALLEST_GRADE = float(np.finfo(float).epsneg)
DF_RANGE = (0.5, 500.0)


class Copula(ABC):
    """A joint distribution of d grades, each uniform on (0, 1) by itself."""

    @property
    @abstractmethod
    def dimensions(self) -> int:
        """How many grades, d."""

    @property
    @abstractmethod
    def uniforms(self) -> int:
        """How many independent uniforms make one draw, k ≥ d."""

    @abstractmethod
    def grades(self, uniforms: Floats) -> Floats:
        """Grades of shape (n, d) from independent uniforms of shape (n, k)."""

    @classmethod
    @abstractmethod
    def fit(cls, grades: Floats) -> Self:
        """The copula of this kind that grades of shape (n, d) came from, by inverting Kendall's τ."""

    def sample(self, n: int, seed: int) -> Floats:
        """n draws of shape (n, d), strictly in (0, 1), by scrambled Sobol points; a seed has one sample."""
        drawn = np.empty((n, self.dimensions))
        first = 0
        for uniforms in blocks(n, self.uniforms, seed):
            grades = self.grades(uniforms)
            drawn[first : first + len(uniforms)] = np.clip(grades, SMALLEST_GRADE, 1.0 - SMALLEST_GRADE)
            first += len(uniforms)
        return drawn


@dataclass(frozen=True)
class Independent(Copula):
    """Nothing has to do with anything."""

    d: int

    @property
    def dimensions(self) -> int:
        return self.d

    @property
    def uniforms(self) -> int:
        return self.d

    def grades(self, uniforms: Floats) -> Floats:
        """The uniforms themselves."""
        return uniforms

    @classmethod
    def fit(cls, grades: Floats) -> Self:
        """Only the number of grades matters."""
        return cls(np.asarray(grades).shape[1])


@dataclass(frozen=True, eq=False)
class Gaussian(Copula):
    """Normal scores with a correlation matrix of shape (d, d); extremes come apart.

    Raises ValueError for a matrix that is no correlation matrix.
    """

    correlation: Floats

    def __post_init__(self) -> None:
        check(self.correlation)

    @property
    def dimensions(self) -> int:
        return len(self.correlation)

    @property
    def uniforms(self) -> int:
        return len(self.correlation)

    @cached_property
    def root(self) -> Floats:
        """A = Aᵀ with A A = correlation, shape (d, d); it exists for singular correlations too."""
        return _root(self.correlation)

    def grades(self, uniforms: Floats) -> Floats:
        """Φ of correlated normals."""
        from scipy.special import ndtr

        return np.asarray(ndtr(_normals(self.root, uniforms)))

    @classmethod
    def fit(cls, grades: Floats) -> Self:
        """ρ = sin(π τ / 2), shrunk as far as the matrix needs it to be valid."""
        return cls(shrink(from_kendall(kendall(grades))))


@dataclass(frozen=True, eq=False)
class StudentT(Copula):
    """Student t scores with a correlation matrix of shape (d, d) and `df` degrees of freedom.

    Bad states come together, and so do good ones (Demarta & McNeil 2005). Raises ValueError for a matrix
    that is no correlation matrix and for df ≤ 0.
    """

    correlation: Floats
    df: float

    def __post_init__(self) -> None:
        check(self.correlation)
        if not self.df > 0:
            raise ValueError(f"degrees of freedom above 0, not {self.df:g}")

    @property
    def dimensions(self) -> int:
        return len(self.correlation)

    @property
    def uniforms(self) -> int:
        """One for each grade, and one for the common divisor."""
        return len(self.correlation) + 1

    @cached_property
    def root(self) -> Floats:
        """A = Aᵀ with A A = correlation, shape (d, d); it exists for singular correlations too."""
        return _root(self.correlation)

    def grades(self, uniforms: Floats) -> Floats:
        """Student's distribution function at correlated normals over a common √(χ²/df)."""
        from scipy.special import chdtri, stdtr

        normals = _normals(self.root, uniforms[:, :-1])
        divisor = np.sqrt(chdtri(self.df, uniforms[:, -1:]) / self.df)
        return np.asarray(stdtr(self.df, normals / divisor))

    @classmethod
    def fit(cls, grades: Floats) -> Self:
        """ρ = sin(π τ / 2), then the most likely df between 0.5 and 500 (McNeil, Frey & Embrechts 2015)."""
        from scipy.optimize import minimize_scalar

        correlation = shrink(from_kendall(kendall(grades)))
        best = minimize_scalar(
            lambda log_df: -cls(correlation, float(np.exp(log_df))).log_likelihood(grades),
            bounds=tuple(np.log(DF_RANGE)),
            method="bounded",
        )
        return cls(correlation, float(np.exp(best.x)))

    def log_likelihood(self, grades: Floats) -> float:
        """Σ log of the copula's density at grades of shape (n, d); needs an invertible correlation matrix."""
        from scipy.special import gammaln, stdtrit

        n, d = grades.shape
        df = self.df
        scores = stdtrit(df, grades)
        triangle = np.linalg.cholesky(self.correlation)
        distance = np.sum(np.linalg.solve(triangle, scores.T) ** 2, axis=0)
        constant = gammaln((df + d) / 2) + (d - 1) * gammaln(df / 2) - d * gammaln((df + 1) / 2)
        together = -np.log(np.diagonal(triangle)).sum() - (df + d) / 2 * np.mean(np.log1p(distance / df))
        alone = -(df + 1) / 2 * np.mean(np.log1p(scores**2 / df).sum(axis=1))
        return float(n * (constant + together - alone))


@dataclass(frozen=True)
class Clayton(Copula):
    """Everything bad comes together, good states do not; θ > 0 (Clayton 1978).

    Raises ValueError for θ ≤ 0.
    """

    theta: float
    d: int

    def __post_init__(self) -> None:
        if not self.theta > 0:
            raise ValueError(f"a Clayton parameter above 0, not {self.theta:g}")

    @property
    def dimensions(self) -> int:
        return self.d

    @property
    def uniforms(self) -> int:
        """The common frailty, and one for each grade."""
        return self.d + 1

    def grades(self, uniforms: Floats) -> Floats:
        """(1 − log u / V)^(−1/θ) with a common frailty V ~ Gamma(1/θ) (Marshall & Olkin 1988)."""
        exponential = np.log(-np.log(uniforms[:, 1:]))
        log_ratio = exponential - _log_gamma_quantile(1.0 / self.theta, uniforms[:, :1])
        return np.asarray(np.exp(-np.logaddexp(0.0, log_ratio) / self.theta))

    @classmethod
    def fit(cls, grades: Floats) -> Self:
        """θ = 2τ / (1 − τ) at the mean τ of all pairs.

        Raises ValueError where the grades do not move together: this copula knows nothing else.
        """
        tau = kendall(grades)
        d = len(tau)
        mean = float(tau[~np.eye(d, dtype=bool)].mean())
        if not 0 < mean < 1:
            raise ValueError(f"a mean Kendall's tau above 0 and below 1 for a Clayton copula, not {mean:.3g}")
        return cls(2.0 * mean / (1.0 - mean), d)


def _root(correlation: Floats) -> Floats:
    """The symmetric root: the only one that does not hang on which eigenvectors of equal values are found."""
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def _normals(root: Floats, uniforms: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms) @ root.T)


def _log_gamma_quantile(shape: float, grade: Floats) -> Floats:
    """The logarithm of the Gamma quantile; where that is too small for a float, by its limit at zero."""
    from scipy.special import gammaincinv, gammaln

    quantile = gammaincinv(shape, grade)
    near_zero = (np.log(grade) + gammaln(shape + 1.0)) / shape
    tiny = quantile < 1e-200
    return np.where(tiny, near_zero, np.log(np.where(tiny, 1.0, quantile)))
