"""Is this file a workbook that can be opened without harm? Asked before a library opens it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from solver.instance.defects import Defect, Findings

MOST_BYTES = 50_000_000
MOST_UNPACKED = 150_000_000
MOST_RATIO = 200
SMALL = 5_000_000
MOST_PARTS = 5000
ENCRYPTED = 0x1
COMPOUND_MARK = b"\xd0\xcf\x11\xe0"
FORMULA = re.compile(rb"<(\w+:)?f[ />]")
PIECE = 1 << 20


def objection(path: Path) -> Defect | None:
    """What keeps a file from being opened as a workbook: not a ZIP file, encrypted, or a ZIP bomb."""
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


def has_formulas(path: Path) -> bool:
    """Whether any sheet has a formula."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if "/worksheets/" in name and name.endswith(".xml")]
        return any(_part_has_formula(archive, name) for name in sheets)


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


def _part_has_formula(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as stream:
        while piece := stream.read(PIECE):
            if FORMULA.search(tail + piece):
                return True
            tail = piece[-64:]
    return False


def refuse(path: Path, findings: Findings) -> None:
    """Raise an InputError when the file is no workbook that can be opened without harm."""
    defect = objection(path)
    if defect is not None:
        findings.add(defect)
        findings.raise_if_any()
