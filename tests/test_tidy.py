"""Tidy copies: every repair is listed with its place, what is in doubt stays, and nothing else is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.styles import Font

from solver.cli import cli
from solver.instance.carriers import read
from solver.instance.document import parse
from solver.instance.jsonfile import json_text
from solver.instance.tidy.changes import Tidied
from solver.instance.tidy.tidy import tidy
from tests.carried import defects, document, partner
from tests.test_slips import CASES, HEADER, book, folder


def places(tidied: Tidied) -> list[tuple[str, Any, Any]]:
    return [(change.where, change.old, change.new) for change in tidied.changes]


def tidy_folder(path: Path, partners: str, settings: str = "format = 1\n") -> Tidied:
    (path / "messy").mkdir()
    return tidy(folder(path / "messy", partners, settings), path / "clean")


@pytest.mark.parametrize("name", ["first", "transport"])
def test_what_is_tidy_stays_as_it_is(tmp_path: Path, name: str) -> None:
    source = CASES.parent.parent / "instances" / name
    assert not tidy(source, tmp_path / name).changes
    for file in source.iterdir():
        assert (tmp_path / name / file.name).read_bytes() == file.read_bytes()


def test_blanks_and_what_nobody_sees_are_taken_out_with_their_places(tmp_path: Path) -> None:
    tidied = tidy_folder(tmp_path, HEADER + "p1,a,North,1,2\n\u200bp2,b,North ,1,2\n")
    assert places(tidied) == [
        ("partners.csv, line 3, column id", "\u200bp2", "p2"),
        ("partners.csv, line 3, column region", "North ", "North"),
    ]
    assert read(tmp_path / "clean").partners[1].region == "North"
    assert "'North␠' is 'North' in the copy" in str(tidied.changes[1])


def test_european_files_are_written_with_commas_and_points(tmp_path: Path) -> None:
    text = "# unsere Partner\nid;Name;Revenue;cost\np1;a, b;12,5;3\n\np2;c;1.234,50;2\n"
    tidied = tidy_folder(tmp_path, text)
    copy = (tmp_path / "clean" / "partners.csv").read_text()
    assert copy == '# unsere Partner\nid,name,revenue,cost\np1,"a, b",12.5,3\n\np2,c,1234.5,2\n'
    assert ("partners.csv, line 5, column revenue", "1.234,50", "1234.5") in places(tidied)
    assert read(tmp_path / "clean") == read(tmp_path / "messy")


@pytest.mark.parametrize("cell", ["1.500", "1,500"])
def test_a_number_in_doubt_keeps_its_file_as_it_is(tmp_path: Path, cell: str) -> None:
    tidied = tidy_folder(tmp_path, f"id;revenue;cost\np1;{cell};2\n")
    assert not tidied.changes
    assert [defect.value for defect in tidied.defects] == [cell]


@pytest.mark.parametrize(
    ("column", "cell", "meant"),
    [
        ("success", "85%", 0.85),
        ("revenue", "1.234,50", 1234.5),
        ("revenue", "1 200", 1200),
        ("innovation", "(12.5)", -12.5),
        ("revenue", "85%", None),
        ("revenue", "(12)", None),
        ("revenue", "€ 12", None),
        ("revenue", "12k", None),
        ("revenue", "1,250", None),
        ("success", "1,5", None),
    ],
)
def test_numbers_with_one_meaning_only(tmp_path: Path, column: str, cell: str, meant: float | None) -> None:
    (tmp_path / "messy.json").write_text(json_text(document(partners=[partner("p1", **{column: cell})])))
    tidied = tidy(tmp_path / "messy.json", tmp_path / "clean.json")
    assert [change.new for change in tidied.changes] == ([] if meant is None else [meant])
    assert len(tidied.defects) == (meant is None)


def test_rows_of_totals_and_remarks_become_notes(tmp_path: Path) -> None:
    rows = "p1,a,x,10,2\np2,b,x,20,3\np3,c,y,5,1\n"
    tidied = tidy_folder(tmp_path, f"Alliance 2027,,,,\n{HEADER}{rows},TOTAL,,35,6\nSource: us,,,,\n")
    assert [place for place, _, _ in places(tidied)] == [
        f"partners.csv, line {line}, column id" for line in (1, 6, 7)
    ]
    assert tidied.defects == ()
    assert [row.id for row in read(tmp_path / "clean").partners] == ["p1", "p2", "p3"]


@pytest.mark.parametrize("total", ["t,TOTAL,,36,6", "t,Acme,,35,6"])
def test_a_total_by_its_name_or_its_sums_alone_is_in_doubt(tmp_path: Path, total: str) -> None:
    rows = "p1,a,x,10,2\np2,b,x,20,3\np3,c,y,5,1\n"
    tidied = tidy_folder(tmp_path, f"{HEADER}{rows}{total}\n")
    assert not tidied.changes
    assert any("looks like a total" in sentence for sentence in tidied.warnings)


def test_a_total_that_something_speaks_of_stays(tmp_path: Path) -> None:
    rows = "p1,a,x,10,2\np2,b,x,20,3\np3,c,y,5,1\nTotal,d,y,35,6\n"
    (tmp_path / "messy").mkdir()
    (tmp_path / "messy" / "usage.csv").write_text("id,resource,amount\nTotal,r,1\n")
    (tmp_path / "messy" / "resources.csv").write_text("id,max\nr,1\n")
    tidied = tidy(folder(tmp_path / "messy", HEADER + rows), tmp_path / "clean")
    assert not tidied.changes
    assert not tidied.defects


def test_ids_that_would_become_one_stay_two(tmp_path: Path) -> None:
    tidied = tidy_folder(tmp_path, HEADER + "p1,a,x,1,2\np1\u00a0,b ,x,3,4\n")
    assert [new for _, _, new in places(tidied)] == ["b"]
    assert [defect.column for defect in tidied.defects] == ["id"]


def test_a_workbook_keeps_formulas_formats_and_notes(tmp_path: Path) -> None:
    lines = [
        ["Partners of 2027", None, None, None, None],
        ["ID", "Name ", "Region", "Setup cost", "Revenue", "cost"],
        ["p1", "a", "North ", "1.200,50", 10, 2],
        ["p2", "b", "North", "12", "=E3*2", 3],
    ]
    workbook = book(tmp_path, lines, _old=[["x "]], instance=[["Key", "value"], ["limits.Budget", "5,5"]])
    workbook["partners"]["C3"].font = Font(bold=True, color="00FF0000")
    workbook.save(tmp_path / "messy.xlsx")
    tidied = tidy(tmp_path / "messy.xlsx", tmp_path / "clean.xlsx")
    assert ("sheet partners, cell C3", "North ", "North") in places(tidied)
    assert ("sheet partners, cell D3", "1.200,50", 1200.5) in places(tidied)
    assert ("sheet instance, cell B2", "5,5", 5.5) in places(tidied)
    assert ("sheet partners, cell A1", "Partners of 2027", "# Partners of 2027") in places(tidied)
    copy = load_workbook(tmp_path / "clean.xlsx")
    assert copy["partners"]["E4"].value == "=E3*2"
    assert copy["partners"]["C3"].font.b
    assert copy["_old"]["A1"].value == "x "
    assert [cell.value for cell in copy["partners"][2]] == [
        "id", "name", "region", "setup_cost", "revenue", "cost",
    ]  # fmt: skip
    assert ["no stored result" in defect.remedy for defect in tidied.defects] == [True]


def test_a_document_is_tidied_by_its_paths(tmp_path: Path) -> None:
    messy = {
        "format": 1,
        "Limits": {"Budget": "5,5"},
        "partners": [partner("p1", name="a\u200b"), partner(" p2")],
    }
    (tmp_path / "messy.json").write_text(json_text(messy))
    tidied = tidy(tmp_path / "messy.json", tmp_path / "clean.json")
    where = ["Limits", "Limits.Budget", "Limits.Budget", "partners[0].name", "partners[1].id"]
    assert [place for place, _, _ in places(tidied)] == [f"messy.json, {path}" for path in where]
    meant = {"limits": {"budget": 5.5}, "partners": [partner("p1", name="a"), partner("p2")]}
    assert read(tmp_path / "clean.json") == parse(meant)


def test_settings_of_a_folder_keep_their_comments(tmp_path: Path) -> None:
    settings = 'format = 1\nname = "Us "  # who\n[limits]\nbudget = "12,5" # money\n'
    tidied = tidy_folder(tmp_path, HEADER + "p1,a,x,1,2\n", settings)
    assert [place for place, _, _ in places(tidied)] == [
        "instance.toml, line 2, name",
        "instance.toml, line 4, limits.budget",
    ]
    copy = (tmp_path / "clean" / "instance.toml").read_text()
    assert copy == 'format = 1\nname = "Us"  # who\n[limits]\nbudget = 12.5 # money\n'


def test_the_command_lists_changes_and_what_is_left(tmp_path: Path) -> None:
    (tmp_path / "messy").mkdir()
    messy, clean = folder(tmp_path / "messy", HEADER + "p1,a ,x,1,2\n"), tmp_path / "clean"
    (messy / "notes.txt").write_text("mine")
    done = CliRunner().invoke(cli, ["tidy", str(messy), str(clean)])
    assert (done.exit_code, "1 change, no defects left" in " ".join(done.stdout.split())) == (0, True)
    assert (clean / "notes.txt").read_text() == "mine"
    again = CliRunner().invoke(cli, ["tidy", str(messy), str(clean)])
    assert (again.exit_code, "ask to overwrite" in again.stderr) == (2, True)
    (messy / "partners.csv").write_text(HEADER + "p1,a ,x,-1,2\n")
    answer = CliRunner().invoke(cli, ["tidy", str(messy), str(clean), "--overwrite", "--json", "-"])
    assert answer.exit_code == 2
    told = json.loads(answer.stdout)
    assert [defect["where"] for defect in told["defects"]] == ["partners.csv, line 2, column revenue"]
    assert [change["new"] for change in told["changes"]] == ["a"]


@pytest.mark.parametrize("target", ["messy", "clean.xlsx", "clean.json"])
def test_a_copy_is_another_place_in_the_same_form(tmp_path: Path, target: str) -> None:
    (tmp_path / "messy").mkdir()
    source = folder(tmp_path / "messy", HEADER + "p1,a ,x,1,2\n")
    before = (source / "partners.csv").read_bytes()
    assert defects(lambda: tidy(source, tmp_path / target, overwrite=True))
    assert (source / "partners.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["messy"]
