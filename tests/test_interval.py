"""Confidence intervals of risk measures: coverage, width and what they must not depend on."""

from __future__ import annotations

import numpy as np
import pytest

from solver.risk.interval import BATCHES, BOOTSTRAP_UP_TO, interval
from solver.risk.measures import CVaR, EntropicVaR, MeanStd, Measure, WorstCase
from solver.risk.measures.base import Floats

MEAN = MeanStd(0.0)
SMALL, LARGE = 300, BOOTSTRAP_UP_TO + 1


def normal(size: int, seed: int = 0) -> tuple[Floats, Floats]:
    return np.random.default_rng(seed).normal(size=size), np.full(size, 1.0 / size)


def width(bounds: tuple[float, float]) -> float:
    return bounds[1] - bounds[0]


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("risk", [MEAN, CVaR(0.9), EntropicVaR(0.9), WorstCase()], ids=str)
def test_the_value_lies_inside(risk: Measure, size: int) -> None:
    losses, probability = normal(size)
    low, high = interval(risk, losses, probability)
    assert low < risk.value(losses, probability) <= high


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_the_same_seed_gives_the_same_interval(size: int) -> None:
    losses, probability = normal(size)
    first, again, other = (interval(CVaR(0.9), losses, probability, seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert first != other


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_it_covers_the_mean_as_often_as_it_says(size: int) -> None:
    bounds = [interval(MEAN, *normal(size, seed), level=0.9) for seed in range(60)]
    assert 0.8 <= np.mean([low <= 0.0 <= high for low, high in bounds]) <= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_it_covers_the_expected_shortfall(size: int) -> None:
    bounds = [interval(CVaR(0.8), *normal(size, seed)) for seed in range(40)]
    assert np.mean([low <= 1.39981 <= high for low, high in bounds]) >= 0.8


def test_its_width_is_that_of_the_central_limit() -> None:
    for size, tolerance in ((SMALL, 0.15), (LARGE, 2.0 / np.sqrt(BATCHES))):
        expected = 2.0 * 1.96 / np.sqrt(size)
        assert width(interval(MEAN, *normal(size))) == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_more_confidence_is_wider(size: int) -> None:
    losses, probability = normal(size)
    widths = [width(interval(CVaR(0.9), losses, probability, level)) for level in (0.5, 0.9, 0.99)]
    assert widths == sorted(widths)
    assert widths[0] > 0.0


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_impossible_scenarios_do_not_matter(size: int) -> None:
    losses, probability = normal(size)
    more = np.concatenate([[1e9], losses, [-1e9]]), np.concatenate([[0.0], probability, [0.0]])
    assert interval(CVaR(0.9), *more) == interval(CVaR(0.9), losses, probability)


def test_uneven_probabilities_know_less() -> None:
    losses, even = normal(SMALL)
    uneven = np.where(np.arange(SMALL) < 30, 0.9 / 30, 0.1 / (SMALL - 30))
    assert width(interval(MEAN, losses, uneven)) > 1.5 * width(interval(MEAN, losses, even))


@pytest.mark.parametrize("size", [1, SMALL, LARGE])
def test_a_certain_loss_is_known(size: int) -> None:
    low, high = interval(CVaR(0.9), np.full(size, 7.0), np.full(size, 1.0 / size))
    assert (low, high) == pytest.approx((7.0, 7.0), abs=1e-12)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_confidence_is_a_fraction(level: float) -> None:
    with pytest.raises(ValueError, match="confidence between 0 and 1"):
        interval(MEAN, *normal(SMALL), level=level)
