"""Newcomers: values are those of solving with each alone, and nobody who enters is screened away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

import solver as pf
from solver.cli import cli
from solver.errors import InputError
from solver.study.study import Study
from tests.draws import unshrunk
from tests.enumerated import ROUGHLY, Document, either

ALLIANCE: Document = {
    "name": "Nord",
    "partners": [
        {"id": "p1", "name": "Old", "revenue": 22, "cost": 10, "status": "running", "exit_cost": 1},
        {"id": "p2", "name": "Hand", "revenue": 15, "cost": 10},
    ],
    "applications": [{"id": "a1", "name": "Triage", "revenue": 9, "cost": 2}],
    "technologies": [{"id": "imaging"}],
    "requirements": [{"application": "a1", "technology": "imaging", "level": 0.5}],
    "limits": {"max_partners": 2},
}
CANDIDATES: Document = {
    "partners": [
        {"id": "n1", "name": "Poor", "revenue": 1, "cost": 9},
        {"id": "n2", "name": "Able", "revenue": 12, "cost": 10},
        {"id": "n3", "name": "Rich", "revenue": 40, "cost": 10},
    ],
    "capabilities": [{"holder": "n2", "technology": "imaging", "level": 0.9}],
}


def parted(document: Document) -> tuple[Document, Document]:
    """The document without half of its partners, and those with what goes with them."""
    new = {row["id"] for row in document["partners"][len(document["partners"]) // 2 :]}
    base, rows = dict(document), {}
    keys = {"partners": ("id",), "levels": ("partner",), "capabilities": ("holder",), "usage": ("id",)}
    keys |= {"cash_flows": ("id",), "pairs": ("first", "second"), "attractions": ("source",)}
    for table, columns in keys.items():
        mine = [row for row in document.get(table, []) if any(row[column] in new for column in columns)]
        base[table] = [row for row in document.get(table, []) if row not in mine]
        rows[table] = mine
    base.pop("evidence", None), base.pop("health", None), base.pop("outside", None)
    return base, rows


def worth(base: Document, rows: Document, only: str | None) -> float | None:
    """The best value with one of the candidates, or none."""
    merged = {**base, **{table: [*base.get(table, []), *rows[table]] for table in rows}}
    study = Study(pf.Instance.from_document(merged))
    out = [row["id"] for row in rows["partners"] if row["id"] != only]
    return study.locked([only] if only else [], out).best().objective


@pytest.mark.slow
@unshrunk(20)
@given(either, st.sampled_from([1, 2, 20]), st.sampled_from([1, 2, 25]))
def test_values_are_those_of_solving_with_each_alone(document: Document, most: int, block: int) -> None:
    """However many are looked at in one search, and however many are valued."""
    assume(len(document["partners"]) > 1 and "scenarios" not in document and "correlations" not in document)
    base, rows = parted(document)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("solver.lifecycle.newcomers.FIRST_BLOCK", block)
        found = pf.newcomers(Study(pf.Instance.from_document(base)), rows, most=most)
    nobody = worth(base, rows, None)
    assert (found.best.value is None) == (nobody is None)
    adds = {one.id: one.adds for one in found.entering}
    assert found.settled or len(adds) >= most
    prices = {one.id: one for one in found.outsiders}
    values = []
    for row in rows["partners"]:
        id_, alone = row["id"], worth(base, rows, row["id"])
        if nobody is None:
            assert (id_ in adds) >= (alone is not None and found.settled)
            assert alone is not None or id_ not in adds
            continue
        gain = None if alone is None else alone - nobody
        room = 1e-4 * max(1.0, abs(nobody))
        if id_ in found.others:
            assert gain is None or gain <= room
        elif id_ in found.unvalued:
            assert gain is None or gain <= found.rest.most + room
        else:
            assert adds[id_].value == pytest.approx(gain, rel=ROUGHLY, abs=10 * ROUGHLY)
            values.append(gain)
        if gain is not None and gain > room:
            assert id_ in adds or id_ in found.unvalued
        if id_ in prices:
            assert prices[id_].possible == (alone is not None)
            if gain is not None:
                assert prices[id_].price.value == pytest.approx(max(0, -gain), rel=ROUGHLY, abs=10 * ROUGHLY)
    for one in found.entering if nobody is not None else ():
        (move,) = [move for move in one.moves if move.id == one.id]
        assert one.level == move.after
    assert sorted((one.adds.value or 0.0 for one in found.entering), reverse=True) == [
        one.adds.value or 0.0 for one in found.entering
    ]


def test_whoever_makes_room_pays_for_leaving() -> None:
    alone = ALLIANCE | {"applications": [], "requirements": [], "limits": {"max_partners": 1}}
    study = Study(pf.Instance.from_document(alone))
    (rich,) = pf.newcomers(study, {"partners": CANDIDATES["partners"]}).entering
    assert rich.adds.value == pytest.approx(30 - 12 - 1)  # the benefits of Rich and of Old, and Old's exit


@pytest.mark.slow
def test_several_workers_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.lifecycle.newcomers.FIRST_BLOCK", 1)
    study = Study(pf.Instance.from_document(ALLIANCE))
    alone, several = (pf.newcomers(study, CANDIDATES, workers=workers).to_dict() for workers in (1, 2))
    assert several | {"seconds": 0.0} == alone | {"seconds": 0.0}


def test_a_planner_reads_who_to_bring_in(tmp_path: Path) -> None:
    found = pf.newcomers(Study(pf.Instance.from_document(ALLIANCE)), CANDIDATES)
    assert [one.id for one in found.entering] == ["n3", "n2"]
    assert (found.others, found.settled) == (("n1",), True)
    assert [one.id for one in found.outsiders] == ["n1"]
    assert found.outsiders[0].price.value == pytest.approx((15 - 7.5) - (1 - 6.75))  # Hand goes
    assert found.entering[1].provides == ("imaging",)
    for name, content in {"alliance": ALLIANCE, "new": CANDIDATES}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    paths = [str(tmp_path / "alliance.json"), str(tmp_path / "new.json")]
    shown = CliRunner().invoke(cli, ["newcomers", *paths, "--quiet"])
    said = " ".join(shown.stdout.split())
    assert shown.exit_code == 0, shown.output
    assert "2 of 3 candidates add something" in said
    assert "Hand goes out" in said
    assert "it provides imaging" in said
    assert "Poor: proven to add nothing alone. The most promising of them: Poor enters if it is" in said


def test_candidates_come_as_csv_and_their_defects_have_places(tmp_path: Path) -> None:
    (tmp_path / "alliance.json").write_text(json.dumps(ALLIANCE), encoding="utf-8")
    path = tmp_path / "new.csv"
    path.write_text("id,revenue,cost\nn1,40,10\n", encoding="utf-8")
    words = ["newcomers", str(tmp_path / "alliance.json"), str(path), "--quiet", "--json", "-"]
    document: dict[str, Any] = json.loads(CliRunner().invoke(cli, words).stdout)
    assert document["set"] == ["n1"]
    path.write_text("id,revenue,cost\nn1,40,10\np1,4,1\n", encoding="utf-8")
    wrong = CliRunner().invoke(cli, words)
    assert (wrong.exit_code, "new.csv, line 3" in wrong.stderr) == (2, True), wrong.stderr
    with pytest.raises(InputError, match="did you mean partners"):
        pf.newcomers(Study(pf.Instance.from_document(ALLIANCE)), {"partner": []})
    with pytest.raises(InputError, match="no candidate"):
        pf.newcomers(Study(pf.Instance.from_document(ALLIANCE)), {"partners": []})


def test_without_time_nothing_is_claimed() -> None:
    study = Study(pf.Instance.from_document(ALLIANCE))
    found = pf.newcomers(study, CANDIDATES, limits=pf.SearchLimits(seconds=0))
    assert not found.others or found.best.proven
    assert {*found.others, *found.unvalued, *(one.id for one in found.entering)} == {"n1", "n2", "n3"}
