"""A tidy copy of a folder: commas and points in its CSV files, proper names, notes where they were."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from solver.instance.atomic import new_folder
from solver.instance.cells import as_number, as_text
from solver.instance.columns import kind
from solver.instance.csvfile import DELIMITERS, READ_AS, Record, delimiter_of, line_of, records_of
from solver.instance.defects import Findings
from solver.instance.files import UTF16_MARKS, text_of
from solver.instance.folder import SETTINGS, copy_beside, table_files, toml_value
from solver.instance.headings import all_meant
from solver.instance.numerals import decimals
from solver.instance.settings import SECTIONS, TOP_AND_SECTIONS
from solver.instance.tables import TABLES
from solver.instance.tidy.changes import Change, Edit
from solver.instance.tidy.table import Grid, doubtful_ids, edits_of, mentions
from solver.instance.tidy.values import repaired
from solver.instance.tomlfile import lines_of_keys, toml_values

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
        grid = Grid.of(table, [record for record in records if any(map(str.strip, record.cells))])
        if grid is None:
            return None
        ending = "\r\n" if "\r\n" in text else "\n"
        has_mark = file.read_bytes().startswith((BYTE_ORDER_MARK.encode(), *UTF16_MARKS))
        return cls(file, table, delimiter, records, notes, ending, has_mark * BYTE_ORDER_MARK, grid)

    def numbers(self) -> Iterator[str]:
        """The cells in which numbers are expected."""
        for _, cells in self.grid.rows:
            for _, column, value in self.grid.named_cells(cells):
                if kind(TABLES[self.table], column) == "number":
                    yield value

    def reader(self) -> Callable[[str], int | float | None]:
        """How the numbers of this file are read."""
        return as_number if self.delimiter == "," else READ_AS[decimals(self.numbers())]


def write_tidy_folder(source: Path, target: Path) -> list[Change]:
    """Write the tidy copy of a folder; what is in it beside an instance is copied as it is."""
    files, _ = table_files(source)
    tables = [found for table, file in files.items() if (found := CsvTable.of(file, table))]
    texts: dict[str, bytes] = {}
    changes: list[Change] = []
    settings = _settings(source, changes)
    if settings is not None:
        texts[SETTINGS] = settings
    grids = [table.grid for table in tables]
    doubtful, mentioned = doubtful_ids(grids), mentions(grids)
    for table in tables:
        edits = list(edits_of(table.grid, doubtful, mentioned, table.reader()))
        text = _csv_text(table, edits, changes)
        texts[f"{table.table}.csv"] = text
    with new_folder(target) as draft:
        rewritten = {table.file.name for table in tables}
        for other in source.iterdir():
            if other.name not in rewritten and other.name not in texts:
                copy_beside(other, draft / other.name)
        for name, content in texts.items():
            (draft / name).write_bytes(content)
    return changes


def _csv_text(table: CsvTable, edits: Sequence[Edit], changes: list[Change]) -> bytes:
    """The text of the copy of a table's file; adds to the changes."""
    name = table.file.name
    numbers: dict[int, dict[int, str]] | None = None
    if name != f"{table.table}.csv":
        changes.append(Change(name, name, f"{table.table}.csv", "the proper name of the file"))
    if table.file.read_bytes().startswith(UTF16_MARKS):
        changes.append(Change(name, "UTF-16", "UTF-8", "the same text in the usual encoding"))
    delimiter = table.delimiter
    changed: dict[int, dict[int, Edit]] = {edit.line: {} for edit in edits}
    for edit in edits:
        changed[edit.line][edit.position] = edit
    if delimiter != "," and (numbers := _as_points(table, changed)) is not None:
        delimiter = ","
        noun = DELIMITERS[table.delimiter]
        changes.append(Change(name, noun, DELIMITERS[","], "the same cells with commas between them"))
    lines = {number: note for number, (note,) in table.notes}
    for number, cells in table.records:
        new = list(cells)
        for position, text in (numbers or {}).get(number, {}).items():
            if position not in changed.get(number, {}):
                changes.append(Change(_where(table, number, position), cells[position], text, DECIMAL))
            new[position] = text
        marked = False
        for position, edit in changed.get(number, {}).items():
            new[position] = as_text(edit.new)
            marked = marked or edit.is_note
            changes.append(Change(_where(table, number, position), edit.old, edit.new, edit.why))
        lines[number] = _note_of(new, delimiter) if marked else line_of(new, delimiter)
    hint = [f"sep={delimiter}"] if delimiter != "," and min(lines, default=1) > 1 else []
    text = "".join(f"{line}{table.ending}" for line in [*hint, *(lines[number] for number in sorted(lines))])
    return (table.mark + text).encode()


