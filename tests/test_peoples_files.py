"""Files as people's computers make them: UTF-16, hidden sheets, names with capitals, lines of a TOML file."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.instance.carriers import read, read_with_remarks
from solver.instance.starter import write_starter
from tests.carried import defects, only
from tests.test_slips import book, folder

TABLE = "id,name,revenue,cost\np1,Ärzte,5,2\n诊断,b,6,3\n"
LINES = [["id", "name", "revenue", "cost"], ["p1", "Ärzte", 5, 2], ["诊断", "b", 6, 3]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_encodings_with_a_byte_order_mark_are_read(tmp_path: Path, encoding: str, ends: str) -> None:
    plain = read(folder(tmp_path, TABLE))
    mark = "\ufeff" if encoding.endswith("e") else ""
    for name in ("partners.csv", "instance.toml"):
        text = mark + (tmp_path / name).read_text(encoding="utf-8").replace("\n", ends)
        (tmp_path / name).write_bytes(text.encode(encoding))
    instance, remarks = read_with_remarks(tmp_path)
    assert instance == plain
    said = ("partners.csv: the text is UTF-16.", "instance.toml: the text is UTF-16.")
    assert any(sentence in " ".join(remarks) for sentence in said) == ("16" in encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_encodings_that_leave_a_doubt_are_refused_with_their_line(tmp_path: Path, encoding: str) -> None:
    folder(tmp_path, "")
    (tmp_path / "partners.csv").write_bytes(TABLE.replace("诊断", "p2").encode(encoding))
    defect = only(defects(lambda: read(tmp_path)))
    assert "save this file as UTF-8" in defect.remedy
    assert defect.where.startswith("partners.csv, line ")


def test_half_a_character_of_utf16_is_refused(tmp_path: Path) -> None:
    folder(tmp_path, "")
    (tmp_path / "partners.csv").write_bytes(TABLE.encode("utf-16")[:-1])
    assert "it begins as UTF-16" in only(defects(lambda: read(tmp_path))).remedy


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_and_said(tmp_path: Path, state: str) -> None:
    workbook = book(tmp_path, LINES, groups=[["dimension", "group", "max"], ["region", "x", 1]])
    workbook["groups"].sheet_state = state
    workbook.save(tmp_path / "b.xlsx")
    instance, remarks = read_with_remarks(tmp_path / "b.xlsx")
    assert [row.max for row in instance.groups] == [1]
    assert remarks == ("sheet groups: hidden, and read all the same.",)


def test_names_of_files_and_sheets_with_capitals(tmp_path: Path) -> None:
    plain = read(folder(tmp_path, TABLE))
    (tmp_path / "partners.csv").rename(tmp_path / "Partners.CSV")
    (tmp_path / "cash_flows.csv").write_text("id,age,revenue\np1,0,9\n")
    (tmp_path / "cash_flows.csv").rename(tmp_path / "Cash flows.csv")
    instance, remarks = read_with_remarks(tmp_path)
    assert instance.partners == plain.partners
    assert [row.revenue for row in instance.cash_flows] == [9]
    assert "Cash flows.csv is read as the table cash_flows." in remarks
    workbook = book(tmp_path, LINES, **{"Cash Flows": [["id", "age", "revenue"], ["p1", 0, 9]]})
    workbook["partners"].title = "renamed"
    workbook["renamed"].title = "PARTNERS"
    workbook.save(tmp_path / "b.xlsx")
    same, remarks = read_with_remarks(tmp_path / "b.xlsx")
    assert (same.partners, same.cash_flows) == (instance.partners, instance.cash_flows)
    assert "sheet PARTNERS is read as the table partners." in remarks


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ("format = 1\n\n[limits]\n# a note\nbudget = -1\n", "instance.toml, line 5, limits.budget"),
        (
            'format = 1\nname = """a\\\n[limits]\\\nbudget = 1"""\n[limits]\nbudget = -1\n',
            "line 6, limits.budget",
        ),
        ("format = 1\n[limits]\neffort = [\n  1,\n  -2,\n]\n", "instance.toml, line 3, limits.effort"),
        ("format = 1\nlimits.budget = -1\n", "instance.toml, line 2, limits.budget"),
        ("format = 1\nlimits = { budget = -1 }\n", "instance.toml, line 2, limits"),
        ("format = 1\n[ limits ]\n'budget' = -1\n", "instance.toml, line 3, limits.budget"),
        ("format = 1\n[Limits]\nBudget = -1\n", "instance.toml, line 3, "),
        ("format = 1\nperiods = 0\n", "instance.toml, line 2, periods"),
    ],
)
def test_settings_are_found_by_their_line(tmp_path: Path, settings: str, where: str) -> None:
    found = only(defects(lambda: read(folder(tmp_path, TABLE, settings)))).where
    assert where in found


def test_toml_that_cannot_be_read_has_a_line(tmp_path: Path) -> None:
    defect = only(defects(lambda: read(folder(tmp_path, TABLE, "format = 1\n\n[limits\n"))))
    assert defect.where == "instance.toml, line 3"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["new", "new.xlsx"])
def test_what_is_remarked_of_several_places_is_one_entry(tmp_path: Path, name: str) -> None:
    write_starter(tmp_path / name)
    sentences = [text for text in read_with_remarks(tmp_path / name)[1] if "notes and left out" in text]
    assert len(sentences) == 1
    assert " more: " in sentences[0]
