"""Plain text on a page: sentences, facts, titled blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from solver.report.cells import padded, page_width, width, wrapped
from solver.report.tables import GUTTER, INDENT

READABLE = 100
"""Sentences take no more than so many cells, however wide the page: the eye loses longer lines."""
NAMES = 0.4
"""How much of the page the names of facts may take."""


def sentence_width() -> int:
    """How many cells a line of a sentence may take."""
    return min(page_width(), READABLE)


def headline(text: str) -> list[str]:
    """A sentence that begins at the margin, over as many lines as it needs."""
    first, *others = wrapped(text, sentence_width() - len(INDENT))
    return [first, *(INDENT + line for line in others)]


def paragraph(text: str) -> list[str]:
    """A sentence over as many lines as it needs, the first indented, the others deeper."""
    first, *others = wrapped(text, sentence_width() - 2 * len(INDENT))
    return [INDENT + first, *(2 * INDENT + line for line in others)]


def paragraphs(sentences: Iterable[str]) -> list[str]:
    """Sentences below one another."""
    return [line for sentence in sentences for line in paragraph(sentence)]


def entries(facts: Mapping[str, str]) -> list[str]:
    """Facts below one another: names on the left, sentences in a column on the right."""
    names = min(max(map(width, facts), default=0), int(NAMES * sentence_width()))
    room = sentence_width() - len(INDENT) - names - len(GUTTER)
    lines = []
    for name, fact in facts.items():
        left, right = wrapped(name, names), wrapped(fact, room)
        height = max(len(left), len(right))
        pairs = zip(left + [""] * (height - len(left)), right + [""] * (height - len(right)), strict=True)
        lines += [f"{INDENT}{padded(part, names)}{GUTTER}{line}".rstrip() for part, line in pairs]
    return lines


def section(title: str, lines: Iterable[str]) -> list[str]:
    """A titled block of lines, or nothing when there are none."""
    body = list(lines)
    return [*headline(title), *body] if body else []


def page(*blocks: Sequence[str]) -> str:
    """Blocks of lines as one text, with an empty line between them; empty blocks are left out."""
    return "\n\n".join("\n".join(block) for block in blocks if block)
