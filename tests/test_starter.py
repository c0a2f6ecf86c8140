"""A starter is a valid instance in every carrier and explains every key and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from solver.instance.carriers import read
from solver.instance.columns import properties
from solver.instance.document import parse
from solver.instance.instance import Instance
from solver.instance.overrides import apply
from solver.instance.references import REFERENCES
from solver.instance.settings import TOP_AND_SECTIONS, dotted, dotted_keys
from solver.instance.starter import EXAMPLE, EXAMPLE_ROWS, write_starter
from solver.instance.starterworkbook import LAST_ROW, REQUIRED
from solver.instance.tables import TABLES
from solver.instance.validation import warnings_of
from tests.carried import defects, only


@pytest.mark.slow
@pytest.mark.parametrize("name", ["folder", "a.xlsx", "a.json"])
def test_a_starter_reads_as_the_example(tmp_path: Path, name: str) -> None:
    write_starter(tmp_path / name)
    assert read(tmp_path / name) == parse(EXAMPLE)
    assert warnings_of(read(tmp_path / name)) == ()
    assert "overwrite" in only(defects(lambda: write_starter(tmp_path / name))).remedy


def test_the_folder_explains_everything(tmp_path: Path) -> None:
    write_starter(tmp_path / "f")
    readme = (tmp_path / "f" / "README.txt").read_text(encoding="utf-8")
    settings = (tmp_path / "f" / "instance.toml").read_text(encoding="utf-8")
    for key in dotted_keys():
        assert f"\n  {key}: " in readme
        assert f"\n{key.split('.')[-1]} = " in f"\n{settings}".replace("\n# ", "\n")
    for table, model in TABLES.items():
        lines = (tmp_path / "f" / f"{table}.csv").read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert lines[1].startswith(",".join(model.model_fields))
        assert f"\n{table}.csv: " in readme


@pytest.mark.slow
def test_the_workbook_has_every_table_and_key(tmp_path: Path) -> None:
    write_starter(tmp_path / "a.xlsx")
    workbook = load_workbook(tmp_path / "a.xlsx")
    assert workbook.sheetnames == ["README", "instance", *TABLES]
    sheet = workbook["instance"]
    keys = [cell.value for cell in sheet["A"]]
    assert [key for key in keys if not key.startswith("#")] == ["key", *dotted_keys()]
    assert sum(key.startswith("#") for key in keys) == len(TOP_AND_SECTIONS)
    assert [cell.value for cell in sheet[1] if cell.value] == ["key", "value", "default", "meaning"]
    [rate] = [row for row in sheet.iter_rows(values_only=True) if row[0] == "roi_rate"]
    assert rate[1] == 0.25
    assert "62.5" in rate[-1]
    for table, model in TABLES.items():
        assert [cell.value for cell in workbook[table][1]][: len(model.model_fields)] == list(
            model.model_fields
        )


@pytest.mark.slow
def test_required_columns_are_coloured_and_every_heading_is_explained(tmp_path: Path) -> None:
    write_starter(tmp_path / "a.xlsx")
    workbook = load_workbook(tmp_path / "a.xlsx")
    for table, model in TABLES.items():
        for cell in workbook[table][1][: len(model.model_fields)]:
            required = model.model_fields[cell.value].is_required()
            assert (cell.fill.start_color.rgb[-6:] == REQUIRED) == required
            assert cell.comment is not None
    assert "million USD per period" in workbook["partners"]["E1"].comment.text


@pytest.mark.slow
def test_every_choice_and_every_id_has_a_drop_down(tmp_path: Path) -> None:
    write_starter(tmp_path / "a.xlsx")
    workbook = load_workbook(tmp_path / "a.xlsx")
    offered = {
        (sheet.title, str(cells)): choice
        for sheet in workbook.worksheets
        for choice in sheet.data_validations.dataValidation
        for cells in choice.sqref.ranges
    }
    for choice in offered.values():
        assert len(choice.formula1) <= 257
        assert len(choice.error or "") <= 255
        assert len(choice.errorTitle or "") <= 32
    for place, model in [("instance", one) for one in TOP_AND_SECTIONS.values()] + list(TABLES.items()):
        section = next((name for name, one in TOP_AND_SECTIONS.items() if one is model), "")
        for position, name in enumerate(model.model_fields, start=1):
            choices = properties(model)[name].get("enum")
            if choices is None:
                continue
            letter = get_column_letter(position)
            row = 0
            if place == "instance":
                row = next(cell.row for cell in workbook[place]["A"] if cell.value == dotted(section, name))
            cells = f"B{row}" if row else f"{letter}2:{letter}{LAST_ROW}"
            assert offered[place, cells].formula1 == f'"{",".join(choices)}"'
    for reference in REFERENCES:
        letter = get_column_letter(1 + list(TABLES[reference.table].model_fields).index(reference.column))
        ids = offered[reference.table, f"{letter}2:{letter}{LAST_ROW}"]
        assert ids.formula1 == f"{reference.targets[0]}!$A$2:$A${LAST_ROW}"


def with_examples(table: str) -> tuple[list[str], list[str], Instance]:
    """The tables whose examples have to count with this one's, what is set for them, and what they mean."""
    added = [
        *{
            "usage": ["resources"],
            "attractions": ["segments"],
            "weights": ["criteria"],
            "scores": ["criteria"],
        }.get(table, []),
        table,
    ]
    running = ["partners.p2.status=running", "applications.a1.status=running"]
    set_too = {"risks": ["risk.measure=cvar"], "assignments": running}.get(table, [])
    rows = {name: [EXAMPLE_ROWS[name]] for name in added}
    return added, set_too, parse(apply(EXAMPLE | rows, set_too))


@pytest.mark.slow
@pytest.mark.parametrize("table", ["usage", "history", "risks"])
def test_the_example_rows_of_a_workbook_count_once_their_mark_is_deleted(table: str, tmp_path: Path) -> None:
    added, set_too, expected = with_examples(table)
    write_starter(tmp_path / "a.xlsx")
    workbook = load_workbook(tmp_path / "a.xlsx")
    for name in added:
        cell = workbook[name]["A2"]
        text = cell.value.removeprefix("# ")
        cell.value = int(text) if table == "history" else text
    workbook.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx", overrides=set_too) == expected


@pytest.mark.parametrize("table", EXAMPLE_ROWS)
def test_the_example_rows_of_a_folder_count_once_their_mark_is_deleted(table: str, tmp_path: Path) -> None:
    assert EXAMPLE_ROWS.keys() == TABLES.keys() - EXAMPLE.keys()
    added, set_too, expected = with_examples(table)
    write_starter(tmp_path / "f")
    for name in added:
        path = tmp_path / "f" / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        lines[-1] = lines[-1].removeprefix("# ")
        path.write_text("\n".join(lines), encoding="utf-8")
    assert read(tmp_path / "f", overrides=set_too) == expected


@pytest.mark.slow
def test_numbers_of_a_list_beside_the_value_are_read(tmp_path: Path) -> None:
    write_starter(tmp_path / "a.xlsx")
    workbook = load_workbook(tmp_path / "a.xlsx")
    [cell] = [cell for cell in workbook["instance"]["A"] if cell.value == "limits.effort"]
    for column, number in enumerate((1, 2, 3, 4), start=2):
        workbook["instance"].cell(cell.row, column).value = number
    workbook.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").limits.effort == (1, 2, 3, 4)
