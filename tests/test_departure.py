"""Who fails has its cost spent, who leaves has it saved: against what is left, valued anew by other code."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers.risk_report import risk_report
from solver.assessment.assessment import assess
from solver.portfolio.departure import departures, failed, left
from solver.portfolio.plan import read_plan
from solver.portfolio.risks import losses
from solver.portfolio.terms import AllianceValue
from solver.report.printed import printed
from solver.report.result import summary
from solver.result import Result
from solver.search.problem import Problem
from tests import oracles
from tests.draw import documents, portfolios
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.oracle.facts import Facts
from tests.oracle.worth import needed_licences, resolve

DRAWN = unshrunk(5)
Document = dict[str, Any]

# With r = 0.25 a cost of 4 is charged as 3 and one of 8 as 6.
ALLIANCE: Document = {
    "name": "two",
    "partners": [
        {"id": "a", "name": "Aurora", "revenue": 10, "cost": 4, "industry": "health", "coordination_cost": 2},
        {"id": "b", "revenue": 8, "cost": 4, "industry": "health", "status": "running", "exit_cost": 7},
    ],
    "applications": [{"id": "x", "revenue": 20, "cost": 8}],
    "capabilities": [{"holder": "a", "technology": "nlp", "level": 1.0}],
    "requirements": [{"application": "x", "technology": "nlp", "level": 0.5}],
    "pairs": [{"first": "a", "second": "b", "kind": "synergy", "value": 5}],
    "limits": {"pair_overhead": 1},
    "segments": [{"id": "s", "demand": 100, "hub_attraction": 10, "rival_attraction": 30}],
    "attractions": [{"source": "a", "segment": "s", "attraction": 20}],
}
MARKET = 100 * (30 / 60 - 10 / 40)


def test_fails_and_leaves_worked_out_by_hand() -> None:
    result = pf.solve(pf.Instance.from_document(ALLIANCE), include=["a", "b", "x"])
    a, b = result.to_dict()["stability"]["departures"]
    assert (a["partner"], b["partner"]) == ("a", "b")
    assert a["fails"] == pytest.approx(10 + 20 + 5)
    assert a["leaves"] == pytest.approx((10 - 3) + 20 + 5 - 2 - 1 + MARKET)
    assert b["fails"] == pytest.approx(8 + 5)
    assert b["leaves"] == pytest.approx((8 - 3) + 5 - 1 + 7)
    assert Result.from_dict(result.to_dict()) == result


def test_the_report_tells_failing_from_leaving() -> None:
    instance = pf.Instance.from_document(ALLIANCE | {"risk": {"scenarios": 16}})
    result = pf.solve(instance, include=["a", "b", "x"])
    block = printed(summary(result, instance)).split("What hangs on one partner")[1].split("\n\n")[0]
    assert "if it fails  if it leaves" in block
    assert "has its cost spent, who leaves has it saved" in " ".join(block.split())
    stressed = {
        (row.kind, row.subject): row.expected_change for row in risk_report(instance, result).stresses
    }
    for row in result.stability.departures:
        assert stressed["fails", row.partner] == pytest.approx(-row.fails)
        assert stressed["leaves", row.partner] == pytest.approx(-row.leaves)


def test_figures_of_a_file_that_are_not_so_are_found() -> None:
    instance = pf.Instance.from_document(ALLIANCE)
    document = pf.solve(instance, include=["a", "b", "x"]).to_dict()
    document["stability"]["departures"][0]["leaves"] += 1
    [sentence] = pf.verify(instance, document).false_claims
    assert "departures, entry 1.leaves" in sentence


@pytest.mark.slow
@DRAWN
@given(data=st.data())
def test_what_is_lost_is_what_another_evaluation_of_the_rest_says(data: st.DataObject) -> None:
    document = data.draw(documents())
    plan = data.draw(portfolios(document))
    plan["licences"] = _needed_licences(document, plan)
    found = departures(read_plan(assess(pf.Instance.from_document(document)), plan).selection)
    assert [row.partner for row in found] == [row["id"] for row in plan["partners"]]
    before = oracles.value(document, plan)["total"]
    for row in found:
        stopped = _stopped(document, plan, row.partner)
        without = _without(plan, row.partner)
        without["licences"] = _needed_licences(document, without)
        left = oracles.value(_earning_nothing(document, stopped), without)["total"]
        assert row.leaves == pytest.approx(before - left, abs=1e-7)
        silent = _earning_nothing(_without_synergies(document, row.partner), {*stopped, row.partner})
        assert row.fails == pytest.approx(before - oracles.value(silent, plan)["total"], abs=1e-7)


@pytest.mark.slow
@DRAWN
@given(risky_documents())
def test_in_scenarios_who_fails_never_delivers_and_who_leaves_is_not_there(document: Document) -> None:
    document = {key: part for key, part in document.items() if key not in ("levels", "limits")}
    document["risk"] = {key: part for key, part in document["risk"].items() if key != "limit"}
    sure, *others = document["partners"]  # who never fails is not drawn, so that the others' draws stay
    document["partners"] = [sure | {"success": 1.0}, *others]
    gone = document | {"partners": [sure | {"success": 0.0}, *others]}
    plan = pf.solve(pf.Instance.from_document(document), include=[sure["id"]]).portfolio.to_dict()
    before = _lost(document, plan)
    first, *_ = departures(read_plan(assess(pf.Instance.from_document(document)), plan).selection)
    assert first.fails == pytest.approx(_lost(gone, plan) - before, abs=1e-9)
    assert first.leaves == pytest.approx(_lost(document, _without(plan, sure["id"])) - before, abs=1e-9)


@unshrunk(16)
@given(st.one_of(risky_documents(), documents(max_portfolios=500), risky_documents()), st.integers(0, 10**6))
def test_what_hangs_on_a_partner_is_what_the_plan_without_it_is_worth_less(
    document: Document, seed: int
) -> None:
    """The differences that one partner makes, against the whole value before and after."""
    problem, rng = Problem.of(pf.Instance.from_document(document)), random.Random(seed)
    of_elements = [list(problem.assessment.options.of(e)) for e in range(len(problem.assessment.elements))]
    some = [rng.choice(own) for own in of_elements if own and rng.random() < 0.8]
    selection, value = problem.staffed(some), AllianceValue()
    before = value.amount(selection)
    for partner, row in zip(selection.partners, departures(selection), strict=True):
        assert row.fails == pytest.approx(before - value.amount(failed(selection, [partner])), abs=1e-9)
        assert row.leaves == pytest.approx(before - value.amount(left(selection, [partner])), abs=1e-9)


def test_in_the_planners_own_scenarios_what_is_not_covered_earns_nothing_either() -> None:
    rows = [
        {"scenario": name, "probability": 0.5, "id": "a", "benefit": benefit}
        for name, benefit in (("low", 2), ("high", 12))
    ]
    instance = pf.Instance.from_document(ALLIANCE | {"scenarios": rows, "risk": {}})
    a, _ = pf.solve(instance, include=["a", "b", "x"]).stability.departures
    assert a.fails == pytest.approx(10 + 20 + 5)
    assert a.leaves == pytest.approx(7 + 20 + 5 - 2 - 1 + MARKET)


def _lost(document: Document, plan: Document) -> float:
    """The expected loss of a plan."""
    selection = read_plan(assess(pf.Instance.from_document(document)), plan).selection
    outlook = selection.assessment.outlook
    return float(outlook.scenarios.probability @ losses(selection, outlook))


def _without(plan: Document, partner: str) -> Document:
    return plan | {
        "partners": [row for row in plan["partners"] if row["id"] != partner],
        "assignments": [row for row in plan["assignments"] if row["partner"] != partner],
    }


def _needed_licences(document: Document, plan: Document) -> list[Document]:
    facts = Facts(document)
    rows = needed_licences(facts, resolve(facts, plan))
    return [{"first": one, "second": two, "application": where} for one, two, where in rows]


def _stopped(document: Document, plan: Document, partner: str) -> set[str]:
    """Launched applications that have too few providers of something without a partner who provides it."""
    hit = {
        (row["application"], row["technology"]) for row in plan["assignments"] if row["partner"] == partner
    }
    chosen = {row["id"] for row in plan["partners"]} - {partner}
    left = Counter(
        (row["application"], row["technology"]) for row in plan["assignments"] if row["partner"] in chosen
    )
    needed = {
        (row["application"], row["technology"]): row.get("providers", 1)
        for row in document.get("requirements", [])
    }
    launched = {row["id"] for row in plan["applications"]}
    return {need[0] for need in hit if left[need] < needed[need]} & launched


def _earning_nothing(document: Document, silent: set[str]) -> Document:
    """The document with no revenue of some partners and applications, at any level and age."""
    changed = dict(document)
    for table, key in (
        ("partners", "id"),
        ("applications", "id"),
        ("levels", "partner"),
        ("cash_flows", "id"),
    ):
        rows = document.get(table, [])
        changed[table] = [row | ({"revenue": 0.0} if row[key] in silent else {}) for row in rows]
    return changed


def _without_synergies(document: Document, partner: str) -> Document:
    return document | {
        "pairs": [
            row
            for row in document.get("pairs", [])
            if row["kind"] != "synergy" or partner not in (row["first"], row["second"])
        ]
    }
