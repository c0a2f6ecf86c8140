"""Fitting to past benefits: the family that a sample came from, and a valid dependence."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from solver.risk.correlation import check
from solver.risk.fitting import fit_dependence, fit_margin
from solver.risk.margin import ContinuousMargin
from solver.risk.margins import MARGINS, Lognormal, Normal, Triangular


@pytest.mark.slow
@pytest.mark.parametrize(
    "margin", [Lognormal(0.0, 0.8), Normal(10.0, 2.0), Triangular(0.0, 0.5, 6.0)], ids=str
)
def test_the_family_that_a_sample_came_from_is_found(margin: ContinuousMargin) -> None:
    fit = fit_margin(margin.quantile(np.random.default_rng(5).random(800)))
    assert fit.name == margin.name
    assert isinstance(fit.margin, type(margin))
    assert fit.p_value > 0.05


def test_the_best_of_the_named_families_has_the_lowest_criterion() -> None:
    sample = np.random.default_rng(2).gamma(3.0, size=60)
    each = [fit_margin(sample, [name]) for name in MARGINS]
    assert [fit.name for fit in each] == list(MARGINS)
    assert fit_margin(sample) == min(each, key=lambda fit: fit.aic)


def test_goodness_of_fit_is_scipys() -> None:
    sample = np.random.default_rng(2).normal(5.0, 2.0, size=50)
    fit = fit_margin(sample, ["normal"])
    mean, deviation = sample.mean(), sample.std()
    test = stats.kstest(sample, stats.norm(mean, deviation).cdf)
    assert (fit.statistic, fit.p_value) == pytest.approx((test.statistic, test.pvalue))
    assert fit.aic == pytest.approx(4 - 2 * stats.norm.logpdf(sample, mean, deviation).sum())


def test_a_wrong_family_shows_in_the_goodness_of_fit() -> None:
    sample = np.random.default_rng(3).lognormal(0.0, 1.0, size=300)
    assert fit_margin(sample, ["normal"]).p_value < 1e-4 < 0.05 < fit_margin(sample).p_value


def test_gaps_are_left_out() -> None:
    sample = np.array([3.0, np.nan, 4.0, 6.0, np.nan, 5.0, 4.5])
    assert fit_margin(sample) == fit_margin(sample[~np.isnan(sample)])


def test_losses_in_the_past_leave_the_lognormal_family_out() -> None:
    sample = np.array([-2.0, 1.0, 2.0, 2.5, 3.0, 4.0])
    assert fit_margin(sample).name != "lognormal"
    with pytest.raises(ValueError, match="other values, for a lognormal margin"):
        fit_margin(sample, ["lognormal"])


def test_families_with_as_many_parameters_as_observations_are_left_out() -> None:
    assert fit_margin(np.array([1.0, 2.0, 4.0])).margin.parameters() == 2
    with pytest.raises(ValueError, match="more observations"):
        fit_margin(np.array([1.0, 2.0, 4.0]), ["beta", "pert"])
    with pytest.raises(ValueError, match="more observations"):
        fit_margin(np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="that differ"):
        fit_margin(np.array([2.0, 2.0, 2.0]))


def test_dependence_comes_back_from_a_long_history_with_gaps() -> None:
    rng = np.random.default_rng(6)
    truth = np.array([[1.0, 0.7, 0.0], [0.7, 1.0, -0.4], [0.0, -0.4, 1.0]])
    history = np.exp(rng.multivariate_normal(np.zeros(3), truth, size=800))
    history[rng.random(history.shape) < 0.2] = np.nan
    np.testing.assert_allclose(fit_dependence(history), truth, atol=0.08)


@pytest.mark.parametrize("seed", range(8))
def test_dependence_of_a_short_history_with_gaps_is_valid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    history = rng.normal(size=(6, 10)) + rng.normal(size=(6, 1))
    history[rng.random(history.shape) < 0.3] = np.nan
    correlation = fit_dependence(history)
    check(correlation)
    assert np.diagonal(correlation).tolist() == [1.0] * 10


def test_dependence_does_not_depend_on_the_shape_of_the_margins() -> None:
    history = np.random.default_rng(1).normal(size=(30, 4)).cumsum(axis=1)
    assert fit_dependence(history).tolist() == fit_dependence(np.exp(history)).tolist()
