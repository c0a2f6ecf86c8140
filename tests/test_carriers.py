"""Folder, workbook and JSON file carry the same instance, and none is left half-written."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.instance import carriers
from solver.instance.atomic import new_file, new_folder
from solver.instance.document import dump, parse
from solver.instance.instance import Instance
from solver.instance.invisible import cleaned
from solver.instance.tables import TABLES
from tests.carried import AWKWARD_IDS, defects, document, only, partner, rich_document
from tests.draws import draws

KINDS = ("folder", "book.xlsx", "document.json")
letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=";\ufffe\uffff")
texts = st.text(letters, min_size=1, max_size=8).map(lambda text: cleaned(text) or "x")
ids = texts.map(lambda name: f"{name}!" if name in ("any", "hub", "period") else name)
amounts = st.floats(min_value=0, allow_infinity=False) | st.integers(0, 10**9)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    partners = [partner(name, revenue=draw(amounts), name=draw(texts), 颜色=draw(texts)) for name in names]
    history = [{"period": k, **dict.fromkeys(names, draw(amounts))} for k in range(draw(st.integers(0, 2)))]
    return {
        "format": 1,
        "name": draw(texts),
        "limits": {"budget_by_period": [draw(amounts), draw(amounts)]},
        "periods": 2,
        "partners": partners,
        "groups": [{"dimension": "颜色", "group": draw(texts), "budget": draw(amounts)}],
        "history": history,
    }


def test_rich_document_uses_every_table() -> None:
    assert set(TABLES) <= set(rich_document())


def test_parse_and_dump_are_inverse() -> None:
    instance = parse(rich_document())
    assert parse(dump(instance)) == instance
    assert [row.id for row in instance.partners] == list(AWKWARD_IDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_carrier_is_lossless(tmp_path: Path, kind: str) -> None:
    instance = parse(rich_document())
    carriers.write(instance, tmp_path / kind)
    again = carriers.read(tmp_path / kind)
    assert again == instance
    assert json.dumps(dump(again)) == json.dumps(dump(instance))
    assert again.fingerprint == instance.fingerprint
    assert [p.name for p in tmp_path.iterdir()] == [kind]


@pytest.mark.slow
@given(documents())
@draws(16)
def test_drawn_documents_survive_all_carriers_in_turn(
    tmp_path_factory: pytest.TempPathFactory, drawn: Any
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    instance = parse(drawn)
    for kind in KINDS:
        carriers.write(instance, folder / kind)
        assert carriers.read(folder / kind) == instance


@pytest.mark.parametrize("kind", KINDS)
def test_existing_targets_are_kept_unless_asked(tmp_path: Path, kind: str) -> None:
    old, new = parse(document()), parse(document(name="new"))
    carriers.write(old, tmp_path / kind)
    assert "overwrite" in only(defects(lambda: carriers.write(new, tmp_path / kind))).remedy
    assert carriers.read(tmp_path / kind) == old
    carriers.write(new, tmp_path / kind, overwrite=True)
    assert carriers.read(tmp_path / kind) == new


def test_overwriting_a_folder_keeps_other_files_and_drops_old_tables(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    carriers.write(parse(document(technologies=[{"id": "t"}])), target)
    (target / "best_known.json").write_text("{}")
    (target / "notes").mkdir()
    carriers.write(parse(document()), target, overwrite=True)
    assert sorted(p.name for p in target.iterdir()) == [
        "best_known.json",
        "instance.toml",
        "notes",
        "partners.csv",
    ]


def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "me.jpg").write_bytes(b"x")
    instance = parse(document())
    assert (
        "no instance"
        in only(defects(lambda: carriers.write(instance, tmp_path / "photos", overwrite=True))).remedy
    )


@pytest.mark.parametrize("name", ["a.txt", "missing/b.json"])
def test_targets_that_make_no_sense(tmp_path: Path, name: str) -> None:
    instance = parse(document())
    only(defects(lambda: carriers.write(instance, tmp_path / name)))
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old")

    def fail() -> None:
        with new_file(target) as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_write_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    (target / "old").touch()

    def fail() -> None:
        with new_folder(target) as draft:
            (draft / "half").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.rglob("*")) == [target, target / "old"]


def test_names_on_disk_do_not_decide_what_a_file_is(tmp_path: Path) -> None:
    instance = parse(document())
    for kind in KINDS[1:]:
        carriers.write(instance, tmp_path / kind)
        (tmp_path / kind).rename(tmp_path / "something")
        assert carriers.read(tmp_path / "something") == instance


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        '=HYPERLINK("http://nowhere.example")',
        "@cmd",
        "+cmd|x",
        "-1+2",
        "'=B2",
        "''@x",
        "-",
        "'",
    ],
)
def test_no_spreadsheet_works_out_a_name_in_csv(tmp_path: Path, name: str) -> None:
    instance = parse(document(partners=[partner(name=name)]))
    carriers.write(instance, tmp_path / "kept")
    assert carriers.read(tmp_path / "kept").partners == instance.partners
    (*_, cells) = csv.reader((tmp_path / "kept" / "partners.csv").read_text("utf-8").splitlines())
    assert not any(cell[:1] in set("=+-@") for cell in cells)


def test_comments_and_blank_lines_in_csv(tmp_path: Path) -> None:
    carriers.write(parse(document()), tmp_path / "f")
    lines = [
        '\ufeff# a comment, with "quotes',
        "id,revenue,cost,name",
        "# more",
        '"#x",1,2,"a, #b"',
        "_p9,9,9,a note",
        "",
        ",,,",
        "p2,3,4,",
    ]
    (tmp_path / "f" / "partners.csv").write_text("\r\n".join(lines), encoding="utf-8", newline="")
    partners = carriers.read(tmp_path / "f").partners
    assert [(row.id, row.revenue, row.name) for row in partners] == [("#x", 1, "a, #b"), ("p2", 3, None)]


def test_empty_values_are_absent_in_json() -> None:
    sparse = document(
        limits={"budget": None, "effort": []}, risk=None, hub={"name": ""}, pairs=None, levels=[]
    )
    sparse["partners"][0] |= {"capacity": None, "name": " "}
    assert parse(sparse) == parse(document())


def test_one_number_stands_for_every_period() -> None:
    assert parse(document(periods=3, limits={"effort": 2})).limits.effort == (2.0, 2.0, 2.0)


def test_evidence_takes_both_forms() -> None:
    rows = [{"partner": "p1", "trials": 3, "successes": 1}]
    as_list, as_object = document(evidence=rows), document(evidence={"prior_strength": 10, "rows": rows})
    assert parse(as_list) == parse(as_object)
    assert dump(parse(as_object))["evidence"] == rows
    assert parse(document(evidence={"prior_strength": 3})).prior.prior_strength == 3


def test_cash_flows_stand_in_for_revenue_and_cost() -> None:
    flowing = document(partners=[{"id": "p1"}], cash_flows=[{"id": "p1", "age": 0, "revenue": 5}])
    assert parse(flowing).partners[0].revenue == 0
    assert len(defects(lambda: parse(document(partners=[{"id": "p1"}, partner("p2")])))) == 2


def test_any_means_every_application() -> None:
    pairs = [{"first": "p1", "second": "p2", "kind": "ip_conflict", "application": "any"}]
    assert parse(document(pairs=pairs)).pairs[0].application is None


def test_fingerprint_does_not_depend_on_how_numbers_are_written() -> None:
    assert Instance.from_document(document(periods=2.0)).fingerprint == parse(document(periods=2)).fingerprint
    assert parse(document(periods=2)).fingerprint != parse(document(periods=3)).fingerprint
