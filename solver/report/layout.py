"""Plain text that lines up: widths in terminal cells, tables without frames, wrapped sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from unicodedata import category, east_asian_width

PAGE = 100
WIDEST_CELL = 60
NARROWEST_CELL = 12
INDENT = "  "
GUTTER = "  "

Alignment = Literal["left", "right"]


def width(text: str) -> int:
    """How many terminal cells a text takes: two for a wide character, none for a combining one."""
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def fitted(text: str, cells: int) -> str:
    """A text on one line in at most so many cells, with `…` where it had to be cut."""
    text = " ".join(text.split())
    if width(text) <= cells:
        return text
    kept, used = "", 1
    for character in text:
        used += _cells(character)
        if used > cells:
            break
        kept += character
    return kept + "…"


def padded(text: str, cells: int, alignment: Alignment = "left") -> str:
    """A text filled up with spaces to so many cells."""
    space = " " * (cells - width(text))
    return space + text if alignment == "right" else text + space


def table(header: Sequence[str], rows: Iterable[Sequence[str]], alignments: Sequence[Alignment]) -> list[str]:
    """Lines of a table with aligned columns, no wider than a page.

    Columns that are empty in every row are left out; long texts in columns aligned to the left are cut.
    """
    body = [[fitted(cell, WIDEST_CELL) for cell in row] for row in rows]
    shown = [column for column in range(len(header)) if any(row[column] for row in body)]
    if not shown:
        return []
    lines = [[row[column] for column in shown] for row in (header, *body)]
    sides = [alignments[column] for column in shown]
    widths = _shared_out([max(map(width, column)) for column in zip(*lines, strict=True)], sides)
    return [_line(line, widths, sides) for line in lines]


def numeric(columns: int) -> list[Alignment]:
    """The alignments of a column of words and then columns of numbers."""
    numbers: Alignment = "right"
    return ["left", *[numbers] * columns]


def _shared_out(wanted: list[int], alignments: Sequence[Alignment]) -> list[int]:
    """Column widths that fit on a page: the widest text column gives way first."""
    widths = list(wanted)
    room = PAGE - len(INDENT) - len(GUTTER) * (len(widths) - 1)
    texts = [column for column, alignment in enumerate(alignments) if alignment == "left"]
    while sum(widths) > room and texts:
        widest = max(texts, key=lambda column: widths[column])
        if widths[widest] <= NARROWEST_CELL:
            break
        widths[widest] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], alignments: Sequence[Alignment]) -> str:
    columns = zip(cells, widths, alignments, strict=True)
    aligned = (padded(fitted(text, room), room, alignment) for text, room, alignment in columns)
    return (INDENT + GUTTER.join(aligned)).rstrip()


def paragraph(text: str) -> list[str]:
    """A sentence over as many lines as it needs, the first indented, the others deeper."""
    first, *others = _wrapped(text, PAGE - 2 * len(INDENT))
    return [INDENT + first, *(2 * INDENT + line for line in others)]


def paragraphs(sentences: Iterable[str]) -> list[str]:
    """Sentences below one another."""
    return [line for sentence in sentences for line in paragraph(sentence)]


def entries(facts: Mapping[str, str]) -> list[str]:
    """Facts below one another: names on the left, sentences in a column on the right."""
    names = max(map(width, facts), default=0)
    margin = len(INDENT) + names + len(GUTTER)
    lines = []
    for name, fact in facts.items():
        first, *others = _wrapped(fact, PAGE - margin)
        lines.append(f"{INDENT}{padded(name, names)}{GUTTER}{first}".rstrip())
        lines += [" " * margin + line for line in others]
    return lines


def _wrapped(text: str, cells: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and width(longer) > cells:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def section(title: str, lines: Iterable[str]) -> list[str]:
    """A titled block of lines, or nothing when there are none."""
    body = list(lines)
    return [title, *body] if body else []


def page(*blocks: Sequence[str]) -> str:
    """Blocks of lines as one text, with an empty line between them; empty blocks are left out."""
    return "\n\n".join("\n".join(block) for block in blocks if block)
