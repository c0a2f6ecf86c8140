"""What is checked across rows and tables, and what is only odd."""

from __future__ import annotations

from typing import Any

import pytest

from solver.instance.document import parse
from solver.instance.validation import warnings_of
from tests.carried import defects, document, only, partner

APPLICATION = {"applications": [partner("a1")]}
PAIR = {"first": "p1", "second": "p2"}
SEGMENT = {"segments": [{"id": "s", "demand": 1, "rival_attraction": 1}]}


def pair(**cells: Any) -> dict[str, Any]:
    return {"pairs": [PAIR | cells]}


def scenarios(*rows: tuple[str, float, str]) -> dict[str, Any]:
    keys = ("scenario", "probability", "id")
    return {"scenarios": [dict(zip(keys, row, strict=True), benefit=1) for row in rows]}


def requirement(**cells: Any) -> dict[str, Any]:
    return APPLICATION | {"requirements": [{"application": "a1", "technology": "t", "level": 0.5} | cells]}


WRONG: list[tuple[dict[str, Any], tuple[str, int | None, str | None]]] = [
    ({"partners": [partner("p1"), partner("p1")]}, ("partners", 2, "id")),
    ({"applications": [partner("p1")]}, ("applications", 1, "id")),
    ({"applications": [partner("any")]}, ("applications", 1, "id")),
    ({"hub": {"id": "p2"}}, ("partners", 2, "id")),
    ({"technologies": [{"id": "t"}, {"id": "t"}]}, ("technologies", 2, "id")),
    ({"levels": [{"partner": "p1", "level": "l"}] * 2}, ("levels", 2, "partner")),
    ({"levels": [{"partner": "p9", "level": "l"}]}, ("levels", 1, "partner")),
    ({"capabilities": [{"holder": "p9", "technology": "t", "level": 1}]}, ("capabilities", 1, "holder")),
    ({"capabilities": [{"holder": "p1", "technology": "t", "level": 1}] * 2}, ("capabilities", 2, "holder")),
    (requirement() | {"technologies": [{"id": "u"}]}, ("requirements", 1, "technology")),
    (requirement(application="a2"), ("requirements", 1, "application")),
    (requirement(providers=3, max_providers=2), ("requirements", 1, "max_providers")),
    ({"usage": [{"id": "p1", "resource": "r", "amount": 1}]}, ("usage", 1, "resource")),
    ({"cash_flows": [{"id": "p9", "age": 0}]}, ("cash_flows", 1, "id")),
    ({"cash_flows": [{"id": "p1", "age": 0}] * 2}, ("cash_flows", 2, "id")),
    (pair(kind="synergy"), ("pairs", 1, "value")),
    (pair(kind="synergy", second="p1", value=1), ("pairs", 1, "second")),
    (pair(kind="conflict", second="p9"), ("pairs", 1, "second")),
    (APPLICATION | pair(kind="conflict", application="a1"), ("pairs", 1, "application")),
    (APPLICATION | pair(kind="requires", application="a1"), ("pairs", 1, "application")),
    (pair(kind="synergy", value=1, application="a1"), ("pairs", 1, "application")),
    (APPLICATION | pair(kind="ip_conflict", second="a1"), ("pairs", 1, "second")),
    (APPLICATION | pair(kind="synergy", first="a1", value=1, application="a1"), ("pairs", 1, "first")),
    (
        APPLICATION | {"objective": {"synergy_per_complementarity": 1}} | pair(kind="synergy", first="a1"),
        ("pairs", 1, "value"),
    ),
    (pair(kind="ip_conflict", value=-1), ("pairs", 1, "value")),
    (
        SEGMENT | {"attractions": [{"source": "p9", "segment": "s", "attraction": 1}]},
        ("attractions", 1, "source"),
    ),
    (
        SEGMENT | {"attractions": [{"source": "p1", "segment": "u", "attraction": 1}]},
        ("attractions", 1, "segment"),
    ),
    ({"segments": [{"id": "s", "demand": 1, "rival_attraction": 0}]}, ("segments", 1, "rival_attraction")),
    ({"groups": [{"dimension": "cost", "group": "2"}]}, ("groups", 1, "dimension")),
    ({"groups": [{"dimension": "region", "group": "n"}] * 2}, ("groups", 2, "dimension")),
    ({"evidence": [{"trials": 1, "successes": 1}]}, ("evidence", 1, "partner")),
    (
        APPLICATION | {"evidence": [{"partner": "p1", "application": "a1", "trials": 1, "successes": 1}]},
        ("evidence", 1, "application"),
    ),
    ({"evidence": [{"partner": "p1", "trials": 1, "successes": 2}]}, ("evidence", 1, "successes")),
    (
        {"health": [{"partner": "p9", "period": 1, "indicator": "i", "value": 1, "target": 1}]},
        ("health", 1, "partner"),
    ),
    ({"history": [{"period": 1, "p9": 1}]}, ("history", 1, "p9")),
    ({"history": [{"period": 1, "p1": "a"}]}, ("history", 1, "p1")),
    ({"history": [{"period": 1}, {"period": 1}]}, ("history", 2, "period")),
    (scenarios(("s", 0.5, "p1")), ("scenarios", None, "probability")),
    (scenarios(("s", 1, "p1"), ("s", 0.5, "p2")), ("scenarios", 2, "probability")),
    (scenarios(("s", 1, "p1"), ("s", 1, "p1")), ("scenarios", 2, "scenario")),
    (scenarios(("s", 1, "p9")), ("scenarios", 1, "id")),
    ({"outside": [{"members": "p1;p9", "value": 1}]}, ("outside", 1, "members")),
    ({"outside": [{"members": "p1;p1", "value": 1}]}, ("outside", 1, "members")),
    ({"outside": [{"members": ";", "value": 1}]}, ("outside", 1, "members")),
    ({"partners": [partner(first_period=2)]}, ("partners", 1, "first_period")),
    ({"levels": [{"partner": "p1", "level": "l", "last_period": 2}]}, ("levels", 1, "last_period")),
    ({"partners": [partner(running_level="standard")]}, ("partners", 1, "running_level")),
    ({"partners": [partner(status="running", running_level="x")]}, ("partners", 1, "running_level")),
    ({"periods": 2, "limits": {"effort": [1, 2, 3]}}, ("limits", None, "effort")),
    ({"risk": {"market_correlation": 0.7}}, ("risk", None, "market_correlation")),
    ({"split": {"tier": 0.3}}, ("split", None, "tier")),
    ({"split": {"floor": 0.5, "cap": 0.4}}, ("split", None, "cap")),
]


