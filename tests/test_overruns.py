"""Budgeted robustness: the budget holds whichever few partners overrun (Bertsimas & Sim 2004)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import Budget
from solver.portfolio.terms import AllianceValue, WorstOverruns
from tests.draws import draws
from tests.oracle.facts import Facts
from tests.oracle.rules import above
from tests.oracle.worth import entry_costs, licence_costs, resolve
from tests.oracles import feasible_portfolios, value

Document = dict[str, Any]
overrun = st.sampled_from([0.0, 0.1, 0.5, 1.0])


@st.composite
def overrunning(draw: st.DrawFn) -> Document:
    """Up to four partners whose spending may overrun, one of them at two levels, and a tight budget."""
    partners = [
        {
            "id": f"p{n}",
            "revenue": float(draw(st.integers(5, 30))),
            "cost": float(draw(st.integers(0, 15))),
            "setup_cost": float(draw(st.sampled_from([0, 0, 6]))),
            "overrun": draw(overrun),
            "industry": draw(st.sampled_from(["health", "finance"])),
        }
        for n in range(1, draw(st.integers(2, 4)) + 1)
    ]
    levels = [
        {"partner": "p1", "level": "light"},
        {"partner": "p1", "level": "deep", "revenue": 40.0, "overrun": draw(overrun)},
    ]
    return {
        "periods": draw(st.sampled_from([1, 1, 2])),
        "partners": partners,
        "levels": draw(st.sampled_from([[], levels])),
        "applications": [{"id": "a1", "revenue": 9.0, "cost": 4.0}],
        "groups": [{"dimension": "industry", "group": "health", "entry_cost": 3.0}],
        "limits": {"budget": float(draw(st.integers(5, 45)))},
    }


def with_overruns(document: Document, most: int | None) -> Document:
    return document | {"limits": document["limits"] | {"overruns": most}}


def worst_spending(facts: Facts, portfolio: Mapping[str, Any], most: int) -> float:
    """The largest spending over every set of at most so many partners that overrun."""
    plan = resolve(facts, portfolio)
    spent = sum(choice.spent for choice in plan.chosen.values())
    spent += entry_costs(facts, plan) + licence_costs(facts, plan)
    beyond = [choice.spent * choice.row.get("overrun", 0.0) for choice in plan.partners]
    return spent + max(
        sum(some) for size in range(min(most, len(beyond)) + 1) for some in combinations(beyond, size)
    )


def best(document: Document, most: int) -> float:
    """The best of all portfolios whose worst spending is within the budget."""
    facts = Facts(document)
    budget = facts.limits["budget"]
    without = document | {"limits": {}}
    return max(
        value(without, portfolio)["objective"]
        for portfolio in feasible_portfolios(without)
        if not above(worst_spending(facts, portfolio, most), budget)
    )


@pytest.mark.slow
@draws(16)
@given(overrunning(), st.integers(0, 5))
def test_the_optimum_is_the_best_whichever_partners_overrun(document: Document, most: int) -> None:
    result = pf.solve(pf.Instance.from_document(with_overruns(document, most)))
    assert result.termination == "optimal", result.message
    assert result.objective == pytest.approx(best(document, most), abs=1e-6)
    assert result.verified
    (reading,) = [reading for reading in result.readings if reading.rule == "budget"]
    worst = worst_spending(Facts(document), result.portfolio.to_dict(), most)
    assert reading.value == pytest.approx(worst, abs=1e-6)


@pytest.mark.slow
@draws(6)
@given(overrunning())
def test_more_overruns_leave_less_and_none_are_the_plain_budget(document: Document) -> None:
    objectives = [
        pf.solve(pf.Instance.from_document(with_overruns(document, most))).objective for most in range(5)
    ]
    assert np.all(np.diff(objectives) <= 1e-6)
    plain = pf.solve(pf.Instance.from_document(document)).objective
    assert objectives[0] == pytest.approx(plain, abs=1e-9)
    assert objectives[4] == pytest.approx(objectives[3], abs=1e-6) or len(document["partners"]) == 4


def test_a_level_overrides_how_far_a_partner_overruns() -> None:
    document = {
        "partners": [{"id": "p1", "revenue": 20, "cost": 10, "overrun": 1.0}],
        "levels": [
            {"partner": "p1", "level": "loose"},
            {"partner": "p1", "level": "firm", "overrun": 0.1, "revenue": 18},
        ],
        "limits": {"budget": 11, "overruns": 1},
    }
    result = pf.solve(pf.Instance.from_document(document))
    assert [choice.level for choice in result.portfolio.partners] == ["firm"]
    loose = pf.solve(pf.Instance.from_document(document | {"limits": {"budget": 20, "overruns": 1}}))
    assert [choice.level for choice in loose.portfolio.partners] == ["loose"]


def test_overruns_without_a_budget_have_no_effect_and_say_so() -> None:
    document = {
        "risk": {"scenarios": 4},
        "partners": [{"id": "p1", "revenue": 20, "cost": 10, "overrun": 1.0}],
        "limits": {"overruns": 1},
    }
    result = pf.solve(pf.Instance.from_document(document))
    assert result.objective == pytest.approx(12.5)
    assert "limits.overruns has no effect without limits.budget." in result.warnings


def test_a_rule_of_the_planners_own() -> None:
    instance = pf.Instance.from_document(
        {"partners": [{"id": f"p{n}", "revenue": 20, "cost": 10, "overrun": 0.5} for n in range(3)]}
    )
    chosen = {
        most: len(pf.solve(instance, Formulation(AllianceValue(), [Budget(36, most)])).portfolio.partners)
        for most in range(4)
    }
    assert chosen == {0: 3, 1: 3, 2: 2, 3: 2}
    wish = Formulation(AllianceValue(), [WorstOverruns(2) <= 7])
    assert len(pf.solve(instance, wish).portfolio.partners) == 1


def test_worst_overruns_cannot_be_asked_to_be_high() -> None:
    instance = pf.Instance.from_document({"partners": [{"id": "p1", "revenue": 2, "cost": 1, "overrun": 1}]})
    with pytest.raises(pf.FormulationError, match="kept low, not high"):
        pf.solve(instance, Formulation(AllianceValue(), [WorstOverruns(1) >= 1]))
