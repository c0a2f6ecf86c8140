"""A page of the manual as plain text: headings, paragraphs, lists, tables and blocks for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, zip_longest

from solver.report.cells import padded, page_width, width, wrapped
from solver.report.printed import READABLE
from solver.report.tables import GUTTER, INDENT

COMMENT = re.compile(r"^<!--.*?-->\n?", re.M)
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
LINK = re.compile(r"!?\[([^\]]+)\]\([^)]+\)")
STRONG = re.compile(r"\*\*(.+?)\*\*")
EMPHASIS = re.compile(r"(?<![\w*\\])\*(\S(?:[^*]*?[^\s\\])?)\*(?![\w*])")
CODE = re.compile(r"`[^`]+`")
CODES_ONLY = re.compile(r"`[^`]+`(, `[^`]+`)*")
ESCAPED = re.compile(r"\\([|*])")
MASK = "\0"
BULLET = "- "
ALIGNMENT_ROW = re.compile(r"[|\-: ]+")
NARROWEST_COLUMN = 8


def plain(markdown: str) -> str:
    """The text of a page without its markup, no wider than the page that is printed on."""
    return "\n\n".join("\n".join(lines) for lines in map(_shown, _blocks(markdown)) if lines)


def _blocks(markdown: str) -> Iterator[str]:
    """What empty lines divide; what stands in a fence is one block with its empty lines."""
    text = COMMENT.sub("", markdown)
    end = 0
    for fence in FENCED.finditer(text):
        yield from _divided(text[end : fence.start()])
        yield fence[0]
        end = fence.end()
    yield from _divided(text[end:])


def _divided(text: str) -> Iterator[str]:
    for filled, lines in groupby(text.splitlines(), key=lambda line: bool(line.strip())):
        if filled:
            yield "\n".join(lines)


def _shown(block: str) -> list[str]:
    return next(show(block) for begins, show in KINDS.items() if block.startswith(begins))


def _code(block: str) -> list[str]:
    return [f"{INDENT}{INDENT}{line}".rstrip() for line in block.splitlines()[1:-1]]


def _heading(block: str) -> list[str]:
    marks, _, title = block.partition(" ")
    lines = wrapped(_unmarked(title), _room())
    underline = "=" if marks == "#" else "-"
    return [*lines, underline * max(map(width, lines))]


def _paragraph(block: str) -> list[str]:
    return wrapped(_unmarked(" ".join(block.split())), _room())


def _list(block: str) -> list[str]:
    items = re.split(r"^- ", block, flags=re.M)[1:]
    return [line for item in items for line in _item(item)]


def _item(text: str) -> list[str]:
    first, *others = _paragraph(text)
    return [BULLET + first, *(INDENT + line for line in others)]


def _table(block: str) -> list[str]:
    rows = [_cells(line) for line in block.splitlines() if not ALIGNMENT_ROW.fullmatch(line)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    room = _room() - len(INDENT) - len(GUTTER) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > NARROWEST_COLUMN:
        widths[widths.index(max(widths))] -= 1
    return [line for row in rows for line in _row(row, widths)]


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    return [cell.replace("`", "") if CODES_ONLY.fullmatch(cell) else _unmarked(cell) for cell in cells]


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    stacks = [wrapped(cell, room) for cell, room in zip(cells, widths, strict=True)]
    for pieces in zip_longest(*stacks, fillvalue=""):
        line = GUTTER.join(padded(piece, room) for piece, room in zip(pieces, widths, strict=True))
        yield (INDENT + line).rstrip()


def _unmarked(text: str) -> str:
    """A text without the marks of links and emphasis; what stands in backticks is left as it is."""
    codes = iter(CODE.findall(text))
    bare = CODE.sub(MASK, LINK.sub(r"\1", text))
    bare = ESCAPED.sub(r"\1", EMPHASIS.sub(r"\1", STRONG.sub(r"\1", bare)))
    return re.sub(MASK, lambda _: next(codes), bare)


def _room() -> int:
    return min(page_width(), READABLE) - len(INDENT)


KINDS: dict[str, Callable[[str], list[str]]] = {
    "```": _code,
    "#": _heading,
    BULLET: _list,
    "|": _table,
    "": _paragraph,
}
