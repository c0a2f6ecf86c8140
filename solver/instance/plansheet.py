"""A plan put into a planner's own workbook: the sheet `plan`, and not a byte of any other part changed.

A library that reads a workbook and writes it again loses charts, pictures and macros; here rows are put into
the sheet's own part of the file, or a part is put beside the others, and only the list of sheets is told.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence, Set
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from solver.errors import InputError
from solver.instance.atomic import write_bytes
from solver.instance.defects import Defect, Findings
from solver.instance.headings import MOST_LINES_ABOVE, header_of, is_note, meant
from solver.instance.places import letters
from solver.instance.tables import TABLES
from solver.instance.workbook import Sheet, sheets_of

NAME = "plan"
COLUMNS = ("id", "level", "start")
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
LOCKED = re.compile(rb"<(?:\w+:)?workbookProtection\b[^>]*\blockStructure=\"(?:1|true)\"")
KEY, SHEET_NUMBER = re.compile(rb"\bId=.rId(\d+)"), re.compile(rb"\bsheetId=.(\d+)")
WIDTHS = {"id": 28, "level": 16, "start": 8}
DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?sheetData>)", re.DOTALL)
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"[^>]*?(?:/>|>.*?</(?:\w+:)?row>)', re.DOTALL)
FILLED = re.compile(rb"<(?:\w+:)?(?:v|is|f)\b")
CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+)(\d+)"')
STYLED = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\br="([A-Z]+\d+)")[^>]*\bs="(\d+)"')


class _Place(NamedTuple):
    """Where a plan goes: on which sheet, in which part of the file, below which row, with which columns.

    The header's row is 0 where there is none; `old` are the rows of the plan that is there.
    """

    sheet: str
    part: str
    header: int
    columns: Mapping[str, int]
    old: tuple[int, ...]


def check_plan_target(path: Path, ids: Iterable[str], *, overwrite: bool = False) -> None:
    """Raise InputError unless plans of these ids may be put into this workbook.

    A plan that stands on its sheet `plan` is replaced with `overwrite` only.
    """
    try:
        sheets = sheets_of(path)
        with zipfile.ZipFile(path) as archive:
            remedy = _objection(archive, _place_in(sheets), set(ids), overwrite)
    except OSError as error:
        remedy = f"a workbook that exists and can be read ({error.strerror or error})"
    if remedy:
        raise InputError([Defect(str(path), remedy)])


def put_plan(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put the rows of a plan, by column, into a workbook that was checked; whole or not at all."""
    place = _place_in(sheets_of(path))
    packed = BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(packed, "w") as copy:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
        if place is None:
            changed = _beside(parts, rows)
        else:
            changed = {place.part: _with_rows(parts[place.part], place, rows)}
        for one in archive.infolist():
            copy.writestr(one, changed.pop(one.filename, parts[one.filename]), one.compress_type)
        for name, content in changed.items():
            copy.writestr(name, content, zipfile.ZIP_DEFLATED)
    write_bytes(path, packed.getvalue())


def _place_in(sheets: Sequence[Sheet]) -> _Place | None:
    """Where the plan goes on the sheet that is read as the plan; None where there is no such sheet."""
    found = [sheet for sheet in sheets if meant(sheet.name, TABLES) == NAME]
    if not found:
        return None
    sheet = min(found, key=lambda sheet: sheet.name != NAME)
    part = sheet.part.lstrip("/")
    if not sheet.lines:
        return _Place(sheet.name, part, 0, {}, ())
    headings = [
        (line.number, ["" if value is None else str(value) for value in line.values])
        for line in sheet.lines[:MOST_LINES_ABOVE]
    ]
    header = header_of(f"sheet {sheet.name}", TABLES[NAME], headings, "row", Findings())
    if header is None:
        return _Place(sheet.name, part, sheet.lines[-1].number, {}, ())
    columns = {column: place for place, column in enumerate(header.columns) if column in COLUMNS}
    number = sheet.lines[header.position].number
    old = tuple(line.number for line in sheet.lines if line.number > number)
    return _Place(sheet.name, part, number, columns, old)


def _objection(archive: zipfile.ZipFile, place: _Place | None, ids: Set[str], overwrite: bool) -> str:
    names = archive.namelist()
    if any(name.startswith("_xmlsignatures/") for name in names):
        return "a workbook that is not signed: its signature would be lost"
    if place is None:
        protected = LOCKED.search(archive.read(_workbook_part(names)))
        return "a workbook whose structure is not protected, to add the sheet plan to" if protected else ""
    name = place.sheet
    if place.old and not overwrite:
        return f"a workbook without a plan on the sheet {name}, or --overwrite: it would be lost"
    if place.header and "id" not in place.columns:
        return f"a sheet {name} with a heading id, or an empty one"
    if place.columns.get("id") == 0 and (notes := sorted(filter(is_note, ids))):
        return f"a sheet {name} whose first column is start: {notes[0]} in the first would be a note"
    return ""


