"""The Excel carrier: one sheet per table, and the sheet `instance` for the sections.

A table's sheet has its columns in the first row. The sheet `instance` has the columns `key` and `value`,
with keys such as `periods` and `limits.budget`; a list takes one cell per number, from the column `value`
on to the right. The sheets `README` and those whose names begin with `#` or `_` are the planner's own and
left alone. Text stays text: a whole number in a text column is read as its digits.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from solver.instance.columns import kind
from solver.instance.defects import Defect, nearest
from solver.instance.fields import Row
from solver.instance.reading import Reading, is_blank
from solver.instance.settings import TOP_AND_SECTIONS, nearest_key
from solver.instance.tables import TABLES
from solver.instance.workbookfile import has_formulas, refuse

if TYPE_CHECKING:
    from openpyxl import Workbook

SETTINGS = "instance"
LEFT_ALONE = ("#", "_")
MOST_ROWS = 1_000_000
MOST_CELLS = 50_000_000


class Cell(NamedTuple):
    """What a cell holds; `trouble` says why its value cannot be taken as it is."""

    value: Any
    trouble: str = ""


Line = tuple[Cell, ...]


def read_workbook(path: Path) -> Reading:
    """The document in a workbook, with whatever is wrong with the workbook itself."""
    reading = Reading()
    refuse(path, reading.findings)
    try:
        sheets = _sheets(path)
    except Exception as error:
        # openpyxl lets any kind of exception through when a part of the file is damaged.
        reading.findings.add(
            Defect(path.name, f"a workbook that can be read; {type(error).__name__}: {error}")
        )
        reading.findings.raise_if_any()
    else:
        for name, lines in sheets.items():
            _read_sheet(name, lines, reading)
    return reading


def _read_sheet(name: str, lines: list[Line], reading: Reading) -> None:
    if name == SETTINGS:
        _read_settings(lines, reading)
    elif name in TABLES:
        reading.put_table(name, _table_rows(name, TABLES[name], lines, reading))
    elif name.upper() != "README" and not name.startswith(LEFT_ALONE):
        text = f"remove or rename this sheet{nearest(name, (SETTINGS, *TABLES))}"
        reading.findings.add(Defect(f"sheet {name}", text))


def _sheets(path: Path) -> dict[str, list[Line]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")
        values = load_workbook(stream, read_only=True, data_only=True)
        if not has_formulas(path):
            return {name: list(lines) for name, lines in _lines(values)}
        with path.open("rb") as again:
            formulas = load_workbook(again, read_only=True, data_only=False)
            pairs = zip(_lines(values), _lines(formulas), strict=True)
            return {
                name: [_with_formulas(*both) for both in zip(lines, formula_lines, strict=True)]
                for (name, lines), (_, formula_lines) in pairs
            }


def _lines(workbook: Workbook) -> Iterator[tuple[str, Iterator[Line]]]:
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()
        yield sheet.title, _sheet_lines(sheet)


def _sheet_lines(sheet: Any) -> Iterator[Line]:
    cells = 0
    for number, row in enumerate(sheet.iter_rows()):
        cells += len(row)
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise ValueError(f"sheet {sheet.title} is too large: at most {MOST_ROWS} rows")
        yield tuple(_cell(cell) for cell in row)


def _cell(cell: Any) -> Cell:
    if cell.data_type == "e":
        return Cell(str(cell.value), "a value; this cell holds an error")
    if cell.data_type == "f":
        return Cell(f"={cell.value}".replace("==", "=", 1), "formula")
    return Cell("" if cell.value is None and cell.data_type == "str" else cell.value)


def _with_formulas(values: Line, formulas: Line) -> Line:
    missing = (
        "a value; this formula has no stored result: open and save the workbook in Excel, or write the value"
    )
    return tuple(
        Cell(formula.value, missing) if formula.trouble == "formula" and value.value is None else value
        for value, formula in zip(values, formulas, strict=True)
    )


def _table_rows(
    name: str, model: type[Row], lines: list[Line], reading: Reading
) -> list[dict[str, Any] | None]:
    header = _header(name, lines, reading)
    kinds = [kind(model, column) if column else "" for column in header]
    rows: list[dict[str, Any] | None] = []
    unnamed: set[int] = set()
    for number, line in enumerate(lines[1:], start=1):
        row = {}
        for position, cell in enumerate(line):
            if is_blank(cell.value):
                continue
            if position >= len(header) or not header[position]:
                unnamed.add(position)
                continue
            column = header[position]
            row[column] = _value(cell, kinds[position])
            if cell.trouble and kinds[position] == "text":
                reading.findings.add(Defect(name, cell.trouble, number, column, cell.value))
        rows.append(row or None)
    for position in sorted(unnamed):
        text = f"a column name in row 1 of sheet column {_letters(position)}, or an empty column"
        reading.findings.add(Defect(name, text, column=_letters(position)))
    while rows and rows[-1] is None:
        rows.pop()
    return rows


def _header(name: str, lines: list[Line], reading: Reading) -> list[str]:
    header: list[str] = []
    for cell in lines[0] if lines else ():
        column = "" if is_blank(cell.value) else str(_value(cell, "text"))
        if column and column in header:
            reading.findings.add(Defect(name, "this column once; it stands there twice", column=column))
        header.append(column)
    return header


def _read_settings(lines: list[Line], reading: Reading) -> None:
    seen: set[str] = set()
    sections: dict[str, dict[str, Any]] = {}
    for line in lines:
        key = "" if not line or is_blank(line[0].value) else str(line[0].value)
        if not key or (key == "key" and not seen):
            continue
        if key in seen:
            reading.findings.add(Defect(SETTINGS, "this key once; it stands there twice", column=key))
        seen.add(key)
        section, _, name = key.rpartition(".")
        model = TOP_AND_SECTIONS.get(section)
        if model is None or name not in model.model_fields:
            reading.findings.add(Defect(SETTINGS, f"remove this key{nearest_key(key)}", column=key))
            continue
        value = _setting(model, name, line[1:])
        if value is not None:
            (sections.setdefault(section, {}) if section else reading.document)[name] = value
    for section, values in sections.items():
        reading.put_section(section, values)


def _setting(model: type[Row], name: str, cells: Line) -> Any:
    wanted = kind(model, name)
    values = [None if is_blank(cell.value) else _value(cell, wanted) for cell in cells]
    while values and values[-1] is None:
        values.pop()
    if wanted == "numbers" and len(values) > 1:
        return values
    return values[0] if len(values) == 1 else values or None


def _value(cell: Cell, wanted: str) -> Any:
    value = cell.value
    if (
        wanted == "text"
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and value == int(value)
    ):
        return str(int(value))
    return value


def _letters(position: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(position + 1)
