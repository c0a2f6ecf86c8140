"""A tidy copy of a CSV file: commas and points, the proper name, notes where they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from solver.instance.cells import as_number, as_text
from solver.instance.columns import kind
from solver.instance.csvfile import DELIMITERS, READ_AS, Record, delimiter_of, line_of, records_of
from solver.instance.defects import Findings
from solver.instance.files import UTF16_MARKS, text_of
from solver.instance.numerals import decimals
from solver.instance.reading import is_blank
from solver.instance.tables import TABLES
from solver.instance.tidy.changes import Change, Edit
from solver.instance.tidy.table import Grid

BYTE_ORDER_MARK = "\ufeff"
DECIMAL = "a number with a decimal point"


@dataclass
class CsvTable:
    """A CSV file of the original: its table, its lines, and what stands between its cells."""

    file: Path
    table: str
    delimiter: str
    records: list[Record]
    notes: list[Record]
    ending: str
    mark: str
    grid: Grid

    @classmethod
    def of(cls, file: Path, table: str) -> CsvTable | None:
        """The file as a table; None where it cannot be read as one."""
        findings = Findings()
        text = text_of(file, findings)
        if text is None:
            return None
        delimiter = delimiter_of(text, TABLES[table])
        content = records_of(text, delimiter, file.name, findings)
        if content is None:
            return None
        records, notes = content
        grid = Grid.of(table, [record for record in records if not all(map(is_blank, record.cells))])
        if grid is None:
            return None
        ending = "\r\n" if "\r\n" in text else "\n"
        has_mark = file.read_bytes().startswith((BYTE_ORDER_MARK.encode(), *UTF16_MARKS))
        return cls(file, table, delimiter, records, notes, ending, has_mark * BYTE_ORDER_MARK, grid)

    @property
    def proper_name(self) -> str:
        """The name of the copy."""
        return f"{self.table}.csv"

    @property
    def as_number(self) -> Callable[[str], int | float | None]:
        """How the numbers of this file are read."""
        if self.delimiter == ",":
            return as_number
        return READ_AS[decimals(value for _, _, value in self.numbers())]

    def numbers(self) -> Iterator[tuple[int, int, str]]:
        """Line, position and text of the cells in which numbers are expected."""
        for line, cells in self.grid.rows:
            for position, column, value in self.grid.named_cells(cells):
                if kind(TABLES[self.table], column) == "number":
                    yield line, position, value

    def change(self, edit: Edit) -> Change:
        """An edit as it is told."""
        columns = self.grid.columns
        heading = columns[edit.position] if edit.position < len(columns) else ""
        where = f"{self.file.name}, line {edit.line}, column {heading or edit.position + 1}"
        return Change(where, edit.old, edit.new, edit.why)


def tidy_table(table: CsvTable, edits: Sequence[Edit]) -> tuple[bytes, list[Change]]:
    """The copy of a table's file with these edits, and everything that is changed in it."""
    points = None if table.delimiter == "," else _as_points(table, edits)
    delimiter = table.delimiter if points is None else ","
    changes = [*_changes_of_the_file(table, delimiter)]
    by_line: dict[int, list[Edit]] = {}
    for edit in (*(points or ()), *edits):
        by_line.setdefault(edit.line, []).append(edit)
    lines = {number: note for number, (note,) in table.notes}
    for number, cells in table.records:
        found = by_line.get(number, [])
        lines[number] = _line_of(cells, found, delimiter)
        changes.extend(map(table.change, found))
    hint = [f"sep={delimiter}"] if delimiter != "," and min(lines, default=1) > 1 else []
    text = "".join(f"{line}{table.ending}" for line in [*hint, *(lines[number] for number in sorted(lines))])
    return (table.mark + text).encode(), changes


def changes_of_encoding(file: Path) -> Iterator[Change]:
    """That the copy of a UTF-16 file is UTF-8."""
    if file.read_bytes().startswith(UTF16_MARKS):
        yield Change(file.name, "UTF-16", "UTF-8", "the same text in the usual encoding")


def _changes_of_the_file(table: CsvTable, delimiter: str) -> Iterator[Change]:
    name = table.file.name
    if name != table.proper_name:
        yield Change(name, name, table.proper_name, "the proper name of the file")
    yield from changes_of_encoding(table.file)
    if delimiter != table.delimiter:
        old, new = DELIMITERS[table.delimiter], DELIMITERS[delimiter]
        yield Change(name, old, new, f"the same cells with {new} between them")


def _as_points(table: CsvTable, edits: Sequence[Edit]) -> list[Edit] | None:
    """The numbers that are written otherwise with a decimal point; None where one of them is in doubt."""
    number_of, found = table.as_number, list[Edit]()
    edited = {(edit.line, edit.position) for edit in edits}
    notes = {edit.line for edit in edits if edit.is_note}
    for line, position, value in table.numbers():
        if line in notes or (line, position) in edited:
            continue
        number = number_of(value)
        if number is None:
            return None
        if as_number(value) is None:
            found.append(Edit(line, position, value, as_text(number), DECIMAL))
    return found


def _line_of(cells: Sequence[str], edits: Sequence[Edit], delimiter: str) -> str:
    """A record of the copy."""
    new = list(cells)
    for edit in edits:
        new[edit.position] = as_text(edit.new)
    return (_note_of if any(edit.is_note for edit in edits) else line_of)(new, delimiter)


def _note_of(cells: Sequence[str], delimiter: str) -> str:
    first, *rest = (" ".join(cell.split()) for cell in cells)
    others = line_of(rest, delimiter) if any(rest) else ""
    return f"{first}{delimiter}{others}" if others else first
