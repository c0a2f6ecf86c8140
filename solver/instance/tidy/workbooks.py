"""A tidy copy of a workbook: cells with a new value, everything else as it is, formulas and formats too."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from solver.instance.atomic import new_file
from solver.instance.headings import all_meant, is_note, meant
from solver.instance.invisible import cleaned
from solver.instance.places import letters
from solver.instance.reading import Reading
from solver.instance.settings import TOP_AND_SECTIONS, dotted_keys
from solver.instance.tables import TABLES
from solver.instance.tidy.changes import Change, Edit
from solver.instance.tidy.sheetxml import NewCell, has_excel_table, with_cells
from solver.instance.tidy.table import HEADING, Grid, doubtful_ids, edits_of, mentions
from solver.instance.tidy.values import repaired
from solver.instance.workbook import Sheet, sheets_of
from solver.instance.workbooksettings import SETTINGS, key_of, layout_of


def write_tidy_workbook(source: Path, target: Path) -> list[Change]:
    """Write the tidy copy of a workbook. Raises InputError where the original cannot be opened."""
    sheets = [sheet for sheet in sheets_of(source) if not is_note(sheet.name)]
    names = [sheet.name for sheet in sheets]
    tables = {sheet.name: table for sheet in sheets if (table := _table_of(sheet.name, names)) in TABLES}
    found = ((sheet, _grid(tables[sheet.name], sheet)) for sheet in sheets if sheet.name in tables)
    grids = [(sheet, grid) for sheet, grid in found if grid is not None]
    doubtful = doubtful_ids(grid for _, grid in grids)
    mentioned = mentions(grid for _, grid in grids)
    edits = [(sheet, list(edits_of(grid, doubtful, mentioned, _as_number))) for sheet, grid in grids]
    edits += [(sheet, list(_settings(sheet))) for sheet in sheets if _table_of(sheet.name, names) == SETTINGS]
    with new_file(target) as stream:
        return list(_write(source, stream, edits))


def _table_of(name: str, names: Sequence[str]) -> str | None:
    """The table (or the settings) that a sheet is read as; None where another sheet has its proper name."""
    table = meant(name, (SETTINGS, *TABLES))
    return None if table != name and table in names else table


def _grid(table: str, sheet: Sheet) -> Grid | None:
    return Grid.of(table, [(line.number, line.values) for line in sheet.lines])


def _as_number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _settings(sheet: Sheet) -> Iterator[Edit]:
    """The repairs of the keys and values of the settings."""
    layout, lines = layout_of(sheet.name, sheet.lines, Reading())
    written = [key_of(line, layout) for line in lines]
    known = all_meant(map(cleaned, written), dotted_keys())
    for line, key in zip(lines, written, strict=True):
        name = known[cleaned(key)]
        if name is None or is_note(key):
            continue
        if key != name and [known[cleaned(other)] for other in written].count(name) == 1:
            yield Edit(line.number, layout.key, key, name, HEADING)
        section, _, field = name.rpartition(".")
        model = TOP_AND_SECTIONS[section]
        for position in range(*layout.values.indices(len(line.values))):
            repair = repaired(model, field, line.values[position])
            if repair is not None:
                yield Edit(line.number, position, line.values[position], repair.value, repair.why)


def _write(source: Path, stream: Any, edits: Iterable[tuple[Sheet, Sequence[Edit]]]) -> Iterator[Change]:
    """Write the workbook with these edits where the file lets them be made, and say which they are."""
    wanted = {sheet.part.lstrip("/"): (sheet, found) for sheet, found in edits}
    with zipfile.ZipFile(source) as original, zipfile.ZipFile(stream, "w") as copy:
        for part in original.infolist():
            content = original.read(part)
            if part.filename in wanted:
                sheet, found = wanted[part.filename]
                content, done = _with_edits(content, sheet, found)
                yield from (_change(sheet, edit) for edit in done)
            copy.writestr(part, content, compress_type=part.compress_type)


def _with_edits(part: bytes, sheet: Sheet, edits: Sequence[Edit]) -> tuple[bytes, list[Edit]]:
    typed = {line.number for line in sheet.lines if line.is_typed_text}
    if has_excel_table(part):
        edits = [edit for edit in edits if not edit.is_note and edit.why != HEADING]
    cells = {_reference(edit): NewCell(edit.new, not (edit.is_note and edit.line in typed)) for edit in edits}
    content, done = with_cells(part, cells)
    return content, [edit for edit in edits if _reference(edit) in done]


def _reference(edit: Edit) -> str:
    return f"{letters(edit.position)}{edit.line}"


def _change(sheet: Sheet, edit: Edit) -> Change:
    return Change(f"sheet {sheet.name}, cell {_reference(edit)}", edit.old, edit.new, edit.why)
