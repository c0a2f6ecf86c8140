"""A defect of the input: where it is, what stands there, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Any

from solver.errors import InputError

MOST_PER_PLACE = 1000
MOST_NAMES_COMPARED = 2000


@dataclass(frozen=True)
class Defect:
    """One thing that is wrong with the input, said so that a planner can mend it.

    `place` is a table or file, `row` counts from 1 without the header (None: the whole table).
    """

    place: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: Any = None

    def __str__(self) -> str:
        where = self.place
        if self.row is not None:
            where += f", row {self.row}"
        if self.column is not None:
            where += f", column {self.column}"
        found = "" if self.value is None else f": found {_shown(self.value)}"
        return f"{where}{found}: {self.remedy}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "place": self.place,
            "row": self.row,
            "column": self.column,
            "value": _plain(self.value),
            "remedy": self.remedy,
        }


class Findings:
    """The defects found so far; of one place at most MOST_PER_PLACE are kept and the rest counted."""

    def __init__(self) -> None:
        self._kept: list[Defect] = []
        self._count: dict[str, int] = {}

    def add(self, *defects: Defect) -> None:
        """Keep these defects."""
        self.extend(defects)

    def extend(self, defects: Iterable[Defect]) -> None:
        """Keep all of these defects."""
        for defect in defects:
            if not self.full(defect.place):
                self._kept.append(defect)
            self.count(defect.place, 1)

    def full(self, place: str) -> bool:
        """Whether further defects of this place are only counted."""
        return self._count.get(place, 0) >= MOST_PER_PLACE

    def count(self, place: str, number: int) -> None:
        """Count defects of a place without describing them."""
        self._count[place] = self._count.get(place, 0) + number

    def all(self) -> list[Defect]:
        """The defects kept, and for every place with more a line that says how many."""
        uncounted = [
            Defect(place, f"and {count - MOST_PER_PLACE} more defects in this place")
            for place, count in self._count.items()
            if count > MOST_PER_PLACE
        ]
        return [*self._kept, *uncounted]

    def raise_if_any(self) -> None:
        """Raise an InputError with every defect, if there is one."""
        if self._kept:
            raise InputError(self.all())


@contextmanager
def judged(place: str) -> Iterator[None]:
    """Within the block, a ValueError that says what is wrong becomes an InputError about this place."""
    try:
        yield
    except ValueError as error:
        raise InputError([Defect(place, str(error))]) from None


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` when a known name is close, else an empty string."""
    names = list(known)
    if len(names) > MOST_NAMES_COMPARED:
        return ""
    by_folded = {candidate.casefold(): candidate for candidate in names}
    folded = name.strip().casefold()
    if folded in by_folded:
        return f"; did you mean {by_folded[folded]}?"
    close = get_close_matches(folded, list(by_folded), n=1, cutoff=0.6)
    return f"; did you mean {by_folded[close[0]]}?" if close else ""


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _plain(value: Any) -> str | int | float | None:
    if value is None or (isinstance(value, str) and len(value) <= 60):
        return value
    if isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    return _shown(value)
