"""Writing the Excel carrier: text cells for text, frozen header rows, explanations as comments."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solver.errors import InputError
from solver.instance.atomic import new_file
from solver.instance.columns import kind
from solver.instance.defects import Defect
from solver.instance.fields import Row
from solver.instance.folder import columns_of
from solver.instance.guide import explanation
from solver.instance.headings import is_note
from solver.instance.reading import Document, parted
from solver.instance.settings import TOP_AND_SECTIONS, dotted
from solver.instance.tables import TABLES

if TYPE_CHECKING:
    from openpyxl import Workbook

SETTINGS = "instance"
MOST_COLUMNS = 16_384
AUTHOR = "partnerfolio"


def write_workbook(document: Document, path: Path) -> None:
    """Write a document as a workbook."""
    from openpyxl import Workbook

    sections, tables = parted(document)
    columns = {table: _columns(table, tables.get(table) or []) for table in TABLES}
    workbook = Workbook(write_only=True)
    _write_settings(workbook, sections)
    for table, model in TABLES.items():
        if columns[table]:
            _write_table(workbook, table, model, tables.get(table) or [], columns[table])
    save(workbook, path)


def save(workbook: Workbook, path: Path) -> None:
    """Put a workbook in its place, whole or not at all.

    It is packed in memory: a ZIP file that cannot be ended complains once more when it is dropped.
    """
    packed = BytesIO()
    workbook.save(packed)
    with new_file(path) as stream:
        stream.write(packed.getbuffer())


def _write_settings(workbook: Workbook, document: Document) -> None:
    sheet = workbook.create_sheet(SETTINGS)
    _lay_out(sheet, [34, 24])
    lists = "a list goes on to the right, one number per cell"
    sheet.append([_header(sheet, "key", ""), _header(sheet, "value", lists)])
    for section, model in TOP_AND_SECTIONS.items():
        values = document if not section else document.get(section)
        for name in model.model_fields:
            if values is not None and name in values:
                value = values[name]
                items = value if isinstance(value, list) else [value]
                cells = [_cell(sheet, item, kind(model, name) == "text") for item in items]
                sheet.append([_cell(sheet, dotted(section, name), True, explanation(model, name)), *cells])


def _columns(table: str, rows: list[dict[str, Any]]) -> list[str]:
    columns = columns_of(rows, TABLES[table])
    if len(columns) > MOST_COLUMNS:
        text = f"at most {MOST_COLUMNS} columns fit a sheet, not {len(columns)}; write a folder instead"
        raise InputError([Defect(table, text)])
    return columns


def _write_table(
    workbook: Workbook, table: str, model: type[Row], rows: list[dict[str, Any]], columns: list[str]
) -> None:
    sheet = workbook.create_sheet(table)
    _lay_out(sheet, [max(12, len(column) + 3) for column in columns])
    sheet.append([_header(sheet, column, explanation(model, column)) for column in columns])
    texts = [kind(model, column) == "text" for column in columns]
    for row in rows:
        sheet.append(
            [_cell(sheet, row.get(column), is_text) for column, is_text in zip(columns, texts, strict=True)]
        )


def _lay_out(sheet: Any, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for position, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width


def _header(sheet: Any, text: str, comment: str) -> Any:
    from openpyxl.styles import Font

    cell = _cell(sheet, text, True, comment)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any, is_text: bool, comment: str = "") -> Any:
    """A cell with a given type: text is no formula and no note, numbers keep all their digits."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment

    if value is None and not is_text and not comment:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, value=repr(value))
        cell.data_type = "n"
    else:
        cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if is_text:
        cell.number_format = "@"
    if isinstance(value, str) and is_note(value):
        cell.quotePrefix = True
    if comment:
        cell.comment = Comment(comment, AUTHOR, height=60, width=300)
    return cell
