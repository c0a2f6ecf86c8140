"""Where the rows, columns and keys of a document stand in the planner's own files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from solver.instance.settings import dotted


class Places(Protocol):
    """The place of a row (counted from 1) and a column, either of which may be left out."""

    def where(self, row: int | None, column: str | None) -> str:
        """The place in the words of the file."""
        ...


@dataclass(frozen=True)
class CsvPlaces:
    """Lines of a CSV file, counted as a text editor counts them; `headings` are the columns as written."""

    file: str
    lines: Sequence[int] = ()
    headings: Mapping[str, str] = field(default_factory=dict)

    def where(self, row: int | None, column: str | None) -> str:
        """`partners.csv, line 3, column revenue`."""
        line = [] if row is None else [f"line {self.lines[row - 1]}"]
        return ", ".join([self.file, *line, *_named_column(column, self.headings)])


@dataclass(frozen=True)
class SheetPlaces:
    """Cells of a sheet; `letters` are those of the columns it has."""

    sheet: str
    lines: Sequence[int] = ()
    letters: Mapping[str, str] = field(default_factory=dict)

    def where(self, row: int | None, column: str | None) -> str:
        """`sheet partners, cell E3`."""
        sheet = f"sheet {self.sheet}"
        letter = self.letters.get(column or "")
        if row is not None and letter is not None:
            return f"{sheet}, cell {letter}{self.lines[row - 1]}"
        line = [] if row is None else [f"row {self.lines[row - 1]}"]
        beside = f"{column} ({letter})" if letter is not None else column
        return ", ".join([sheet, *line, *_named_column(beside, {})])


@dataclass(frozen=True)
class SettingPlaces:
    """Keys of one section on a settings sheet or in `instance.toml`; `rows` say where."""

    file: str
    section: str
    rows: Mapping[str, str] = field(default_factory=dict)

    def where(self, row: int | None, column: str | None) -> str:
        """`sheet instance, row limits.budget`, or `instance.toml, line 7, limits.budget`."""
        key = dotted(self.section, column or "").strip(".")
        if not key:
            return self.file
        key = key.partition("[")[0]
        return f"{self.file}, {self.rows.get(key) or self.rows.get(self.section, key)}"


@dataclass(frozen=True)
class JsonPlaces:
    """Paths in a JSON document, rows counted from 0 as programs do."""

    file: str
    path: str
    is_table: bool

    def where(self, row: int | None, column: str | None) -> str:
        """`alliance.json, partners[2].revenue`."""
        index = "" if row is None else f"[{row - 1}]"
        if column is None:
            path = f"{self.path}{index}"
        elif self.is_table and row is None:
            path = f"{self.path}, column {column}"
        else:
            path = dotted(f"{self.path}{index}", column)
        return ", ".join(part for part in (self.file, path) if part)


@dataclass(frozen=True)
class SharedPlaces:
    """A section and a table of one name: `evidence`, `health`."""

    section: Places
    table: Places
    keys: Collection[str]

    def where(self, row: int | None, column: str | None) -> str:
        """The place in whichever of the two has this key or column."""
        in_section = row is None and column in self.keys
        return (self.section if in_section else self.table).where(row, column)


def letters(position: int) -> str:
    """The letters of a sheet's column, counted from 0."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(position + 1)


def _named_column(column: str | None, headings: Mapping[str, str]) -> list[str]:
    return [] if column is None else [f"column {headings.get(column, column)}"]
