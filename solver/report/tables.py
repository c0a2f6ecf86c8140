"""Tables whose columns line up, on a page of any width.

What does not fit is wrapped within its cell, headers first, then texts; where even that is too wide the
columns go into several blocks, each with the first column again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from solver.report.blocks import Column, Table
from solver.report.cells import HELD, Alignment, fitted, longest_word, padded, page_width, width, wrapped

BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|s\b)")
INDENT = "  "
GUTTER = "  "
MOST_LINES = 8
"""How many lines one cell below the header may take before its text is cut."""
NARROWEST_TEXT = 16
LONGEST_WHOLE = 30
"""No word of a text that is at most so long is broken to save room: ids are copied."""
NARROWEST_HEADER = 12
NARROWEST = 2
"""No column can do with less: a wide character takes so many cells."""
WIDEST_SHARE = 0.6
"""How much of the page one text may take before it is wrapped."""


def table_lines(table: Table) -> list[str]:
    """Lines of a table with aligned columns, no wider than the page."""
    columns = [_spaced(column) for column in table.columns]
    return [line for block in _blocks(columns) for line in _lines(block)]


def _spaced(column: Column) -> Column:
    """The same with single spaces, and with what is counted on the line of its number."""
    texts = (" ".join(text.split()) for text in (column.header, *column.cells))
    header, *cells = (BEFORE_UNIT.sub(HELD, text) for text in texts)
    return Column(header, tuple(cells), column.alignment)


def _widths(column: Column) -> tuple[int, int, int]:
    """What a column would like to have; what suffices for all but its header; the least it can do with."""
    header = min(longest_word(column.header), NARROWEST_HEADER)
    body = max(map(width, column.cells))
    if column.alignment == "left":
        body = min(body, int(WIDEST_SHARE * page_width()))
        whole = min(max(map(longest_word, column.cells)), LONGEST_WHOLE)
        least = max(header, min(body, max(NARROWEST_TEXT, whole)))
    else:
        least = max(header, *map(longest_word, column.cells))
    snug = max(header, body)
    return max(snug, width(column.header)), snug, least


def _room(columns: int) -> int:
    """What a page leaves to the cells of so many columns."""
    return page_width() - len(INDENT) - len(GUTTER) * (columns - 1)


def _blocks(columns: list[Column]) -> list[list[Column]]:
    """The columns in as few groups as fit on the page, each with the first column."""
    if not columns:
        return []
    first, *others = columns
    blocks = [[first]]
    for column in others:
        if len(blocks[-1]) > 1 and not _fits([*blocks[-1], column]):
            blocks.append([first])
        blocks[-1].append(column)
    return blocks


def _fits(columns: list[Column]) -> bool:
    return sum(_widths(column)[-1] for column in columns) <= _room(len(columns))


def _lines(columns: list[Column]) -> list[str]:
    widths = _shared_out(columns)
    rows = zip(*(column.cells for column in columns), strict=True)
    header = [wrapped(column.header, room) for column, room in zip(columns, widths, strict=True)]
    return [
        *(_stacked(header, widths, columns) if any(column.header for column in columns) else ()),
        *(line for row in rows for line in _row(row, widths, columns)),
    ]


def _shared_out(columns: list[Column]) -> list[int]:
    """Column widths that fit on the page: headers give way first, then texts, the widest first."""
    room = _room(len(columns))
    wishes = zip(*map(_widths, columns), strict=True)
    widths = list(next(wishes))
    for less in wishes:
        _narrow(widths, less, room)
    _narrow(widths, [NARROWEST] * len(columns), room)
    return widths


def _narrow(widths: list[int], least: Sequence[int], room: int) -> None:
    """Take from the widest column that still may give, until they fit or none may."""
    while sum(widths) > room:
        giving = [place for place, cells in enumerate(widths) if cells > least[place]]
        if not giving:
            return
        widths[max(giving, key=widths.__getitem__)] -= 1


def _row(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> list[str]:
    """One row on as many lines as its cells need."""
    stacks = [_stack(cell, room) for cell, room in zip(cells, widths, strict=True)]
    return _stacked(stacks, widths, columns)


def _stacked(stacks: Sequence[list[str]], widths: Sequence[int], columns: Sequence[Column]) -> list[str]:
    sides = [column.alignment for column in columns]
    return [_line(pieces, widths, sides) for pieces in zip_longest(*stacks, fillvalue="")]


def _line(pieces: Sequence[str], widths: Sequence[int], sides: Sequence[Alignment]) -> str:
    aligned = (padded(*piece) for piece in zip(pieces, widths, sides, strict=True))
    return (INDENT + GUTTER.join(aligned)).rstrip()


def _stack(text: str, cells: int) -> list[str]:
    lines = wrapped(text, cells)
    if len(lines) <= MOST_LINES:
        return lines
    kept = lines[: MOST_LINES - 1]
    return [*kept, fitted(" ".join(lines[len(kept) :]), cells)]
