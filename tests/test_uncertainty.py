"""From the tables to the scenarios: from which margin they are drawn, fresh ones, and none."""

from __future__ import annotations

import numpy as np
import pytest

import solver as pf
from solver.risk.margins import MARGINS
from tests.drawn_outlook import DRAWS, OWN, Document, assessed, multipliers, partner


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
