"""Why nothing is possible: the conflict is minimal and the repair the cheapest, as enumeration says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import solver as pf
from solver.answers.explanation import Explanation, explain
from solver.assessment.assessment import Assessment
from solver.portfolio.checker import keeps
from solver.portfolio.quantities import Bound
from solver.portfolio.risks import losses
from solver.portfolio.rules import BoundRule
from solver.portfolio.selection import Selection
from solver.report.explanation import explanation_sections
from solver.study.study import Study
from tests.draw_infeasible import demanding_documents
from tests.draws import unshrunk
from tests.oracle.facts import Facts
from tests.oracle.repairs import changes, price
from tests.oracle.worth import resolve
from tests.test_wishes import selections

Document = dict[str, Any]
WEIGHED = ("limits.budget", "limits.min_partners", "partners row 1, status", "pairs row 1", "risk.limit")
WEIGHTS = st.dictionaries(st.sampled_from(WEIGHED), st.sampled_from([0.1, 0.5, 3.0]), max_size=3)


def possible(asked: pf.Formulation, everything: list[Selection], kept: tuple[Any, ...]) -> bool:
    """Whether any portfolio keeps some wishes, those outside them not looked at."""
    wishes = asked.handles(everything[0].assessment)
    loosened = asked.loosened({wish: math.inf for wish in wishes if wish not in kept})
    return any(keeps(loosened, one) for one in everything)


def agree(document: Document, weights: dict[str, float]) -> Explanation:
    """Hold an explanation against enumeration; weights of places where nothing is wished are left out."""
    study = Study(pf.Instance.from_document(document))
    asked, everything = study.formulation, selections(document, study.assessment)
    places = {wish.place for wish in asked.handles(study.assessment)}
    weights = {place: weight for place, weight in weights.items() if place in places}
    found = explain(study, weights=weights)
    assert found.feasible == possible(asked, everything, asked.handles(study.assessment))
    if found.feasible:
        assert found.portfolio is not None
        assert (found.conflict, found.repairs, found.price.value) == ((), (), 0.0)
        return found
    assert found.minimal
    assert not possible(asked, everything, found.conflict)
    for wish in found.conflict:
        assert possible(asked, everything, tuple(one for one in found.conflict if one != wish)), wish.words
    facts = Facts(document)
    plans = [(resolve(facts, one.portfolio().to_dict()), risk_of(study, one)) for one in everything]
    least = min(price(facts, *plan, weights) for plan in plans)
    assert found.price.sign == "="
    for repair in found.repairs:
        assert repair.price == pytest.approx(least, rel=2e-6, abs=2e-6)
        assert any(keeps(asked.loosened(repair.amounts), one) for one in everything)
    if found.complete and not facts.limits.get("budget_carry"):
        told = changed(found)
        for plan in plans:
            if price(facts, *plan, weights) <= least + 1e-9:
                assert any(alike(changes(facts, *plan), one) for one in told)
    return found


def alike(one: dict[str, float | None], other: dict[str, float | None]) -> bool:
    """Whether two repairs change the same, to about the same numbers."""
    return one.keys() == other.keys() and all(
        one[place] == (None if other[place] is None else pytest.approx(other[place], rel=1e-4, abs=1e-4))
        for place in one
    )


def risk_of(study: Study, one: Selection) -> float | None:
    watched = study.formulation.watched(study.instance)
    outlook = study.assessment.outlook
    if not watched or watched[0].limit is None or outlook is None:
        return None
    return watched[0].measure.value(losses(one, outlook), outlook.scenarios.probability)


@unshrunk(10)
@given(demanding_documents(), WEIGHTS)
def test_conflict_and_repair_are_what_enumeration_says(document: Document, weights: dict[str, float]) -> None:
    agree(document, weights)


@pytest.mark.slow
@unshrunk(10)
@given(demanding_documents(risky=True), WEIGHTS)
def test_conflict_and_repair_with_risk_are_what_enumeration_says(
    document: Document, weights: dict[str, float]
) -> None:
    agree(document, weights)


# HiGHS calls a start optimal here, and has no bound.
WITHOUT_BOUND: Document = {
    "format": 1,
    "periods": 3,
    "hub": {"minimum_payoff": 6.5},
    "partners": [
        {
            "id": "p1",
            "revenue": 0.0,
            "cost": 0.1,
            "setup_cost": 0.0,
            "last_period": 1,
            "first_period": 1,
            "status": "in",
        },
        {"id": "p2", "revenue": 0.0, "cost": 0.0, "status": "in"},
    ],
    "applications": [{"revenue": 3.5, "id": "a1", "cost": 0.1, "status": "out"}],
    "capabilities": [{"holder": "p2", "technology": "nlp", "level": 1.0}],
    "requirements": [{"application": "a1", "technology": "nlp", "level": 0.25, "workload": 0.5}],
    "limits": {"budget": 0.0, "min_innovation": 0.0, "max_moves": 0, "overruns": 0},
    "pairs": [{"first": "p1", "second": "p2", "kind": "conflict"}],
}


@pytest.mark.slow
@unshrunk(40)
@example(WITHOUT_BOUND, {"pairs row 1": 0.5})
@given(st.booleans().flatmap(lambda risky: demanding_documents(risky=risky)), WEIGHTS)
def test_many_conflicts_and_repairs_are_what_enumeration_says(
    document: Document, weights: dict[str, float]
) -> None:
    agree(document, weights)


ALLIANCE: Document = {
    "partners": [
        {"id": "p1", "name": "Alpha", "revenue": 90, "cost": 60, "status": "in"},
        {"id": "p2", "name": "Beta", "revenue": 90, "cost": 50},
        {"id": "p3", "name": "Gamma", "revenue": 90, "cost": 40},
    ],
    "pairs": [{"first": "p1", "second": "p2", "kind": "requires"}],
    "limits": {"budget": 100},
}


def explained(**options: Any) -> Explanation:
    return explain(Study(pf.Instance.from_document(ALLIANCE)), **options)


def changed(found: Explanation) -> list[dict[str, float | None]]:
    return [{change.wish.place: change.to for change in one.changes} for one in found.repairs]


def test_a_budget_is_raised_by_what_is_missing() -> None:
    found = explained()
    assert [wish.words for wish in found.conflict] == [
        "partners row 1, status: Alpha must be chosen",
        "pairs row 1: Alpha requires Beta",
        "limits.budget = 100",
    ]
    assert changed(found) == [{"limits.budget": 110.0}]
    assert found.price.value == pytest.approx(0.1)
    assert found.to_dict()["repairs"][0]["changes"][0]["to"] == 110.0


def test_what_weighs_little_is_changed_and_what_weighs_all_is_not() -> None:
    cheap = explained(weights={"pairs row 1": 0.05})
    assert changed(cheap) == [{"pairs row 1": None}]
    kept = explained(weights={"limits.budget": math.inf})
    assert sorted(map(str, changed(kept))) == ["{'pairs row 1': None}", "{'partners row 1, status': None}"]
    assert kept.complete
    assert kept.price.value == pytest.approx(1.0)
    nothing = explained(
        weights={"limits.budget": math.inf, "pairs row 1": math.inf, "partners row 1": math.inf}
    )
    assert (nothing.price.sign, nothing.price.value, nothing.price.least) == ("=", None, None)


@pytest.mark.parametrize("cheap", [1, 2])
def test_of_two_periods_the_one_that_weighs_less_gives_way(cheap: int) -> None:
    """What is left of the first period is there in the second, which lacks 50 of its 100."""
    document = {
        "periods": 2,
        "partners": [{"id": "p1", "status": "in", "last_period": 1}],
        "cash_flows": [
            {"id": "p1", "age": 0, "revenue": 0, "cost": 50},
            {"id": "p1", "age": 1, "revenue": 0, "cost": 200},
        ],
        "limits": {"budget_by_period": [100, 100], "budget_carry": True},
    }
    place = f"limits.budget_by_period, period {cheap}"
    weights = {place: 0.1, "partners row 1, status": math.inf}
    found = explain(Study(pf.Instance.from_document(document)), weights=weights)
    assert changed(found) == [{place: 150.0}]
    assert (found.price.sign, found.price.value) == ("=", pytest.approx(0.1 * 50 / 100))


def test_weights_of_no_wish_are_refused_all_at_once() -> None:
    with pytest.raises(pf.InputError) as refused:
        explained(weights={"limits.bugdet": 2.0, "pairs row 1": 0.0})
    assert [str(defect) for defect in refused.value.defects] == [
        "weights: found 'limits.bugdet': the place of a wish, such as partners row 1, status; "
        "did you mean limits.budget?",
        "weights, column pairs row 1: found 0.0: a number above 0, or inf",
    ]


def test_without_time_nothing_is_claimed() -> None:
    found = explained(limits=pf.SearchLimits(seconds=0.0))
    assert not found.minimal
    assert not found.proven
    assert found.price.sign == "≤"
    assert found.price.value is not None  # nobody is a portfolio: a status less, and all is kept
    titles = [one.title for one in explanation_sections(found, pf.Instance.from_document(ALLIANCE))]
    assert "A change that makes everything possible" in titles
    assert "The cheapest change" not in titles


class Later(pf.Cancel):
    """Asks to stop once it was looked at so often: midway, wherever that is."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._left = looks

    @property
    def cancelled(self) -> bool:
        self._left -= 1
        return self._left < 0


