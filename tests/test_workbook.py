"""What is particular to Excel: cell types, formulas, stray cells, and files that are no workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from solver.instance.carriers import read, write
from solver.instance.document import parse
from tests.carried import AWKWARD_IDS, defects, document, only, partner

HEADER = ("id", "revenue", "cost", "name")
PARTNER = ("p1", 1, 2)


def book(path: Path, rows: Sequence[Sequence[Any]] = (PARTNER,), **sheets: Sequence[Sequence[Any]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, lines in {"partners": (HEADER, *rows), **sheets}.items():
        sheet = workbook.create_sheet(title)
        for line in lines:
            sheet.append(line)
    workbook.save(path / "book.xlsx")
    return path / "book.xlsx"


def test_ids_are_text_cells_and_never_formulas(tmp_path: Path) -> None:
    write(parse({"partners": [partner(name) for name in AWKWARD_IDS]}), tmp_path / "b.xlsx")
    sheet = load_workbook(tmp_path / "b.xlsx")["partners"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(AWKWARD_IDS)
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert sheet.freeze_panes == "A2"
    assert sheet["B1"].comment is not None
    assert "money per period" in sheet["B1"].comment.text


def test_whole_numbers_in_text_columns_are_their_digits(tmp_path: Path) -> None:
    instance = read(book(tmp_path, [(1, 2, 3, 2024)], instance=[("hub.id", 7)]))
    assert (instance.partners[0].id, instance.partners[0].name, instance.hub.id) == ("1", "2024", "7")


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("p1", "#DIV/0!", 2), "revenue", "this cell holds an error"),
        (("#N/A", 1, 2), "id", "this cell holds an error"),
        (("p1", "=1+1", 2), "revenue", "no stored result"),
        (("=A1", 1, 2), "id", "no stored result"),
        (("p1", True, 2), "revenue", "a number that is at least 0"),
        (("p1", date(2024, 1, 2), 2), "revenue", "date"),
        (("p1", "5", 2), "revenue", "as a number, not as text"),
        (("p1", "1,5", 2), "revenue", "write 1.5"),
        ((1.5, 1, 2), "id", "format the cell as text"),
        ((True, 1, 2), "id", "format the cell as text"),
        (("p1", 1, 2, date(2024, 1, 2)), "name", "date"),
    ],
)
def test_cells_that_cannot_be_taken(tmp_path: Path, row: Sequence[Any], column: str, words: str) -> None:
    defect = only(defects(lambda: read(book(tmp_path, [row]))))
    assert (defect.place, defect.row, defect.column) == ("partners", 1, column)
    assert words in defect.remedy


def test_formulas_with_stored_results_are_their_results(tmp_path: Path) -> None:
    path = book(tmp_path, [("p1", "=1+1", 2), ("p2", "=A1", 3)])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    parts[sheet] = parts[sheet].replace(b"<f>A1</f><v />", b"<f>A1</f><v>0.1</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert [row.revenue for row in read(path).partners] == [2, 0.1]


def test_empty_rows_and_columns_are_ignored_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows: list[Sequence[Any]] = [PARTNER, (), (None, "  "), ("p2", -1, 2), (None,) * 30]
    assert only(defects(lambda: read(book(tmp_path, rows)))).where == "sheet partners, cell B5"
    rows[3] = ("p2", 1, 2)
    assert [row.id for row in read(book(tmp_path, rows)).partners] == ["p1", "p2"]


def test_values_without_a_column_name(tmp_path: Path) -> None:
    defect = only(defects(lambda: read(book(tmp_path, [("p1", 1, 2, "x", None, "a note")]))))
    assert (defect.place, defect.column) == ("partners", "F")


def test_repeated_column(tmp_path: Path) -> None:
    lines = [("first", "second", "kind", "kind")]
    assert "twice" in only(defects(lambda: read(book(tmp_path, pairs=lines)))).remedy


def test_sheets_that_are_no_tables(tmp_path: Path) -> None:
    allowed: dict[str, Any] = {"README": [("hello",)], "#draft": [(1,)], "_old": [(1,)]}
    assert len(read(book(tmp_path, **allowed)).partners) == 1
    defect = only(defects(lambda: read(book(tmp_path, **allowed, technologys=[("id",)]))))
    assert (defect.place, defect.remedy) == (
        "sheet technologys",
        "remove or rename this sheet; did you mean technologies?",
    )


def test_settings_sheet(tmp_path: Path) -> None:
    lines = [
        ("key", "value"),
        ("periods", 3),
        ("limits.effort", 1, 2, 3),
        ("limits.budget_by_period", 5),
        ("limits.satisfaction", True),
        ("limits.max_partners", None),
        (),
        ("risk.limit", -2),
    ]
    instance = read(book(tmp_path, instance=lines))
    assert instance.periods == 3
    assert instance.limits.effort == (1, 2, 3)
    assert instance.limits.budget_by_period == (5, 5, 5)
    assert instance.limits.satisfaction
    assert instance.risk is not None
    assert instance.risk.limit == -2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("budget", 3), "did you mean limits.budget?"),
        (("limits.bugdet", 3), "did you mean limits.budget?"),
        (("limit.budget", 3), "did you mean limits.budget?"),
        (("limits.budget", "#REF!"), "a number"),
        (("limits.budget", 1, 2), "a number"),
        (("limits.effort", 1, None, 2), "a number"),
        (("periods", "=1+1"), "no stored result"),
    ],
)
def test_broken_settings(tmp_path: Path, line: Sequence[Any], words: str) -> None:
    assert words in only(defects(lambda: read(book(tmp_path, instance=[("key", "value"), line])))).remedy


def test_repeated_key(tmp_path: Path) -> None:
    lines = [("periods", 1), ("periods", 2)]
    assert "twice" in only(defects(lambda: read(book(tmp_path, instance=lines)))).remedy


def test_files_that_are_no_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for content, words in ((b"hello", "damaged"), (b"", "damaged"), (b"\xd0\xcf\x11\xe0" * 200, "encrypted")):
        path.write_bytes(content)
        assert words in only(defects(lambda: read(path))).remedy
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "other ZIP file" in only(defects(lambda: read(path))).remedy
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not a workbook")
    assert "a workbook that can be read" in only(defects(lambda: read(path))).remedy


def test_damaged_sheet(tmp_path: Path) -> None:
    path = book(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "damaged" in only(defects(lambda: read(path))).remedy


def test_zip_bombs_and_huge_files_are_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 20_000_000)
    assert "unpacks to 20 MB" in only(defects(lambda: read(path))).remedy
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    assert "at most 50 MB" in only(defects(lambda: read(path))).remedy


@pytest.mark.slow
def test_history_wider_than_a_sheet(tmp_path: Path) -> None:
    names = [f"p{k}" for k in range(16_384)]
    wide = {
        "partners": [partner(name) for name in names],
        "history": [{"period": 1} | dict.fromkeys(names, 1)],
    }
    instance = parse(wide)
    assert "columns fit a sheet" in only(defects(lambda: write(instance, tmp_path / "b.xlsx"))).remedy
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_needs_no_settings(tmp_path: Path) -> None:
    assert read(book(tmp_path)) == parse(document(partners=[{"id": "p1", "revenue": 1, "cost": 2}]))
