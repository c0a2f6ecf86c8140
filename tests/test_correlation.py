"""Correlation matrices: what is refused, what is offered, and what observations say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from solver.risk.correlation import (
    check,
    common_observations,
    from_kendall,
    kendall,
    nearest_valid,
    shrink,
)
from tests.draws import draws

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

VALID = np.array([[1.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 1.0]])
SINGULAR = np.ones((3, 3))
HIGHAM = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
DRAWN = draws(16)


def pretended(seed: int, d: int) -> Floats:
    """A symmetric matrix with unit diagonal, hardly ever a correlation matrix."""
    matrix = np.random.default_rng(seed).uniform(-1, 1, (d, d))
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 1.0)
    return matrix


def gappy(seed: int, n: int, d: int) -> Floats:
    """Observations with ties and gaps."""
    rng = np.random.default_rng(seed)
    observations = (rng.normal(size=(n, 1)) + rng.normal(size=(n, d)) * np.arange(1, d + 1)).round()
    observations[rng.random((n, d)) < 0.25] = np.nan
    return observations


@pytest.mark.parametrize("matrix", [VALID, SINGULAR, np.eye(1), np.empty((0, 0))])
def test_possible_matrices_pass(matrix: Floats) -> None:
    check(matrix)


def test_an_impossible_matrix_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"smallest eigenvalue is -0\.414.*nearest_valid\(matrix\)"):
        check(HIGHAM)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.ones((2, 3)), "square matrix.*2 x 3"),
        (np.ones(3), "square matrix"),
        (np.array([[1.0, 0.2], [0.3, 1.0]]), "same correlation both ways"),
        (np.array([[1.0, np.nan], [np.nan, 1.0]]), "a number for every pair"),
        (np.array([[1.0, 1.2], [1.2, 1.0]]), "between -1 and 1"),
        (np.array([[0.9, 0.2], [0.2, 1.0]]), "everything with itself"),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(matrix: Floats, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(matrix)


def test_the_nearest_matrix_is_the_published_one() -> None:
    # Higham (2002), section 4: distance 0.5278.
    nearest = nearest_valid(HIGHAM)
    np.testing.assert_allclose(nearest[0], [1.0, 0.7607, 0.1573], atol=1e-4)
    assert np.linalg.norm(nearest - HIGHAM) == pytest.approx(0.5278, abs=1e-4)


@pytest.mark.parametrize("matrix", [VALID, SINGULAR, np.eye(4)])
def test_a_valid_matrix_is_its_own_nearest(matrix: Floats) -> None:
    nearest = nearest_valid(matrix)
    assert nearest.tolist() == matrix.tolist()
    assert nearest is not matrix


@DRAWN
@given(seed=st.integers(0, 10_000), d=st.integers(2, 8))
def test_the_nearest_matrix_is_valid_and_nothing_valid_is_nearer(seed: int, d: int) -> None:
    matrix = pretended(seed, d)
    nearest = nearest_valid(matrix)
    check(nearest)
    assert np.diagonal(nearest).tolist() == [1.0] * d
    assert np.linalg.eigvalsh(nearest).min() > -1e-12
    # For a projection on a convex set: (X − P)·(Y − P) ≤ 0 for every valid Y.
    rng = np.random.default_rng(seed + 1)
    for _ in range(5):
        other = np.corrcoef(rng.normal(size=(d, d + 1)))
        assert np.sum((matrix - nearest) * (other - nearest)) <= 1e-6


@DRAWN
@given(seed=st.integers(0, 10_000), d=st.integers(2, 8))
def test_shrinking_makes_valid_and_keeps_all_proportions(seed: int, d: int) -> None:
    matrix = pretended(seed, d)
    shrunk = shrink(matrix)
    check(shrunk)
    share = (shrunk - np.eye(d))[0, 1] / matrix[0, 1]
    assert 0 < share <= 1
    np.testing.assert_allclose(shrunk - np.eye(d), share * (matrix - np.eye(d)), atol=1e-12)
    if share < 1:
        assert np.linalg.eigvalsh(shrunk).min() == pytest.approx(1e-6, abs=1e-9), "no more than needed"


def test_a_regular_matrix_is_not_shrunk_without_a_reason() -> None:
    assert shrink(VALID).tolist() == VALID.tolist()


def test_fewer_observations_shrink_more() -> None:
    sizes = [abs(shrink(VALID, n)[0, 1]) for n in (3, 10, 100, 10_000)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 0.0, "three observations say nothing"
    assert sizes[-1] == pytest.approx(0.6, abs=1e-3)


def test_pairs_never_seen_together_do_not_count_against_the_others() -> None:
    seen = np.full((3, 3), 50.0)
    seen[0, 2] = seen[2, 0] = 0.0
    known = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, 0.5], [0.0, 0.5, 1.0]])
    assert 0.6 > shrink(known, seen)[0, 1] > shrink(known, 50)[0, 1]


def test_shrinking_is_nearer_to_the_truth_than_the_plain_estimate() -> None:
    d, n = 8, 15
    truth = np.full((d, d), 0.2) + 0.8 * np.eye(d)
    plain = shrunk = 0.0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        estimate = from_kendall(kendall(rng.multivariate_normal(np.zeros(d), truth, size=n)))
        plain += float(np.sum((estimate - truth) ** 2))
        shrunk += float(np.sum((shrink(estimate, n) - truth) ** 2))
    assert shrunk < 0.8 * plain


def test_a_correlation_comes_back_from_kendalls_tau() -> None:
    rho = np.linspace(-1, 1, 21)
    np.testing.assert_allclose(from_kendall(2 / np.pi * np.arcsin(rho)), rho, atol=1e-12)
    assert from_kendall(np.array([-1, 0, 1 / 3, 1])).tolist() == pytest.approx([-1.0, 0.0, 0.5, 1.0])


@pytest.mark.parametrize("seed", range(5))
def test_kendall_compares_pairs_over_the_rows_they_share(seed: int) -> None:
    observations = gappy(seed, 40, 4)
    tau, common = kendall(observations), common_observations(observations)
    for i in range(4):
        for j in range(i):
            shared = ~np.isnan(observations[:, [i, j]]).any(axis=1)
            peer = stats.kendalltau(observations[shared, i], observations[shared, j]).statistic
            assert tau[i, j] == tau[j, i] == pytest.approx(peer, abs=1e-12)
            assert common[i, j] == shared.sum()
    assert np.diagonal(tau).tolist() == [1.0] * 4


def test_kendall_says_nothing_where_nothing_can_be_compared() -> None:
    gap = np.nan
    observations = np.array([[1.0, gap, 5.0], [2.0, gap, 5.0], [gap, 3.0, 5.0], [gap, 4.0, 5.0]])
    assert kendall(observations).tolist() == np.eye(3).tolist()
