"""The starter as an Excel workbook: explained, coloured, and with drop-downs for choices and ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solver.instance.columns import kind, properties
from solver.instance.fields import Row
from solver.instance.folder import columns_of
from solver.instance.guide import default_of, entries, explanation, meaning_of, purpose, table_purpose
from solver.instance.reading import Document
from solver.instance.references import REFERENCES
from solver.instance.settings import TOP_AND_SECTIONS, General, dotted
from solver.instance.tables import TABLES
from solver.instance.workbookwriter import AUTHOR, SETTINGS, save

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

REQUIRED, OPTIONAL, TO_FILL, GROUP, EXAMPLE = "F4B183", "D9E2F3", "FFF2CC", "EDEDED", "7F7F7F"
LAST_ROW = 2000
WIDTHS = {"id": 14, "name": 28, "members": 28}
LINE_HEIGHT, WIDTH_OF_MEANINGS = 15, 90
ROOM_FOR_LISTS = 3
"""Columns without heading beside `value`: a list of as many periods as the example has fits there."""


def write_starter_workbook(
    document: Document, examples: Mapping[str, dict[str, Any]], preamble: Sequence[str], path: Path
) -> None:
    """Write a document with every key, table and column, and rows of examples as notes where it has none."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _write_readme(workbook.create_sheet("README"), preamble)
    _write_settings(workbook.create_sheet(SETTINGS), document)
    for table, model in TABLES.items():
        rows = document.get(table) or []
        example = None if rows else examples[table]
        _write_table(workbook.create_sheet(table), table, model, rows, example, _money(document))
    workbook.active = workbook.sheetnames.index("README")
    save(workbook, path)


def _write_readme(sheet: Worksheet, preamble: Sequence[str]) -> None:
    from openpyxl.styles import Alignment

    _widths(sheet, [18, 30, 80, 20])
    for number, line in enumerate(preamble, start=1):
        _put(sheet, number, 1, line)
    start = len(preamble) + 2
    for column, heading in enumerate(("sheet", "column or key", "meaning", "default"), start=1):
        _heading(sheet, start, column, heading, OPTIONAL)
    for number, entry in enumerate(entries(), start=start + 1):
        for column, text in enumerate(entry, start=1):
            _put(sheet, number, column, text).alignment = Alignment(wrap_text=True, vertical="top")


