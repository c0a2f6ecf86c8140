"""One table as a CSV file: UTF-8, commas, decimal points; lines that begin with # are comments.

A first cell that itself begins with # is written in quotation marks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from solver.instance.cells import as_number, as_text
from solver.instance.columns import kind
from solver.instance.defects import Defect, Findings
from solver.instance.fields import Row
from solver.instance.files import text_of

MOST_ROWS = 1_000_000
COMMENT = "#"
NEEDS_QUOTES = frozenset(',"\n\r')


def read_table(path: Path, model: type[Row], findings: Findings) -> list[dict[str, Any] | None] | None:
    """The rows of a CSV file, None for empty lines; None for the whole table when it cannot be read."""
    text = text_of(path, findings)
    if text is None:
        return None
    try:
        records = list(_records(text, path.name, findings))
    except csv.Error as error:
        findings.add(Defect(path.name, f"CSV that can be read ({error})"))
        return None
    if not records:
        findings.add(Defect(path.name, f"a first line with the names of the columns: {_some_columns(model)}"))
        return None
    header = _header(records[0], path.name, model, findings)
    return None if header is None else _rows(records[1:], header, path, model, findings)


def table_text(rows: Iterable[dict[str, Any]], columns: Sequence[str], comment: str = "") -> str:
    """A table as CSV text with these columns, and a comment line above when given."""
    lines = [f"{COMMENT} {comment}"] if comment else []
    lines.append(_line(columns))
    lines.extend(_line([as_text(row.get(column)) for column in columns]) for row in rows)
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return ",".join(_quoted(cell) for cell in cells)


def _quoted(cell: str) -> str:
    if cell.startswith(COMMENT) or cell != cell.strip() or not NEEDS_QUOTES.isdisjoint(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _records(text: str, name: str, findings: Findings) -> Iterator[list[str]]:
    """The records between the comment lines; a line inside quotation marks is never a comment."""
    between_records = True

    def lines() -> Iterator[str]:
        nonlocal between_records
        for line in io.StringIO(text, newline=""):
            if between_records and line.startswith(COMMENT):
                continue
            between_records = False
            yield line

    for number, record in enumerate(csv.reader(lines(), strict=True)):
        if number > MOST_ROWS:
            findings.add(Defect(name, f"at most {MOST_ROWS} rows"))
            return
        between_records = True
        if number > 0 or record:
            yield record


def _header(cells: list[str], name: str, model: type[Row], findings: Findings) -> list[str] | None:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    for separator, noun in ((";", "semicolons"), ("\t", "tabs")):
        parts = separator.join(cells).split(separator)
        if len(parts) > len(cells) and (len(cells) <= 1 or model.model_fields.keys() & set(parts)):
            text = f"columns separated by commas; this file uses {noun}: save it as comma-separated UTF-8"
            findings.add(Defect(name, text, value=separator.join(cells)))
            return None
    for position, cell in enumerate(cells):
        if not cell.strip():
            findings.add(Defect(name, f"a name for column {position + 1}", column=str(position + 1)))
        elif cell in cells[:position]:
            findings.add(Defect(name, "this column once; it stands there twice", column=cell))
    return cells


def _rows(
    records: list[list[str]], header: list[str], path: Path, model: type[Row], findings: Findings
) -> list[dict[str, Any] | None]:
    numeric = [column != "" and kind(model, column) == "number" for column in header]
    rows: list[dict[str, Any] | None] = []
    for number, record in enumerate(records, start=1):
        filled = any(cell.strip() for cell in record)
        rows.append(_row(record, header, numeric) if filled else None)
        surplus = any(cell.strip() for cell in record[len(header) :])
        if filled and (surplus or len(record) < len(header)):
            text = f"{len(header)} cells, as in the first line; a cell with a comma needs quotation marks"
            findings.add(Defect(path.name, text, row=number, value=f"{len(record)} cells"))
    return rows


def _row(record: list[str], header: list[str], numeric: list[bool]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column, is_number, cell in zip(header, numeric, record, strict=False):
        if column.strip() and cell.strip():
            number = as_number(cell) if is_number else None
            row[column] = cell if number is None else number
    return row


def _some_columns(model: type[Row]) -> str:
    return ",".join(list(model.model_fields)[:4]) + ",…"
