"""Is this file a workbook that can be opened without harm? Asked before a library opens it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from solver.errors import InputError
from solver.instance.defects import Defect

MOST_BYTES = 50_000_000
MOST_UNPACKED = 150_000_000
MOST_RATIO = 200
SMALL = 5_000_000
MOST_PARTS = 5000
ENCRYPTED = 0x1
COMPOUND_MARK = b"\xd0\xcf\x11\xe0"
FORMULA = re.compile(rb"<(\w+:)?f[ />]")
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,9})"[^>]*>')
COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
BOUND = re.compile(rb'\b(min|max)="(\d{1,9})"')
HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
MOST_COLUMNS = 16_384


def refuse_what_is_no_workbook(path: Path) -> None:
    """Raise InputError where it is unsafe to open a file: no ZIP file, encrypted, or a ZIP bomb."""
    defect = _objection(path)
    if defect is not None:
        raise InputError([defect])


def _objection(path: Path) -> Defect | None:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            text = f"a workbook of at most {MOST_BYTES // 1_000_000} MB, not {size // 1_000_000} MB"
            return Defect(path.name, text)
        with path.open("rb") as stream:
            if stream.read(4) == COMPOUND_MARK:
                text = "an .xlsx workbook without password; this one is encrypted or in the old .xls format"
                return Defect(path.name, text)
        with zipfile.ZipFile(path) as archive:
            return _archive_objection(path.name, size, archive.infolist())
    except zipfile.BadZipFile:
        return Defect(path.name, "an Excel workbook (.xlsx); this file is damaged or something else")
    except OSError as error:
        return Defect(path.name, f"a file that can be read ({error.strerror or error})")


class SheetFacts(NamedTuple):
    """What a sheet's file says beside the cells: formulas, merged cells, hidden rows and columns."""

    has_formulas: bool
    merged: tuple[str, ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]


def sheet_facts(path: Path) -> dict[str, SheetFacts]:
    """The facts about every sheet by the name of its part."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if "/worksheets/" in name and name.endswith(".xml")]
        return {name: _facts(archive.read(name)) for name in sheets}


def _archive_objection(name: str, size: int, parts: list[zipfile.ZipInfo]) -> Defect | None:
    if any(part.flag_bits & ENCRYPTED for part in parts):
        return Defect(name, "a workbook without password; this one is encrypted")
    unpacked = sum(part.file_size for part in parts)
    suspicious = unpacked > SMALL and unpacked > MOST_RATIO * size
    if unpacked > MOST_UNPACKED or suspicious or len(parts) > MOST_PARTS:
        text = f"a smaller workbook; this one unpacks to {unpacked // 1_000_000} MB in {len(parts)} parts"
        return Defect(name, text)
    if not any(part.filename.endswith("workbook.xml") for part in parts):
        return Defect(name, "an Excel workbook (.xlsx); this is some other ZIP file")
    return None


def _facts(part: bytes) -> SheetFacts:
    rows = (int(row[1]) for row in ROW.finditer(part) if HIDDEN.search(row[0]))
    columns: list[int] = []
    for column in COLUMN.finditer(part):
        bounds = dict(BOUND.findall(column[0]))
        if HIDDEN.search(column[0]) and {b"min", b"max"} <= set(bounds):
            columns.extend(range(int(bounds[b"min"]), min(int(bounds[b"max"]), MOST_COLUMNS) + 1))
    merged = tuple(found[1].decode() for found in MERGED.finditer(part))
    return SheetFacts(FORMULA.search(part) is not None, merged, tuple(rows), tuple(columns))
