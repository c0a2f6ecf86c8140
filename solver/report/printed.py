"""A report as plain text on a page of any width."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from solver.report.blocks import Block, Facts, Figure, Report, Section, Table, Text
from solver.report.cells import padded, page_width, width, wrapped
from solver.report.tables import GUTTER, INDENT, table_lines
from solver.report.words import explained

READABLE = 100
"""Sentences take no more than so many cells, however wide the page: the eye loses longer lines."""
NAMES = 0.4
"""How much of the page the names of facts may take."""


def printed(report: Report) -> str:
    """The whole report, no wider than the page, every technical word in it explained once."""
    parts = [headline(report.title), *(list(section_lines(one)) for one in explained(report).sections)]
    return "\n\n".join("\n".join(lines) for lines in parts)


def headline(text: str) -> list[str]:
    """A sentence that begins at the margin, over as many lines as it needs."""
    first, *others = wrapped(text, sentence_width() - len(INDENT))
    return [first, *(INDENT + line for line in others)]


def sentence_width() -> int:
    """How many cells a line of a sentence may take."""
    return min(page_width(), READABLE)


def section_lines(section: Section) -> Iterator[str]:
    """The lines of a section, its title first."""
    if section.title:
        yield from headline(section.title)
    for block in section.blocks:
        yield from lines_of(block)


def lines_of(block: Block) -> list[str]:
    """The lines of a block."""
    show: Callable[[Any], list[str]] = SHOWN[type(block)]
    return show(block)


def _text(block: Text) -> list[str]:
    return [line for sentence in block.sentences for line in _paragraph(sentence)]


def _paragraph(sentence: str) -> list[str]:
    """A sentence over as many lines as it needs, the first indented, the others deeper."""
    first, *others = wrapped(sentence, sentence_width() - 2 * len(INDENT))
    return [INDENT + first, *(2 * INDENT + line for line in others)]


def _facts(block: Facts) -> list[str]:
    """Facts below one another: names on the left, sentences in a column on the right."""
    names = min(max(map(width, block.facts), default=0), int(NAMES * sentence_width()))
    room = sentence_width() - len(INDENT) - names - len(GUTTER)
    lines = []
    for name, fact in block.facts.items():
        left, right = wrapped(name, names), wrapped(fact, room)
        height = max(len(left), len(right))
        pairs = zip(left + [""] * (height - len(left)), right + [""] * (height - len(right)), strict=True)
        lines += [f"{INDENT}{padded(part, names)}{GUTTER}{line}".rstrip() for part, line in pairs]
    return lines


def _figure(block: Figure) -> list[str]:
    return _paragraph(block.title)


SHOWN: Mapping[type, Callable[[Any], list[str]]] = {
    Text: _text,
    Facts: _facts,
    Table: table_lines,
    Figure: _figure,
}
