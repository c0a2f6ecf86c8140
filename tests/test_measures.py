"""Risk measures: axioms, duality and limits on drawn losses; closed forms and examples by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from solver.instance.fields import MeasureName
from solver.risk.measures import (
    MEASURES,
    CVaR,
    EntropicRisk,
    EntropicVaR,
    MeanAbsoluteDeviation,
    MeanSemideviation,
    MeanStd,
    Measure,
    Spectral,
    VaR,
    WorstCase,
    measure,
    probability_of_loss,
)
from solver.risk.measures.base import Floats
from tests.draws import draws

DRAWN = draws(10)
MIXTURE = Spectral(((0.0, 0.2), (0.5, 0.3), (0.9, 0.4), (1.0, 0.1)))

CONVEX: tuple[Measure, ...] = (
    CVaR(0.5),
    CVaR(0.9),
    EntropicVaR(0.3),
    EntropicVaR(0.9),
    EntropicRisk(0.7),
    MeanStd(1.0),
    MeanSemideviation(0.6),
    MeanSemideviation(2.0),
    MeanAbsoluteDeviation(0.5),
    MeanAbsoluteDeviation(1.0),
    WorstCase(),
    MIXTURE,
)
ALL = (*CONVEX, VaR(0.5), VaR(0.9))

every = pytest.mark.parametrize("risk", ALL, ids=str)
every_convex = pytest.mark.parametrize("risk", CONVEX, ids=str)
every_monotone = pytest.mark.parametrize("risk", [risk for risk in ALL if risk.monotone], ids=str)
every_other = pytest.mark.parametrize("risk", [risk for risk in ALL if not risk.monotone], ids=str)
every_homogeneous = pytest.mark.parametrize("risk", [risk for risk in ALL if risk.homogeneous], ids=str)


class Sample(NamedTuple):
    counts: Floats
    losses: Floats
    others: Floats

    @property
    def probability(self) -> Floats:
        return np.asarray(self.counts / self.counts.sum())


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Up to eight scenarios with ties, impossible ones and two losses of each."""
    size = draw(st.integers(1, 8))

    def column(entry: st.SearchStrategy[float] | st.SearchStrategy[int]) -> Floats:
        return np.array(draw(st.lists(entry, min_size=size, max_size=size)), dtype=float)

    counts = column(st.integers(0, 4))
    counts[draw(st.integers(0, size - 1))] += 1.0
    amount = st.one_of(st.integers(-3, 3), st.floats(-100.0, 100.0, width=32))
    return Sample(counts, column(amount), column(amount))


def near(value: float | Floats, size: float = 100.0) -> object:
    return pytest.approx(float(value), rel=1e-9, abs=1e-11 * size)


# The axioms (Artzner, Delbaen, Eber & Heath 1999; Föllmer & Schied 2002)


@every
@DRAWN
@given(samples(), st.floats(-50.0, 50.0))
def test_a_certain_amount_is_added_to_the_risk(risk: Measure, sample: Sample, amount: float) -> None:
    expected = risk.value(sample.losses, sample.probability) + amount
    assert risk.value(sample.losses + amount, sample.probability) == near(expected)


@every_homogeneous
@DRAWN
@given(samples(), st.sampled_from([0.0, 1e-6, 0.3, 7.0, 1e9]))
def test_risk_scales_with_the_loss(risk: Measure, sample: Sample, factor: float) -> None:
    expected = factor * risk.value(sample.losses, sample.probability)
    assert risk.value(factor * sample.losses, sample.probability) == near(expected, 100.0 * factor)


@DRAWN
@given(samples(), st.sampled_from([1e-6, 0.3, 7.0, 1e9]))
def test_entropic_risk_scales_when_its_theta_does(sample: Sample, factor: float) -> None:
    expected = factor * EntropicRisk(0.7).value(sample.losses, sample.probability)
    scaled = EntropicRisk(0.7 / factor).value(factor * sample.losses, sample.probability)
    assert scaled == near(expected, 100.0 * factor)


@pytest.mark.slow
@every_convex
@DRAWN
@given(samples(), st.floats(0.0, 1.0))
def test_a_mix_is_no_riskier_than_its_parts(risk: Measure, sample: Sample, share: float) -> None:
    mixed = share * sample.losses + (1.0 - share) * sample.others
    one, other = (risk.value(losses, sample.probability) for losses in (sample.losses, sample.others))
    assert risk.value(mixed, sample.probability) <= share * one + (1.0 - share) * other + 1e-9


