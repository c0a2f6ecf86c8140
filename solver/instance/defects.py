"""A defect of the input: where it is, what stands there, and what would be right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

from solver.errors import InputError
from solver.instance.invisible import visible
from solver.shapes import Shaped, as_named

if TYPE_CHECKING:
    from solver.instance.places import Places

MOST_PER_PLACE = 1000
MOST_DESCRIBED = 20_000
MOST_PLACES_SHOWN = 5
MOST_SHOWN = 80
MOST_NAMES_COMPARED = 2000
HINTED_NUMBER = re.compile(r"write [-+0-9.,e]+")


@dataclass(frozen=True)
class Defect(Shaped):
    """One thing that is wrong with the input, said so that a planner can mend it.

    `place` is a table, section or file, `row` counts from 1 without the header (None: the whole table).
    `where` is the same in the words of the planner's own file, e.g. `sheet partners, cell E3`. What is
    wrong in the same way `count` times is one defect; `places` are the first five.
    """

    place: str
    remedy: Annotated[str, "What would be right."]
    row: int | None = None
    column: Annotated[str | None, "The column or key."] = None
    value: Any = None
    count: int = 1
    where: str = field(default="", compare=False)
    places: tuple[str, ...] = field(default=(), compare=False)

    KEYS = as_named("place", "row", "column", "value", "remedy", "where", "places", "count") | {
        "value": "found",
        "where": "whereabouts",
        "places": "all_places",
    }

    def __str__(self) -> str:
        found = "" if self.value is None else f": found {shown(self.value)}"
        return f"{self.whereabouts}{found}: {self.remedy}{self._repeated()}"

    @property
    def found(self) -> str | int | float | bool | None:
        """The value as JSON has it."""
        return _plain(self.value)

    @property
    def whereabouts(self) -> str:
        """The place in the words of the planner's own file, as far as they are known."""
        return self.where or self._logical_place()

    @property
    def all_places(self) -> tuple[str, ...]:
        """The first five places that are wrong in the same way."""
        return self.places or (self.whereabouts,)

    def _logical_place(self) -> str:
        row = [] if self.row is None else [f"row {self.row}"]
        column = [] if self.column is None else [f"column {self.column}"]
        return ", ".join([self.place, *row, *column])

    def _repeated(self) -> str:
        if self.count == 1:
            return ""
        others = list(self.places[1:])
        if self.count > len(self.places):
            others.append(f"{self.count - len(self.places):,} more places")
        return f" (the same in {'; '.join(others)})"


class Findings:
    """The defects found so far, what is wrong in the same way more than once kept as one.

    Of one place at most MOST_PER_PLACE are kept and the rest counted. `places` says where the tables and
    sections stand in the planner's files, `remarks` what the reader took for something else than it is.
    """

    def __init__(self) -> None:
        self._remarks: dict[str, list[str]] = {}
        self.places: dict[str, Places] = {}
        self._kept: dict[tuple[str, str | None, str], list[Defect]] = {}
        self._times: Counter[tuple[str, str | None, str]] = Counter()
        self._kinds: Counter[str] = Counter()
        self._count: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def add(self, *defects: Defect) -> None:
        """Keep these defects."""
        self.extend(defects)

    def extend(self, defects: Iterable[Defect]) -> None:
        """Keep all of these defects."""
        for defect in defects:
            self._keep(defect)

    @property
    def remarks(self) -> list[str]:
        """The remarks as sentences, those that say the same of several places as one."""
        said = self._remarks.items()
        return [f"{some(places)}: {sentence}" if places else sentence for sentence, places in said]

    def remark(self, sentence: str, place: str = "") -> None:
        """Keep what is no defect and still worth knowing of a place, in words for the planner."""
        self._remarks.setdefault(sentence, []).extend([place] if place else [])

    def full(self, place: str) -> bool:
        """Whether further defects of this place are only counted."""
        return self._count[place] >= MOST_DESCRIBED

    def count(self, place: str, number: int) -> None:
        """Count defects of a place without describing them."""
        self._count[place] += number
        self._left_out[place] += number

    def where(self, place: str, row: int | None = None, column: str | None = None) -> str:
        """The place in the words of the planner's file, where that is known."""
        if place in self.places:
            return self.places[place].where(row, column)
        return Defect(place, "", row, column)._logical_place()

    def all(self) -> list[Defect]:
        """The defects kept, and for every place with more a line that says how many."""
        kept = [self._one(key, same) for key, same in self._kept.items()]
        uncounted = [
            Defect(place, f"and {count} more defects in this place", count=count, where=self.where(place))
            for place, count in self._left_out.items()
        ]
        return [*kept, *uncounted]

    def raise_if_any(self) -> None:
        """Raise an InputError with every defect, if there is one."""
        if self._kept:
            raise InputError(self.all())

    def _keep(self, defect: Defect) -> None:
        place = defect.place
        key = (place, defect.column, HINTED_NUMBER.sub("write", defect.remedy))
        if key not in self._kept and self._kinds[place] >= MOST_PER_PLACE:
            self.count(place, 1)
            return
        self._kinds[place] += key not in self._kept
        same = self._kept.setdefault(key, [])
        if len(same) < MOST_PLACES_SHOWN:
            same.append(defect)
        self._times[key] += 1
        self._count[place] += 1

    def _one(self, key: tuple[str, str | None, str], same: list[Defect]) -> Defect:
        places = tuple(self._where(defect) for defect in same)
        return replace(same[0], count=self._times[key], where=places[0], places=places)

    def _where(self, defect: Defect) -> str:
        return defect.where or self.where(defect.place, defect.row, defect.column)


@contextmanager
def judged(place: str) -> Iterator[None]:
    """Within the block, a ValueError that says what is wrong becomes an InputError about this place."""
    try:
        yield
    except ValueError as error:
        raise InputError([Defect(place, str(error))]) from None


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:MOST_PLACES_SHOWN])
    return shown if len(names) <= MOST_PLACES_SHOWN else f"{shown} and {len(names) - MOST_PLACES_SHOWN} more"


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


def shown(value: Any) -> str:
    """A value as it is shown to people: in quotation marks, with what nobody sees made visible, and cut."""
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    return _cut(repr(visible(value)) if isinstance(value, str) else str(value))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 3] + "..."


def _plain(value: Any) -> str | int | float | bool | None:
    if isinstance(value, str):
        return _cut(visible(value))
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    return shown(value)
