"""What is drawn is tied by given correlations, common factors and other copulas."""

from __future__ import annotations

import pytest

from solver.risk.margins import MARGINS
from tests.drawn_outlook import DRAWS, Document, assessed, multipliers, partner, past, tau, theory


@pytest.mark.parametrize(("copula", "df"), [("gaussian", 5.0), ("t", 3.0)])
def test_given_correlations_are_those_of_the_scores(copula: str, df: float) -> None:
    given_pairs = {("p1", "p2"): 0.8, ("p2", "a1"): -0.4, ("p1", "a1"): -0.1}
    document = {
        "partners": [partner(f"p{n}", revenue_cv=0.3, industry="health") for n in (1, 2, 3)],
        "applications": [partner("a1", revenue_cv=0.3, cost_cv=0.2, industry="health")],
        "correlations": [
            {"first": one, "second": two, "correlation": r} for (one, two), r in given_pairs.items()
        ],
        "risk": {"scenarios": DRAWS, "copula": copula, "df": df, "market_correlation": 0.6},
    }
    assessment = assessed(document)
    drawn = multipliers(assessment)
    for (one, two), correlation in given_pairs.items():
        assert tau(drawn[one], drawn[two]) == pytest.approx(theory(correlation), abs=0.03)
    for other in ("p1", "p2", "a1"):
        assert tau(drawn["p3"], drawn[other]) == pytest.approx(0.0, abs=0.03)
    assert tau(drawn["a1"], multipliers(assessment, "cost")["a1"]) == pytest.approx(0.0, abs=0.03)


def test_given_correlations_come_before_the_past() -> None:
    margins = {id_: MARGINS["lognormal"].with_mean_one(0.4) for id_ in ("p1", "p2")}
    document = {
        "partners": [partner("p1"), partner("p2")],
        "history": past(margins, 0.8, 200),
        "correlations": [{"first": "p2", "second": "p1", "correlation": -0.5}],
        "risk": {"scenarios": DRAWS},
    }
    drawn = multipliers(assessed(document))
    assert drawn["p1"].std() == pytest.approx(0.4, rel=0.15)
    assert tau(drawn["p1"], drawn["p2"]) == pytest.approx(theory(-0.5), abs=0.03)


@pytest.mark.parametrize("copula", ["gaussian", "t"])
def test_common_factors_are_read_from_industries_and_regions(copula: str) -> None:
    document = {
        "partners": [
            partner("p1", revenue_cv=0.3, industry="health", region="north"),
            partner("p2", revenue_cv=0.3, industry="health", region="south"),
            partner("p3", revenue_cv=0.3),
        ],
        "applications": [partner("a1", revenue_cv=0.3, industry="health", region="north")],
        "risk": {
            "scenarios": DRAWS,
            "copula": copula,
            "market_correlation": 0.1,
            "industry_correlation": 0.25,
            "region_correlation": 0.4,
        },
    }
    drawn = multipliers(assessed(document))
    expected = {("p1", "a1"): 0.75, ("p1", "p2"): 0.35, ("p2", "a1"): 0.35, ("p1", "p3"): 0.1}
    for (one, two), correlation in expected.items():
        assert tau(drawn[one], drawn[two]) == pytest.approx(theory(correlation), abs=0.03)


@pytest.mark.parametrize(
    ("risk", "expected"),
    [
        ({"copula": "clayton", "clayton_theta": 2.0}, 0.5),
        ({"copula": "clayton", "clayton_theta": 0.5}, 0.2),
        ({"copula": "independent", "market_correlation": 0.9, "industry_correlation": 0.1}, 0.0),
    ],
)
def test_other_copulas_tie_everything_alike(risk: Document, expected: float) -> None:
    document = {
        "partners": [partner(f"p{n}", revenue_cv=0.3, cost_cv=0.2, industry="health") for n in (1, 2)],
        "risk": {"scenarios": DRAWS, "region_correlation": 0.0} | risk,
    }
    assessment = assessed(document)
    earned, spent = multipliers(assessment), multipliers(assessment, "cost")
    assert tau(earned["p1"], earned["p2"]) == pytest.approx(expected, abs=0.03)
    assert tau(earned["p1"], spent["p1"]) == pytest.approx(-expected, abs=0.03)
    assert tau(spent["p1"], spent["p2"]) == pytest.approx(expected, abs=0.03)
