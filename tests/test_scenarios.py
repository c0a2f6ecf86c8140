"""Scenario sets: what is drawn has the distribution asked for, and parts and sums of a set are exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, multivariate_normal, multivariate_t, norm, t

from solver.risk.copulas import Clayton, Gaussian, Independent, StudentT
from solver.risk.dependence import Dependence, Factors, PerKind, PerScore
from solver.risk.drawing import Engagement, draw
from solver.risk.margins import MARGINS, Lognormal
from solver.risk.scenarios import Multipliers, ScenarioSet
from solver.risk.sobol import blocks
from tests.draws import draws

INDUSTRY = np.array([0, 0, 0, 1, -1])
REGION = np.array([0, 0, 1, 1, -1])
CORRELATIONS = (0.2, 0.3, 0.1)
CV_03 = Lognormal.with_mean_one(0.3)


def factors(df: float | None = None) -> Factors:
    return Factors(*CORRELATIONS, INDUSTRY, REGION, df)


DEPENDENCES: dict[str, Dependence] = {
    "factors": factors(),
    "t factors": factors(4.0),
    "one copula for each kind": PerKind(Gaussian(np.full((5, 5), 0.4) + 0.6 * np.eye(5))),
    "one t copula for each kind": PerKind(StudentT(np.full((5, 5), 0.4) + 0.6 * np.eye(5), 3.0)),
    "clayton": PerScore(lambda d: Clayton(2.0, d)),
    "independent": PerScore(Independent),
}


def tau(first: np.ndarray, second: np.ndarray) -> float:
    return float(kendalltau(first, second).statistic)


def theory(correlation: float) -> float:
    return 2.0 / np.pi * np.arcsin(correlation)


def shared(first: int, second: int) -> float:
    """The correlation of scores of two elements, by the factors that both have."""
    market, industry, region = CORRELATIONS
    same_industry = INDUSTRY[first] == INDUSTRY[second] >= 0
    same_region = REGION[first] == REGION[second] >= 0
    return market + industry * same_industry + region * same_region


# What is drawn


@pytest.mark.parametrize("name", DEPENDENCES)
def test_everybody_delivers_as_often_as_promised(name: str) -> None:
    chances = [0.03, 0.5, 0.7, 0.9, 0.99]
    drawn = draw([Engagement(e, p) for e, p in enumerate(chances)], DEPENDENCES[name], 8192, 5)
    often = [drawn.delivered.of(e).mean() for e in range(5)]
    assert often == pytest.approx(chances, abs=0.006)
    assert drawn.delivered.mean(drawn.probability) == pytest.approx(often)


@pytest.mark.slow
@pytest.mark.parametrize("name", DEPENDENCES)
def test_every_score_is_uniform_by_itself(name: str) -> None:
    dependence, element = DEPENDENCES[name], np.array([0, 0, 1, 2, 3, 4])
    kind = np.array([0, 1, 0, 1, 2, 1])
    (uniforms,) = blocks(65536, dependence.uniforms(element, kind), 13, block=65536)
    scores = np.sort(dependence.scores(uniforms, element, kind), axis=0)
    assert np.abs(scores - (np.arange(65536)[:, None] + 0.5) / 65536).max() < 0.003


@pytest.mark.slow
@pytest.mark.parametrize("name", DEPENDENCES)
@pytest.mark.parametrize("family", MARGINS)
def test_multipliers_have_mean_one_and_the_coefficient_of_variation(name: str, family: str) -> None:
    cvs = [0.1, 0.2, 0.3, 0.5, 0.6]
    margins = [MARGINS[family].with_mean_one(cv) for cv in cvs]
    engaged = [Engagement(e, revenue=margin, cost=margin) for e, margin in enumerate(margins)]
    drawn = draw(engaged, DEPENDENCES[name], 8192, 11)
    for part in (drawn.revenue, drawn.cost):
        values = np.array([part.of(e) for e in range(5)])
        assert values.mean(axis=1) == pytest.approx(np.ones(5), abs=0.01)
        assert values.std(axis=1) == pytest.approx(cvs, rel=0.05)


def test_a_margin_with_another_mean_becomes_a_multiplier() -> None:
    drawn = draw([Engagement(0, revenue=Lognormal(3.0, 0.4))], factors(), 4096, 1)
    assert drawn.revenue.of(0).mean() == pytest.approx(1.0, abs=0.005)


def test_what_fails_earns_nothing_and_what_is_certain_is_not_drawn() -> None:
    engaged = [Engagement(0, 0.6, CV_03), Engagement(1, 0.0, CV_03), Engagement(2), Engagement(3, 0.0)]
    drawn = draw(engaged, factors(), 512, 3)
    fails = drawn.delivered.of(0) == 0
    assert 0 < fails.sum() < 512
    assert np.all((drawn.revenue.of(0) == 0) == fails)
    for never in (1, 3):
        assert not drawn.delivered.of(never).any()
        assert not drawn.revenue.of(never).any()
    assert np.all(drawn.revenue.of(2) == 1)
    assert drawn.cost.columns.tolist() == []
    assert drawn.probability.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("df", [None, 4.0])
def test_revenues_share_what_the_factors_say(df: float | None) -> None:
    drawn = draw([Engagement(e, revenue=CV_03) for e in range(5)], factors(df), 4096, 2)
    for first in range(5):
        for second in range(first):
            found = tau(drawn.revenue.of(first), drawn.revenue.of(second))
            assert found == pytest.approx(theory(shared(first, second)), abs=0.03), (first, second)


def test_elements_without_an_industry_share_nothing_but_the_market() -> None:
    nowhere = Factors(0.0, 0.9, 0.1, np.array([-1, -1]), np.array([-1, -1]))
    drawn = draw([Engagement(e, revenue=CV_03) for e in range(2)], nowhere, 4096, 2)
    assert tau(drawn.revenue.of(0), drawn.revenue.of(1)) == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("df", [None, 4.0])
@pytest.mark.parametrize(("element", "correlation"), [(0, 0.6), (4, 0.2)])
def test_the_scores_of_one_element_share_its_factors(
    df: float | None, element: int, correlation: float
) -> None:
    # The quadrant probability of an elliptical pair is 1/4 + arcsin ρ / 2π.
    engaged = [Engagement(element, 0.5, cost=CV_03), Engagement(element, revenue=CV_03, cost=CV_03)]
    drawn = draw(engaged, factors(df), 8192, 9)
    cheap = drawn.cost.of(0) < np.median(drawn.cost.of(0))
    both = float((drawn.delivered.of(0) * cheap).mean())
    assert both == pytest.approx(0.25 + np.arcsin(correlation) / (2 * np.pi), abs=0.01)
    assert tau(drawn.revenue.of(1)[:4096], drawn.cost.of(1)[:4096]) == pytest.approx(
        -theory(correlation), abs=0.03
    )


def test_bad_states_are_dear() -> None:
    engaged = [Engagement(e, 0.8, CV_03, CV_03) for e in range(5)]
    for name, dependence in DEPENDENCES.items():
        drawn = draw(engaged, dependence, 2048, 4)
        earned, spent = drawn.revenue.of(0), drawn.cost.of(0)
        together = tau(earned, spent)
        if name == "independent" or "each kind" in name:
            assert together == pytest.approx(0.0, abs=0.04)
        else:
            assert together < -0.1
            assert spent[earned == 0].mean() > spent[earned > 0].mean() + 0.05


@pytest.mark.parametrize("name", ["one copula for each kind", "one t copula for each kind"])
def test_every_kind_of_score_has_the_matrix_and_knows_nothing_of_the_others(name: str) -> None:
    engaged = [Engagement(e, 0.8, CV_03, CV_03) for e in range(5)]
    drawn = draw(engaged, DEPENDENCES[name], 16384, 4)
    both = (drawn.delivered.of(0) * drawn.delivered.of(1)) > 0
    assert both.mean() > 0.8**2 + 0.02
    earned = [drawn.revenue.of(e)[both] for e in (0, 1)]
    spent = [drawn.cost.of(e) for e in (0, 1)]
    assert tau(*earned) == pytest.approx(theory(0.4), abs=0.04)
    assert tau(*spent) == pytest.approx(theory(0.4), abs=0.04)
    assert tau(earned[0], spent[0][both]) == pytest.approx(0.0, abs=0.04)
    assert spent[0][~both].mean() == pytest.approx(spent[0][both].mean(), abs=0.02)


@pytest.mark.parametrize("name", DEPENDENCES)
@pytest.mark.parametrize("scenarios", [1, 7, 512])
def test_multipliers_have_mean_one_given_delivery_in_every_set(name: str, scenarios: int) -> None:
    margins = {family: MARGINS[family].with_mean_one(0.3) for family in sorted(MARGINS)[:4]}
    engaged = [Engagement(e, 0.2 + 0.2 * e, margin, margin) for e, margin in enumerate(margins.values())]
    for seed in (1, 2):
        drawn = draw(engaged, DEPENDENCES[name], scenarios, seed)
        for e in range(len(engaged)):
            delivers = drawn.delivered.of(e) > 0
            earned = drawn.revenue.of(e)
            assert not earned[~delivers].any()
            if delivers.any():
                assert earned[delivers].mean() == pytest.approx(1.0)
            assert drawn.cost.of(e).mean() == pytest.approx(1.0)


def test_student_t_scores_fail_together() -> None:
    chance, df = 0.02, 3.0
    correlation = np.array([[1.0, 0.6], [0.6, 1.0]])
    failures = {}
    for key in (None, df):
        drawn = draw([Engagement(e, 1 - chance) for e in range(2)], factors(key), 32768, 8)
        failures[key] = float(((drawn.delivered.of(0) == 0) & (drawn.delivered.of(1) == 0)).mean())
    q = norm.ppf(chance)
    normal = float(multivariate_normal(cov=correlation).cdf([q, q]))
    q = t.ppf(chance, df)
    student = float(multivariate_t(shape=correlation, df=df, seed=1).cdf([q, q]))
    assert failures[None] == pytest.approx(normal, abs=0.001)
    assert failures[df] == pytest.approx(student, abs=0.001)
    assert failures[df] > 1.5 * failures[None]


def test_a_seed_has_one_scenario_set() -> None:
    engaged = [Engagement(0, 0.7, CV_03, CV_03), Engagement(1, 1.0, CV_03)]
    prints = {seed: draw(engaged, factors(), 100, seed).fingerprint for seed in range(5)}
    assert len(set(prints.values())) == 5
    again = draw(engaged, factors(), 100, 3)
    assert again.fingerprint == prints[3]
    assert again.seed == 3
    assert len(again) == 100


def test_the_fingerprint_covers_everything() -> None:
    base = numbered(4)
    other = Multipliers(np.full((4, 1), 2.0), np.array([0]), 1)
    none = Multipliers(np.ones((4, 0)), np.zeros(0, np.int64), 1)
    failing = Multipliers(np.zeros((4, 1), dtype=bool), np.array([0]), 1)
    changed = [
        ScenarioSet(np.array([0.1, 0.2, 0.3, 0.4]), none, base.revenue, none),
        ScenarioSet(base.probability, failing, base.revenue, none),
        ScenarioSet(base.probability, none, other, none),
        ScenarioSet(base.probability, none, base.revenue, other),
    ]
    assert len({one.fingerprint for one in (base, *changed)}) == 5


@pytest.mark.parametrize("name", DEPENDENCES)
def test_levels_of_one_partner_share_its_scores(name: str) -> None:
    light = Engagement(2, 0.6, Lognormal.with_mean_one(0.2), Lognormal.with_mean_one(0.5))
    deep = Engagement(2, 0.9, Lognormal.with_mean_one(0.6), Lognormal.with_mean_one(0.1))
    drawn = draw([light, deep], DEPENDENCES[name], 1024, 6)
    lower, higher = (drawn.delivered.of(g) > 0 for g in range(2))
    assert np.all(higher[lower])
    assert higher.sum() > lower.sum()
    earned = np.array([drawn.revenue.of(g)[lower] for g in range(2)])
    spent = np.array([drawn.cost.of(g) for g in range(2)])
    for pair in (earned, spent):
        order = np.argsort(pair[0])
        assert np.all(np.diff(pair[1][order]) >= 0)


# Parts of a set


def numbered(count: int, probability: np.ndarray | None = None) -> ScenarioSet:
    """A set in which the revenue of engagement 0 numbers the scenarios from 1."""
    none = Multipliers(np.ones((count, 0)), np.zeros(0, np.int64), 1)
    numbers = Multipliers(np.arange(1.0, count + 1)[:, None], np.array([0]), 1)
    return ScenarioSet(np.full(count, 1 / count) if probability is None else probability, none, numbers, none)


@pytest.mark.slow
@draws(60)
@given(count=st.integers(2, 60), share=st.floats(0.02, 0.98), seed=st.integers(0, 100))
def test_a_split_is_disjoint_and_complete(count: int, share: float, seed: int) -> None:
    probability = np.random.default_rng(seed).dirichlet(np.ones(count))
    whole = numbered(count, probability)
    wanted = round(share * count)
    if not 0 < wanted < count:
        with pytest.raises(ValueError, match="leaves one part empty"):
            whole.split(share)
        return
    parts = whole.split(share)
    numbers = [part.revenue.of(0) for part in parts]
    assert len(parts[0]) == wanted
    assert sorted(np.concatenate(numbers)) == list(range(1, count + 1))
    for part, own in zip(parts, numbers, strict=True):
        kept = probability[own.astype(int) - 1]
        assert part.probability == pytest.approx(kept / kept.sum())


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, 2.0])
def test_no_part_is_empty(share: float) -> None:
    with pytest.raises(ValueError, match="leaves one part empty"):
        numbered(10).split(share)


def test_some_scenarios_are_a_set_of_their_own() -> None:
    drawn = draw([Engagement(0, 0.5, CV_03, CV_03), Engagement(1)], factors(), 64, 1)
    places = np.array([3, 60, 7])
    part = drawn.at(places)
    assert part.probability == pytest.approx(np.full(3, 1 / 3))
    assert part.seed == drawn.seed
    for name in ("delivered", "revenue", "cost"):
        for g in range(2):
            assert getattr(part, name).of(g) == pytest.approx(getattr(drawn, name).of(g)[places])


# Sums over a set


@draws(60)
@given(st.integers(1, 7), st.integers(1, 6), st.booleans(), st.integers(0, 10_000))
def test_multipliers_are_a_matrix_with_ones_left_out(
    scenarios: int, engagements: int, truths: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    columns = np.flatnonzero(random.random(engagements) < 0.6)
    values = random.normal(size=(scenarios, len(columns)))
    sparse = Multipliers(values > 0 if truths else values, columns, engagements)
    dense = np.ones((scenarios, engagements))
    dense[:, columns] = sparse.values
    weights = random.normal(size=scenarios)
    amounts = random.normal(size=engagements) * (random.random(engagements) < 0.7)
    some = random.integers(0, scenarios, 3)
    assert sparse.mean(weights) == pytest.approx(weights @ dense)
    assert sparse.combined(amounts) == pytest.approx(dense @ amounts)
    assert sparse.lowest == pytest.approx(min(1.0, dense.min()))
    for g in range(engagements):
        assert sparse.of(g) == pytest.approx(dense[:, g])
        assert sparse.at(some).of(g) == pytest.approx(dense[some, g])


def test_some_can_be_made_to_fail_always() -> None:
    engaged = [Engagement(0, 0.5), Engagement(1), Engagement(2, 0.7), Engagement(3, 0.0)]
    drawn = draw(engaged, factors(), 128, 1)
    failing = drawn.failing(np.array([1, 2]))
    for g, expected in enumerate([drawn.delivered.of(0), np.zeros(128), np.zeros(128), np.zeros(128)]):
        assert failing.delivered.of(g) == pytest.approx(expected)
    assert failing.delivered.columns.tolist() == [0, 1, 2, 3]
    assert failing.revenue is drawn.revenue
    assert drawn.delivered.of(1) == pytest.approx(np.ones(128))
    assert drawn.failing(np.zeros(0, np.int64)).fingerprint == drawn.fingerprint
