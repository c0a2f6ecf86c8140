"""Whatever is wrong with files and cells becomes a list of defects that say where and what would be right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from solver.instance.carriers import read, write
from solver.instance.document import dump, parse
from tests.carried import defects, document, only, partner

HEADER = "id,revenue,cost\n"


def folder(
    path: Path, partners: str | bytes = HEADER + "p1,1,2\n", settings: str | bytes = "format = 1\n"
) -> Path:
    for name, content in (("partners.csv", partners), ("instance.toml", settings)):
        (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_every_defect_is_reported_at_once() -> None:
    broken = {
        "format": 1,
        "roi_rate": 1.5,
        "budget": 3,
        "limits": {"budget": -1},
        "partners": [
            partner("p1", success=1.5),
            partner("p1", revenu=2),
            {"id": "p3", "revenue": float("nan")},
        ],
        "usage": [{"id": "p9", "resource": "co2", "amount": "much"}],
    }
    found = {(d.place, d.row, d.column) for d in defects(lambda: parse(broken))}
    assert found == {
        ("instance", None, "roi_rate"),
        ("instance", None, "budget"),
        ("limits", None, "budget"),
        ("partners", 1, "success"),
        ("partners", 2, "revenu"),
        ("partners", 2, "id"),
        ("partners", 3, "revenue"),
        ("partners", 3, "cost"),
        ("usage", 1, "id"),
        ("usage", 1, "resource"),
        ("usage", 1, "amount"),
    }


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1,5", "write 1.5"),
        ("1,500", "write 1500"),
        ("1.234,5", "write 1234.5"),
        ("1 000", "write 1000"),
        ("1_000", "write 1000"),
        ("5%", "write 0.05"),
        ("nan", "finite"),
        ("inf", "finite"),
        ("1e999", "finite"),
        ("-3", "at least 0"),
        ("cheap", "a number that is at least 0"),
        ("0x10", "a number"),
        ("١٢", "a number"),
    ],
)
def test_numbers_in_csv(tmp_path: Path, cell: str, words: str) -> None:
    defect = only(defects(lambda: read(folder(tmp_path, f'{HEADER}p1,"{cell}",2\n'))))
    assert (defect.place, defect.row, defect.column) == ("partners", 1, "revenue")
    assert words in defect.remedy


@pytest.mark.parametrize("cell", [True, "5", [1], {"a": 1}, float("inf"), -1, 10**400])
def test_numbers_in_json(cell: object) -> None:
    defect = only(defects(lambda: parse(document(partners=[partner(revenue=cell)]))))
    assert "a number that is at least 0" in defect.remedy


@pytest.mark.parametrize("name", [" p", "p ", "a;b", "a\nb", "a\x00b", "\ud800", 7, True, "x" * 201, ""])
def test_ids_that_are_none(name: object) -> None:
    assert (
        only(defects(lambda: parse(document(partners=[{"id": name, "revenue": 1, "cost": 1}])))).column
        == "id"
    )


def test_unknown_columns_are_one_defect_each() -> None:
    rows = [partner(f"p{k}", Reveneu=1, zzz=2) for k in range(50)]
    found = defects(lambda: parse({"partners": rows}))
    assert [(d.column, d.remedy) for d in found] == [
        ("Reveneu", "remove this column; did you mean revenue?"),
        ("zzz", "remove this column, or begin its name with # to keep it as a note"),
    ]


def test_a_missing_column_is_one_defect() -> None:
    rows = [{"id": f"p{k}", "revenue": 1} for k in range(50)]
    assert only(defects(lambda: parse({"partners": rows}))).column == "cost"


def test_place_is_named_in_front() -> None:
    assert only(defects(lambda: parse({}, place="plan.json"))).place == "plan.json: partners"


@pytest.mark.parametrize(
    ("document_", "column"),
    [
        ({"format": 99}, "format"),
        ({"format": "1"}, "format"),
        ({"periods": 0}, "periods"),
        ({"periods": 5000}, "periods"),
        ({"periods": 1.5}, "periods"),
        ({"limits": {"satisfaction": "yes"}}, "satisfaction"),
        ({"limits": {"effort": "many"}}, "effort"),
        ({"limits": {"effort": [-1]}}, "effort[1]"),
        ({"limits": {"budgett": 1}}, "budgett"),
        ({"objective": {"maximise": "alliances"}}, "maximise"),
        ({"risk": {"copula": "gauss"}}, "copula"),
        ({"evidence": {"prior": 1, "rows": []}}, "prior"),
    ],
)
def test_keys(document_: dict[str, object], column: str) -> None:
    assert only(defects(lambda: parse(document(**document_)))).column == column


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"partners": 5}, "partners"),
        ({"partners": [5]}, "partners"),
        ({"partners": [partner()], "limits": 5}, "limits"),
        ({}, "partners"),
    ],
)
def test_shapes(broken: dict[str, object], place: str) -> None:
    assert only(defects(lambda: parse(broken))).place == place


def test_many_defects_are_counted() -> None:
    found = defects(lambda: parse({"partners": [partner(f"p{k}", status=f"s{k}") for k in range(3500)]}))
    assert only(found).count == 3500
    found = defects(lambda: parse({"partners": [partner(f"p{k}", name=f"\x00{k}") for k in range(3500)]}))
    assert only(found).count == 3500
    names = [f"x\u200b{k}" for k in range(3500)]
    pairs = [{"first": "p1", "second": name, "kind": "conflict"} for name in names]
    counts = [defect.count for defect in defects(lambda: parse(document(pairs=pairs)))]
    assert len(counts) < 1100
    assert sum(counts) == 7000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"partners": [}', "line 1, column 15"),
        ("[1]", "an object at the top"),
        ("", "line 1"),
        ('{"a":' * 100_000, "too deeply"),
        ('{"partners": ' + "[" * 100_000, "too deeply"),
    ],
)
def test_broken_json(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.json").write_text(text)
    assert words in only(defects(lambda: read(tmp_path / "a.json"))).remedy


@pytest.mark.parametrize("literal", ["NaN", "-Infinity", "1e999", "9" * 5000])
def test_literals_that_are_no_numbers(tmp_path: Path, literal: str) -> None:
    text = json.dumps(document()).replace('"cost": 50', f'"cost": {literal}', 1)
    (tmp_path / "a.json").write_text(text)
    defect = only(defects(lambda: read(tmp_path / "a.json")))
    assert (defect.place, defect.row, defect.column) == ("partners", 1, "cost")


def test_repeated_keys_in_json(tmp_path: Path) -> None:
    text = json.dumps(document()).replace('"cost": 50', '"cost": 50, "cost": 60', 1)
    (tmp_path / "a.json").write_text(text)
    assert only(defects(lambda: read(tmp_path / "a.json"))).column == "cost"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("format = \n", "line 1"),
        ("format = 1\nperiods = 1\nperiods = 2", "line 3"),
        ("a = " + "[" * 50_000, "TOML that can be read"),
        (b'name = "\xff"', "UTF-8"),
        ("[[pairs]]\nfirst = 'a'", "pairs.csv"),
        ("bugdet = 1", "remove this key"),
    ],
)
def test_broken_toml(tmp_path: Path, settings: str | bytes, words: str) -> None:
    assert words in only(defects(lambda: read(folder(tmp_path, settings=settings)))).remedy


@pytest.mark.parametrize(
    ("partners", "words"),
    [
        ("", "a first line"),
        (HEADER, "at least one row"),
        ((HEADER + "诊断,1,2\n").encode("gb18030"), "byte 17, in line 2"),
        ((HEADER + "p,1,2\n").encode("utf-16")[:-1], "UTF-16"),
        ((HEADER + "p,1,2\n").encode("utf-16-le"), "zero bytes"),
        ((HEADER + "Bäcker,1,2\n").encode("cp1252"), "which is ä on many Windows computers"),
        (HEADER + "p1,1,2,3\n", "3 cells"),
        ("id,revenue,cost,lead\np1,1,2\n", "4 cells"),
        ('id,revenue,cost\n"p1,1,2\n', "CSV that can be read"),
        ("id,revenue,cost,cost\np1,1,2,2\n", "twice"),
        ("id,revenue,,cost\np1,1,9,2\n", "a name for column 3"),
    ],
)
def test_broken_csv(tmp_path: Path, partners: str | bytes, words: str) -> None:
    assert words in only(defects(lambda: read(folder(tmp_path, partners)))).remedy


def test_unreadable_table_does_not_make_its_ids_dangle(tmp_path: Path) -> None:
    (tmp_path / "usage.csv").write_text("id,resource,amount\np1,r,1\n")
    (tmp_path / "resources.csv").write_bytes(b"id,max\n\xff,1\n")
    assert only(defects(lambda: read(folder(tmp_path)))).place == "resources.csv"


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    for name in ("README.csv", "notes.md", "best_known.json", ".hidden.csv", "partnerz.csv"):
        (tmp_path / name).write_text("x")
    defect = only(defects(lambda: read(folder(tmp_path))))
    assert (defect.place, defect.remedy) == (
        "partnerz.csv",
        "remove or rename this file; did you mean partners?",
    )


def test_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("first,second,kind,value\n")
    assert read(folder(tmp_path)).pairs == ()


def test_missing_paths(tmp_path: Path) -> None:
    (tmp_path / "healthcare").mkdir()
    assert "did you mean healthcare" in only(defects(lambda: read(tmp_path / "healtcare"))).remedy
    assert "instance.toml" in only(defects(lambda: read(tmp_path / "healthcare"))).remedy
    folder(tmp_path / "healthcare")
    assert "the folder" in only(defects(lambda: read(tmp_path / "healthcare" / "partners.csv"))).remedy
    (tmp_path / "healthcare" / "instance.toml").unlink()
    assert only(defects(lambda: read(tmp_path / "healthcare"))).place == "instance.toml"


def test_huge_text_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as stream:
        stream.truncate(300_000_000)
    assert "at most 200 MB" in only(defects(lambda: read(tmp_path / "a.json"))).remedy


def test_defects_do_not_depend_on_the_carrier(tmp_path: Path) -> None:
    spoiled = dump(parse(document(pairs=[{"first": "p1", "second": "p2", "kind": "synergy", "value": 1}])))
    write(parse(spoiled), tmp_path / "f")
    (tmp_path / "f" / "pairs.csv").write_text("first,second,kind,value\np1,p7,synergi,1\n")
    spoiled["pairs"] = [{"first": "p1", "second": "p7", "kind": "synergi", "value": 1}]
    assert defects(lambda: read(tmp_path / "f")) == defects(lambda: parse(spoiled))


def test_defects_as_sentences_and_as_json() -> None:
    defect = only(defects(lambda: parse(document(partners=[partner(cost="1,5")]))))
    remedy = "a number that is at least 0; write 1.5 with a decimal point"
    assert str(defect) == f"partners, row 1, column cost: found '1,5': {remedy}"
    assert json.loads(json.dumps(defect.to_dict())) == {
        "place": "partners",
        "row": 1,
        "column": "cost",
        "value": "1,5",
        "remedy": remedy,
        "where": "partners, row 1, column cost",
        "places": ["partners, row 1, column cost"],
        "count": 1,
    }


def test_nested_nonsense_in_a_cell_is_named_not_printed(tmp_path: Path) -> None:
    text = json.dumps(document()).replace('"cost": 50', f'"cost": {"[" * 500}{"]" * 500}', 1)
    (tmp_path / "a.json").write_text(text)
    assert "found a list: a number" in str(only(defects(lambda: read(tmp_path / "a.json"))))
