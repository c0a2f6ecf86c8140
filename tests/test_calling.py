"""Names stand for ids wherever somebody types one, when only one has the name; a slip never picks anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import solver as pf
from solver.answers.risk_report import risk_report
from solver.answers.stability import stability
from solver.answers.stable_selection import select_stably
from solver.errors import InputError
from solver.sharing.wishes import Wishes

DOCUMENT: dict[str, Any] = {
    "partners": [
        {"id": "p1", "name": "Aurora Imaging", "revenue": 10, "cost": 4},
        {"id": "p2", "name": "Birch", "revenue": 8, "cost": 4},
        {"id": "p3", "name": "Birch", "revenue": 6, "cost": 4},
        {"id": "p4", "name": "p1", "revenue": 5, "cost": 4},
    ],
    "applications": [{"id": "x", "name": "Triage", "revenue": 20, "cost": 8}],
    "capabilities": [{"holder": id_, "technology": "nlp", "level": 1.0} for id_ in ("p1", "p2")],
    "requirements": [{"application": "x", "technology": "nlp", "level": 0.5}],
    "pairs": [{"first": "p1", "second": "p2", "kind": "ip_conflict", "value": 1}],
    "risk": {"scenarios": 16},
    "split": {},
}
INSTANCE = pf.Instance.from_document(DOCUMENT)
PLAN = {
    "partners": ["Aurora Imaging", {"id": "p2"}],
    "applications": [{"id": "Triage"}],
    "assignments": [{"application": "Triage", "technology": "nlp", "partner": "Aurora Imaging"}],
    "licences": [],
}
BY_ID = {
    "partners": ["p1", "p2"],
    "applications": ["x"],
    "assignments": [{"application": "x", "technology": "nlp", "partner": "p1"}],
    "licences": [],
}
WAYS: dict[str, Callable[[str], Any]] = {
    "solve, in": lambda name: pf.solve(INSTANCE, include=[name]).portfolio,
    "solve, out": lambda name: pf.solve(INSTANCE, exclude=[name]).portfolio,
    "solve, start": lambda name: pf.solve(INSTANCE, start={"partners": [name]}).portfolio,
    "verify": lambda name: pf.verify(INSTANCE, {"partners": [name]}).portfolio,
    "verify, in": lambda name: pf.verify(INSTANCE, BY_ID, include=[name]).verdict.broken,
    "allocate, out": lambda name: pf.allocate(INSTANCE, exclude=[name]).wanted,
    "allocate, weights": lambda name: pf.allocate(INSTANCE, BY_ID, Wishes(bargaining={name: 2.0})).players,
    "risk": lambda name: risk_report(INSTANCE, {"partners": [name]}).judgement.portfolio,
    "stability": lambda name: [step.result.portfolio for step in stability(INSTANCE, [16], exclude=[name])],
    "stably": lambda name: select_stably(INSTANCE, pf.Clauses(), exclude=[name]).result.portfolio,
    "with_": lambda name: INSTANCE.with_(f"partners.{name}.status=out").partners,
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_name_that_only_one_has_stands_for_its_id(way: str) -> None:
    assert WAYS[way]("Aurora Imaging") == WAYS[way]("p1")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Birch", "p2, p3 have this name"),
        ("aurora imagin", "did you mean Aurora Imaging?"),
        ("P2", "did you mean p2?"),
    ],
)
def test_a_slip_and_a_name_of_several_are_refused_with_what_is_meant(way: str, name: str, words: str) -> None:
    if way == "allocate, weights" and name != "Birch":
        words = "but players are hub, p1, p2"
    with pytest.raises(InputError) as caught:
        WAYS[way](name)
    assert words in str(caught.value)


def test_an_id_goes_before_a_name() -> None:
    assert [row.id for row in pf.verify(INSTANCE, {"partners": ["p1"]}).portfolio.partners] == ["p1"]


def test_a_plan_may_be_in_names_throughout() -> None:
    assert pf.verify(INSTANCE, PLAN).portfolio == pf.verify(INSTANCE, BY_ID).portfolio
    licence = {"licences": [{"first": "Aurora Imaging", "second": "p2", "application": None}]}
    assert pf.verify(INSTANCE, PLAN | licence).portfolio.licences != ()


def test_payoffs_may_be_in_names_but_not_twice() -> None:
    value = pf.verify(INSTANCE, BY_ID).verdict.value
    payoffs = {"hub": value - 3, "Aurora Imaging": 2.0, "p2": 1.0}
    split = pf.allocate(INSTANCE, BY_ID, Wishes(payoffs=payoffs))
    assert split.wanted is not None
    assert split.wanted.payoffs["p1"] == 2
    with pytest.raises(InputError, match="twice"):
        pf.allocate(INSTANCE, BY_ID, Wishes(payoffs=payoffs | {"p1": 2.0}))


def test_a_name_in_a_table_gets_the_id_that_is_meant() -> None:
    pair = {"first": "Aurora Imaging", "second": "Birch", "kind": "conflict"}
    outside = {"members": "p1; Aurora Imaging", "value": 3}
    with pytest.raises(InputError) as caught:
        pf.Instance.from_document(DOCUMENT | {"pairs": [pair], "outside": [outside]})
    told = str(caught.value)
    assert told.count("that is the name of p1") == 2
    assert "that is the name of p2 and p3" in told
