"""Readers for others' files: each file becomes an ordinary instance.

To add a format, write a module with `read(words, choice) -> LibraryInstance` and a line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from os import PathLike
from types import MappingProxyType
from typing import TYPE_CHECKING

from solver.errors import InputError
from solver.instance.defects import Defect, nearest

if TYPE_CHECKING:
    from solver.instance.instance import Instance
    from solver.instance.libraries.choice import LibraryInstance


@dataclass(frozen=True)
class LibraryFormat:
    """A file format by its name, what it holds, and whether its budget is chosen as a ratio."""

    name: str
    description: str
    takes_ratio: bool = False


_ALL = (
    LibraryFormat("mknap", "OR-Library multidimensional knapsacks: mknap1, mknapcb and, recognised, mknap2."),
    LibraryFormat("mknap2", "OR-Library multidimensional knapsacks with names: mknap2."),
    LibraryFormat("qkp", "Quadratic knapsack of Billionnet and Soutif."),
    LibraryFormat("team", "Team-formation graph of Hochbaum and Baumann; the index picks the budget."),
    LibraryFormat("nrp", "Next-release problem; the ratio sets the budget.", takes_ratio=True),
    LibraryFormat("projects", "Projects of Dixit and Tiwari with launch years; Table_4.csv beside them."),
)

FORMATS: Mapping[str, LibraryFormat] = MappingProxyType({known.name: known for known in _ALL})


def read_library(
    path: str | PathLike[str], format: str, index: int = 1, ratio: float | None = None
) -> Instance:
    """Read one instance from a file in a format of FORMATS.

    `index` counts the file's instances (or budgets) from 1; `ratio` in [0, 1] is the budget's share of the
    total cost, for formats that take one. Raises InputError with every defect found.
    """
    return _read(path, format, index, ratio).instance


def published_optimum(
    path: str | PathLike[str], format: str, index: int = 1, ratio: float | None = None
) -> float | None:
    """The optimum that the file itself states for what `read_library` reads; None where it states none."""
    return _read(path, format, index, ratio).published


def _read(path: str | PathLike[str], format: str, index: int, ratio: float | None) -> LibraryInstance:
    if format not in FORMATS:
        known = ", ".join(FORMATS)
        raise InputError([Defect("format", f"one of {known}{nearest(format, FORMATS)}", value=format)])
    if ratio is not None and not FORMATS[format].takes_ratio:
        raise InputError([Defect("ratio", f"files of format {format} state their own budgets", value=ratio)])
    from solver.instance.libraries.choice import Choice
    from solver.instance.libraries.words import words_of

    reader = import_module(f"solver.instance.libraries.{format}")
    result: LibraryInstance = reader.read(words_of(path), Choice(index, ratio))
    return result