def _as_points(
    table: CsvTable, changed: Mapping[int, Mapping[int, Edit]]
) -> dict[int, dict[int, str]] | None:
    """The numbers that are written otherwise with a decimal point; None where one of them is in doubt."""
    number_of, found = table.reader(), dict[int, dict[int, str]]()
    for line, cells in table.grid.rows:
        if any(edit.is_note for edit in changed.get(line, {}).values()):
            continue
        for position, column, value in table.grid.named_cells(cells):
            if kind(TABLES[table.table], column) != "number" or position in changed.get(line, {}):
                continue
            number = number_of(value)
            if number is None:
                return None
            if as_number(value) is None:
                found.setdefault(line, {})[position] = as_text(number)
    return found


def _note_of(cells: Sequence[str], delimiter: str) -> str:
    first, *rest = (" ".join(cell.split()) for cell in cells)
    others = line_of(rest, delimiter) if any(rest) else ""
    return f"{first}{delimiter}{others}" if others else first


def _where(table: CsvTable, line: int, position: int) -> str:
    columns = table.grid.columns
    heading = columns[position] if position < len(columns) else ""
    column = heading or str(position + 1)
    return f"{table.file.name}, line {line}, column {column}"


def _settings(source: Path, changes: list[Change]) -> bytes | None:
    """The text of `instance.toml` with its keys and values repaired; None where it stays as it is."""
    findings = Findings()
    text = text_of(source / SETTINGS, findings) if (source / SETTINGS).is_file() else None
    values = None if text is None else toml_values(text, SETTINGS, findings)
    if text is None or values is None:
        return None
    lines, found = text.split("\n"), list[Change]()
    wanted = json.loads(json.dumps(values, default=str))
    places = lines_of_keys(text)
    sections = all_meant(values, SECTIONS)
    for given, section in {"": "", **{key: name for key, name in sections.items() if name}}.items():
        content = wanted if not given else wanted[given]
        if not isinstance(content, dict):
            continue
        model = TOP_AND_SECTIONS[section]
        for key, value in list(content.items()):
            name = all_meant([key], model.model_fields)[key]
            place = places.get(f"{section}.{name}" if section else str(name))
            repair = repaired(model, name, value) if name else None
            if repair is None or place is None:
                continue
            content[key] = repair.value
            line = lines[place - 1]
            for literal in (json.dumps(value, ensure_ascii=False), f"'{value}'"):
                if line.count(literal) == 1:
                    lines[place - 1] = line.replace(literal, toml_value(repair.value))
            where = f"{SETTINGS}, line {place}, {section and section + '.'}{name}"
            found.append(Change(where, value, repair.value, repair.why))
    copy = "\n".join(lines)
    is_utf16 = (source / SETTINGS).read_bytes().startswith(UTF16_MARKS)
    if is_utf16:
        found.append(Change(SETTINGS, "UTF-16", "UTF-8", "the same text in the usual encoding"))
    again = toml_values(copy, SETTINGS, findings)
    if not found or json.loads(json.dumps(again, default=str)) != wanted:
        return None
    changes.extend(found)
    return copy.encode()