def _workbook_part(names: Sequence[str]) -> str:
    return next(name for name in names if posixpath.basename(name) == "workbook.xml")


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _beside(parts: Mapping[str, bytes], rows: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """The parts that are new or different where there is no such sheet yet."""
    book = _workbook_part(list(parts))
    relations, folder = _relations_of(book), posixpath.dirname(book)
    name = next(name for k in range(1, 10_000) if (name := f"worksheets/plan{k}.xml") not in parts)
    key, number = _free(KEY, parts[relations]), _free(SHEET_NUMBER, parts[book])
    sheet = f'<{{}}sheet xmlns:rel="{RELATIONS}" name="{NAME}" sheetId="{number}" rel:id="rId{key}"/>'
    relation = f'<{{}}Relationship Id="rId{key}" Type="{RELATIONS}/worksheet" Target="{name}"/>'
    override = f'<{{}}Override PartName="/{posixpath.join(folder, name)}" ContentType="{KIND}"/>'
    kinds = "[Content_Types].xml"
    return {
        kinds: _before_the_end(parts[kinds], "Types", override),
        book: _before_the_end(parts[book], "sheets", sheet),
        relations: _before_the_end(parts[relations], "Relationships", relation),
        posixpath.join(folder, name): _sheet(rows),
    }


def _free(pattern: re.Pattern[bytes], part: bytes) -> int:
    """A number that nothing of this kind has."""
    return 1 + max(map(int, pattern.findall(part)), default=0)


def _before_the_end(part: bytes, element: str, new: str) -> bytes:
    """The part with something more at the end of an element, under the element's own prefix."""
    ending = re.search(rb"</((?:\w+:)?)%s>" % element.encode(), part)
    if ending is None:
        raise InputError([Defect(element, "a workbook that has this part; this one is damaged")])
    own = new.replace("{}", ending[1].decode(), 1).encode()
    return part[: ending.start()] + own + part[ending.start() :]


def _sheet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A new sheet as XML."""
    order = _order(rows)
    widths = "".join(
        f'<col min="{k}" max="{k}" width="{WIDTHS[column]}" customWidth="1"/>'
        for k, column in enumerate(order, start=1)
    )
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    empty = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{SPREADSHEET}">'
        f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData/></worksheet>"
    )
    return _with_rows(empty.encode(), _Place(NAME, "", 0, {}, ()), rows)


def _order(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns of a new plan. An id that looks like a note does not stand first."""
    return COLUMNS if not any(is_note(str(row["id"])) for row in rows) else ("start", "id", "level")


def _with_rows(part: bytes, place: _Place, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The sheet with new rows below its header, in the formats of their cells; notes between them stay."""
    data = DATA.search(part)
    if data is None:
        raise InputError([Defect(place.sheet, "a sheet that has cells; this one is damaged")])
    prefix = data[1].decode()
    found = {int(one[1]): one[0] for one in ROW.finditer(data[2] or b"")}
    kept = {
        number: row
        for number, row in found.items()
        if number <= place.header or (number not in place.old and FILLED.search(row))
    }
    order = _order(rows)
    columns, lines = {column: at for at, column in enumerate(order)}, [dict(zip(order, order, strict=True))]
    if place.header:
        columns, kept[place.header] = _with_headings(kept[place.header], place, prefix)
        lines = []
    free = (number for number in count(place.header + 1) if number not in kept)
    for number, row in zip(free, [*lines, *rows], strict=False):
        styles = dict(STYLED.findall(found.get(number, b"")))
        kept[number] = _row(number, row, columns, styles, prefix).encode()
    body = b"".join(kept[number] for number in sorted(kept))
    new = b"<%ssheetData>%s</%ssheetData>" % (data[1], body, data[1])
    return part[: data.start()] + new + part[data.end() :]


def _with_headings(row: bytes, place: _Place, prefix: str) -> tuple[dict[str, int], bytes]:
    """The columns of a plan, and the header with a heading for each of them."""
    from openpyxl.utils import column_index_from_string

    missing = [column for column in COLUMNS if column not in place.columns]
    first = max(column_index_from_string(one.decode()) - 1 for one, _ in CELL.findall(row)) + 1
    added = {column: first + k for k, column in enumerate(missing)}
    cells = _cells(place.header, {column: column for column in added}, added, {}, prefix).encode()
    end = row.rindex(b"</")
    return {**place.columns, **added}, row[:end] + cells + row[end:]


def _row(
    number: int,
    row: Mapping[str, Any],
    columns: Mapping[str, int],
    styles: Mapping[bytes, bytes],
    prefix: str,
) -> str:
    """A row as XML; its cells have the formats that stood there."""
    return f'<{prefix}row r="{number}">{_cells(number, row, columns, styles, prefix)}</{prefix}row>'


def _cells(
    number: int,
    row: Mapping[str, Any],
    columns: Mapping[str, int],
    styles: Mapping[bytes, bytes],
    prefix: str,
) -> str:
    cells = []
    for column in sorted(columns, key=columns.__getitem__):
        value, reference = row.get(column), f"{letters(columns[column])}{number}"
        style = styles.get(reference.encode())
        head = f'<{prefix}c r="{reference}"' + (f' s="{style.decode()}"' if style else "")
        if isinstance(value, str):
            text = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(value)}</{prefix}t></{prefix}is>'
            cells.append(f'{head} t="inlineStr">{text}</{prefix}c>')
        elif value is not None:
            cells.append(f"{head}><{prefix}v>{value}</{prefix}v></{prefix}c>")
    return "".join(cells)
