"""The oracle is itself right: worked examples by hand, and agreement with a naive enumeration."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.draw import documents, portfolios
from tests.draws import draws
from tests.oracle.facts import Facts
from tests.oracles import best, broken, complete, feasible_portfolios, value

DRAWN = draws(24)


def partner(name: str, revenue: float = 0.0, cost: float = 0.0, **columns: Any) -> dict[str, Any]:
    return {"id": name, "revenue": revenue, "cost": cost, **columns}


def plan(*entries: tuple[str, int], level: str = "standard", **keys: Any) -> dict[str, Any]:
    """A portfolio: ids that begin with a are applications, `by` lists (application, technology, partner)."""
    rows = [
        {"application": where, "technology": what, "partner": who} for where, what, who in keys.pop("by", ())
    ]
    return {
        "partners": [
            {"id": one, "level": level, "start": start} for one, start in entries if not one.startswith("a")
        ],
        "applications": [{"id": one, "start": start} for one, start in entries if one.startswith("a")],
        "assignments": rows,
        **keys,
    }


def test_the_benefit_of_the_domain_text_is_62_5() -> None:
    document = {"partners": [partner("p", 100, 50)], "roi_rate": 0.25}
    assert value(document, plan(("p", 1)))["partners"] == pytest.approx(62.5)
    objective, portfolio = best(document) or pytest.fail("feasible")
    assert objective == pytest.approx(62.5)
    assert portfolio["partners"] == [{"id": "p", "level": "standard", "start": 1}]


@pytest.mark.parametrize("shape", ["table", "section"])
def test_evidence_of_170_right_of_200_moves_success_to_177_of_210(shape: str) -> None:
    rows = [{"partner": "p", "trials": 200, "successes": 170}]
    evidence = rows if shape == "table" else {"prior_strength": 10, "rows": rows}
    document = {"partners": [partner("p", 210, success=0.7)], "evidence": evidence}
    assert value(document, plan(("p", 1)))["partners"] == pytest.approx(177)


def test_evidence_counts_by_weight_and_moves_each_level_from_its_own_prior() -> None:
    document = {
        "partners": [partner("p", 1, success=0.5)],
        "levels": [{"partner": "p", "level": "light"}, {"partner": "p", "level": "deep", "success": 1.0}],
        "evidence": {
            "prior_strength": 2,
            "rows": [{"partner": "p", "trials": 4, "successes": 0, "weight": 0.5}],
        },
    }
    assert value(document, plan(("p", 1), level="light"))["partners"] == pytest.approx(1 / 4)
    assert value(document, plan(("p", 1), level="deep"))["partners"] == pytest.approx(2 / 4)


def test_revenue_waits_for_the_lead_and_everything_is_discounted() -> None:
    row = partner("p", 100, 20, setup_cost=10, success=0.5, lead=1)
    document = {"periods": 2, "discount_rate": 0.25, "roi_rate": 0.25, "partners": [row]}
    # d = 0.8: 0.8·0.5·100 − 0.75·(20 + 0.8·20 + 10)
    assert value(document, plan(("p", 1)))["partners"] == pytest.approx(40 - 0.75 * 46)
    # past the horizon there is no revenue: −0.75·(0.8·20 + 0.8·10)
    assert value(document, plan(("p", 2)))["partners"] == pytest.approx(-0.75 * 24)


def test_cash_flows_by_age_replace_the_constants() -> None:
    document = {
        "periods": 3,
        "roi_rate": 0,
        "partners": [partner("p", 99, 99, lead=1)],
        "cash_flows": [{"id": "p", "age": 0, "revenue": 7, "cost": 2}, {"id": "p", "age": 1, "revenue": 5}],
    }
    assert value(document, plan(("p", 1)))["partners"] == pytest.approx(5 - 2)
    assert value(document, plan(("p", 3)))["partners"] == pytest.approx(-2)


def test_market_share_saturates_and_counts_from_readiness_on() -> None:
    document = {
        "periods": 2,
        "discount_rate": 1.0,
        "partners": [partner("p", lead=1), partner("q")],
        "segments": [
            {"id": "s", "demand": 100, "margin": 0.5, "hub_attraction": 1, "rival_attraction": 3},
        ],
        "attractions": [
            {"source": "p", "segment": "s", "attraction": 2},
            {"source": "q", "segment": "s", "attraction": 5},
        ],
    }
    # shares: the hub alone 1/4; with p from period 2 on 3/6; with q 6/9; with both 8/11
    assert value(document, plan(("p", 1)))["market"] == pytest.approx(0.5 * 50 * (1 / 2 - 1 / 4))
    both = value(document, plan(("p", 1), ("q", 1)))["market"]
    assert both == pytest.approx(50 * (2 / 3 - 1 / 4) + 0.5 * 50 * (8 / 11 - 1 / 4))


def test_pairs_overheads_and_licences_are_paid_once() -> None:
    document = {
        "limits": {"pair_overhead": 2.0},
        "partners": [partner("p", coordination_cost=1), partner("q"), partner("r")],
        "applications": [partner("a")],
        "technologies": [{"id": "t"}, {"id": "u"}],
        "capabilities": [
            {"holder": "p", "technology": "t", "level": 1},
            {"holder": "q", "technology": "u", "level": 1},
        ],
        "requirements": [
            {"application": "a", "technology": "t", "level": 0.5},
            {"application": "a", "technology": "u", "level": 0.5},
        ],
        "pairs": [
            {"first": "p", "second": "r", "kind": "synergy", "value": 4},
            {"first": "p", "second": "q", "kind": "synergy", "value": 9, "application": "a"},
            {"first": "q", "second": "p", "kind": "ip_conflict", "value": 3, "application": "any"},
        ],
    }
    served = plan(("p", 1), ("q", 1), ("r", 1), ("a", 1), by=[("a", "t", "p"), ("a", "u", "q")])
    parts = value(document, served)
    assert (parts["synergy"], parts["licences"], parts["coordination"]) == (13, -3, -(1 + 2 * 3))
    assert parts["total"] == 13 - 3 - 7
    assert not broken(document, served)
    assert broken(document, {**served, "licences": []}) == {"ip_conflict"}
    assert complete(document, {**served, "assignments": []}) == {
        **served,
        "licences": [{"first": "q", "second": "p", "application": None}],
    }


def test_a_running_member_opens_its_groups_and_leaving_it_costs_the_exit() -> None:
    document = {
        "partners": [
            partner(
                "p",
                setup_cost=8,
                coordination_cost=5,
                status="running",
                running_level="deep",
                industry="care",
            ),
            partner("q", industry="care"),
        ],
        "levels": [
            {"partner": "p", "level": "light", "setup_cost": 4},
            {"partner": "p", "level": "deep", "exit_cost": 6, "effort": 2},
        ],
        "groups": [{"dimension": "industry", "group": "care", "entry_cost": 10}],
        "limits": {"effort": 1},
        "roi_rate": 0,
    }
    deep = plan(("p", 1), level="deep")
    assert value(document, deep)["total"] == 0
    assert not broken(document, deep)
    assert value(document, plan(("p", 1), level="light"))["total"] == -4
    without = value(document, plan(("q", 1)))
    assert (without["entry"], without["exit"], without["total"]) == (-10, -6, -16)
    assert value(document, plan())["total"] == -6


def test_unspent_budget_carries_over_only_when_asked() -> None:
    document: dict[str, Any] = {
        "periods": 2,
        "partners": [partner("p", cost=3), partner("q", cost=4, first_period=2)],
        "limits": {"budget_by_period": [5, 5]},
    }
    late = plan(("p", 1), ("q", 2))
    assert broken(document, late) == {"budget_by_period"}
    document["limits"]["budget_carry"] = True
    assert not broken(document, late)
    document["limits"]["budget_by_period"] = [2, 9]
    assert broken(document, late) == {"budget_by_period"}


def test_entry_costs_and_licences_count_in_the_budget_but_not_by_period_or_group() -> None:
    document: dict[str, Any] = {
        "partners": [partner("p", cost=3, region="east")],
        "groups": [{"dimension": "region", "group": "east", "entry_cost": 2, "budget": 3}],
        "limits": {"budget": 5, "budget_by_period": 3},
    }
    assert not broken(document, plan(("p", 1)))
    document["limits"]["budget"] = 4.9
    document["groups"][0]["budget"] = 2.9
    assert broken(document, plan(("p", 1))) == {"budget", "group_budget"}


def resilience() -> dict[str, Any]:
    return {
        "periods": 2,
        "partners": [partner("p"), partner("q", lead=1), partner("r")],
        "applications": [partner("a1", 30, success=0.5), partner("a2", 10)],
        "capabilities": [{"holder": one, "technology": "t", "level": 0.8} for one in ("p", "q")]
        + [{"holder": "r", "technology": "u", "level": 0.8}],
        "requirements": [
            {"application": "a1", "technology": "t", "level": 0.8},
            {"application": "a2", "technology": "u", "level": 0.5},
        ],
        "limits": {"retained_value": 0.5},
    }


def test_losing_any_one_partner_must_leave_enough_value() -> None:
    # From period 2 on: a1 keeps 15 of 25 when r is lost, a2 keeps 10 of 25 when p is lost and q is no backup.
    work = [("a1", "t", "p"), ("a2", "u", "r")]
    document = resilience()
    alone = plan(("p", 1), ("r", 1), ("a1", 2), ("a2", 2), by=work)
    assert broken(document, alone) == {"retained_value"}
    backed = plan(("p", 1), ("q", 1), ("r", 1), ("a1", 2), ("a2", 2), by=work)
    assert not broken(document, backed)
    late = plan(("p", 1), ("q", 2), ("r", 1), ("a1", 2), ("a2", 2), by=work)
    assert broken(document, late) == {"retained_value"}
    document["limits"]["retained_value"] = 0.7
    assert broken(document, backed) == {"retained_value"}


def test_coverage_asks_for_fit_partners_in_number_and_nothing_else() -> None:
    document = {**resilience(), "limits": {}}
    members = [("p", 1), ("q", 1), ("r", 1), ("a1", 1)]
    assert not broken(document, plan(*members, by=[("a1", "t", "p")]))
    for work in (
        [],
        [("a1", "t", "q")],
        [("a1", "t", "p"), ("a1", "t", "q")],
        [("a1", "t", "r")],
        [("a1", "t", "p"), ("a2", "u", "r")],
        [("a1", "t", "p"), ("a1", "u", "r")],
        [("a1", "t", "p"), ("a1", "t", "p")],
    ):
        assert broken(document, plan(*members, by=work)) == {"coverage"}, work
    document["capabilities"] = [*document["capabilities"], {"holder": "hub", "technology": "t", "level": 0.8}]
    assert not broken(document, plan(*members))
    assert broken(document, plan(*members, by=[("a1", "t", "p")])) == {"coverage"}


def test_workload_is_charged_for_each_requirement_served() -> None:
    document = {
        "partners": [partner("p", capacity=3)],
        "applications": [partner("a1"), partner("a2")],
        "capabilities": [{"holder": "p", "technology": "t", "level": 1}],
        "requirements": [
            {"application": "a1", "technology": "t", "level": 1, "workload": 2},
            {"application": "a2", "technology": "t", "level": 1, "workload": 1.5},
        ],
    }
    assert not broken(document, plan(("p", 1), ("a1", 1), by=[("a1", "t", "p")]))
    both = plan(("p", 1), ("a1", 1), ("a2", 1), by=[("a1", "t", "p"), ("a2", "t", "p")])
    assert broken(document, both) == {"workload"}


def test_the_match_is_the_filled_part_of_the_gap_times_compatibility() -> None:
    document: dict[str, Any] = {
        "partners": [partner("p", compatibility=0.5)],
        "technologies": [{"id": "t", "weight": 2, "target": 0.8}, {"id": "u"}],
        "capabilities": [
            {"holder": "hub", "technology": "t", "level": 0.3},
            {"holder": "hub", "technology": "u", "level": 0.5},
            {"holder": "p", "technology": "t", "level": 0.9},
        ],
    }
    # G = 2·(0.8 − 0.3) / (2·0.5 + 1·0.5) = 2/3, the match is 1/3
    document["limits"] = {"min_match": 0.333333}
    assert not broken(document, plan(("p", 1)))
    document["limits"] = {"min_match": 0.34}
    assert broken(document, plan(("p", 1))) == {"match"}
    assert not broken(document, plan())


def test_satisfaction_contents_overlapping_outside_groups_at_least_cost() -> None:
    trio = [partner(one, 7.5, minimum_payoff=1) for one in "pqr"]
    document: dict[str, Any] = {
        "hub": {"minimum_payoff": 3},
        "partners": trio,
        "outside": [{"members": members, "value": 10} for members in ("p;q", "q;r", "p; r")],
        "limits": {"satisfaction": True},
    }
    everyone = plan(("p", 1), ("q", 1), ("r", 1))
    # 22.5 covers 3 + 15, the two alone have 15 for 3 + 10, and one alone 7.5 for 3 + 1
    assert not broken(document, everyone)
    document["hub"]["minimum_payoff"] = 7.6
    assert broken(document, everyone) == {"satisfaction"}


LIMITED: list[tuple[str, dict[str, Any]]] = [
    ("effort", {"limits": {"effort": [2.5]}}),
    ("partner_count", {"limits": {"max_partners": 1}}),
    ("partner_count", {"limits": {"min_partners": 3}}),
    ("ip_exposure", {"limits": {"ip_exposure": 1.5}}),
    ("innovation", {"limits": {"min_innovation": 4.5}}),
    ("benefit_share", {"limits": {"max_share_of_benefit": 0.7}}),
    (
        "resource",
        {"resources": [{"id": "r", "max": 4}], "usage": [{"id": "a", "resource": "r", "amount": 5}]},
    ),
    ("resource", {"resources": [{"id": "r", "min": 1}]}),
    ("group_count", {"groups": [{"dimension": "size", "group": "small", "min": 2}]}),
    ("group_count", {"groups": [{"dimension": "size", "group": "small", "max": 0}]}),
    ("group_spend_share", {"groups": [{"dimension": "size", "group": "small", "max_spend_share": 0.5}]}),
    ("conflict", {"pairs": [{"first": "p", "second": "a", "kind": "conflict"}]}),
    ("requires", {"pairs": [{"first": "a", "second": "z", "kind": "requires"}]}),
]


@pytest.mark.parametrize(
    ("rule", "tables"), LIMITED, ids=lambda entry: entry if isinstance(entry, str) else ""
)
def test_each_limit_is_broken_by_a_portfolio_that_exceeds_it(rule: str, tables: dict[str, Any]) -> None:
    document = {
        "roi_rate": 1,
        "partners": [
            partner("p", 6, 2, effort=1, innovation=2, ip_exposure=1, size="small"),
            partner("q", 2, 2, effort=1, innovation=1, ip_exposure=1),
            partner("z"),
        ],
        "applications": [partner("a", 5, 2, effort=1, innovation=1, size="small")],
    }
    chosen = plan(("p", 1), ("q", 1), ("a", 1))
    assert not broken(document, chosen)
    assert broken({**document, **tables}, chosen) == {rule}


@pytest.mark.parametrize(
    ("columns", "entries"),
    [
        ({"status": "in"}, []),
        ({"status": "out"}, [("p", 1)]),
        ({"first_period": 2}, [("p", 1)]),
        ({"last_period": 1}, [("p", 2)]),
        ({"status": "running"}, [("p", 2)]),
        ({}, [("p", 3)]),
        ({}, [("p", 1), ("p", 2)]),
        ({}, [("nobody", 1)]),
    ],
)
def test_only_what_the_document_offers_may_be_chosen(columns: dict[str, Any], entries: list[Any]) -> None:
    document = {"periods": 2, "partners": [partner("p", **columns)]}
    assert broken(document, plan(*entries)) == {"status"}


def test_what_the_hub_keeps_is_the_value_less_the_minimum_payoffs() -> None:
    document = {
        "partners": [partner("p", 5, minimum_payoff=2)],
        "objective": {"maximise": "hub"},
        "roi_rate": 0.0,
    }
    parts = value(document, plan(("p", 1)))
    assert (parts["total"], parts["objective"]) == (5, 3)


@pytest.mark.slow
@DRAWN
@given(documents(), st.data())
def test_the_best_portfolio_is_feasible_and_no_drawn_one_beats_it(
    document: dict, data: st.DataObject
) -> None:
    found = best(document)
    drawn = data.draw(portfolios(document, strange=data.draw(st.booleans())))
    if found is not None:
        objective, portfolio = found
        assert value(document, portfolio)["objective"] == pytest.approx(objective, abs=1e-9)
        assert broken(document, portfolio) == set()
    if not broken(document, drawn):
        assert found is not None
        assert value(document, drawn)["objective"] <= found[0] + 1e-9


@pytest.mark.slow
@DRAWN
@given(documents(max_portfolios=300))
def test_the_best_portfolio_is_the_best_of_a_naive_enumeration(document: dict) -> None:
    facts = Facts(document)
    effort = facts.portfolios() * 2 ** len(facts.pairs("ip_conflict"))
    for need in facts.needs:
        effort *= 2 ** len(need.holders) if len(facts.choices[need.application]) else 1
    assume(effort <= 2_000)
    naive = [value(document, portfolio)["objective"] for portfolio in feasible_portfolios(document)]
    found = best(document)
    assert (found is None) == (not naive)
    if found is not None:
        assert found[0] == pytest.approx(max(naive), abs=1e-9)
