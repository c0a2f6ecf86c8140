"""New values for cells of a sheet, put into its XML so that all else in the workbook stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

CELL = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
ROW = re.compile(rb'<((?:\w+:)?)row\b[^>]*?\br="(\d{1,9})"[^>]*?(?<!/)>')
REFERENCE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
STYLE = re.compile(rb'\bs="\d{1,9}"')
FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
EXCEL_TABLE = re.compile(rb"<(?:\w+:)?tablePart\b")


class NewCell(NamedTuple):
    """What a cell is to hold; without its style where that would make a value of a note."""

    value: Any
    keeps_style: bool = True


def with_cells(part: bytes, cells: Mapping[str, NewCell]) -> tuple[bytes, set[str]]:
    """The XML of a sheet with these cells, and which of them it has now: formulas stay as they are."""
    wanted = {reference.encode(): cell for reference, cell in cells.items()}
    done: set[str] = set()
    seen: set[bytes] = set()

    def changed(found: re.Match[bytes]) -> bytes:
        reference = REFERENCE.search(found[2])
        if reference is None or reference[1] not in wanted:
            return found[0]
        seen.add(reference[1])
        if found[3] is not None and FORMULA.search(found[3]):
            return found[0]
        style = STYLE.search(found[2])
        done.add(reference[1].decode())
        return _cell(found[1], reference[1], wanted[reference[1]], style[0] if style else b"")

    def begun(found: re.Match[bytes]) -> bytes:
        reference = b"A" + found[2]
        if reference not in wanted or reference in seen:
            return found[0]
        done.add(reference.decode())
        return found[0] + _cell(found[1], reference, wanted[reference], b"")

    return ROW.sub(begun, CELL.sub(changed, part)), done


def has_excel_table(part: bytes) -> bool:
    """Whether Excel keeps a second copy of headings of this sheet, which has to agree with them."""
    return EXCEL_TABLE.search(part) is not None


def _cell(prefix: bytes, reference: bytes, cell: NewCell, style: bytes) -> bytes:
    head = b" ".join(
        (b"<" + prefix + b'c r="' + reference + b'"', *([style] if style and cell.keeps_style else []))
    )
    if isinstance(cell.value, str):
        text = escape(cell.value).encode()
        inner = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (prefix, prefix, text, prefix, prefix)
        return head + b' t="inlineStr">' + inner + b"</" + prefix + b"c>"
    value = repr(cell.value).encode()
    return head + b"><%sv>%s</%sv></%sc>" % (prefix, value, prefix, prefix)
