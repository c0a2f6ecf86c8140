"""The checker, with plans written by hand: it catches a violation of every rule, and completes open plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

import solver as pf
from solver.portfolio import rules
from solver.portfolio.choices import Differences
from solver.portfolio.quantities import Bound
from solver.portfolio.rules import Rule
from tests.by_hand import Document, at, launch, pair_of, plan

Table = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """A plan that breaks one rule with one reading (`value` against `limit`), and one that mends it."""

    rule: type[Rule]
    about: str
    document: Document
    broken: Document
    value: float
    limit: float
    sound: Document
    locks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    wish: Bound | Rule | None = None

    def judged(self, wanted: Document) -> Any:
        instance = pf.Instance.from_document(self.document)
        formulation = None if self.wish is None else pf.Formulation(subject_to=[self.wish])
        return pf.verify(instance, wanted, formulation, **self.locks).verdict


A, B, AB, NONE = plan("a"), plan("b"), plan("a", "b"), plan()
TWO = {"periods": 2}
LICENCE = {"first": "a", "second": "b"}
IP = {**LICENCE, "kind": "ip_conflict", "value": 3}
R = [{"id": "a", "resource": "r", "amount": 2}, {"id": "b", "resource": "r", "amount": 3}]
INDUSTRY = {"dimension": "industry", "group": "i"}

CASES = (
    Case(rules.OneOption, "starts", pair_of(**TWO), plan(at("a", 1), at("a", 2)), 2, 1, plan(at("a", 2))),
    Case(rules.OneOption, "no such start", pair_of(**TWO), plan(at("a", 3)), 1, 0, plan(at("a", 2))),
    Case(
        rules.OneOption,
        "levels",
        pair_of(levels=[{"partner": "a", "level": "low"}, {"partner": "a", "level": "high"}]),
        plan({"id": "a", "level": "low"}, {"id": "a", "level": "high"}),
        2,
        1,
        plan({"id": "a", "level": "high"}),
    ),
    Case(rules.Statuses, "in", pair_of(b={"status": "in"}), A, 0, 1, AB),
    Case(rules.Statuses, "out", pair_of(b={"status": "out"}), AB, 1, 0, A),
    Case(rules.Lock, "in", pair_of(), A, 0, 1, AB, locks={"include": ["b"]}),
    Case(rules.Lock, "out", pair_of(), AB, 1, 0, A, locks={"exclude": ["b"]}),
    Case(rules.Lock, "application", launch(), A, 0, 1, plan("a", x=["t:a"]), locks={"include": ["x"]}),
    Case(rules.Coverage, "nobody", launch(), plan("a", x=[]), 0, 1, plan("a", x=["t:a"])),
    Case(
        rules.Coverage,
        "backup is not able",
        launch(able="a"),
        plan("a", "b", x=["t:a", "t:b"]),
        1,
        0,
        plan("a", "b", x=["t:a"]),
    ),
    Case(
        rules.Coverage,
        "backup is not chosen",
        launch(),
        plan("a", x=["t:a", "t:b"]),
        1,
        0,
        plan("a", x=["t:a"]),
    ),
    Case(
        rules.Coverage,
        "backup is not ready",
        launch(**TWO),
        plan("a", at("b", 2), x=["t:a", "t:b"]),
        1,
        0,
        plan("a", at("b", 1), x=["t:a", "t:b"]),
    ),
    Case(
        rules.Coverage,
        "too many",
        launch(needs={"max_providers": 1}),
        plan("a", "b", x=["t:a", "t:b"]),
        2,
        1,
        plan("a", "b", x=["t:b"]),
    ),
    Case(
        rules.Coverage,
        "not launched",
        launch(),
        {**plan("a", x=["t:a"]), "applications": []},
        1,
        0,
        plan("a", x=["t:a"]),
    ),
    Case(rules.Coverage, "not needed", launch(), plan("a", x=["t:a", "u:a"]), 1, 0, plan("a", x=["t:a"])),
    Case(
        rules.Workload,
        "two jobs",
        launch({"capacity": 3}, technologies="tu", needs={"workload": 2}),
        plan("a", "b", x=["t:a", "u:a"]),
        4,
        3,
        plan("a", "b", x=["t:a", "u:b"]),
    ),
    Case(rules.Conflicts, "both", pair_of(pairs=[{**LICENCE, "kind": "conflict"}]), AB, 2, 1, B),
    Case(rules.Requires, "alone", pair_of(pairs=[{**LICENCE, "kind": "requires"}]), A, 1, 0, AB),
    Case(
        rules.IpConflicts,
        "unpaid",
        launch(technologies="tu", pairs=[IP]),
        plan("a", "b", x=["t:a", "u:b"], licences=[]),
        1,
        0,
        plan("a", "b", x=["t:a", "u:b"], licences=[LICENCE]),
    ),
    Case(rules.Budget, "costs", pair_of(limits={"budget": 7}), AB, 8, 7, A),
    Case(
        rules.Budget,
        "entry",
        pair_of({"industry": "i"}, limits={"budget": 8}, groups=[{**INDUSTRY, "entry_cost": 2}]),
        AB,
        10,
        8,
        A,
    ),
    Case(
        rules.Budget,
        "licence",
        launch(technologies="tu", pairs=[IP], limits={"budget": 10}),
        plan("a", "b", x=["t:a", "u:b"]),
        11,
        10,
        plan("a", "b", x=["t:a", "u:a"]),
    ),
    Case(
        rules.BudgetByPeriod,
        "first period",
        pair_of(**TWO, limits={"budget_by_period": [5, 8]}),
        AB,
        8,
        5,
        plan(at("a", 1), at("b", 2)),
    ),
    Case(
        rules.BudgetByPeriod,
        "carried",
        pair_of(**TWO, limits={"budget_by_period": [6, 1], "budget_carry": True}),
        A,
        8,
        7,
        plan(at("a", 2)),
    ),
    Case(
        rules.Effort,
        "first period",
        pair_of({"effort": 2}, **TWO, limits={"effort": [3, 3]}),
        AB,
        4,
        3,
        plan(at("a", 1), at("b", 2)),
    ),
    Case(rules.PartnerCount, "few", pair_of(limits={"min_partners": 2}), A, 1, 2, AB),
    Case(rules.PartnerCount, "many", pair_of(limits={"max_partners": 1}), AB, 2, 1, B),
    Case(rules.MaxMoves, "one", pair_of(b={"status": "running"}, limits={"max_moves": 1}), A, 2, 1, AB),
    Case(rules.IpExposure, "both", pair_of({"ip_exposure": 2}, limits={"ip_exposure": 3}), AB, 4, 3, A),
    Case(rules.Match, "b has none", launch(able="a", limits={"min_match": 0.5}), AB, -0.2, 0, A),
    Case(rules.Innovation, "one", pair_of({"innovation": 2}, limits={"min_innovation": 3}), A, 2, 3, AB),
    Case(rules.BenefitShare, "alone", pair_of(limits={"max_share_of_benefit": 0.5}), A, 3.5, 0, AB),
    Case(
        rules.Satisfaction,
        "partner",
        pair_of(b={"minimum_payoff": 15}, limits={"satisfaction": True}),
        AB,
        14,
        15,
        A,
    ),
    Case(
        rules.Satisfaction,
        "hub",
        pair_of(hub={"minimum_payoff": 8}, limits={"satisfaction": True}),
        A,
        7,
        8,
        AB,
    ),
    Case(
        rules.Satisfaction,
        "outside",
        pair_of(outside=[{"members": "a;b", "value": 16}], limits={"satisfaction": True}),
        AB,
        14,
        16,
        B,
    ),
    Case(
        rules.RetainedValue,
        "no backup",
        launch(limits={"retained_value": 0.5}),
        plan("a", x=["t:a"]),
        0,
        10,
        plan("a", "b", x=["t:a"]),
    ),
    Case(rules.Resource, "much", pair_of(resources=[{"id": "r", "max": 4}], usage=R), AB, 5, 4, B),
    Case(rules.Resource, "little", pair_of(resources=[{"id": "r", "min": 3}], usage=R), A, 2, 3, B),
    Case(rules.GroupCount, "few", pair_of({"industry": "i"}, groups=[{**INDUSTRY, "min": 1}]), NONE, 0, 1, A),
    Case(rules.GroupCount, "many", pair_of({"industry": "i"}, groups=[{**INDUSTRY, "max": 1}]), AB, 2, 1, A),
    Case(
        rules.GroupBudget, "both", pair_of({"industry": "i"}, groups=[{**INDUSTRY, "budget": 7}]), AB, 8, 7, A
    ),
    Case(
        rules.GroupSpendShare,
        "alone",
        pair_of({"industry": "i"}, b={"industry": "j"}, groups=[{**INDUSTRY, "max_spend_share": 0.75}]),
        A,
        1,
        0,
        AB,
    ),
    Case(
        rules.RiskLimit,
        "certain loss",
        pair_of({"revenue": 1}, risk={"measure": "worst_case", "limit": 3, "scenarios": 8}),
        AB,
        4,
        3,
        A,
    ),
    Case(
        rules.ChanceLimit,
        "half the time",
        pair_of(
            risk={"measure": "var", "level": 0.6, "limit": 0},
            scenarios=[
                {"scenario": "bad", "probability": 0.5, "id": "a", "benefit": -9},
                {"scenario": "good", "probability": 0.5, "id": "a", "benefit": 9},
            ],
        ),
        A,
        9,
        0,
        B,
    ),
    Case(rules.Picks, "both", pair_of(), A, 1, 2, AB, wish=rules.Picks((("a", None), ("b", None)), True)),
    Case(
        rules.Picks, "not both", pair_of(), AB, 2, 1, A, wish=rules.Picks((("a", None), ("b", None)), False)
    ),
    Case(rules.Apart, "the same", pair_of(), A, 0, 1, AB, wish=rules.Apart(Differences(frozenset({0})))),
    Case(rules.Wish, "floor", pair_of({"innovation": 2}), A, 2, 3, AB, wish=pf.terms.Innovation() >= 3),
)
by_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule.name}-{case.about}")


def test_every_rule_has_a_case() -> None:
    exported = {getattr(rules, name) for name in rules.__all__}
    concrete = {
        value
        for value in exported
        if isinstance(value, type) and issubclass(value, Rule) and hasattr(value, "name")
    }
    assert {case.rule for case in CASES} == concrete


@by_case
def test_a_violation_is_caught_and_nothing_else(case: Case) -> None:
    verdict = case.judged(case.broken)
    assert not verdict.holds
    (reading,) = verdict.broken
    assert reading.rule == case.rule.name
    assert (reading.value, reading.limit) == pytest.approx((case.value, case.limit))


@by_case
def test_without_the_violation_the_plan_passes(case: Case) -> None:
    verdict = case.judged(case.sound)
    assert verdict.holds, verdict.broken


def test_a_plan_may_be_plain_ids() -> None:
    instance = pf.Instance.from_document(pair_of())
    judgement = pf.verify(instance, {"partners": ["b", "a"]})
    assert [(row.id, row.level, row.start) for row in judgement.portfolio.partners] == [
        ("a", "standard", 1),
        ("b", "standard", 1),
    ]
    assert judgement.verdict.holds
    assert judgement.verdict.value == pytest.approx(14)


def test_missing_assignments_are_searched_for() -> None:
    # a can carry one of the two jobs, and b masters only u: one way remains.
    document = launch({"capacity": 3}, able="a", technologies="tu", needs={"workload": 2})
    document["capabilities"].append({"holder": "b", "technology": "u", "level": 0.8})
    judgement = pf.verify(
        pf.Instance.from_document(document), {"partners": ["a", "b"], "applications": ["x"]}
    )
    assert judgement.completed
    assert judgement.verdict.holds
    assert {(row.technology, row.partner) for row in judgement.portfolio.assignments or ()} == {
        ("t", "a"),
        ("u", "b"),
    }


def test_assignments_that_a_plan_has_are_judged_as_they_are() -> None:
    judgement = pf.verify(pf.Instance.from_document(launch(able="a")), plan("a", "b", x=["t:b"]))
    assert not judgement.completed
    assert {reading.rule for reading in judgement.verdict.broken} == {"coverage"}
    assert [row.partner for row in judgement.portfolio.assignments or ()] == ["b"]


def test_an_open_plan_that_cannot_be_completed_is_told_what_is_missing() -> None:
    instance = pf.Instance.from_document(launch(able="a"))
    judgement = pf.verify(instance, {"partners": ["b"], "applications": ["x"]})
    (reading,) = judgement.verdict.broken
    assert (reading.rule, reading.value, reading.limit) == ("coverage", 0, 1)


def test_missing_licences_are_derived_and_paid() -> None:
    instance = pf.Instance.from_document(launch(technologies="tu", pairs=[IP]))
    together = pf.verify(instance, plan("a", "b", x=["t:a", "u:b"]))
    apart = pf.verify(instance, plan("a", "b", x=["t:a", "u:a"]))
    assert [(row.first, row.second) for row in together.portfolio.licences or ()] == [("a", "b")]
    assert apart.portfolio.licences == ()
    assert together.verdict.holds
    assert apart.verdict.holds
    assert apart.verdict.value - together.verdict.value == pytest.approx(3)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ({"partners": ["aa"]}, "aa"),
        ({"partners": ["x"]}, "x"),
        ({"applications": ["y"]}, "y"),
        ({"applications": ["a"]}, "a"),
        (plan("a", x=["t:c"]), "c"),
        (plan("a", licences=[LICENCE]), "a, b"),
    ],
    ids=["partner", "application as partner", "application", "partner as application", "provider", "licence"],
)
def test_an_unknown_id_is_an_input_error(wanted: Document, value: str) -> None:
    with pytest.raises(pf.InputError) as caught:
        pf.verify(pf.Instance.from_document(launch()), wanted)
    assert [defect.value for defect in caught.value.defects] == [value]
    assert caught.value.defects[0].place.startswith("plan.")


@pytest.mark.parametrize("lock", ["include", "exclude"])
def test_an_unknown_lock_is_an_input_error(lock: str) -> None:
    with pytest.raises(pf.InputError, match="nobody"):
        pf.verify(pf.Instance.from_document(pair_of()), A, **{lock: ["nobody"]})