@pytest.mark.slow
@every_monotone
@DRAWN
@given(samples())
def test_smaller_losses_are_no_riskier(risk: Measure, sample: Sample) -> None:
    smaller = np.minimum(sample.losses, sample.others)
    assert risk.value(smaller, sample.probability) <= risk.value(sample.losses, sample.probability) + 1e-9


@every_other
def test_an_extra_gain_can_raise_what_is_not_monotone(risk: Measure) -> None:
    probability, losses, gain = np.array([0.02, 0.98]), np.array([0.0, 1.0]), np.array([-1.0, 1.0])
    assert risk.value(gain, probability) > risk.value(losses, probability)
    assert risk.weights(losses, probability)[0] < 0.0


# Duality


@pytest.mark.slow
@every_convex
@DRAWN
@given(samples())
def test_weights_are_a_subgradient(risk: Measure, sample: Sample) -> None:
    value = risk.value(sample.losses, sample.probability)
    weights = risk.weights(sample.losses, sample.probability)
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert not weights[sample.counts == 0.0].any()
    bound = value + weights @ (sample.others - sample.losses)
    assert risk.value(sample.others, sample.probability) >= bound - 1e-8
    if risk.monotone:
        assert weights.min() >= -1e-12
    if risk.homogeneous:
        assert weights @ sample.losses == near(value)


@every_convex
def test_weights_are_the_derivative(risk: Measure) -> None:
    random = np.random.default_rng(5)
    losses, probability = random.normal(size=12), random.dirichlet(np.ones(12))
    steps = 1e-6 * np.eye(12)
    rise = [risk.value(losses + step, probability) - risk.value(losses - step, probability) for step in steps]
    assert np.array(rise) / 2e-6 == pytest.approx(risk.weights(losses, probability), abs=1e-5)


@every_convex
@DRAWN
@given(samples(), st.permutations(range(8)))
def test_equal_losses_are_treated_alike(risk: Measure, sample: Sample, order: list[int]) -> None:
    turned = [k for k in order if k < len(sample.losses)]
    losses, probability = np.round(sample.losses / 20.0), sample.probability
    weights = risk.weights(losses, probability)
    assert risk.weights(losses[turned], probability[turned]) == pytest.approx(weights[turned], abs=1e-9)
    for loss in losses:
        alike = (losses == loss) & (probability > 0.0)
        density = weights[alike] / probability[alike]
        assert density == pytest.approx(density[:1].repeat(len(density)), abs=1e-9)


@every
@DRAWN
@given(samples())
def test_probabilities_equal_repeated_scenarios(risk: Measure, sample: Sample) -> None:
    repeated = np.repeat(sample.losses, sample.counts.astype(int))
    uniform = np.full(len(repeated), 1.0 / len(repeated))
    assert risk.value(repeated, uniform) == near(risk.value(sample.losses, sample.probability))


@every
def test_what_is_impossible_does_not_matter(risk: Measure) -> None:
    possible = risk.value(np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.25, 0.25]))
    losses, probability = np.array([1e9, 1.0, 2.0, 4.0, -1e9]), np.array([0.0, 0.5, 0.25, 0.25, 0.0])
    assert risk.value(losses, probability) == pytest.approx(possible, rel=1e-12)


@every
@pytest.mark.parametrize("loss", [0.0, -3e-7, 0.1, 123456.789, 1e9 / 3.0])
@pytest.mark.parametrize("scenarios", [1, 7])
def test_a_certain_loss_is_its_own_risk(risk: Measure, loss: float, scenarios: int) -> None:
    probability = np.full(scenarios, 1.0 / scenarios)
    assert risk.value(np.full(scenarios, loss), probability) == pytest.approx(loss, rel=1e-12)
    if risk.convex:
        assert risk.weights(np.full(scenarios, loss), probability) == pytest.approx(probability, abs=1e-12)


# CVaR, VaR and mixtures


@DRAWN
@given(samples(), st.floats(0.0, 0.99))
def test_cvar_minimises_rockafellar_and_uryasevs_function(sample: Sample, level: float) -> None:
    excess = np.maximum(sample.losses - sample.losses[:, None], 0.0) @ sample.probability
    assert CVaR(level).value(sample.losses, sample.probability) == near(
        (sample.losses + excess / (1.0 - level)).min()
    )


@DRAWN
@given(samples(), st.floats(0.01, 1.0))
def test_var_is_the_least_loss_that_is_improbable_to_exceed(sample: Sample, level: float) -> None:
    value = VaR(level).value(sample.losses, sample.probability)
    assert sample.probability[sample.losses <= value].sum() >= level - 1e-9
    assert sample.probability[sample.losses < value].sum() < level


