"""Licences: paid only where somebody calls for them; a row that names an application comes first there."""

from __future__ import annotations

from typing import Any

import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.model.build import build
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue, LicenceCosts

Document = dict[str, Any]


def meeting(*pairs: Document, **more: Any) -> pf.Instance:
    """Two partners who must both serve `x` and `y`, with rows of `ip_conflict`."""
    applications = [{"id": one, "revenue": 50, "cost": 0} for one in ("x", "y")]
    document = {
        "partners": [{"id": one, "revenue": 5, "cost": 0} for one in ("a", "b")],
        "applications": applications,
        "capabilities": [
            {"holder": "a", "technology": "q", "level": 1},
            {"holder": "b", "technology": "w", "level": 1},
        ],
        "requirements": [
            {"application": row["id"], "technology": t, "level": 0.5} for row in applications for t in "qw"
        ],
        "pairs": [{"first": "a", "second": "b", "kind": "ip_conflict"} | row for row in pairs],
    }
    return pf.Instance.from_document(document | more)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pairs", "value", "paid"),
    [
        ([{"value": 3}], 107, [None]),
        ([{"value": 3}, {"value": 4, "application": "x"}], 103, [None, "x"]),
        ([{"value": 3}, {"application": "x"}], 57, [None]),
        ([{}, {"value": 4, "application": "x"}], 56, ["x"]),
        ([{"value": 4, "application": "x"}], 106, ["x"]),
        ([{"value": 3}, {"first": "b", "second": "a", "value": 4, "application": "x"}], 103, [None, "x"]),
        ([{"value": 101}], 10, []),
    ],
)
@pytest.mark.parametrize("risk", [None, {"measure": "cvar", "weight": 0.5, "scenarios": 8}])
def test_the_row_of_an_application_stands_in_place_of_the_row_for_any(pairs, value, paid, risk) -> None:
    instance = meeting(*pairs) if risk is None else meeting(*pairs, risk=risk)
    result = pf.solve(instance)
    assert result.value == pytest.approx(value)
    assert result.portfolio is not None
    assert sorted(row.application or "" for row in result.portfolio.licences or ()) == sorted(
        place or "" for place in paid
    )
    assert pf.verify(instance, result.portfolio).verdict.holds


@pytest.mark.parametrize("second", [{}, {"value": 1}, {"first": "b", "second": "a"}])
def test_one_pair_has_one_row_for_an_application(second: Document) -> None:
    for where in ({}, {"application": "x"}):
        with pytest.raises(pf.InputError, match="leave one out"):
            meeting({"value": 3} | where, second | where)


def test_a_plan_that_pays_for_nothing_is_broken() -> None:
    instance = meeting({"value": 3})
    plan = {"partners": ["a", "b"], "licences": [{"first": "b", "second": "a"}], "assignments": []}
    (reading,) = pf.verify(instance, plan).verdict.broken
    assert reading.sentence == "licences between a and b that no application calls for: 1, must be at most 0"


def test_no_portfolio_leaves_the_program_with_a_licence_that_nobody_needs() -> None:
    assessment = assess(meeting({"value": 3}))
    draft = build(Formulation(), assessment)
    lavish = {draft.licences[0].name, draft.options[0].name}
    assert draft.selection(lambda column: float(column.name in lavish)).licences == frozenset()


def test_licences_are_not_bought_to_spend_money() -> None:
    instance = meeting({"value": 3}, {"value": 4, "application": "x"})
    spend = Formulation(AllianceValue(), [LicenceCosts() <= -7])
    result = pf.solve(instance, spend)
    assert result.termination is pf.Termination.optimal
    assert result.objective == pytest.approx(103.0)
    nobody = pf.solve(instance, spend, exclude=["y"])
    assert nobody.termination is pf.Termination.infeasible
    assert not check(spend, Selection(assess(instance), ())).holds