@pytest.mark.slow
@unshrunk(6)
@given(
    st.booleans().flatmap(lambda risky: demanding_documents(risky=risky)),
    st.lists(st.integers(1, 300), min_size=2, max_size=2),
)
def test_what_is_said_when_it_has_to_stop_midway_is_true(document: Document, looks: list[int]) -> None:
    instance = pf.Instance.from_document(document)
    study = Study(instance)
    whole, everything = explain(study), selections(document, study.assessment)
    for most in looks:
        found = explain(Study(instance), cancel=Later(most))
        assert found.feasible in (None, whole.feasible)
        if found.conflict:
            assert not possible(study.formulation, everything, found.conflict)
        for wish in found.conflict if found.minimal else ():
            others = tuple(one for one in found.conflict if one != wish)
            assert possible(study.formulation, everything, others)
        if found.feasible is not True and whole.price.value is not None:
            assert found.price.least is not None
            assert found.price.least <= whole.price.value + 2e-6
            assert found.price.value is None or found.price.value >= whole.price.value - 2e-6
            assert found.price.sign == "≤" or found.price.value == pytest.approx(whole.price.value, abs=2e-6)
            assert not found.complete or len(found.repairs) == len(whole.repairs)
        for repair in found.repairs:
            loosened = study.formulation.loosened(repair.amounts)
            assert any(keeps(loosened, one) for one in everything)


