"""Headings, keys and names of tables as people write them, and where among the lines the header is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from solver.instance.defects import Defect, Findings
from solver.instance.fields import Row
from solver.instance.invisible import is_clean, objection

NOTE_MARKS = ("#", "_")
NOTES_LEFT_OUT = "{} with cells that begin with # or _ are notes and left out."
MOST_LINES_ABOVE = 30


class Header(NamedTuple):
    """Which line is the header, and the column that each of its cells names; empty where none does."""

    position: int
    columns: list[str]


def is_note(name: str) -> bool:
    """Whether a line, column, key, sheet or file with this beginning is the planner's own note."""
    return name.startswith(NOTE_MARKS)


def meant(name: str, known: Iterable[str]) -> str | None:
    """The one known name that differs from this one in capitals, blanks and underscores at most."""
    return all_meant([name], known)[name]


def all_meant(names: Iterable[str], known: Iterable[str]) -> dict[str, str | None]:
    """For each name the known one that it means, None where none or several are alike."""
    exact = set(known)
    alike: dict[str, list[str]] = {}
    for candidate in exact:
        alike.setdefault(_folded(candidate), []).append(candidate)

    def one(name: str) -> str | None:
        found = [name] if name in exact else alike.get(_folded(name), [])
        return found[0] if len(found) == 1 else None

    return {name: one(name) for name in names}


def header_of(
    place: str, model: type[Row], lines: Sequence[tuple[int, Sequence[str]]], word: str, findings: Findings
) -> Header | None:
    """The header among the first numbered lines of a table; None after adding to the findings.

    `word` is what a line is called in this kind of file: row or line.
    """
    position = likely_header(lines, model)
    number, cells = lines[position]
    if position > 0:
        above = [line for line, _ in lines[:position]]
        if any(sum(bool(cell.strip()) for cell in texts) > 1 for _, texts in lines[:position]):
            text = f"the header in the first {word}; it seems to be in {word} {number}: delete what is above"
            findings.add(Defect(place, f"{text} it, or begin it with #", where=f"{place}, {word} {above[0]}"))
            return None
        findings.remark(
            f"{place}: what is above {word} {number} is taken for a title, {word} {number} for the header."
        )
    return Header(position, _columns(place, model, cells, f"{word} {number}", findings))


def _columns(place: str, model: type[Row], cells: Sequence[str], line: str, findings: Findings) -> list[str]:
    columns: list[str] = []
    renamed = []
    known = all_meant(cells, model.model_fields)
    for cell in cells:
        column = known[cell] or cell
        if column in columns and column.strip():
            text = "this column once; it stands there twice"
            findings.add(Defect(place, text, column=cell, where=f"{place}, {line}, column {column}"))
        elif not is_clean(cell.strip()) and column == cell:
            findings.add(Defect(place, objection(cell.strip()), value=cell, where=f"{place}, {line}"))
        elif column != cell:
            renamed.append(f"“{' '.join(cell.split())}” as {column}")
        columns.append(column.strip() if column == cell else column)
    if renamed:
        findings.remark(f"{place}: the headings are read {', '.join(renamed)}.")
    return columns


def likely_header(lines: Sequence[tuple[int, Sequence[str]]], model: type[Row]) -> int:
    """The line with most known headings, the first of several; a later one must have all that is required."""
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    best, most = 0, known_headings(lines[0][1], model)
    for position, (_, cells) in enumerate(lines[1:MOST_LINES_ABOVE], start=1):
        known = known_headings(cells, model)
        if len(known) > len(most) and (required <= known or len(known) > 1):
            best, most = position, known
    return best


def known_headings(cells: Iterable[str], model: type[Row]) -> set[str]:
    """The columns of a table that these cells name."""
    return {column for column in all_meant(cells, model.model_fields).values() if column}


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return "".join(normalize("NFKC", name).casefold().replace("_", " ").split())
