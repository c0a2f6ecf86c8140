"""From the tables to the scenarios: what is drawn, from which margin, tied by what, and by whose word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.risk.copulas import Gaussian
from solver.risk.margins import MARGINS, ContinuousMargin
from solver.risk.measures import CVaR
from tests.oracle.facts import Facts
from tests.oracle.worth import resolve, value_of
from tests.oracles import feasible_portfolios

Document = dict[str, Any]
DRAWS = 4096


def partner(id_: str, **cells: Any) -> Document:
    return {"id": id_, "revenue": 10.0, "cost": 4.0} | cells


def assessed(document: Document) -> Assessment:
    return assess(pf.Instance.from_document(document))


def multipliers(assessment: Assessment, part: str = "revenue") -> dict[str, np.ndarray]:
    """The multipliers of every element's first option, by id."""
    outlook = assessment.outlook
    first = {id_: assessment.options.of(e)[0] for e, id_ in enumerate(assessment.elements)}
    drawn = getattr(outlook.scenarios, part)
    return {id_: drawn.of(int(outlook.engagement[option])) for id_, option in first.items()}


def tau(first: np.ndarray, second: np.ndarray) -> float:
    return float(kendalltau(first, second).statistic)


def theory(correlation: float) -> float:
    return 2.0 / np.pi * np.arcsin(correlation)


# The planner's own scenarios

OWN: Document = {
    "periods": 2,
    "partners": [partner("p1", success=0.5, cost_cv=0.5), partner("p2", success=0.5)],
    "levels": [{"partner": "p1", "level": "light"}, {"partner": "p1", "level": "deep", "cost": 6.0}],
    "applications": [partner("a1", revenue=30.0, revenue_cv=0.4)],
    "capabilities": [{"holder": name, "technology": "nlp", "level": 1.0} for name in ("p1", "p2")],
    "requirements": [{"application": "a1", "technology": "nlp", "level": 0.5}],
    "pairs": [{"first": "p1", "second": "p2", "kind": "synergy", "value": 2.5}],
    "scenarios": [
        {"scenario": "boom", "probability": 0.25, "id": "p1", "benefit": 40.0},
        {"scenario": "bust", "probability": 0.75, "id": "p1", "benefit": -8.0},
        {"scenario": "boom", "probability": 0.25, "id": "a1", "benefit": 50.0},
    ],
    "risk": {"measure": "cvar", "level": 0.5, "limit": 20.0},
}


def test_own_scenarios_take_the_place_of_the_benefit_at_any_level_and_start() -> None:
    assessment = assessed(OWN)
    options, outlook = assessment.options, assessment.outlook
    assert outlook.scenarios.probability == pytest.approx([0.25, 0.75])
    by_scenario = np.array([outlook.weighted(weights) for weights in np.eye(2)])
    own = {("boom", "p1"): 40.0, ("bust", "p1"): -8.0, ("boom", "a1"): 50.0}
    assert len(options) == 8
    for o in range(len(options)):
        id_ = assessment.elements[options.element[o]]
        for s, scenario in enumerate(("boom", "bust")):
            expected = own.get((scenario, id_), options.benefit[o])
            assert by_scenario[s, o] == pytest.approx(expected), (id_, scenario)


def test_own_scenarios_know_no_recourse_no_seed_and_no_fresh_set() -> None:
    assessment = assessed(OWN)
    outlook = assessment.outlook
    assert not outlook.recourse
    assert not any(outlook.may_fail(o) for o in range(len(assessment.options)))
    assert assessment.fresh_outlook is None
    result = pf.solve(pf.Instance.from_document(OWN))
    assert result.risk.out_of_sample is None
    assert result.risk.seed is None
    assert result.risk.scenarios == 2
    assert result.to_dict()["risk"]["out_of_sample"] is None


