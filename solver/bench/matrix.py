"""The matrix of a comparison, as a planner writes it in TOML: strategies × instances × seeds × seconds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError, model_validator

from solver.bench.sources import Built, Carried, Drawn, Published, Source
from solver.bench.tasks import Entrant, Task
from solver.errors import InputError
from solver.instance.defects import Defect, nearest
from solver.instance.fields import Row
from solver.instance.generator.recipe import RANGES, Recipe
from solver.instance.libraries import FORMATS

Listed = tuple[str, ...]
Spread = int | float | tuple[int | float, ...]
ONE_ORIGIN = "exactly one of path, generate, build and file"
EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "name": "text",
        "strategies": 'a list of strategies, one at least, such as ["exact", "greedy"]',
        "seeds": "a list of whole numbers",
        "seconds": "a list of numbers",
        "gap": "a number that is at least 0",
        "threads": "a whole number that is at least 1",
        "instances": "blocks [[instances]], one at least",
        "path": "a path, or a list of paths",
        "generate": "fields of a recipe, each a number or a list of numbers",
        "build": "a function, written module:function",
        "arguments": "names of arguments, each with a number or a list of numbers",
        "file": "the name of a file, or a list of them",
        "format": f"one of {', '.join(FORMATS)}",
        "index": 'a number, a list of numbers, or a range such as "1-30"',
        "ratio": "a number, or a list of numbers",
        "set": "a list of names",
    }
)
"""What every key of a matrix is to be."""


class Instances(Row):
    """A block `[[instances]]`: where they come from, and what of the matrix is different for them."""

    path: str | Listed = ()
    generate: dict[str, Spread] | None = None
    build: str = ""
    arguments: dict[str, Spread] = Field(default_factory=dict)
    file: str | Listed = ()
    format: str | None = None
    index: int | tuple[int, ...] | str | None = None
    ratio: float | tuple[float, ...] | None = None
    set: Listed = ()
    name: str = ""
    strategies: Listed | None = None
    seeds: tuple[int, ...] | None = None
    seconds: tuple[float, ...] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Instances:
        given = [bool(self.path), self.generate is not None, bool(self.build), bool(self.file)]
        if sum(given) != 1:
            raise ValueError(ONE_ORIGIN)
        return self


class Document(Row):
    """A whole matrix file."""

    name: str = ""
    strategies: Listed = Field(min_length=1)
    seeds: tuple[int, ...] = (7,)
    seconds: tuple[float, ...] = (60.0,)
    gap: float = Field(1e-6, ge=0)
    threads: int = Field(1, ge=1)
    instances: tuple[Instances, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Matrix:
    """A comparison that can be run: its name, and every row of it."""

    name: str
    tasks: tuple[Task, ...]

    def only(self, words: Iterable[str]) -> Matrix:
        """The rows in whose name one of the words stands; all where no word is given.

        Raises InputError for a word that stands in none.
        """
        wanted = list(words)
        strange = [word for word in wanted if not any(word in str(task) for task in self.tasks)]
        if strange:
            raise InputError(
                [Defect("--only", "a word in the name of a row", value=word) for word in strange]
            )
        kept = (task for task in self.tasks if not wanted or any(word in str(task) for word in wanted))
        return replace(self, tasks=tuple(kept))

    def limited(self, seconds: float | None) -> Matrix:
        """The same with another limit for every row; None leaves the limits as they are."""
        if seconds is None:
            return self
        tasks = (replace(task, seconds=seconds) for task in self.tasks)
        return replace(self, tasks=tuple(dict.fromkeys(tasks)))


def read_matrix(path: Path, entrants: Mapping[str, Entrant], data: Path | None) -> Matrix:
    """Read a matrix; `entrants` are the strategies known by name, others are written `module:function`.

    Paths in it are meant from the file's folder, files of libraries from the data folder. Raises InputError
    with every defect.
    """
    document = _document(path)
    reader = _Reader(path, document, entrants, data)
    tasks = tuple(dict.fromkeys(reader.tasks()))
    defects = [*dict.fromkeys(reader.defects), *_namesakes(path.name, tasks)]
    if defects:
        raise InputError(defects)
    return Matrix(document.name or path.stem, tasks)


def _namesakes(place: str, tasks: Iterable[Task]) -> Iterator[Defect]:
    """Different instances of one name, which no table could tell apart."""
    named: dict[str, set[Source]] = {}
    for task in tasks:
        named.setdefault(task.source.name, set()).add(task.source)
    for name, sources in named.items():
        if len(sources) > 1:
            remedy = f"a `name` for each of the {len(sources)} blocks whose instances are called like this"
            yield Defect(f"{place}, instances", remedy, column="name", value=name)


def _document(path: Path) -> Document:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError([Defect(str(path), f"a matrix that can be read ({error.strerror})")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError([Defect(path.name, f"TOML in UTF-8; {error}")]) from None
    try:
        return Document.model_validate(content)
    except ValidationError as error:
        # A list none of whose items is right is called too short as well.
        wrong = (found for found in error.errors() if not (found["type"] == "too_short" and found["input"]))
        defects = dict.fromkeys(_defect(path.name, found) for found in wrong)
        raise InputError([*defects]) from None


def _defect(place: str, found: Any) -> Defect:
    """One defect in the matrix's own words: the block counted from 1, and the nearest key there is."""
    where = list(found["loc"])
    row = where.pop(1) + 1 if len(where) > 1 and where[0] == "instances" else None
    keys = where if row is None else where[1:]
    column = str(keys[0]) if keys else None
    value = found["input"] if isinstance(found["input"], str | int | float | bool) else None
    return Defect(
        f"{place}, instances" if row else place, _remedy(found["type"], column, row), row, column, value
    )


