"""Words in pictures: names that fit and can be told apart, titles over as many lines as they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from unicodedata import category

from solver.report.cells import fitted, wrapped

JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Control characters without which some scripts cannot be written; others may turn a whole line around."""
NAME_CELLS = 28
TITLE_CELLS, TITLE_LINES = 82, 3
WORDS_CELLS, WORDS_LINES = 112, 4


def names_of(ids: Iterable[str], labels: Mapping[str, str], cells: int = NAME_CELLS) -> dict[str, str]:
    """How each id is called in a picture: on one line, no two alike.

    >>> names_of(["p1", "p2"], {"p1": "Acme", "p2": "Acme"})
    {'p1': 'Acme', 'p2': 'Acme (p2)'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for id_ in ids:
        name = fitted(legible(labels.get(id_, id_)), cells) or fitted(legible(id_), cells) or "—"
        if name in taken:
            name = f"{fitted(name, cells // 2)} ({fitted(legible(id_), cells // 2)})"
        plain, number = name, 1
        while name in taken:
            number += 1
            name = f"{plain} {number}"
        taken.add(name)
        names[id_] = name
    return names


def legible(text: str) -> str:
    """A text on one line, without characters that only steer others."""
    return " ".join("".join(map(_shown, text)).split())


def title_lines(text: str) -> list[str]:
    """A title over a few lines."""
    return wrapped(fitted(legible(text), TITLE_CELLS * TITLE_LINES), TITLE_CELLS)


def words_lines(text: str) -> list[str]:
    """What stands below a title."""
    return wrapped(fitted(legible(text), WORDS_CELLS * WORDS_LINES), WORDS_CELLS)


def _shown(character: str) -> str:
    kind = category(character)
    if kind == "Cf":
        return character if character in JOINERS else ""
    return " " if kind[0] in "CZ" else character