def test_a_tail_of_five_percent_of_200_scenarios_holds_ten() -> None:
    losses, probability = np.arange(200.0), np.full(200, 1.0 / 200.0)
    assert VaR(0.95).value(losses, probability) == 189.0
    assert CVaR(0.95).value(losses, probability) == pytest.approx(np.arange(190, 200).mean(), rel=1e-12)


def test_cvar_splits_an_outcome_on_the_edge() -> None:
    losses, probability = np.array([10.0, 0.0, 2.0]), np.array([0.1, 0.7, 0.2])
    assert CVaR(0.8).weights(losses, probability) == pytest.approx([0.5, 0.0, 0.5])
    assert CVaR(0.8).value(losses, probability) == pytest.approx(6.0)


@DRAWN
@given(samples())
def test_a_spectrum_mixes_cvar(sample: Sample) -> None:
    parts = sum(w * CVaR(level).value(sample.losses, sample.probability) for level, w in MIXTURE.spectrum)
    assert MIXTURE.value(sample.losses, sample.probability) == near(parts)


def test_var_has_no_weights() -> None:
    assert not VaR(0.9).convex
    with pytest.raises(ValueError, match="is not convex and has no scenario weights: use CVaR"):
        VaR(0.9).weights(np.zeros(2), np.full(2, 0.5))


# Entropic measures


@DRAWN
@given(samples(), st.floats(1e-6, 0.999999), st.floats(-12.0, 12.0))
def test_evar_is_proven_from_both_sides(sample: Sample, level: float, log_t: float) -> None:
    losses, probability = sample.losses, sample.probability
    value = EntropicVaR(level).value(losses, probability)
    weights = EntropicVaR(level).weights(losses, probability)
    above = EntropicRisk(np.exp(log_t)).value(losses, probability) - np.log1p(-level) / np.exp(log_t)
    assert value <= above + 1e-8
    ratio = weights[weights > 0.0] / probability[weights > 0.0]
    assert weights[weights > 0.0] @ np.log(ratio) <= -np.log1p(-level) + 1e-9
    assert weights @ losses == near(value)


def test_evar_of_many_scenarios_is_proven() -> None:
    losses = np.random.default_rng(2).lognormal(0.0, 2.0, 100_000)
    probability = np.full(len(losses), 1e-5)
    weights = EntropicVaR(0.95).weights(losses, probability)
    assert weights @ np.log(np.maximum(weights, 1e-300) / probability) == pytest.approx(
        -np.log(0.05), abs=1e-9
    )
    assert weights @ losses == pytest.approx(EntropicVaR(0.95).value(losses, probability), rel=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("losses", [[0.0990, 593.97, 4.566], [0.0, 1.0, 1.0 - 1e-12], [0.0, 1e-9, 1e9]])
@pytest.mark.parametrize("least", [1e-3, 1e-12])
@pytest.mark.parametrize("level", [1e-18, 1e-9, 0.56, 0.9674571767344448, 1.0 - 1e-9])
def test_evar_of_lopsided_losses(losses: list[float], least: float, level: float) -> None:
    amounts, probability = np.array(losses), np.array([1.0 - least - 0.01, least, 0.01])
    value = EntropicVaR(level).value(amounts, probability)
    assert EntropicVaR(level).weights(amounts, probability) @ amounts == pytest.approx(
        value, abs=1e-11 * np.ptp(amounts)
    )
    assert CVaR(level).value(amounts, probability) <= value + 1e-12 * np.ptp(amounts)
    for t in np.geomspace(1e-9, 1e13, 500) / np.ptp(amounts):
        above = EntropicRisk(t).value(amounts, probability) - np.log1p(-level) / t
        assert value <= above + 1e-12 * np.ptp(amounts)


# Order, limits and closed forms


@DRAWN
@given(samples(), st.floats(0.0, 1.0), st.floats(1e-3, 10.0))
def test_measures_are_ordered(sample: Sample, level: float, theta: float) -> None:
    kinds = (VaR(level), CVaR(level), EntropicVaR(level), WorstCase())
    values = [risk.value(sample.losses, sample.probability) for risk in kinds]
    mean = sample.probability @ sample.losses
    assert all(less <= more + 1e-9 for less, more in pairwise(values))
    assert mean <= values[1] + 1e-9
    assert mean - 1e-9 <= EntropicRisk(theta).value(sample.losses, sample.probability) <= values[-1] + 1e-9


@DRAWN
@given(samples())
def test_limits(sample: Sample) -> None:
    losses, probability = sample.losses, sample.probability
    mean, worst = near(probability @ losses), near(losses[probability > 0.0].max())
    for kind in (CVaR, EntropicVaR):
        assert kind(0.0).value(losses, probability) == mean
        assert kind(1.0).value(losses, probability) == worst
        assert kind(0.0).weights(losses, probability) == pytest.approx(probability, abs=1e-12)
        assert kind(1.0).weights(losses, probability) == pytest.approx(
            WorstCase().weights(losses, probability)
        )
    assert EntropicVaR(1e-22).value(losses, probability) == near(probability @ losses, 1e3)
    assert EntropicRisk(1e-13).value(losses, probability) == near(probability @ losses, 1e3)
    assert EntropicRisk(1e12).value(losses, probability) == worst
    assert VaR(0.0).value(losses, probability) == losses[probability > 0.0].min()
    assert VaR(1.0).value(losses, probability) == worst
    for deviation in (MeanStd, MeanSemideviation, MeanAbsoluteDeviation):
        assert deviation(0.0).value(losses, probability) == mean


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e9])
def test_normal_losses(unit: float) -> None:
    grades = (np.arange(100_000) + 0.5) / 100_000
    losses, probability = unit * (5.0 + 2.0 * ndtri(grades)), np.full(len(grades), 1e-5)
    closed: dict[Measure, float] = {
        VaR(0.95): 5.0 + 2.0 * 1.6448536,
        CVaR(0.95): 5.0 + 2.0 * 2.0627128,
        EntropicVaR(0.95): 5.0 + 2.0 * np.sqrt(-2.0 * np.log(0.05)),
        EntropicRisk(0.25 / unit): 5.0 + 0.25 * 4.0 / 2.0,
        MeanStd(1.5): 5.0 + 1.5 * 2.0,
        MeanSemideviation(1.0): 5.0 + 2.0 / np.sqrt(2.0),
        MeanAbsoluteDeviation(1.0): 5.0 + 2.0 * np.sqrt(2.0 / np.pi),
    }
    for risk, value in closed.items():
        assert risk.value(losses, probability) / unit == pytest.approx(value, rel=2e-3), str(risk)


