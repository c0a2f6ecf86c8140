"""Copulas: samples against theory, and back from samples to parameters."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import stats

from solver.risk.copulas import Clayton, Copula, Gaussian, Independent, StudentT
from solver.risk.correlation import kendall
from solver.risk.sobol import blocks

R = np.array([[1.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 1.0]])
N = 4096

DRAWN: dict[str, Copula] = {
    "independent": Independent(3),
    "gaussian": Gaussian(R),
    "singular gaussian": Gaussian(np.ones((3, 3))),
    "t": StudentT(R, 4.0),
    "cauchy": StudentT(R, 1.0),
    "clayton": Clayton(2.0, 3),
    "weak clayton": Clayton(1e-6, 3),
    "strong clayton": Clayton(400.0, 3),
    "nearly one clayton": Clayton(1e9, 3),
}
each = pytest.mark.parametrize("copula", DRAWN.values(), ids=DRAWN)


def together(grades: np.ndarray[tuple[int, int], np.dtype[np.float64]], q: float) -> float:
    """P(first grade < q | second grade < q) in a sample."""
    return float(np.mean((grades[:, 0] < q) & (grades[:, 1] < q)) / q)


@each
def test_every_grade_is_uniform_by_itself(copula: Copula) -> None:
    grades = copula.sample(N, seed=3)
    assert grades.shape == (N, 3)
    assert 0 < grades.min() < grades.max() < 1
    for column in grades.T:
        assert stats.kstest(column, "uniform").statistic < 0.012


def tau_in_theory(copula: Copula) -> np.ndarray:
    """2/π · arcsin ρ whatever the degrees of freedom, θ / (θ + 2), or nothing off the diagonal."""
    match copula:
        case Gaussian() | StudentT():
            return 2 / np.pi * np.arcsin(copula.correlation)
        case Clayton():
            return np.where(np.eye(copula.d) == 1, 1.0, copula.theta / (copula.theta + 2))
        case _:
            return np.eye(copula.d)


@pytest.mark.slow
@each
def test_kendalls_tau_is_as_in_theory(copula: Copula) -> None:
    np.testing.assert_allclose(kendall(copula.sample(2048, seed=3)), tau_in_theory(copula), atol=0.01)


@each
def test_the_seed_decides_the_sample(copula: Copula) -> None:
    first = copula.sample(100, seed=5)
    assert first.tolist() == copula.sample(100, seed=5).tolist()
    assert first.tolist() != copula.sample(100, seed=6).tolist()


@pytest.mark.parametrize("q", [0.01, 0.05])
def test_bad_states_come_together_as_often_as_in_theory(q: float) -> None:
    pair = np.array([[1.0, 0.6], [0.6, 1.0]])
    both = {
        Gaussian: stats.multivariate_normal.cdf(stats.norm.ppf([q, q]), cov=pair),
        StudentT: stats.multivariate_t.cdf(
            stats.t.ppf([q, q], 3), shape=pair, df=3, random_state=np.random.default_rng(0)
        ),
        Clayton: (2 * q**-2.0 - 1) ** -0.5,
    }
    for copula in (Gaussian(pair), StudentT(pair, 3.0), Clayton(2.0, 2)):
        expected = float(both[type(copula)]) / q
        assert together(copula.sample(2**16, seed=2), q) == pytest.approx(expected, abs=0.02)


def test_only_t_and_clayton_fail_together_in_the_far_tail() -> None:
    pair, n, q = np.array([[1.0, 0.5], [0.5, 1.0]]), 2**18, 0.002
    three_standard_errors = 3 * np.sqrt(0.25 / (n * q))
    of_t = 2 * stats.t.cdf(-np.sqrt((3 + 1) * (1 - 0.5) / (1 + 0.5)), 3 + 1)
    assert together(StudentT(pair, 3.0).sample(n, seed=1), q) == pytest.approx(
        of_t, abs=three_standard_errors
    )
    assert together(Clayton(1.0, 2).sample(n, seed=1), q) == pytest.approx(0.5, abs=three_standard_errors)
    assert together(Gaussian(pair).sample(n, seed=1), q) < 0.12


def test_clayton_is_about_bad_states_only() -> None:
    grades = Clayton(2.0, 2).sample(2**15, seed=1)
    assert together(1 - grades, 0.01) < 0.1 < 0.6 < together(grades, 0.01)


@pytest.mark.parametrize("copula", [Gaussian(R), StudentT(R, 4.0)], ids=["gaussian", "t"])
def test_correlations_come_back_from_a_sample(copula: Gaussian | StudentT) -> None:
    fitted = type(copula).fit(copula.sample(2048, seed=9))
    np.testing.assert_allclose(fitted.correlation, R, atol=0.02)


@pytest.mark.parametrize("df", [2.0, 5.0, 12.0])
def test_degrees_of_freedom_come_back_from_a_sample(df: float) -> None:
    assert StudentT.fit(StudentT(R, df).sample(2048, seed=9)).df == pytest.approx(df, rel=0.15)


def test_degrees_of_freedom_of_normal_scores_are_many() -> None:
    assert StudentT.fit(Gaussian(R).sample(2048, seed=9)).df > 60


@pytest.mark.parametrize("theta", [0.5, 2.0, 8.0])
def test_theta_comes_back_from_a_sample(theta: float) -> None:
    fitted = Clayton.fit(Clayton(theta, 3).sample(2048, seed=9))
    assert fitted.theta == pytest.approx(theta, rel=0.03)
    assert fitted.dimensions == 3


def test_parameters_come_back_from_plain_random_draws() -> None:
    rng = np.random.default_rng(4)
    normal = stats.norm.cdf(rng.multivariate_normal(np.zeros(3), R, size=2000))
    np.testing.assert_allclose(Gaussian.fit(normal).correlation, R, atol=0.06)
    student = stats.multivariate_t.rvs(shape=R, df=4, size=2000, random_state=rng)
    assert StudentT.fit(stats.t.cdf(student, 4)).df == pytest.approx(4.0, rel=0.25)


def test_the_likelihood_of_a_t_copula_is_its_density() -> None:
    grades = np.array([[0.1, 0.3, 0.8], [0.5, 0.01, 0.6]])
    scores = stats.t.ppf(grades, 3)
    density = stats.multivariate_t.logpdf(scores, shape=R, df=3) - stats.t.logpdf(scores, 3).sum(axis=1)
    assert StudentT(R, 3.0).log_likelihood(grades) == pytest.approx(density.sum(), rel=1e-12)


def test_fits_of_few_observations_are_valid_copulas() -> None:
    grades = np.random.default_rng(0).random((5, 8))
    for family in (Independent, Gaussian, StudentT):
        assert family.fit(grades).sample(16, seed=0).shape == (16, 8)


def test_clayton_refuses_what_moves_apart() -> None:
    grade = np.linspace(0.1, 0.9, 9)
    with pytest.raises(ValueError, match="above 0"):
        Clayton.fit(np.column_stack([grade, 1 - grade]))


def test_parameters_that_make_no_sense_are_refused() -> None:
    impossible = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    with pytest.raises(ValueError, match="nearest_valid"):
        Gaussian(impossible)
    with pytest.raises(ValueError, match="nearest_valid"):
        StudentT(impossible, 4.0)
    with pytest.raises(ValueError, match="degrees of freedom above 0"):
        StudentT(R, 0.0)
    with pytest.raises(ValueError, match="above 0"):
        Clayton(0.0, 2)


@pytest.mark.parametrize("n", [1, 3, 100, 4097, 10_000])
@pytest.mark.parametrize("block", [7, 1000, 8192])
def test_points_do_not_depend_on_the_blocks_and_come_without_warnings(n: int, block: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parts = list(blocks(n, 2, seed=1, block=block))
        whole = np.concatenate(list(blocks(n, 2, seed=1, block=2**14)))
    assert max(len(part) for part in parts) <= block
    points = np.concatenate(parts)
    assert points.tolist() == whole.tolist()
    assert points.shape == (n, 2)
    assert 0 < points.min() < points.max() < 1


def test_points_fill_the_square_more_evenly_than_chance() -> None:
    points = np.concatenate(list(blocks(2**10, 2, seed=8)))
    cells = np.floor(points * 32).astype(int) @ np.array([32, 1])
    assert np.bincount(cells, minlength=1024).tolist() == [1] * 1024, "one in each of 32 x 32 cells"


def test_points_stand_in_the_middle_of_their_cells_and_so_never_on_an_edge() -> None:
    places = np.concatenate(list(blocks(1000, 3, seed=8))) * 2**30
    assert np.unique(places % 1).tolist() == [0.5]


def test_no_dimension_is_no_number_and_too_many_are_refused() -> None:
    assert [part.shape for part in blocks(20, 0, seed=1, block=16)] == [(16, 0), (4, 0)]
    with pytest.raises(ValueError, match="at most 21201"):
        next(blocks(4, 30_000, seed=1))


def test_elements_that_nothing_ties_are_drawn_as_they_are_by_themselves() -> None:
    """Eigenvectors of equal eigenvalues are anybody's choice: no draw may hang on it."""
    tied = np.array([[1.0, 0.6], [0.6, 1.0]])
    whole = np.eye(6)
    whole[1:3, 1:3] = tied
    expected = np.eye(6)
    expected[1:3, 1:3] = Gaussian(tied).root
    assert Gaussian(whole).root == pytest.approx(expected, abs=1e-14)
    assert Gaussian(np.ones((3, 3))).root == pytest.approx(np.full((3, 3), 3**-0.5))
