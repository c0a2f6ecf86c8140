"""Confidence intervals of risk measures: coverage, width and what they must not depend on."""

from __future__ import annotations

import numpy as np
import pytest

from solver.risk.interval import interval
from solver.risk.measures import CVaR, EntropicVaR, MeanStd, Measure, WorstCase
from solver.risk.measures.base import Floats

MEAN = MeanStd(0.0)
SMALL, LARGE = 300, 5_000


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


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_its_width_is_that_of_student_with_seven_degrees_of_freedom(size: int) -> None:
    """On average over 100 samples: 2.365 times 0.965, the mean of a deviation of eight blocks."""
    expected = 2.0 * 2.365 * 0.965 / np.sqrt(size)
    widths = [width(interval(MEAN, *normal(size, seed))) for seed in range(100)]
    assert np.mean(widths) == pytest.approx(expected, rel=4.0 * 0.27 / np.sqrt(100))


def test_blocks_that_are_balanced_in_themselves_are_known_better() -> None:
    """Points that fill the range evenly from block to block, dealt into no order or into theirs."""
    losses = np.random.default_rng(3).permuted(np.tile(np.linspace(0.0, 1.0, 64), (16, 1)), axis=1).ravel()
    even = np.full(1024, 1.0 / 1024)
    shuffled = np.random.default_rng(4).permutation(losses)
    for measure in (MEAN, CVaR(0.9)):
        assert width(interval(measure, losses, even)) <= 1e-9
        assert width(interval(measure, shuffled, even)) > 0.01


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
    uneven = np.where(np.arange(SMALL) < 30, 0.9 / 30, 0.1 / (SMALL - 30))
    samples = [normal(SMALL, seed) for seed in range(30)]
    known = np.mean([width(interval(MEAN, losses, even)) for losses, even in samples])
    assert np.mean([width(interval(MEAN, losses, uneven)) for losses, _ in samples]) > 2.0 * known


@pytest.mark.parametrize("size", [1, SMALL, LARGE])
def test_a_certain_loss_is_known(size: int) -> None:
    low, high = interval(CVaR(0.9), np.full(size, 7.0), np.full(size, 1.0 / size))
    assert (low, high) == pytest.approx((7.0, 7.0), abs=1e-12)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_confidence_is_a_fraction(level: float) -> None:
    with pytest.raises(ValueError, match="confidence between 0 and 1"):
        interval(MEAN, *normal(SMALL), level=level)