@pytest.mark.parametrize(("parts", "where"), WRONG)
def test_what_is_wrong(parts: dict[str, Any], where: tuple[str, int | None, str | None]) -> None:
    defect = only(defects(lambda: parse(document(**parts))))
    assert (defect.place, defect.row, defect.column) == where


RIGHT: list[dict[str, Any]] = [
    {"capabilities": [{"holder": "hub", "technology": "free", "level": 1}]},
    {"objective": {"synergy_per_complementarity": 1}} | pair(kind="synergy"),
    {"pairs": [PAIR | {"kind": "requires"}, {"first": "p2", "second": "p1", "kind": "requires"}]},
    APPLICATION | pair(kind="conflict", second="a1"),
    pair(kind="ip_conflict", value=0),
    scenarios(("s", 0.1, "p1"), ("s", 0.1, "p2"), ("t", 0.9, "p1")),
    {"limits": {"min_partners": 2, "max_partners": 1}},
    {"partners": [partner(first_period=2, last_period=1)], "periods": 2},
    {"partners": [partner(status="running", running_level="standard")]},
    {"split": {"tier": 1 / 3}},
    {"split": {"tier": 0.05}},
    {"groups": [{"dimension": "label", "group": "x"}], "partners": [partner(label="x")]},
]


@pytest.mark.parametrize("parts", RIGHT)
def test_what_is_right(parts: dict[str, Any]) -> None:
    parse(document(**parts))


