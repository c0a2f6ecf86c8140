"""Switching risk on changes what can go wrong, not what a planner's own success × revenue says (spec 5)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.instance.validation import warnings_of

Document = dict[str, Any]

BASE: Document = {
    "periods": 2,
    "discount_rate": 0.1,
    "partners": [
        {"id": "p1", "revenue": 10, "cost": 4, "success": 0.6, "revenue_cv": 0.5, "industry": "x"},
        {
            "id": "p2",
            "revenue": 20,
            "cost": 9,
            "setup_cost": 3,
            "success": 0.9,
            "cost_cv": 0.4,
            "industry": "x",
        },
        {"id": "p3", "revenue": 7, "cost": 1, "success": 0, "revenue_cv": 0.5},
        {"id": "p4", "revenue": 8, "cost": 1, "revenue_cv": 0.8, "cost_cv": 0.8},
    ],
    "levels": [
        {"partner": "p1", "level": "light"},
        {"partner": "p1", "level": "deep", "revenue": 18, "revenue_cv": 0.9, "success": 0.3},
    ],
    "applications": [{"id": "a1", "revenue": 30, "cost": 8, "success": 0.8, "revenue_cv": 0.3}],
    "risk": {"scenarios": 64, "seed": 3},
}
HISTORY = [
    {"period": n, "p1": 5 + 3 * np.sin(n), "p2": 9 + np.cos(3 * n), "p4": 6 + 2 * np.sin(2 * n)}
    for n in range(1, 25)
]
VARIANTS: dict[str, Document] = {
    "factors": {},
    "t": {"risk": BASE["risk"] | {"copula": "t", "df": 3}},
    "clayton": {"risk": BASE["risk"] | {"copula": "clayton"}},
    "independent": {"risk": BASE["risk"] | {"copula": "independent"}},
    "matrix": {"correlations": [{"first": "p1", "second": "p2", "correlation": 0.7}]},
    "history": {"history": HISTORY},
    "one scenario": {"risk": BASE["risk"] | {"scenarios": 1}},
    "normal": {"risk": BASE["risk"] | {"margin": "normal"}},
}


def assessed(**changes: Any) -> Any:
    return assess(pf.Instance.from_document(BASE | changes))


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_earned_in_the_mean_is_the_share_that_delivers_of_the_planners_own_revenue(name: str) -> None:
    assessment = assessed(**VARIANTS[name])
    options = assessment.options
    for outlook in (assessment.outlook, assessment.fresh_outlook):
        share = np.array([outlook.delivers(option).mean() for option in range(len(options))])
        assert outlook.expected == pytest.approx(share * options.earned - options.charged)
        assert outlook.cost_part(outlook.scenarios.probability) == pytest.approx(options.charged)


@pytest.mark.parametrize("name", ["factors", "matrix", "history"])
def test_many_scenarios_bring_what_the_nominal_value_says(name: str) -> None:
    changes = VARIANTS[name] | {"risk": BASE["risk"] | {"scenarios": 4096}}
    assessment = assessed(**changes)
    assert assessment.outlook.expected == pytest.approx(assessment.options.benefit, abs=0.15)


def multipliers(assessment: Any) -> list[np.ndarray]:
    drawn = assessment.outlook.scenarios
    return [part.values for part in (drawn.delivered, drawn.revenue, drawn.cost)]


@pytest.mark.slow
@pytest.mark.parametrize("others", [[], [{"first": "p1", "second": "p2", "correlation": 0.7}]])
@pytest.mark.parametrize("past", [[], HISTORY])
def test_a_typed_correlation_of_0_changes_nothing(others: list[Document], past: list[Document]) -> None:
    without = assessed(correlations=others, history=past)
    typed = assessed(correlations=[*others, {"first": "p2", "second": "p4", "correlation": 0}], history=past)
    for before, after in zip(multipliers(without), multipliers(typed), strict=True):
        assert np.array_equal(before, after)


def test_a_table_of_nothing_but_zeros_is_odd() -> None:
    instance = pf.Instance.from_document(
        BASE | {"correlations": [{"first": "p2", "second": "p4", "correlation": 0}]}
    )
    (sentence,) = [one for one in warnings_of(instance) if "orrelation" in one]
    assert "change nothing" in sentence
