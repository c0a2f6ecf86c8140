"""Slips of the keyboard: a defect with its place, a warning, or a remark, never silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from solver.instance.carriers import read, read_with_remarks
from solver.instance.document import parse
from solver.instance.invisible import cleaned, is_clean
from solver.instance.numerals import readings
from solver.instance.oddities import warnings_of
from solver.pipeline import solve
from tests.carried import defects, document, only, partner

CASES = Path(__file__).parent / "cases"
HEADER = "id,name,region,revenue,cost\n"


def folder(path: Path, partners: str, settings: str = "format = 1\n") -> Path:
    (path / "partners.csv").write_bytes(partners.encode())
    (path / "instance.toml").write_text(settings)
    return path


def book(path: Path, lines: list[list[Any]], **sheets: list[list[Any]]) -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in {"partners": lines, **sheets}.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return workbook


@pytest.mark.parametrize(
    ("revenues", "totals"),
    [([7, 1, 2, 4], [1]), ([1, 2, 4, 7], [4]), ([1, 2, 3, 4, 5, 9, 7], [3, 6]), ([1, 2, 4, 8], [])],
    ids=["of all others, above them", "of those above", "of those since the last", "none"],
)
def test_rows_that_add_up_others_are_told(revenues: list[int], totals: list[int]) -> None:
    rows = [{"id": f"p{k}", "revenue": each, "cost": each} for k, each in enumerate(revenues, start=1)]
    told = [one for one in warnings_of(parse({"partners": rows})) if "total" in one]
    assert [one.split()[1] for one in told] == [f"p{k}" for k in totals]


def test_total_row_is_solved_as_typed_with_a_warning() -> None:
    instance = read(CASES / "total_row")
    assert any("Row 4 of partners looks like a total" in sentence for sentence in warnings_of(instance))
    assert solve(instance).objective == pytest.approx(900)
    rows = instance.to_document()
    assert solve(parse(rows | {"partners": rows["partners"][:-1]})).objective == pytest.approx(500)


def test_a_blank_at_the_end_is_a_defect_that_shows_it() -> None:
    defect = only(defects(lambda: read(CASES / "blank_region")))
    assert str(defect).startswith("partners.csv, line 3, column region: found 'North␠': ")


@pytest.mark.parametrize("character", list("\u200b\u00a0\ufeff\u00ad\u202e\u200f\u2028\t\n\u3164"))
@pytest.mark.parametrize("column", ["id", "name", "region"])
def test_what_nobody_sees_is_a_defect_in_every_text_cell(character: str, column: str) -> None:
    rows = [partner("p1", name="x", region="y") | {column: f"a{character}b"}]
    assert only(defects(lambda: parse({"partners": rows}))).column == column


def test_scripts_that_need_joiners_have_them() -> None:
    for text in ("می\u200cخواهم", "👩\u200d💻", "☎\ufe0f", "北京\u3000医院"):
        assert is_clean(text)
        assert cleaned(text) == text


def test_look_alikes_and_namesakes_are_legal_and_named() -> None:
    rows = [partner("p1", name="Acme", region="North"), partner("P1", name="Acme", region="NORTH")]
    told = " ".join(
        warnings_of(parse({"partners": rows, "groups": [{"dimension": "region", "group": "North"}]}))
    )
    assert "“p1”, “P1” look alike" in told
    assert "“North”, “NORTH” look alike" in told
    assert "2 rows of partners are named Acme: p1, P1" in told
    assert not [sentence for sentence in warnings_of(parse(document())) if "alike" in sentence]


def test_lines_are_those_of_an_editor(tmp_path: Path) -> None:
    text = f'# note\n\n{HEADER}p1,a,b,1,2\n\n# another\np2,a,"b, c",-1,2\n'
    assert only(defects(lambda: read(folder(tmp_path, text)))).where == "partners.csv, line 7, column revenue"


def test_one_defect_repeated_is_one_entry_with_its_places(tmp_path: Path) -> None:
    text = HEADER + "".join(f'p{k},a,b,"{k},5",2\n' for k in range(48))
    defect = only(defects(lambda: read(folder(tmp_path, text))))
    assert (defect.count, len(defect.places)) == (48, 5)
    assert defect.places[4] == "partners.csv, line 6, column revenue"
    assert "43 more places" in str(defect)


def test_headings_as_people_write_them(tmp_path: Path) -> None:
    text = "Partners of 2027\nID,Name,Setup cost,Revenue,COST\np1,a,3,5,2\n"
    instance, remarks = read_with_remarks(folder(tmp_path, text))
    assert instance.partners[0].setup_cost == 3
    assert "“Setup cost” as setup_cost" in " ".join(remarks)
    assert "line 2 for the header" in " ".join(remarks)
    text = "Partners,of 2027\n\nid,revenue,cost\np1,5,2\n"
    defect = only(defects(lambda: read(folder(tmp_path, text))))
    assert "it seems to be in line 3" in defect.remedy


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_are_read_where_nothing_else_can_be_meant(tmp_path: Path, delimiter: str) -> None:
    text = "id,revenue,cost\np1,12§5,3\np2,1.234§5,1§500\n".replace(",", delimiter).replace("§", ",")
    instance, remarks = read_with_remarks(folder(tmp_path, text))
    assert [(row.revenue, row.cost) for row in instance.partners] == [(12.5, 3), (1234.5, 1.5)]
    assert "decimals written with a comma" in " ".join(remarks)


@pytest.mark.parametrize("cell", ["1,500", "1.500"])
def test_separators_that_leave_a_doubt_are_defects(tmp_path: Path, cell: str) -> None:
    defect = only(defects(lambda: read(folder(tmp_path, f"id;revenue;cost\np1;{cell};2\n"))))
    assert "write 1500 without separators, or 1.500 with a point" in defect.remedy


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("85%", "0.85"),
        ("€ 1.200", "1200"),
        ("(1250)", "1250"),
        ("1,250.00", "1250.00"),
        ("1 200", "1200"),
        ("12k", "12000"),
    ],
)
def test_the_remedy_gives_the_number_meant(tmp_path: Path, cell: str, meant: str) -> None:
    defect = only(defects(lambda: read(folder(tmp_path, f'id,revenue,cost\np1,"{cell}",2\n'))))
    assert f"write {meant}" in defect.remedy


def test_numbers_that_people_write() -> None:
    assert readings("0,500") == ("0.500",)
    assert readings("1'234'567") == ("1234567",)
    assert readings("1,2,3") == ()


def test_notes_and_blank_sheets_are_welcome(tmp_path: Path) -> None:
    lines = [["id", "revenue", "cost", "#why"], ["p1", 1, 2, "x"], ["# later", None, None], ["p2", 1, 2, 3]]
    book(tmp_path, lines, Sheet1=[], _old=[["x"]]).save(tmp_path / "b.xlsx")
    assert [row.id for row in read(tmp_path / "b.xlsx").partners] == ["p1", "p2"]


def test_merged_cells_are_a_defect_and_hidden_rows_are_said(tmp_path: Path) -> None:
    lines = [["id", "region", "revenue", "cost"], ["p1", "North", 1, 2], ["p2", None, 1, 2]]
    workbook = book(tmp_path, lines)
    workbook["partners"].row_dimensions[3].hidden = True
    workbook.save(tmp_path / "hidden.xlsx")
    assert read_with_remarks(tmp_path / "hidden.xlsx")[1] == (
        "sheet partners: hidden rows are read all the same: 3.",
    )
    workbook["partners"].merge_cells("B2:B3")
    workbook.save(tmp_path / "merged.xlsx")
    assert only(defects(lambda: read(tmp_path / "merged.xlsx"))).where == "sheet partners, cells B2:B3"


def test_places_on_the_settings_sheet(tmp_path: Path) -> None:
    lines = [["id", "revenue", "cost"], ["p1", 1, 2]]
    for row, where in (
        (["limits.budget", -1, "a default", "a meaning"], "sheet instance, row limits.budget"),
        ([None, 5, None, None], "sheet instance, row 2"),
    ):
        settings = [["key", "value", "default", "meaning"], row]
        book(tmp_path, lines, instance=settings).save(tmp_path / "b.xlsx")
        assert only(defects(lambda: read(tmp_path / "b.xlsx"))).where == where


def test_a_file_with_nothing_but_notes_is_a_defect(tmp_path: Path) -> None:
    assert (
        "a first line with the names"
        in only(defects(lambda: read(folder(tmp_path, "#id,revenue,cost\n")))).remedy
    )


def test_null_rows_are_a_defect() -> None:
    assert only(defects(lambda: parse(document(partners=[partner("p1"), None])))).row == 2


@pytest.mark.slow
def test_more_rows_than_can_be_read_in_good_time_are_refused(tmp_path: Path) -> None:
    text = "id,revenue,cost\n" + "p,1,2\n" * 200_100
    assert "at most 200,000 rows" in only(defects(lambda: read(folder(tmp_path, text)))).remedy


def test_a_row_with_nothing_but_its_id_gets_a_warning_where_all_others_have_more() -> None:
    rows = [{"id": "t", "weight": 2}, {"id": "Source: us"}]
    told = warnings_of(parse(document(technologies=rows)))
    assert any("Row Source: us of technologies has nothing but its id" in sentence for sentence in told)
    assert not any("nothing but" in text for text in warnings_of(parse(document(technologies=[{"id": "t"}]))))
