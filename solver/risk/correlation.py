"""Correlation matrices: which are possible, the nearest that is, and what observations say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOLERANCE = 1e-8
SMALLEST_EIGENVALUE = 1e-6
MOST_PROJECTIONS = 2_000


def check(matrix: Floats) -> None:
    """Refuse a matrix, shape (d, d), that no joint distribution can have as its correlations.

    Raises ValueError with what would be right: a square symmetric matrix of numbers in [−1, 1] with ones on
    the diagonal and no negative eigenvalue.
    """
    matrix = np.asarray(matrix, dtype=float)
    _check_form(matrix)
    if np.abs(matrix).max(initial=0.0) > 1 + TOLERANCE:
        raise ValueError("correlations between -1 and 1")
    if np.abs(np.diagonal(matrix) - 1).max(initial=0.0) > TOLERANCE:
        raise ValueError("a correlation of 1 of everything with itself")
    smallest = _smallest_eigenvalue(matrix)
    if smallest < -TOLERANCE:
        raise ValueError(
            "correlations that can hold together (a positive semidefinite matrix): the smallest eigenvalue "
            f"is {smallest:.3g}, not at least 0; nearest_valid(matrix) in solver.risk.correlation offers the "
            "nearest matrix that is possible"
        )


def nearest_valid(matrix: Floats) -> Floats:
    """The correlation matrix closest to a symmetric matrix in the Frobenius norm; a valid one is its own.

    Alternating projections onto the positive semidefinite matrices and onto those with unit diagonal, with
    Dykstra's correction (Higham 2002, algorithm 3.3). Raises ValueError where the matrix is not square,
    symmetric and finite.
    """
    matrix = np.asarray(matrix, dtype=float)
    _check_form(matrix)
    unit = np.array(matrix)
    np.fill_diagonal(unit, 1.0)
    if _smallest_eigenvalue(unit) >= -TOLERANCE and np.abs(unit).max(initial=0.0) <= 1:
        return unit
    unit = np.array(matrix)
    correction = np.zeros_like(matrix)
    for _ in range(MOST_PROJECTIONS):
        corrected = unit - correction
        semidefinite = _without_negative_eigenvalues(corrected)
        correction = semidefinite - corrected
        previous = unit
        unit = np.array(semidefinite)
        np.fill_diagonal(unit, 1.0)
        if np.linalg.norm(unit - previous) <= 0.01 * TOLERANCE * np.linalg.norm(unit):
            break
    return _with_unit_diagonal(_without_negative_eigenvalues(unit))


def shrink(matrix: Floats, observations: int | Floats | None = None) -> Floats:
    """Pull a matrix of estimated correlations towards independence until it is valid and worth believing.

    All off-diagonal entries are multiplied by 1 − λ. λ is the least intensity that leaves every eigenvalue
    positive; with the number of `observations` behind the estimates, one for all or shape (d, d), λ is at
    least what minimises the expected squared error (Ledoit & Wolf 2003; Schäfer & Strimmer 2005, λ* =
    Σ Var r / Σ r²), with the large-sample variance of rank correlations turned by `from_kendall`.
    """
    matrix = np.asarray(matrix, dtype=float)
    _check_form(matrix)
    smallest = _smallest_eigenvalue(matrix)
    intensity = 0.0
    if smallest < SMALLEST_EIGENVALUE:
        intensity = (SMALLEST_EIGENVALUE - smallest) / (1.0 - smallest)
    if observations is not None:
        intensity = max(intensity, _sampling_intensity(matrix, observations))
    shrunk = (1.0 - intensity) * matrix
    np.fill_diagonal(shrunk, 1.0)
    return shrunk


def from_kendall(tau: Floats) -> Floats:
    """The correlation of a normal or t copula with Kendall's τ: sin(π τ / 2) (Lindskog et al. 2003)."""
    return np.asarray(np.sin(0.5 * np.pi * np.asarray(tau)))


def kendall(observations: Floats) -> Floats:
    """Kendall's τ-b of every two columns, shape (d, d), from observations of shape (n, d).

    NaN marks a gap: two columns are compared over the rows in which both are observed. Where nothing can be
    compared (no two common rows, or a constant column) τ is 0. Source: Kendall (1945).
    """
    observations = np.asarray(observations, dtype=float)
    n, d = observations.shape
    agreement, compared = np.zeros((d, d)), np.zeros((d, d))
    for lag in range(1, n):
        difference = observations[lag:] - observations[:-lag]
        both = (~np.isnan(difference)).astype(float)
        direction = np.sign(np.nan_to_num(difference))
        agreement += direction.T @ direction
        compared += np.abs(direction).T @ both
    scale = np.sqrt(compared * compared.T)
    tau = np.divide(agreement, scale, out=np.zeros((d, d)), where=scale > 0)
    np.fill_diagonal(tau, 1.0)
    return tau


def common_observations(observations: Floats) -> Floats:
    """In how many rows every two columns are both observed, shape (d, d)."""
    observed = (~np.isnan(np.asarray(observations, dtype=float))).astype(float)
    return np.asarray(observed.T @ observed)


def _sampling_intensity(correlation: Floats, observations: int | Floats) -> float:
    """Σ Var r / Σ r² over the pairs with two common observations or more, at most 1."""
    n = np.broadcast_to(np.asarray(observations, dtype=float), correlation.shape)
    pair = (n >= 2) & ~np.eye(len(correlation), dtype=bool)
    r, n = correlation[pair], n[pair]
    of_tau = 2.0 * (2.0 * n + 5.0) / (9.0 * n * (n - 1.0))
    variance = float(np.sum((0.5 * np.pi) ** 2 * np.maximum(1.0 - r**2, 0.0) * of_tau))
    signal = float(np.sum(r**2))
    return min(1.0, variance / signal) if signal > 0 else 0.0


def _check_form(matrix: Floats) -> None:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        shape = " x ".join(map(str, matrix.shape))
        raise ValueError(f"a square matrix, one row and one column for each: this one is {shape}")
    if not np.isfinite(matrix).all():
        raise ValueError("a number for every pair")
    if np.abs(matrix - matrix.T).max(initial=0.0) > TOLERANCE:
        raise ValueError("the same correlation both ways (a symmetric matrix)")


def _smallest_eigenvalue(matrix: Floats) -> float:
    return float(np.linalg.eigvalsh(matrix).min(initial=1.0))


def _without_negative_eigenvalues(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)


def _with_unit_diagonal(matrix: Floats) -> Floats:
    scale = 1.0 / np.sqrt(np.diagonal(matrix))
    scaled = scale[:, None] * matrix * scale
    np.fill_diagonal(scaled, 1.0)
    return np.asarray(0.5 * (scaled + scaled.T))
