"""The Excel carrier: one sheet per table, and the sheet `instance` for the sections.

A table's sheet has a header, one row per row of the table, and notes: rows, columns and sheets that begin
with `#` or `_`. A first cell that is no note although it begins so has Excel's apostrophe in front. Text
stays text: a whole number in a text column is read as its digits.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from solver.errors import InputError
from solver.instance.cells import as_digits
from solver.instance.columns import kind
from solver.instance.defects import Defect, nearest, some
from solver.instance.headings import MOST_LINES_ABOVE, NOTES_LEFT_OUT, header_of, is_note, meant
from solver.instance.places import SheetPlaces, letters
from solver.instance.reading import MOST_ROWS, Reading, is_blank
from solver.instance.tables import TABLES
from solver.instance.workbookfile import SheetFacts, refuse_what_is_no_workbook, sheet_facts
from solver.instance.workbooksettings import SETTINGS, Line, read_settings

MOST_CELLS = 10_000_000
MOST_SHEET_ROWS = 1_048_576
MISSING_RESULT = (
    "a value; this formula has no stored result: open and save the workbook in Excel, or write the value"
)


class Troubled(str):
    """The text of a cell whose value cannot be taken as it is; `remedy` says why."""

    remedy: str


class Sheet(NamedTuple):
    """What a sheet holds: filled rows, how many notes look like rows, whether it is hidden, and its facts.

    `part` is the name of its part in the workbook's file.
    """

    name: str
    lines: list[Line]
    notes: int
    is_hidden: bool
    facts: SheetFacts
    part: str


def read_workbook(path: Path) -> Reading:
    """The document in a workbook, with whatever is wrong in it. Raises InputError as `sheets_of` does."""
    reading = Reading()
    sheets = sheets_of(path)
    for sheet in sheets:
        _read_sheet(sheet, reading, [other.name for other in sheets])
    return reading


def _read_sheet(sheet: Sheet, reading: Reading, names: list[str]) -> None:
    table = meant(sheet.name, (SETTINGS, *TABLES))
    if is_note(sheet.name) or sheet.name.upper() == "README" or (table is None and not sheet.lines):
        return
    place = f"sheet {sheet.name}"
    if table is None:
        hint = nearest(sheet.name, (SETTINGS, *TABLES)) or ", or begin its name with # to keep it as a note"
        reading.findings.add(Defect(place, f"remove or rename this sheet{hint}"))
        return
    if table != sheet.name and table in names:
        reading.findings.add(Defect(place, f"one sheet for the table {table}; there is a sheet of that name"))
        return
    if sheet.name != table:
        reading.findings.remark(
            f"{place} is read as the {'settings' if table == SETTINGS else f'table {table}'}."
        )
    _remark_what_is_not_seen(place, sheet, reading)
    if table == SETTINGS:
        read_settings(sheet.name, sheet.lines, sheet.facts.merged, reading)
    else:
        _read_table(table, sheet, reading)


def _remark_what_is_not_seen(place: str, sheet: Sheet, reading: Reading) -> None:
    filled = {line.number for line in sheet.lines}
    rows = [str(number) for number in sheet.facts.hidden_rows if number in filled]
    width = max((len(line.values) for line in sheet.lines), default=0)
    columns = [letters(number - 1) for number in sheet.facts.hidden_columns if number <= width]
    if sheet.is_hidden and sheet.lines:
        reading.findings.remark("hidden, and read all the same.", place)
    if rows:
        reading.findings.remark(f"hidden rows are read all the same: {some(rows)}.", place)
    if columns:
        reading.findings.remark(f"hidden columns are read all the same: {some(columns)}.", place)
    if sheet.notes:
        reading.findings.remark(NOTES_LEFT_OUT.format("rows"), f"{place} ({sheet.notes:,})")


def sheets_of(path: Path) -> list[Sheet]:
    """The sheets of a workbook. Raises InputError where it cannot be opened without harm, or is damaged."""
    refuse_what_is_no_workbook(path)
    try:
        return _loaded(path)
    except Exception as error:
        # openpyxl lets any kind of exception through when a part of the file is damaged.
        remedy = f"a workbook that can be read; {type(error).__name__}: {error}"
        raise InputError([Defect(path.name, remedy)]) from None


def _loaded(path: Path) -> list[Sheet]:
    from openpyxl import load_workbook

    facts = sheet_facts(path)
    with warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")
        values = load_workbook(stream, read_only=True, data_only=True)
        if not any(fact.has_formulas for fact in facts.values()):
            return [_sheet(sheet, facts, _rows_of(sheet)) for sheet in values.worksheets]
        with path.open("rb") as again:
            formulas = load_workbook(again, read_only=True, data_only=False)
            both = zip(values.worksheets, formulas.worksheets, strict=True)
            return [_sheet(sheet, facts, _with_formulas(sheet, other)) for sheet, other in both]


def _sheet(sheet: Any, facts: dict[str, SheetFacts], rows: Iterator[tuple[bool, list[Any]]]) -> Sheet:
    """The filled lines of a sheet. Raises ValueError when there are too many to be read in good time."""
    lines: list[Line] = []
    cells = notes = 0
    for number, (is_typed_text, values) in enumerate(rows, start=1):
        cells += len(values)
        if len(lines) > MOST_ROWS + MOST_LINES_ABOVE or number > MOST_SHEET_ROWS or cells > MOST_CELLS:
            raise ValueError(f"sheet {sheet.title} is too large: at most {MOST_ROWS:,} rows in one table")
        while values and is_blank(values[-1]):
            values.pop()
        if (
            values
            and isinstance(values[0], str)
            and is_note(values[0])
            and not _is_value(values[0], is_typed_text)
        ):
            notes += sum(not is_blank(value) for value in values) > 1
        elif values:
            lines.append(Line(number, values, is_typed_text))
    part = sheet._worksheet_path
    known = facts.get(part, SheetFacts(False, (), (), ()))
    return Sheet(sheet.title, lines, notes, sheet.sheet_state != "visible", known, part)


def _is_value(text: str, is_typed_text: bool) -> bool:
    return is_typed_text or isinstance(text, Troubled)


def _rows_of(sheet: Any) -> Iterator[tuple[bool, list[Any]]]:
    """The values of every row, and whether its first cell has the apostrophe that marks text."""
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        is_styled = bool(row) and getattr(row[0], "_style_id", 0) != 0
        is_typed_text = is_styled and bool(row[0].style_array.quotePrefix)
        yield is_typed_text, [_value_of(cell) for cell in row]


def _with_formulas(values: Any, formulas: Any) -> Iterator[tuple[bool, list[Any]]]:
    for (is_typed_text, row), (_, other) in zip(_rows_of(values), _rows_of(formulas), strict=True):
        yield (
            is_typed_text,
            [
                formula if value is None and isinstance(formula, Troubled) else value
                for value, formula in zip(row, other, strict=True)
            ],
        )


def _value_of(cell: Any) -> Any:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return _troubled(str(value), "a value; this cell holds an error")
    if cell.data_type == "f":
        return _troubled(f"={value}".replace("==", "=", 1), MISSING_RESULT)
    return value


def _troubled(text: str, remedy: str) -> Troubled:
    troubled = Troubled(text)
    troubled.remedy = remedy
    return troubled


def _read_table(table: str, sheet: Sheet, reading: Reading) -> None:
    model = TABLES[table]
    place = f"sheet {sheet.name}"
    if not sheet.lines:
        reading.put_table(table, [], SheetPlaces(sheet.name))
        return
    headings = [
        (line.number, ["" if value is None else str(as_digits(value)) for value in line.values])
        for line in sheet.lines[:MOST_LINES_ABOVE]
    ]
    header = header_of(place, model, headings, "row", reading.findings)
    if header is None:
        reading.unreadable.add(table)
        return
    columns = header.columns
    lines = sheet.lines[header.position + 1 :]
    named = {column: letters(position) for position, column in enumerate(columns) if column}
    reading.put_table(
        table,
        _table_rows(table, place, columns, lines, reading),
        SheetPlaces(sheet.name, [line.number for line in lines], named),
    )
    last = lines[-1].number if lines else sheet.lines[header.position].number
    for cells in sheet.facts.merged:
        if _touches(cells, sheet.lines[header.position].number, last, columns):
            text = "cells of their own, each with its value; these are merged, and only the first has one"
            reading.findings.add(Defect(table, text, where=f"{place}, cells {cells}"))


def _table_rows(
    table: str, place: str, columns: list[str], lines: list[Line], reading: Reading
) -> list[dict[str, Any]]:
    model = TABLES[table]
    kinds = [kind(model, column) if column and not is_note(column) else "" for column in columns]
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        row: dict[str, Any] = {}
        for position, value in enumerate(line.values):
            if value is None or is_blank(value):
                continue
            if position >= len(columns) or not columns[position]:
                text = f"a column name in the header of sheet column {letters(position)}, or an empty column"
                where = f"{place}, cell {letters(position)}{line.number}"
                reading.findings.add(Defect(table, text, column=letters(position), value=value, where=where))
                continue
            column = columns[position]
            row[column] = as_digits(value) if kinds[position] == "text" else value
            if isinstance(value, Troubled) and kinds[position] == "text":
                reading.findings.add(Defect(table, value.remedy, number, column, str(value)))
        rows.append(row)
    return rows


def _touches(cells: str, header: int, last: int, columns: list[str]) -> bool:
    """Whether merged cells reach into the table: its header, its rows, and columns that are no notes."""
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = (int(bound or 0) for bound in range_boundaries(cells))
    named = any(column and not is_note(column) for column in columns[left - 1 : right])
    return named and bottom >= header and top <= last