def test_chance_of_a_loss() -> None:
    losses, probability = np.array([-1.0, 0.0, 2.0, 5.0]), np.array([0.4, 0.3, 0.2, 0.1])
    assert probability_of_loss(losses, probability) == pytest.approx(0.3)
    assert probability_of_loss(losses, probability, above=2.0) == pytest.approx(0.1)


# Names


def test_every_name_of_the_format_is_a_measure() -> None:
    names = get_args(get_args(MeasureName)[0])
    assert set(MEASURES) == set(names)
    for name in names:
        assert measure(name, spectrum=((0.9, 1.0),)).name == name


def test_a_measure_takes_the_parameters_it_has() -> None:
    assert measure("cvar", level=0.9, theta=3.0, kappa=2.0) == CVaR(0.9)
    assert measure("entropic") == EntropicRisk(1.0)
    assert measure("entropic", theta=3.0) == EntropicRisk(3.0)
    assert measure("mad", kappa=0.0) == MeanAbsoluteDeviation(0.0)
    assert measure("spectral", spectrum=((0.5, 0.5), (0.9, 0.5))) == Spectral(((0.5, 0.5), (0.9, 0.5)))


def test_measures_print_and_hash() -> None:
    assert str(CVaR(0.95)) == "CVaR at 0.95"
    assert str(Spectral(((0.5, 0.25), (0.9, 0.75)))) == "mixture of 0.25 CVaR at 0.5 and 0.75 CVaR at 0.9"
    assert len({str(risk) for risk in ALL}) == len(set(ALL)) == len(ALL)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("cvar", {"level": 1.2}, "tail confidence between 0 and 1, not 1.2"),
        ("evar", {"level": float("nan")}, "tail confidence between 0 and 1"),
        ("var", {"level": -0.1}, "tail confidence between 0 and 1"),
        ("entropic", {"theta": 0.0}, "theta above 0"),
        ("mean_std", {"kappa": -1.0}, "kappa of the deviation of at least 0"),
        ("spectral", {}, "add up to 1, not 0"),
        ("spectral", {"spectrum": ((0.5, 1.5), (0.9, -0.5))}, "at least 0, not -0.5"),
        ("spectral", {"spectrum": ((5.0, 1.0),)}, "tail confidence between 0 and 1, not 5"),
        ("sharpe", {}, "var, not 'sharpe'"),
    ],
)
def test_wrong_parameters_are_named(name: str, parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        measure(name, **parameters)
