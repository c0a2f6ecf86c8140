"""A file in the making, as people have them, and how it is written: a workbook, or a folder."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from solver.instance.cells import as_text
from solver.instance.columns import kind
from solver.instance.csvfile import line_of
from solver.instance.folder import settings_text
from solver.instance.tables import TABLES

Place = tuple[str, int, int]
"""Table, line and column of a cell, counted from 0; the line with the headings is the first."""


@dataclass
class Messy:
    """A file in the making: tables as lines of cells, settings as a document, and what was done to it."""

    is_workbook: bool
    rng: random.Random
    tables: dict[str, list[list[Any]]]
    settings: dict[str, Any]
    slips: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    file_names: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    delimiter: str = ","
    ending: str = "\n"
    hint: str = ""
    styled: list[Callable[[Workbook], None]] = field(default_factory=list)
    appendix: tuple[Any, ...] = ()

    def sheet(self, name: str) -> str:
        return self.file_names.get(name, name)

    def table(self, *wanted: str) -> str:
        """A table that has rows, one of those wanted where given."""
        return self.rng.choice([name for name in self.tables if not wanted or name in wanted])

    def cell(self, wanted: str) -> Place | None:
        """A filled cell in a column that holds text or numbers."""
        found = [
            (table, line, position)
            for table, lines in self.tables.items()
            for line in range(1, len(lines))
            for position, column in enumerate(lines[0])
            if kind(TABLES[table], column) == wanted
            and position < len(lines[line])
            and lines[line][position] not in (None, "")
            and (wanted != "number" or isinstance(lines[line][position], int | float))
        ]
        return self.rng.choice(found) if found else None

    def at(self, place: Place) -> Any:
        table, line, position = place
        return self.tables[table][line][position]

    def put(self, place: Place, value: Any) -> None:
        table, line, position = place
        self.tables[table][line][position] = value


def written(messy: Messy, folder: Path) -> Path:
    """Where the file is, once it is written into a folder."""
    return _workbook(messy, folder / "messy.xlsx") if messy.is_workbook else _folder(messy, folder / "messy")


def _folder(messy: Messy, path: Path) -> Path:
    path.mkdir()
    (path / "instance.toml").write_text(settings_text(messy.settings), encoding="utf-8")
    for table, lines in messy.tables.items():
        text = "".join(f"{line_of(list(map(as_text, line)), messy.delimiter)}\n" for line in lines)
        content = (messy.hint + text).replace("\n", messy.ending).encode(messy.encoding, errors="replace")
        (path / f"{messy.sheet(table)}.csv").write_bytes(content)
    return path


def _workbook(messy: Messy, path: Path) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet = workbook.create_sheet("instance")
    for row in _settings_rows(messy):
        sheet.append(row)
    for table, lines in messy.tables.items():
        sheet = workbook.create_sheet(messy.sheet(table))
        for line in lines:
            sheet.append(line)
    for style in messy.styled:
        style(workbook)
    workbook.save(path)
    return path


def _settings_rows(messy: Messy) -> Iterator[list[Any]]:
    yield ["key", "value"]
    for name, value in messy.settings.items():
        if isinstance(value, dict):
            for key, inner in value.items():
                yield [f"{name}.{key}", *(inner if isinstance(inner, list) else [inner])]
        else:
            yield [name, value]
    if messy.appendix:
        yield list(messy.appendix)
