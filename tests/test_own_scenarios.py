"""The planner's own scenarios take the place of what would be drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.risk.measures import CVaR
from tests.drawn_outlook import OWN, Document, assessed
from tests.draws import draws
from tests.oracle.facts import Facts
from tests.oracle.worth import resolve, value_of
from tests.oracles import feasible_portfolios


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
@draws(16)
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