def _remedy(kind: str, column: str | None, row: int | None) -> str:
    if column is None:
        return ONE_ORIGIN if kind == "value_error" else "a block of keys and values"
    if kind == "extra_forbidden":
        return f"a key that is known{nearest(column, (Document if row is None else Instances).model_fields)}"
    return f"a value is needed: {EXPECTED[column]}" if kind == "missing" else EXPECTED[column]


class _Reader:
    """Turns a document into tasks and notes everything in it that cannot be."""

    def __init__(
        self, path: Path, document: Document, entrants: Mapping[str, Entrant], data: Path | None
    ) -> None:
        self.path = path
        self.document = document
        self.entrants = entrants
        self.data = data
        self.defects: list[Defect] = []

    def tasks(self) -> Iterator[Task]:
        """Every row: instance by instance, so that a comparison that is cut short compares something."""
        everyone = self._entrants(self.document.strategies, None)
        for number, block in enumerate(self.document.instances, start=1):
            own = block.strategies
            entrants = everyone if own is None else self._entrants(own, number)
            seeds = self._checked(block.seeds or self.document.seeds, "seeds", number, 0, 2**31 - 1)
            seconds = self._checked(block.seconds or self.document.seconds, "seconds", number, 0, 10**7)
            for source in self._sources(block, number):
                for limit, seed, entrant in product(seconds, seeds, entrants):
                    yield Task(
                        suite=self.document.name or self.path.stem,
                        entrant=entrant,
                        source=source,
                        seed=int(seed),
                        seconds=float(limit),
                        gap=self.document.gap,
                        threads=self.document.threads,
                    )

    def _entrants(self, names: Iterable[str], block: int | None) -> list[Entrant]:
        found = []
        for name in names:
            if name in self.entrants:
                found.append(self.entrants[name])
            elif ":" in name:
                found.append(Entrant(name, name))
            else:
                hint = nearest(name, self.entrants)
                self._wrong(block, "strategies", name, f"a known strategy, or module:function{hint}")
        return found

    def _checked(
        self, numbers: Iterable[float], column: str, block: int, least: float, most: float
    ) -> list[float]:
        for number in numbers:
            if not least <= number <= most:
                self._wrong(block, column, number, f"a number from {least:g} to {most:.10g}")
        return list(numbers)

    def _sources(self, block: Instances, number: int) -> Iterator[Source]:
        if block.path:
            for path in _each(block.path):
                yield self._carried(block, path, number)
        elif block.generate is not None:
            yield from self._drawn(block, number)
        elif block.build:
            yield from self._built(block, number)
        else:
            yield from self._published(block, number)

    def _carried(self, block: Instances, path: str, number: int) -> Carried:
        location = (self.path.parent / path).resolve()
        if not location.exists():
            self._wrong(number, "path", path, "a folder, workbook or JSON file that exists")
        return Carried(location, block.set, block.name)

    def _drawn(self, block: Instances, number: int) -> Iterator[Drawn]:
        spread = block.generate or {}
        unknown = [key for key in spread if key not in RANGES]
        for key in unknown:
            self._wrong(number, f"generate.{key}", None, f"a field of a recipe{nearest(key, RANGES)}")
        if unknown:
            return
        for recipe in _grid(spread):
            try:
                Recipe(**recipe)
            except InputError as error:
                for defect in error.defects:
                    self._wrong(number, f"generate.{defect.column}", defect.value, defect.remedy)
            yield Drawn(tuple(recipe.items()), block.set, block.name)

    def _built(self, block: Instances, number: int) -> Iterator[Built]:
        if ":" not in block.build:
            self._wrong(number, "build", block.build, "a function, written module:function")
        for arguments in _grid(block.arguments):
            yield Built(block.build, tuple(arguments.items()), block.set, block.name)

    def _published(self, block: Instances, number: int) -> Iterator[Published]:
        format_ = block.format or ""
        if format_ not in FORMATS:
            hint = nearest(format_, FORMATS)
            self._wrong(number, "format", block.format, f"one of {', '.join(FORMATS)}{hint}")
        indices = self._indices(block.index, number)
        for file, index, ratio in product(_each(block.file), indices, _each(block.ratio)):
            yield Published(file, format_, index, ratio, block.set, block.name, self.data)

    def _indices(self, wanted: Any, number: int) -> list[int | None]:
        """The indices of `3`, `[1, 3]` or `"1-30"`; one None where none is given."""
        if not isinstance(wanted, str):
            return _each(wanted)
        first, _, last = wanted.partition("-")
        if not (first.isdecimal() and last.isdecimal()) or not 1 <= int(first) <= int(last):
            self._wrong(number, "index", wanted, 'a number, a list of numbers, or a range such as "1-30"')
            return []
        return list(range(int(first), int(last) + 1))

    def _wrong(self, block: int | None, column: str, value: Any, remedy: str) -> None:
        place = self.path.name if block is None else f"{self.path.name}, instances"
        self.defects.append(Defect(place, remedy, block, column, value))


def _grid(spread: Mapping[str, Spread]) -> Iterator[dict[str, Any]]:
    """Every combination of one value for each key."""
    for values in product(*(_each(value) for value in spread.values())):
        yield dict(zip(spread, values, strict=True))


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]
