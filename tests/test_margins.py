"""Margins: identities of each family, and samples that lead back to where they came from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from solver.risk.bounded import BetaMargin, Pert, Triangular
from solver.risk.margin import ContinuousMargin
from solver.risk.margins import MARGINS, Lognormal, Normal

GRADES = (np.arange(20_000) + 0.5) / 20_000

FIXED: dict[ContinuousMargin, object] = {
    Lognormal(0.3, 0.5): stats.lognorm(0.5, scale=np.exp(0.3)),
    Normal(-2.0, 3.0): stats.norm(-2.0, 3.0),
    BetaMargin(2.0, 5.0, -1.0, 4.0): stats.beta(2.0, 5.0, -1.0, 5.0),
    BetaMargin(0.6, 0.4): stats.beta(0.6, 0.4),
    Pert(1.0, 3.0, 11.0): stats.beta(1.8, 4.2, 1.0, 10.0),
    Pert(0.0, 0.0, 1.0): stats.beta(1.0, 5.0),
    Triangular(-1.0, 0.0, 4.0): stats.triang(0.2, -1.0, 5.0),
    Triangular(0.0, 1.0, 1.0): stats.triang(1.0),
    Triangular(0.0, 0.0, 2.0): stats.triang(0.0, 0.0, 2.0),
}
each = pytest.mark.parametrize("margin", FIXED, ids=str)
each_family = pytest.mark.parametrize("name", MARGINS)


def possible(name: str) -> list[float]:
    return [cv for cv in (1e-6, 0.05, 0.3, 0.45, 0.6, 0.7, 0.8, 0.95, 1.5) if cv < MARGINS[name].largest_cv]


@each
def test_a_margin_is_the_textbook_distribution(margin: ContinuousMargin) -> None:
    textbook = FIXED[margin]
    grades = GRADES[::11]
    amounts = margin.quantile(grades)
    np.testing.assert_allclose(amounts, textbook.ppf(grades), rtol=1e-9, atol=1e-12)  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        margin.log_density(amounts),
        textbook.logpdf(amounts),  # type: ignore[attr-defined]
        rtol=1e-9,
    )
    assert margin.mean == pytest.approx(textbook.mean(), rel=1e-12)  # type: ignore[attr-defined]
    assert margin.standard_deviation == pytest.approx(textbook.std(), rel=1e-12)  # type: ignore[attr-defined]


@each
def test_the_quantile_undoes_the_distribution_function(margin: ContinuousMargin) -> None:
    grades = np.array([1e-9, 1e-4, 0.01, 0.2, 0.5, 0.77, 0.99, 1 - 1e-6])
    np.testing.assert_allclose(margin.cdf(margin.quantile(grades)), grades, rtol=1e-6)


@each
def test_nothing_is_below_all_and_everything_below_more_than_all(margin: ContinuousMargin) -> None:
    assert margin.cdf(np.array([-1e9, 1e9])).tolist() == [0.0, 1.0]


@each
def test_the_density_is_the_slope_of_the_distribution_function(margin: ContinuousMargin) -> None:
    low, high = margin.quantile(np.array([0.2, 0.7]))
    area, _ = integrate.quad(lambda amount: float(np.exp(margin.log_density(amount))), low, high)
    assert area == pytest.approx(0.5, abs=1e-8)


@each_family
def test_a_multiplier_has_mean_one_and_the_variation_asked_for(name: str) -> None:
    for cv in possible(name):
        multiplier = MARGINS[name].with_mean_one(cv)
        assert multiplier.mean == pytest.approx(1.0, abs=1e-12)
        assert multiplier.cv == pytest.approx(cv, rel=1e-9)
        amounts = multiplier.quantile(GRADES)
        assert amounts.mean() == pytest.approx(1.0, abs=1e-3)
        assert amounts.std() == pytest.approx(cv, rel=2e-2)
        if name != "normal":
            assert amounts.min() >= 0


@each_family
def test_a_variation_that_a_family_has_not_is_refused_in_words(name: str) -> None:
    family = MARGINS[name]
    for cv in (0.0, -0.1, np.inf, np.nan):
        with pytest.raises(ValueError, match="above 0"):
            family.with_mean_one(cv)
    if family.largest_cv < np.inf:
        assert family.with_mean_one(0.999 * family.largest_cv).cv < family.largest_cv
        with pytest.raises(ValueError, match=f"for a {name} margin.*a lognormal margin takes any"):
            family.with_mean_one(family.largest_cv)


@pytest.mark.parametrize("name", ["pert", "triangular"])
def test_three_points_change_over_smoothly_where_symmetry_would_fall_below_zero(name: str) -> None:
    touching = {"pert": 1 / np.sqrt(7), "triangular": 1 / np.sqrt(6)}[name]
    before, after = (MARGINS[name].with_mean_one(touching * share) for share in (1 - 1e-9, 1 + 1e-9))
    np.testing.assert_allclose(before.quantile(GRADES[::11]), after.quantile(GRADES[::11]), atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("margin", "spread"),
    [
        (Lognormal(0.3, 0.5), (0.03, 0.03)),
        (Normal(-2.0, 3.0), (0.2, 0.15)),
        (BetaMargin(2.0, 5.0, -1.0, 4.0), (0.3, 1.5, 0.05, 0.8)),
        (Pert(1.0, 3.0, 11.0), (0.1, 0.2, 0.4)),
        (Triangular(-1.0, 0.0, 4.0), (0.1, 0.15, 0.15)),
    ],
    ids=str,
)
def test_a_sample_leads_back_to_its_margin(margin: ContinuousMargin, spread: tuple[float, ...]) -> None:
    sample = margin.quantile(np.random.default_rng(11).random(1_500))
    fitted = type(margin).fit(sample)
    for value, truth, tolerance in zip(vars(fitted).values(), vars(margin).values(), spread, strict=True):
        assert value == pytest.approx(truth, abs=tolerance)
    assert fitted.mean == pytest.approx(margin.mean, abs=4 * margin.standard_deviation / np.sqrt(1_500))
    assert fitted.standard_deviation == pytest.approx(margin.standard_deviation, rel=0.06)


@each_family
def test_a_fit_follows_the_unit_of_money(name: str) -> None:
    sample = np.array([2.0, 3.0, 3.5, 4.0, 4.2, 5.0, 5.5, 7.0, 9.0])
    once, scaled = MARGINS[name].fit(sample), MARGINS[name].fit(1e6 * sample)
    grades = np.array([0.05, 0.5, 0.95])
    np.testing.assert_allclose(scaled.quantile(grades), 1e6 * once.quantile(grades), rtol=1e-3)


@pytest.mark.parametrize("name", ["beta", "pert", "triangular"])
def test_a_bounded_fit_covers_the_sample(name: str) -> None:
    sample = np.array([-4.0, -4.0, -1.0, 0.0, 0.0, 0.0, 2.0, 9.0])
    assert np.isfinite(MARGINS[name].fit(sample).log_density(sample)).all()


@each_family
@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ([1.0, 2.0], "at least three"),
        ([3.0, 3.0, 3.0, 3.0], "that differ"),
        ([1.0, np.nan, 2.0, 3.0], "a finite number"),
        ([1.0, np.inf, 2.0, 3.0], "a finite number"),
    ],
)
def test_samples_that_say_nothing_are_refused(name: str, sample: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        MARGINS[name].fit(np.array(sample))


def test_a_lognormal_margin_has_no_losses() -> None:
    with pytest.raises(ValueError, match="a lognormal margin never has these"):
        Lognormal.fit(np.array([1.0, -2.0, 3.0]))


def test_parameters_that_make_no_sense_are_refused() -> None:
    for family in (Lognormal, Normal):
        with pytest.raises(ValueError, match="above 0"):
            family(1.0, 0.0)
    with pytest.raises(ValueError, match="shapes above 0"):
        BetaMargin(0.0, 1.0)
    with pytest.raises(ValueError, match="below the high end"):
        BetaMargin(1.0, 1.0, 2.0, 2.0)
    for points in (Pert, Triangular):
        with pytest.raises(ValueError, match="in this order"):
            points(1.0, 5.0, 3.0)