def test_a_scenario_that_cannot_happen_changes_nothing() -> None:
    impossible = {"scenario": "never", "probability": 0.0, "id": "p1", "benefit": -1e6}
    risk = {"measure": "worst_case"}
    with_it = OWN | {"scenarios": [impossible, *OWN["scenarios"]], "risk": risk}
    without = pf.solve(pf.Instance.from_document(OWN | {"risk": risk}))
    result = pf.solve(pf.Instance.from_document(with_it))
    assert result.objective == pytest.approx(without.objective)
    assert result.risk.value == pytest.approx(without.risk.value)


def test_the_draws_of_the_tables_have_no_part_in_own_scenarios() -> None:
    # Successes and variations matter only through the nominal benefit of who has no row.
    calm = [row | {"cost_cv": 0.0} for row in OWN["partners"]]
    other = OWN["risk"] | {"scenarios": 77, "seed": 1, "copula": "t", "margin": "normal"}
    first = pf.solve(pf.Instance.from_document(OWN))
    second = pf.solve(pf.Instance.from_document(OWN | {"partners": calm, "risk": other}))
    assert second.objective == pytest.approx(first.objective)
    assert second.risk.value == pytest.approx(first.risk.value)


@st.composite
def own_scenarios(draw: st.DrawFn) -> Document:
    parts = draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))
    rows = [
        {"scenario": f"s{number}", "probability": part / sum(parts), "id": id_, "benefit": float(benefit)}
        for number, part in enumerate(parts)
        for id_ in draw(st.lists(st.sampled_from(["p1", "p2", "a1"]), min_size=1, unique=True))
        for benefit in [draw(st.integers(-20, 40))]
    ]
    risk = {
        "measure": "cvar",
        "level": draw(st.sampled_from([0.0, 0.5, 0.9])),
        "limit": draw(st.sampled_from([-30.0, -10.0, 0.0, 100.0])),
        "weight": draw(st.sampled_from([0.0, 0.5])),
    }
    return OWN | {"scenarios": rows, "risk": risk}


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(own_scenarios())
def test_the_optimum_over_own_scenarios_is_the_best_of_all_portfolios(document: Document) -> None:
    facts, risk = Facts(document), document["risk"]
    probability = {row["scenario"]: row["probability"] for row in document["scenarios"]}
    given_benefit = {(row["scenario"], row["id"]): row["benefit"] for row in document["scenarios"]}
    weights, best = np.array(list(probability.values())), -np.inf
    for portfolio in feasible_portfolios(document):
        plan = resolve(facts, portfolio)
        certain = value_of(facts, plan)["total"] - sum(choice.benefit for choice in plan.chosen.values())
        gained = np.array(
            [
                certain + sum(given_benefit.get((s, c.id), c.benefit) for c in plan.chosen.values())
                for s in probability
            ]
        )
        measured = CVaR(risk["level"]).value(-gained, weights)
        if measured <= risk["limit"] + 1e-6 * max(1.0, abs(risk["limit"])):
            best = max(best, float(weights @ gained) - risk["weight"] * measured)
    result = pf.solve(pf.Instance.from_document(document))
    if best == -np.inf:
        assert result.termination == "infeasible"
    else:
        assert result.objective == pytest.approx(best, abs=1e-6)


# Past benefits


