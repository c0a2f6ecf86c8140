"""Where the instance of a row comes from: a carrier, a recipe, a function, or a file of others' libraries."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from solver.bench.references import imported

if TYPE_CHECKING:
    from solver.instance.instance import Instance

DATA_VARIABLE = "PARTNERFOLIO_DATA"


class AbsentError(Exception):
    """Something that a row needs is not on this machine; the message says what."""


class Source(Protocol):
    """An instance that can be had: its name within the suite, and how to get it."""

    @property
    def name(self) -> str:
        """The instance's name, which no other of the suite has."""

    def read(self) -> Instance:
        """The instance; raises AbsentError where it is not here, InputError where it is wrong."""


@dataclass(frozen=True)
class Carried:
    """An instance in a folder, a workbook or a JSON file."""

    path: Path
    overrides: tuple[str, ...] = ()
    title: str = ""

    @property
    def name(self) -> str:
        """The title, or the folder's or file's name."""
        return _named(self.title or self.path.stem, self.overrides if not self.title else ())

    def read(self) -> Instance:
        """Read it with its overrides."""
        from solver.instance.carriers import read

        if not self.path.exists():
            raise AbsentError(f"{self.path} is not here")
        return read(self.path, overrides=self.overrides)


@dataclass(frozen=True)
class Drawn:
    """A synthetic instance after a recipe."""

    recipe: tuple[tuple[str, Any], ...]
    overrides: tuple[str, ...] = ()
    title: str = ""

    @property
    def name(self) -> str:
        """What the recipe says, after the title."""
        return " ".join((self.title or "drawn", *(f"{key}={value:g}" for key, value in self.recipe)))

    def read(self) -> Instance:
        """Draw it."""
        from solver.instance.generator import generate

        return changed(generate(**dict(self.recipe)), self.overrides)


@dataclass(frozen=True)
class Published:
    """An instance of a library's file below the data folder."""

    file: str
    format: str
    index: int | None = None
    ratio: float | None = None
    overrides: tuple[str, ...] = ()
    title: str = ""
    data: Path | None = None

    @property
    def name(self) -> str:
        """The file's name, the index where the file holds several instances, and the ratio."""
        parts = (self.title or Path(self.file).stem, self.index, self.ratio)
        return " ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in parts if part)

    def read(self) -> Instance:
        """Read it with its overrides."""
        from solver.instance.libraries import read_library

        return changed(read_library(self.location, self.format, self.index or 1, self.ratio), self.overrides)

    def optimum(self) -> float | None:
        """The optimum that the file itself states, if it does."""
        from solver.instance.libraries import published_optimum

        return published_optimum(self.location, self.format, self.index or 1, self.ratio)

    @property
    def location(self) -> Path:
        """The file; raises AbsentError where there is no data folder or no such file in it."""
        if self.data is None:
            raise AbsentError(f"published data is not here: name its folder with --data or {DATA_VARIABLE}")
        path = self.data / self.file
        if not path.exists():
            raise AbsentError(f"{self.file} is not in the data folder")
        return path


@dataclass(frozen=True)
class Built:
    """An instance that a function of the user's own makes: `module:function`, called with arguments."""

    reference: str
    arguments: tuple[tuple[str, Any], ...] = ()
    overrides: tuple[str, ...] = ()
    title: str = ""

    @property
    def name(self) -> str:
        """The title or the function's name, then the arguments."""
        title = self.title or self.reference.rpartition(":")[2]
        return " ".join((title, *(f"{key}={value:g}" for key, value in self.arguments)))

    def read(self) -> Instance:
        """Call the function."""
        return changed(imported(self.reference)(**dict(self.arguments)), self.overrides)


def data_folder(given: str | os.PathLike[str] | None) -> Path | None:
    """The folder with published data: the one that is given, else the environment's, else none."""
    named = given or os.environ.get(DATA_VARIABLE)
    return Path(named).absolute() if named else None


def changed(instance: Instance, overrides: Sequence[str]) -> Instance:
    """An instance with settings changed; raises InputError for a setting that is none."""
    if not overrides:
        return instance
    from solver.instance.instance import Instance
    from solver.instance.overrides import apply

    return Instance.from_document(apply(instance.to_document(), overrides))


def _named(stem: str, overrides: Sequence[str]) -> str:
    return " ".join((stem, *overrides))