def _write_settings(sheet: Worksheet, document: Document) -> None:
    from openpyxl.styles import Alignment, Font

    default, meaning = 3 + ROOM_FOR_LISTS, 4 + ROOM_FOR_LISTS
    _widths(sheet, [36, 16, *[8] * ROOM_FOR_LISTS, 16, WIDTH_OF_MEANINGS])
    lists = "a list goes on to the right, one number per cell; one number stands for every period"
    for column, heading in ((1, "key"), (2, "value"), (default, "default"), (meaning, "meaning")):
        _heading(sheet, 1, column, heading, OPTIONAL, lists if heading == "value" else "")
    sheet.freeze_panes = "A2"
    number = 1
    for section, model in TOP_AND_SECTIONS.items():
        number += 1
        title = f"# {purpose(model)}"
        _put(sheet, number, 1, title).font = Font(bold=True)
        for column in range(1, meaning + 1):
            sheet.cell(number, column).fill = _fill(GROUP)
        values = document if not section else document.get(section) or {}
        for name in model.model_fields:
            number += 1
            value = values.get(name, model.model_fields[name].default if name == "roi_rate" else None)
            _put(sheet, number, 1, dotted(section, name))
            for column, item in enumerate(value if isinstance(value, list) else [value], start=2):
                _put(sheet, number, column, item, is_text=kind(model, name) == "text")
            width = 1 + (ROOM_FOR_LISTS if kind(model, name) == "numbers" else 0)
            for column in range(2, 2 + width):
                sheet.cell(number, column).fill = _fill(TO_FILL)
            _put(sheet, number, default, default_of(model, name).removeprefix("default "))
            text = meaning_of(model, name, _money(document))
            _put(sheet, number, meaning, text)
            sheet.row_dimensions[number].height = LINE_HEIGHT * (1 + len(text) // WIDTH_OF_MEANINGS)
            for column in range(1, meaning + 1):
                cell = sheet.cell(number, column)
                cell.alignment = Alignment(vertical="top", wrap_text=column == meaning)
            _offer(sheet, f"B{number}", model, name)


def _write_table(
    sheet: Worksheet,
    table: str,
    model: type[Row],
    rows: Sequence[dict[str, Any]],
    example: dict[str, Any] | None,
    money: str,
) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    used = [*columns_of(list(rows), model), *(example or {})]
    columns = list(dict.fromkeys([*model.model_fields, *used]))
    _widths(sheet, [WIDTHS.get(column, max(12, len(column) + 3)) for column in columns])
    sheet.freeze_panes = "B2"
    for position, column in enumerate(columns, start=1):
        field = model.model_fields.get(column)
        is_required = field is not None and field.is_required()
        comment = explanation(model, column, money)
        comment = f"{table_purpose(table)}\n{comment}" if position == 1 else comment
        _heading(sheet, 1, position, column, REQUIRED if is_required else OPTIONAL, comment)
        cells = f"{get_column_letter(position)}2:{get_column_letter(position)}{LAST_ROW}"
        _offer(sheet, cells, model, column)
        _offer_ids(sheet, cells, table, column)
        for number, row in enumerate(rows, start=2):
            _put(sheet, number, position, row.get(column), is_text=kind(model, column) == "text")
        if kind(model, column) == "text":
            for number in range(2, 2 + 200):
                sheet.cell(number, position).number_format = "@"
    if example is not None:
        for position, column in enumerate(columns, start=1):
            value = f"# {example[columns[0]]}" if position == 1 else example.get(column)
            _put(sheet, 2, position, value).font = Font(italic=True, color=EXAMPLE)


def _offer(sheet: Worksheet, cells: str, model: type[Row], column: str) -> None:
    """A drop-down for a choice, and for a number the range it lies in."""
    from openpyxl.worksheet.datavalidation import DataValidation

    schema = properties(model).get(column)
    if schema is None:
        return
    words = f"{column}: {meaning_of(model, column)}"[:250]
    if "enum" in schema or schema["type"] == "boolean":
        choices = ",".join(schema.get("enum", ("TRUE", "FALSE")))
        choice = DataValidation("list", formula1=f'"{choices}"', allow_blank=True, error=words)
    elif schema["type"] in ("number", "integer") and "minimum" in schema:
        least, most = schema["minimum"], schema.get("maximum")
        choice = DataValidation(
            "whole" if schema["type"] == "integer" else "decimal",
            operator="greaterThanOrEqual" if most is None else "between",
            formula1=f"{least:g}",
            formula2=None if most is None else f"{most:.0f}",
            allow_blank=True,
            error=words,
        )
    else:
        return
    choice.showErrorMessage = True
    choice.errorTitle = column[:30]
    _add(sheet, choice, cells)


def _offer_ids(sheet: Worksheet, cells: str, table: str, column: str) -> None:
    """A drop-down of the ids there are; other ids may be typed, `check` says whether they exist."""
    from openpyxl.worksheet.datavalidation import DataValidation

    for reference in REFERENCES:
        if (reference.table, reference.column) == (table, column):
            ids = f"{reference.targets[0]}!$A$2:$A${LAST_ROW}"
            choice = DataValidation("list", formula1=ids, allow_blank=True, prompt=reference.noun)
            choice.showInputMessage = len(reference.targets) > 1
            choice.showErrorMessage = False
            _add(sheet, choice, cells)


def _add(sheet: Worksheet, choice: Any, cells: str) -> None:
    choice.add(cells)
    sheet.add_data_validation(choice)


def _money(document: Document) -> str:
    general = General.model_validate({key: document[key] for key in ("unit", "currency") if key in document})
    return f"{general.unit} {general.currency}".strip()


def _heading(sheet: Worksheet, row: int, column: int, text: str, colour: str, comment: str = "") -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    cell = _put(sheet, row, column, text)
    cell.font, cell.fill = Font(bold=True), _fill(colour)
    if comment:
        cell.comment = Comment(comment, AUTHOR, height=90, width=320)


def _put(sheet: Worksheet, row: int, column: int, value: Any, *, is_text: bool = False) -> Any:
    cell = sheet.cell(row, column)
    if value is not None:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    if is_text:
        cell.number_format = "@"
    return cell


def _fill(colour: str) -> Any:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", start_color=colour, end_color=colour)


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter

    for position, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
