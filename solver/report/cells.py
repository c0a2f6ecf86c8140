"""Text in terminal cells: how wide it is, cut, padded or wrapped; and how wide the page is.

The page is the terminal for a command and PIPED cells wide for everybody else, unless `printed_on` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal
from unicodedata import category, east_asian_width

PIPED = 80
HELD = "\N{NO-BREAK SPACE}"
BETWEEN_WORDS = re.compile(rf"[^\S{HELD}]+")
NARROWEST_PAGE = 40

Alignment = Literal["left", "right"]

_page: ContextVar[int] = ContextVar("page", default=PIPED)


@contextmanager
def printed_on(columns: int) -> Iterator[None]:
    """Within the block everything is laid out for a page of so many cells, but not for less than 40."""
    before = _page.set(max(columns, NARROWEST_PAGE))
    try:
        yield
    finally:
        _page.reset(before)


def page_width() -> int:
    """How many cells a line may take."""
    return _page.get()


def width(text: str) -> int:
    """How many terminal cells a text takes: two for a wide character, none for a combining one."""
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def fitted(text: str, cells: int) -> str:
    """A text on one line in at most so many cells, with `…` where it had to be cut."""
    text = " ".join(text.split())
    return text if width(text) <= cells else _beginning(text, cells - 1) + "…"


def padded(text: str, cells: int, alignment: Alignment = "left") -> str:
    """A text filled up with spaces to so many cells."""
    space = " " * (cells - width(text))
    return space + text if alignment == "right" else text + space


def unbroken(text: str) -> str:
    """A text that `wrapped` keeps on one line where it fits, so that it can be copied."""
    return text.replace(" ", HELD)


def wrapped(text: str, cells: int) -> list[str]:
    """A text on as many lines as it needs, broken between words, or within words longer than a line."""
    lines = [""]
    for word in BETWEEN_WORDS.split(text.strip()):
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer) <= cells:
            lines[-1] = longer
            continue
        pieces = wrapped(word.replace(HELD, " "), cells) if HELD in word else _pieces(word, cells)
        lines[-1:] = [line for line in (lines[-1], *pieces) if line]
    return [line.replace(HELD, " ") for line in lines]


def longest_word(text: str) -> int:
    """How many cells the longest word of a text takes."""
    return max(map(width, BETWEEN_WORDS.split(text)), default=0)


def _pieces(word: str, cells: int) -> Iterator[str]:
    while word:
        piece = _beginning(word, cells) or word[0]
        yield piece
        word = word[len(piece) :]


def _beginning(text: str, cells: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += _cells(character)
        if used > cells:
            return text[:position]
    return text