def past(margins: dict[str, ContinuousMargin], correlation: float, periods: int) -> list[Document]:
    """A history drawn from margins that a normal copula ties together."""
    d = len(margins)
    matrix = np.full((d, d), correlation) + (1.0 - correlation) * np.eye(d)
    grades = Gaussian(matrix).sample(periods, 4)
    columns = {id_: margin.quantile(grades[:, k]) for k, (id_, margin) in enumerate(margins.items())}
    return [
        {"period": period} | {id_: float(values[period]) for id_, values in columns.items()}
        for period in range(periods)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("copula", ["gaussian", "t"])
@pytest.mark.parametrize("family", ["lognormal", "normal", "beta"])
def test_past_benefits_say_how_revenues_vary_and_move_together(family: str, copula: str) -> None:
    cvs = {"p1": 0.2, "p2": 0.35, "p4": 0.25}
    history = past({id_: MARGINS[family].with_mean_one(cv) for id_, cv in cvs.items()}, 0.6, 400)
    for row in history:
        row["p2"] *= 50.0
    document = {
        "partners": [partner(f"p{n}", revenue_cv=0.1) for n in range(1, 5)],
        "history": history,
        "risk": {"scenarios": DRAWS, "copula": copula},
    }
    drawn = multipliers(assessed(document))
    for id_, cv in cvs.items():
        assert drawn[id_].mean() == pytest.approx(1.0, abs=0.01)
        assert drawn[id_].std() == pytest.approx(cv, rel=0.1)
    for first, second in (("p1", "p2"), ("p1", "p4"), ("p2", "p4")):
        assert tau(drawn[first], drawn[second]) == pytest.approx(theory(0.6), abs=0.06)
    assert drawn["p3"].std() == pytest.approx(0.1, rel=0.05)
    assert tau(drawn["p1"], drawn["p3"]) == pytest.approx(0.0, abs=0.03)


@pytest.mark.slow
def test_gaps_in_the_past_are_no_observations() -> None:
    history = past({id_: MARGINS["lognormal"].with_mean_one(0.3) for id_ in ("p1", "p2")}, 0.7, 400)
    np.random.default_rng(5).shuffle(history)  # every so many of the Sobol points are no sample
    for row in history[::3]:
        del row["p1"]
    for row in history[1::4]:
        row["p2"] = None
    document = {"partners": [partner("p1"), partner("p2")], "history": history, "risk": {"scenarios": DRAWS}}
    drawn = multipliers(assessed(document))
    assert [drawn[id_].std() for id_ in drawn] == pytest.approx([0.3, 0.3], rel=0.15)
    assert tau(drawn["p1"], drawn["p2"]) == pytest.approx(theory(0.7), abs=0.08)


@pytest.mark.parametrize("benefits", [[1.0, 2.0], [3.0, 3.0, 3.0, 3.0], [-1.0, -2.0, -5.0, 1.0]])
def test_a_past_that_says_nothing_leaves_the_coefficient_of_variation(benefits: list[float]) -> None:
    history = [{"period": period, "p1": benefit} for period, benefit in enumerate(benefits)]
    one = {"partners": [partner("p1", revenue_cv=0.3)], "risk": {"scenarios": DRAWS}}
    assert multipliers(assessed(one | {"history": history}))["p1"].std() == pytest.approx(0.3, rel=0.03)


@pytest.mark.slow
def test_few_observations_are_believed_less() -> None:
    margins = {id_: MARGINS["lognormal"].with_mean_one(0.3) for id_ in ("p1", "p2")}
    found = []
    for periods in (8, 400):
        document = {
            "partners": [partner("p1"), partner("p2")],
            "history": past(margins, 0.6, periods),
            "risk": {"scenarios": DRAWS},
        }
        drawn = multipliers(assessed(document))
        observed = np.array([[row["p1"], row["p2"]] for row in document["history"]]).T
        found.append(tau(drawn["p1"], drawn["p2"]) / tau(*observed))
    assert found[0] < 0.95 < found[1]


# Given correlations, the common factors, and other copulas


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


# Margins and successes


@pytest.mark.parametrize("family", MARGINS)
def test_revenues_and_costs_have_the_wanted_margin(family: str) -> None:
    partners = [partner("p1", revenue_cv=0.4, cost_cv=0.25)]
    assessment = assessed({"partners": partners, "risk": {"scenarios": DRAWS, "margin": family}})
    for part, cv in (("revenue", 0.4), ("cost", 0.25)):
        drawn = np.sort(multipliers(assessment, part)["p1"])
        margin = MARGINS[family].with_mean_one(cv)
        empirical = (np.arange(DRAWS) + 0.5) / DRAWS
        assert np.abs(margin.cdf(drawn) - empirical).max() < 0.01
        assert drawn.std() == pytest.approx(cv, rel=0.03)


def test_levels_vary_by_their_own_numbers() -> None:
    document = {
        "partners": [partner("p1", revenue_cv=0.2, success=0.6)],
        "levels": [
            {"partner": "p1", "level": "light"},
            {"partner": "p1", "level": "deep", "revenue_cv": 0.5, "success": 0.9},
        ],
        "risk": {"scenarios": DRAWS},
    }
    assessment = assessed(document)
    outlook = assessment.outlook
    often = [outlook.delivers(o).mean() for o in range(2)]
    earned = [outlook.scenarios.revenue.of(int(outlook.engagement[o])) for o in range(2)]
    spread = [values[values > 0].std() / values[values > 0].mean() for values in earned]
    assert often == pytest.approx([0.6, 0.9], abs=0.01)
    # Who delivers has the better scores: what is left varies less than all of it.
    assert 0.1 < spread[0] < 0.2
    assert 0.35 < spread[1] < 0.5


def test_what_evidence_says_of_success_is_what_is_drawn() -> None:
    document = {
        "partners": [partner("p1", success=0.7), partner("p2", success=0.7)],
        "evidence": [{"partner": "p1", "trials": 200, "successes": 170}],
        "risk": {"scenarios": 16384},
    }
    assessment = assessed(document)
    often = [assessment.outlook.delivers(o).mean() for o in range(2)]
    assert often == pytest.approx([177 / 210, 0.7], abs=0.003)


def test_equal_levels_and_starts_are_drawn_once() -> None:
    document = {
        "periods": 3,
        "partners": [partner("p1", revenue_cv=0.2), partner("p2", revenue_cv=0.2)],
        "levels": [{"partner": "p1", "level": "light"}, {"partner": "p1", "level": "deep", "cost": 1.0}],
        "risk": {"scenarios": 8},
    }
    assessment = assessed(document)
    assert len(assessment.options) == 9
    assert assessment.outlook.scenarios.revenue.values.shape == (8, 2)


# Fresh scenarios, and no section at all


def test_the_fresh_set_is_another_one_of_the_same_kind() -> None:
    partners = [partner("p1", revenue_cv=0.3, success=0.8)]
    document = {"partners": partners, "risk": {"scenarios": 256, "seed": 2_147_483_647}}
    assessment = assessed(document)
    drawn, fresh = assessment.outlook.scenarios, assessment.fresh_outlook.scenarios
    assert len(fresh) == len(drawn) == 256
    assert fresh.fingerprint != drawn.fingerprint
    assert fresh.seed != drawn.seed == 2_147_483_647
    assert assessed(document).fresh_outlook.scenarios.fingerprint == fresh.fingerprint


@pytest.mark.parametrize("table", ["scenarios", "history", "correlations"])
def test_without_a_section_risk_everything_is_nominal_and_said_to_be(table: str) -> None:
    rows: Document = {
        "scenarios": OWN["scenarios"][:2],
        "history": [{"period": period, "p1": 3.0 + period} for period in range(5)],
        "correlations": [{"first": "p1", "second": "p2", "correlation": 0.5}],
    }
    plain = {key: part for key, part in OWN.items() if key not in ("scenarios", "risk")}
    result = pf.solve(pf.Instance.from_document(plain | {table: rows[table]}))
    assert result.objective == pytest.approx(pf.solve(pf.Instance.from_document(plain)).objective)
    assert result.risk is None
    assert [warning for warning in result.warnings if f"table {table} has no effect" in warning]
    assert assessed(plain | {table: rows[table]}).outlook is None


def test_own_scenarios_and_a_past_together_are_odd() -> None:
    result = pf.solve(pf.Instance.from_document(OWN | {"history": [{"period": 1, "p1": 3.0}]}))
    assert [warning for warning in result.warnings if "table history has no effect" in warning]
