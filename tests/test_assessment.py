"""The five models that turn facts into coefficients: worked examples by hand, and identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.assessment.assessment import assess
from solver.assessment.benefit import cash_flow, cooperation_benefit, discount_factors
from solver.assessment.evidence import posterior
from solver.assessment.market import Market
from solver.assessment.technology import complementarity, gap_filled
from solver.instance.instance import Instance
from solver.instance.tables import Evidence
from tests.draw import documents
from tests.draws import draws

DRAWN = draws(40)

unit = st.floats(0.0, 1.0)
weight = st.one_of(st.just(0.0), st.floats(0.01, 10.0))
attraction = st.floats(0.0, 1_000.0)


def market(worth: float, hub: float, rival: float) -> Market:
    return Market(np.array([worth]), np.array([hub]), np.array([rival]), np.zeros((1, 0)))


def test_benefit_of_the_worked_example() -> None:
    assert cooperation_benefit(100, 50, 0.25) == 62.5
    document = {"roi_rate": 0.25, "partners": [{"id": "lab", "revenue": 100, "cost": 50}]}
    assert assess(Instance.from_document(document)).options.benefit.tolist() == [62.5]


def test_evidence_of_the_worked_example() -> None:
    pilot = Evidence(partner="lab", trials=200, successes=170)
    belief = posterior(0.7, 10, [pilot])
    assert belief.mean == pytest.approx(177 / 210, abs=1e-15)
    assert (belief.alpha, belief.beta) == pytest.approx((177, 33))
    interval = belief.interval()
    assert interval is not None
    assert interval[0] < belief.mean < interval[1]


def test_evidence_reaches_the_benefit() -> None:
    document = {
        "roi_rate": 0.0,
        "partners": [{"id": "lab", "revenue": 210, "cost": 0, "success": 0.7}],
        "evidence": [{"partner": "lab", "trials": 200, "successes": 170}],
    }
    assessment = assess(Instance.from_document(document))
    assert assessment.options.benefit.tolist() == pytest.approx([177.0])
    assert assessment.beliefs["lab"].mean == pytest.approx(177 / 210)


@DRAWN
@given(unit, st.floats(0.0, 100.0), st.integers(0, 50), unit, st.floats(0.0, 2.0))
def test_evidence_lies_between_belief_and_observation(
    success: float, strength: float, trials: int, rate: float, trust: float
) -> None:
    pilot = Evidence(partner="lab", trials=trials, successes=rate * trials, weight=trust)
    mean = posterior(success, strength, [pilot]).mean
    assert min(success, rate) - 1e-9 <= mean <= max(success, rate) + 1e-9
    assert posterior(success, strength).mean == success


def test_discount_and_lead_over_two_periods_by_hand() -> None:
    """Two periods at 25 %: the second counts 0.8. Revenue 10 at 0.5 success, cost 4, setup 3, lead 1.

    Start 1: revenue 0 + 5·0.8 = 4; spending 7 + 4·0.8 = 10.2; E = 4 − 10.2 + 0.5·10.2 = −1.1.
    Start 2: revenue nothing (it would earn from period 3); spending 7·0.8 = 5.6; E = −0.5·5.6 = −2.8.
    """
    partner = {"id": "lab", "revenue": 10, "cost": 4, "setup_cost": 3, "success": 0.5, "lead": 1}
    document = {"periods": 2, "discount_rate": 0.25, "roi_rate": 0.5, "partners": [partner]}
    options = assess(Instance.from_document(document)).options
    assert options.start.tolist() == [1, 2]
    assert options.ready.tolist() == [2, 3]
    assert options.revenue.tolist() == pytest.approx([4.0, 0.0])
    assert options.spending.tolist() == [[7.0, 4.0], [0.0, 7.0]]
    assert options.benefit.tolist() == pytest.approx([-1.1, -2.8])


def test_cash_flows_by_age_move_with_the_start() -> None:
    document = {
        "periods": 3,
        "roi_rate": 0.0,
        "partners": [{"id": "lab", "setup_cost": 1}],
        "cash_flows": [
            {"id": "lab", "age": 0, "revenue": 0, "cost": 5},
            {"id": "lab", "age": 1, "revenue": 8, "cost": 2},
            {"id": "lab", "age": 2, "revenue": 9},
        ],
    }
    options = assess(Instance.from_document(document)).options
    assert options.spending.tolist() == [[6, 2, 0], [0, 6, 2], [0, 0, 6]]
    assert options.revenue.tolist() == [17, 8, 0]


def test_discounting_at_rate_zero_adds_up() -> None:
    assert discount_factors(0.0, 4).tolist() == [1.0] * 4
    revenue, cost = np.array([3.0, 4.0, 5.0]), np.array([1.0, 1.0, 2.0])
    flow = cash_flow(revenue, cost, start=1, lead=0, setup_cost=0.0)
    discount = discount_factors(0.0, 3)
    assert flow.present_revenue(discount) - flow.present_cost(discount, 0.0) == 12.0 - 4.0


@pytest.mark.slow
@DRAWN
@given(documents(2_000))
def test_benefit_is_revenue_less_what_is_not_credited(document: dict) -> None:
    assessment = assess(Instance.from_document(document))
    options, rate = assessment.options, assessment.instance.roi_rate
    spent = options.spending @ assessment.discount
    assert options.benefit == pytest.approx(options.revenue - (1 - rate) * spent, abs=1e-9)
    assert (options.ready >= options.start).all()


@DRAWN
@given(st.floats(0.0, 1e4), attraction, st.floats(0.01, 1_000.0), attraction, attraction)
def test_tangent_of_the_market_gain_lies_above_the_gain(
    worth: float, hub: float, rival: float, touch: float, other: float
) -> None:
    one = market(worth, hub, rival)
    tangent = one.gain(0, touch) + one.slope(0, touch) * (other - touch)
    assert tangent >= one.gain(0, other) - 1e-9 * max(1.0, worth)
    assert one.slope(0, touch) >= 0


@DRAWN
@given(st.floats(0.0, 1e4), attraction, st.floats(0.01, 1_000.0), attraction)
def test_market_gain_starts_at_nothing_and_stays_below_the_market(
    worth: float, hub: float, rival: float, more: float
) -> None:
    one = market(worth, hub, rival)
    assert one.gain(0, hub) == pytest.approx(0.0, abs=1e-9)
    assert -1e-9 * max(1.0, worth) <= one.gain(0, hub + more) <= worth


vectors = st.integers(1, 5).flatmap(
    lambda size: st.tuples(
        *(st.lists(unit, min_size=size, max_size=size) for _ in range(3)),
        st.lists(weight, min_size=size, max_size=size),
    )
)


@DRAWN
@given(vectors)
def test_gap_filled_is_a_share(drawn: tuple[list[float], ...]) -> None:
    partner, hub, target, weights = (np.array(each) for each in drawn)
    assert 0.0 <= gap_filled(partner, hub, weights, target) <= 1.0 + 1e-12
    assert gap_filled(partner, target, weights, target) == 0.0
    if float(weights @ np.maximum(0.0, target - hub)) > 0:
        assert gap_filled(target, hub, weights, target) == pytest.approx(1.0)


@DRAWN
@given(vectors)
def test_complementarity_is_symmetric_and_not_negative(drawn: tuple[list[float], ...]) -> None:
    first, second, _, weights = (np.array(each) for each in drawn)
    both = complementarity(first, second, weights)
    assert both >= -1e-12
    assert both == pytest.approx(complementarity(second, first, weights), abs=1e-12)
    assert complementarity(first, first, weights) == pytest.approx(0.0, abs=1e-12)


def test_a_synergy_without_a_value_is_priced_by_complementarity() -> None:
    document = {
        "objective": {"synergy_per_complementarity": 16},
        "partners": [{"id": one, "revenue": 1, "cost": 1} for one in ("a", "b", "c")],
        "technologies": [{"id": "nlp"}, {"id": "vision"}],
        "capabilities": [
            {"holder": "a", "technology": "nlp", "level": 0.75},
            {"holder": "a", "technology": "vision", "level": 0.25},
            {"holder": "b", "technology": "nlp", "level": 0.25},
            {"holder": "b", "technology": "vision", "level": 0.5},
        ],
        "pairs": [
            {"first": "a", "second": "b", "kind": "synergy"},
            {"first": "a", "second": "c", "kind": "synergy", "value": -3},
        ],
    }
    assert [row.value for row in assess(Instance.from_document(document)).pairs] == [2.0, -3.0]


def test_options_of_a_running_partner() -> None:
    """It starts now and delivers at once; only a change of level costs setup and effort."""
    document = {
        "periods": 3,
        "roi_rate": 0.0,
        "partners": [
            {
                **{"id": "lab", "revenue": 10, "cost": 2, "setup_cost": 5, "lead": 2, "effort": 3},
                **{"coordination_cost": 4, "exit_cost": 7, "status": "running", "running_level": "deep"},
            }
        ],
        "levels": [{"partner": "lab", "level": "light"}, {"partner": "lab", "level": "deep"}],
    }
    assessment = assess(Instance.from_document(document))
    options = assessment.options
    assert options.level == ("light", "deep")
    assert options.start.tolist() == [1, 1]
    assert options.ready.tolist() == [1, 1]
    assert options.spending.tolist() == [[7, 2, 2], [2, 2, 2]]
    assert options.effort.tolist() == [3, 0]
    assert options.coordination.tolist() == [0, 0]
    assert options.benefit.tolist() == [30 - 11, 30 - 6]
    assert assessment.exit_cost.tolist() == [7]
    assert assessment.running.tolist() == [True]


def test_without_a_running_level_the_first_one_runs() -> None:
    document = {
        "partners": [{"id": "lab", "revenue": 10, "cost": 2, "setup_cost": 5, "status": "running"}],
        "levels": [{"partner": "lab", "level": "light"}, {"partner": "lab", "level": "deep"}],
    }
    assert assess(Instance.from_document(document)).options.spending.tolist() == [[2], [7]]
