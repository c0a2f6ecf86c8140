"""Assignments change a document without editing files, and say so when they lead nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from solver.instance.carriers import read, write
from solver.instance.document import parse
from solver.instance.overrides import apply
from tests.carried import defects, document, only, partner

BASE = document(
    partners=[partner("p1"), partner("诊断"), partner("a.b"), partner("=A1", tier="x")],
    limits={"max_partners": 3},
    evidence=[{"partner": "p1", "trials": 1, "successes": 1}],
    groups=[{"dimension": "tier", "group": "x"}],
)


@pytest.mark.parametrize(
    ("assignment", "where", "value"),
    [
        ("periods=4", ("periods",), 4),
        ("name=My plan", ("name",), "My plan"),
        ("name=2024", ("name",), "2024"),
        ('name="quoted"', ("name",), "quoted"),
        ("limits.budget=400", ("limits", "budget"), 400),
        ("limits.budget = 4e2", ("limits", "budget"), 400.0),
        ("limits.effort=[1, 2]", ("limits", "effort"), [1, 2]),
        ("limits.satisfaction=true", ("limits", "satisfaction"), True),
        ("hub.name=诊断=x", ("hub", "name"), "诊断=x"),
        ("evidence.prior_strength=3", ("evidence", "prior_strength"), 3),
        ("partners.p1.cost=5", ("partners", 0, "cost"), 5),
        ("partners.诊断.status=in", ("partners", 1, "status"), "in"),
        ("partners.a.b.cost=5", ("partners", 2, "cost"), 5),
        ("limits.max_partners=+100%", ("limits", "max_partners"), 6),
        ("partners.p1.compatibility = - 12.5 %", ("partners", 0, "compatibility"), 0.875),
        ("partners.p1.name=-10%", ("partners", 0, "name"), "-10%"),
        ('partners."=A1".tier=gold', ("partners", 3, "tier"), "gold"),
    ],
)
def test_assignments(assignment: str, where: tuple[Any, ...], value: object) -> None:
    found: Any = apply(BASE, [assignment])
    for step in where:
        found = found[step]
    assert found == value
    assert type(found) is type(value)


def test_a_share_changes_every_number_of_a_list_and_what_was_set_before() -> None:
    found = apply(
        BASE, ["limits.effort=[1, 2.5]", "limits.effort=+10%", "partners.p1.cost=8", "partners.p1.cost=-10%"]
    )
    assert found["limits"]["effort"] == pytest.approx([1.1, 2.75])
    assert found["partners"][0]["cost"] == pytest.approx(7.2)


def test_the_given_document_stays_as_it_was() -> None:
    before = repr(BASE)
    apply(BASE, ["partners.p1.cost=5", "limits.budget=3", "evidence.prior_strength=1"])
    assert repr(BASE) == before


def test_nothing_after_the_sign_makes_it_empty() -> None:
    assert apply(BASE, ["limits.max_partners="])["limits"] == {}


def test_evidence_keeps_its_rows() -> None:
    instance = parse(apply(BASE, ["evidence.prior_strength=3"]))
    assert (instance.prior.prior_strength, len(instance.evidence)) == (3, 1)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("limits.bugdet=4", "did you mean budget?"),
        ("budget=4", "did you mean limits.budget?"),
        ("period=4", "did you mean periods?"),
        ("limit.budget=4", "did you mean limits.budget?"),
        ("limits=4", "limits.budget"),
        ("partners.p11.cost=4", "did you mean p1?"),
        ("partners.p1.costs=4", "did you mean cost?"),
        ("partners.p1=4", "partners.ID.COLUMN"),
        ("pairs.p1.kind=conflict", "table.ID.COLUMN"),
        ("limits.ip_exposure=-10%", "a number, as ip_exposure has none"),
        ("limits.budget", "an assignment such as"),
        ("=4", "an assignment such as"),
        ("", "an assignment such as"),
    ],
)
def test_assignments_that_lead_nowhere(assignment: str, words: str) -> None:
    defect = only(defects(lambda: apply(BASE, [assignment])))
    assert (defect.place, defect.value) == ("--set", assignment)
    assert words in defect.remedy


def test_reading_with_overrides_reports_everything_at_once(tmp_path: Path) -> None:
    write(parse(document()), tmp_path / "f")
    assert read(tmp_path / "f", overrides=["limits.budget=7"]).limits.budget == 7
    found = defects(
        lambda: read(tmp_path / "f", overrides=["bugdet=1", "limits.budget=-7", "partners.p1.cost=x"])
    )
    assert [(d.place, d.column) for d in found] == [
        ("--set", None),
        ("limits", "budget"),
        ("partners", "cost"),
    ]