def test_dangling_ids_come_with_the_nearest_name() -> None:
    broken = document(partners=[partner("clinic-north")], outside=[{"members": "clinic-nort", "value": 1}])
    assert "did you mean clinic-north?" in only(defects(lambda: parse(broken))).remedy


def test_a_defective_row_still_declares_its_id() -> None:
    usage = {"resources": [{"id": "r"}], "usage": [{"id": "p1", "resource": "r", "amount": 1}]}
    broken = document(partners=[partner("p1", cost=-1)], **usage)
    assert only(defects(lambda: parse(broken))).column == "cost"


def test_own_columns_belong_to_their_dimension() -> None:
    groups = [{"dimension": "tier", "group": "gold"}]
    rows = [partner("p1", tier="gold"), partner("p2")]
    instance = parse(
        {"partners": rows, "groups": groups, "levels": [{"partner": "p2", "level": "x", "tier": "gold"}]}
    )
    assert [row.group("tier") for row in instance.partners] == ["gold", None]
    assert instance.levels[0].applied_to(instance.partners[1]).group("tier") == "gold"
    assert only(defects(lambda: parse({"partners": rows}))).column == "tier"
    assert only(defects(lambda: parse({"partners": [partner(tier=3)], "groups": groups}))).column == "tier"


def test_a_dimension_named_like_a_method_is_only_a_column() -> None:
    instance = parse(document(groups=[{"dimension": "own_columns", "group": "x"}]))
    assert instance.partners[0].group("own_columns") is None


ODD: list[tuple[dict[str, Any], str]] = [
    ({"groups": [{"dimension": "regoin", "group": "x"}]}, "no members"),
    ({"pairs": [PAIR | {"kind": "synergy", "value": 1}] * 2}, "2 rows of pairs; their values add up"),
    ({"pairs": [PAIR | {"kind": "requires"}] * 2}, "2 rows of pairs"),
    (pair(kind="conflict", value=3), "has no effect"),
    ({"limits": {"min_match": 0.5}}, "min_match"),
    ({"limits": {"budget_carry": True}}, "budget_carry"),
    ({"limits": {"retained_value": 0.5}}, "retained_value"),
    ({"limits": {"min_partners": 3, "max_partners": 2}}, "no portfolio can satisfy both"),
    ({"resources": [{"id": "r", "min": 2, "max": 1}]}, "no portfolio can satisfy both"),
    (
        {"groups": [{"dimension": "region", "group": "n", "min": 2, "max": 1}]},
        "no portfolio can satisfy both",
    ),
    ({"outside": [{"members": "p1", "value": 1}]}, "limits.satisfaction"),
    ({"technologies": [{"id": "t", "weight": 0}]}, "weight 0"),
    ({"periods": 2, "partners": [partner(first_period=2, last_period=1)]}, "can never be chosen"),
    (pair(kind="conflict", counted=True), "counted of the conflict"),
    ({"partners": [partner(age=2)]}, "does not run"),
    ({"partners": [partner(lead_left=2)]}, "does not run"),
    ({"partners": [partner(lead=1)]}, "earns nothing"),
    ({"cash_flows": [{"id": "p1", "age": 1}]}, "after the horizon"),
    (requirement(), "Nobody can meet the requirement of t"),
]


@pytest.mark.parametrize(("parts", "words"), ODD)
def test_what_is_odd(parts: dict[str, Any], words: str) -> None:
    assert any(words in sentence for sentence in warnings_of(parse(document(**parts))))


def test_nothing_odd_in_an_ordinary_instance() -> None:
    mutual = [PAIR | {"kind": "requires"}, {"first": "p2", "second": "p1", "kind": "requires"}]
    capabilities = [{"holder": "p1", "technology": "t", "level": 0.5}]
    assert warnings_of(parse(document(pairs=mutual, capabilities=capabilities, **requirement()))) == ()
