"""One table as a CSV file: a header, a line per row; lines that begin with # or _ are notes.

Commas and decimal points are what is written; semicolons, tabs and decimal commas are read where nothing
else can be meant. A first cell that itself begins with # or _ is written in quotation marks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from solver.instance.cells import as_number, as_text, as_truth
from solver.instance.columns import kind
from solver.instance.defects import Defect, Findings
from solver.instance.fields import Row
from solver.instance.files import text_of
from solver.instance.headings import MOST_LINES_ABOVE, NOTES_LEFT_OUT, header_of, is_note, known_headings
from solver.instance.numerals import TWO_READINGS, decimals, with_decimal_point
from solver.instance.places import CsvPlaces
from solver.instance.reading import MOST_ROWS
from solver.instance.tables import TABLES

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# The first line with which Excel is told what stands between the cells.
HINT = "sep="
NEEDS_QUOTES = frozenset('"\n\r')
GUARD = "'"
# What a spreadsheet works out instead of showing it, numbers aside; `=HYPERLINK(…)` may do harm.
WORKED_OUT = re.compile(r"'*[=@\t]|'*[-+](?![.,]?\d[\d.,]*%?(e[-+]?\d+)?$)", re.IGNORECASE)


class Record(NamedTuple):
    """One record and the physical line on which it begins."""

    line: int
    cells: list[str]


def read_table(path: Path, table: str, findings: Findings) -> tuple[list[dict[str, Any]], CsvPlaces] | None:
    """The rows of a table in a CSV file, without empty lines, and where they stand.

    None for a table that cannot be read.
    """
    text = text_of(path, findings)
    if text is None:
        return None
    model = TABLES[table]
    delimiter = delimiter_of(text, model)
    content = records_of(text, delimiter, path.name, findings)
    if content is None:
        return None
    records, _ = content
    first = next((index for index, record in enumerate(records) if _is_filled(record.cells)), None)
    if first is None:
        findings.add(Defect(path.name, f"a first line with the names of the columns: {_some_columns(model)}"))
        return None
    header = header_of(path.name, model, records[first : first + MOST_LINES_ABOVE], "line", findings)
    if header is None:
        return None
    start = first + header.position
    records = [record for record in records[start:] if _is_filled(record.cells)]
    written = {column: cell for column, cell in zip(header.columns, records[0].cells, strict=True) if column}
    places = CsvPlaces(path.name, [record.line for record in records[1:]], written)
    while not header.columns[-1]:
        header.columns.pop()
    _check_shape(table, records[1:], header.columns, DELIMITERS[delimiter], findings)
    return _rows(records[1:], header.columns, model, delimiter, path.name, findings), places


def table_text(rows: Iterable[dict[str, Any]], columns: Sequence[str], comment: str = "") -> str:
    """A table as CSV text with these columns, and a comment line above when given."""
    lines = [f"# {comment}"] if comment else []
    lines.append(line_of(columns))
    lines.extend(line_of([as_text(row.get(column)) for column in columns]) for row in rows)
    return "\n".join(lines) + "\n"


def line_of(cells: Sequence[str], delimiter: str = ",") -> str:
    """One record as CSV text."""
    return delimiter.join(_quoted(cell, delimiter) for cell in cells)


def _quoted(cell: str, delimiter: str) -> str:
    cell = GUARD + cell if WORKED_OUT.match(cell) else cell
    if is_note(cell) or cell != cell.strip() or delimiter in cell or not NEEDS_QUOTES.isdisjoint(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def delimiter_of(text: str, model: type[Row]) -> str:
    """What stands between the cells: with it, more columns of the table are found than with anything else."""
    first = (line.rstrip("\r\n") for line in islice(io.StringIO(text, newline=""), MOST_LINES_ABOVE))
    lines = [line for line in first if not is_note(line)]
    if lines and lines[0].casefold().startswith(HINT) and lines[0][len(HINT) :] in DELIMITERS:
        return lines[0][len(HINT) :]

    def promise(delimiter: str) -> tuple[int, int]:
        known = max((len(known_headings(_split(line, delimiter), model)) for line in lines), default=0)
        return known, len(_split(lines[0], delimiter)) if lines else 0

    return max(DELIMITERS, key=promise)


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def records_of(
    text: str, delimiter: str, name: str, findings: Findings
) -> tuple[list[Record], list[Record]] | None:
    """The records and, beside them, the notes; a line inside quotation marks is never a note."""
    between_records, start, notes = True, 0, list[Record]()

    def lines() -> Iterator[str]:
        nonlocal between_records, start
        for number, line in enumerate(io.StringIO(text, newline=""), start=1):
            if between_records and is_note(line):
                notes.append(Record(number, [line.rstrip("\r\n")]))
                continue
            if between_records:
                start = number
            between_records = False
            yield line

    records: list[Record] = []
    try:
        for cells in csv.reader(lines(), strict=True, delimiter=delimiter):
            between_records = True
            if records or (cells and not _is_hint(cells, delimiter, start)):
                records.append(Record(start, [_unguarded(cell) for cell in cells]))
            if len(records) > MOST_ROWS + MOST_LINES_ABOVE:
                findings.add(Defect(name, f"at most {MOST_ROWS:,} rows in one table"))
                return None
    except csv.Error as error:
        remedy = f"CSV that can be read ({error}); a quotation mark may be missing"
        findings.add(Defect(name, remedy, where=f"{name}, line {start}"))
        return None
    width = len(records[-1].cells) if records else 0
    rows_in_notes = sum(len(_split(note, delimiter)) == width > 1 for _, (note,) in notes)
    if rows_in_notes:
        findings.remark(NOTES_LEFT_OUT.format("lines"), f"{name} ({rows_in_notes:,})")
    return records, notes


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(GUARD) and WORKED_OUT.match(cell) else cell


def _is_hint(cells: list[str], delimiter: str, line: int) -> bool:
    return line == 1 and delimiter.join(cells).casefold() == HINT + delimiter


def _is_filled(cells: Sequence[str]) -> bool:
    return any(map(str.strip, cells))


def _check_shape(
    table: str, records: Sequence[Record], columns: list[str], noun: str, findings: Findings
) -> None:
    """Every row has a cell for every heading, and nothing beside them."""
    unnamed = [position for position, column in enumerate(columns) if not column]
    for number, (_, cells) in enumerate(records, start=1):
        if len(cells) < len(columns) or (len(cells) > len(columns) and _is_filled(cells[len(columns) :])):
            text = f"{len(columns)} cells, as in the header; a cell with {noun} in it needs quotation marks"
            findings.add(Defect(table, text, number, value=f"{len(cells)} cells"))
        for position in unnamed:
            if position < len(cells) and cells[position].strip():
                text = f"a name for column {position + 1} in the header, which may begin with # for notes"
                findings.add(Defect(table, text, number, value=cells[position]))


def _rows(
    records: Sequence[Record],
    columns: list[str],
    model: type[Row],
    delimiter: str,
    name: str,
    findings: Findings,
) -> list[dict[str, Any]]:
    numeric = [column != "" and kind(model, column) == "number" for column in columns]
    number: Callable[[str], int | float | None] = as_number
    if delimiter != ",":
        cells = (
            cell for record in records for cell, wanted in zip(record.cells, numeric, strict=False) if wanted
        )
        style = decimals(cells)
        number = READ_AS[style]
        detail = ", decimals written with a comma" if style == "comma" else ""
        findings.remark(f"the cells are separated by {DELIMITERS[delimiter]}{detail}.", name)
    truths = [column != "" and kind(model, column) == "truth" for column in columns]
    readers = [
        number if is_number else as_truth if is_truth else None
        for is_number, is_truth in zip(numeric, truths, strict=True)
    ]
    return [_row(record.cells, columns, readers) for record in records]


def _row(
    cells: list[str], columns: list[str], readers: Sequence[Callable[[str], int | float | None] | None]
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column, read, cell in zip(columns, readers, cells, strict=False):
        if cell and column and cell.strip():
            value = None if read is None else read(cell)
            row[column] = cell if value is None else value
    return row


def _after_comma(cell: str) -> int | float | None:
    text = cell.strip()
    return None if "." in text and "," not in text else as_number(with_decimal_point(text))


def _beyond_doubt(cell: str) -> int | float | None:
    return None if TWO_READINGS.fullmatch(cell.strip().lstrip("+-")) else as_number(cell)


READ_AS = {"point": as_number, "comma": _after_comma, "unclear": _beyond_doubt}


def _some_columns(model: type[Row]) -> str:
    return ",".join(list(model.model_fields)[:4]) + ",…"