@dataclass(frozen=True)
class FewPartners(BoundRule):
    """At most two partners, in words of its own: no number that a planner typed."""

    name: ClassVar[str] = "few"

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        yield Bound(pf.terms.PartnerCount(), "<=", 2, "partners of the few")


def test_wishes_of_a_formulation_give_way_too_whole_where_they_have_no_number() -> None:
    partners = [{"id": f"p{n}", "revenue": 9, "cost": 2, "innovation": 1} for n in range(3)]
    asked = pf.Formulation(None, [FewPartners(), pf.terms.Innovation() >= 3])
    study = Study(pf.Instance.from_document({"partners": partners}), asked)
    found = explain(study)
    assert [wish.words for wish in found.conflict] == [
        "asked for, few partners: partners of the few at most 2",
        "asked for, innovation score = 3",
    ]
    assert changed(found) == [{"asked for, innovation score": 2.0}]
    assert found.price.value == pytest.approx(1 / 3)
    kept = explain(study, weights={"asked for, innovation score": math.inf})
    assert changed(kept) == [{"asked for, few partners": None}]
    assert (kept.price.sign, kept.price.value) == ("=", 1.0)


def test_a_number_that_nothing_but_a_rounding_misses_is_moved_by_it() -> None:
    document: Document = {
        "partners": [{"id": "p1", "revenue": 9, "cost": 2, "status": "in"}],
        "technologies": [{"id": "nlp", "target": 0.67}],
        "capabilities": [{"holder": "p1", "technology": "nlp", "level": 0.03}],
        "limits": {"min_match": 0.33},
    }
    found = explain(Study(pf.Instance.from_document(document)))
    assert found.price.sign == "="
    assert changed(found) == [{"limits.min_match": pytest.approx(0.03 / 0.67)}]
