"""What became of many calls in one SQLite file, written one by one: a run cut short loses the one at work."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from solver.errors import InputError
from solver.instance.defects import Defect

PATIENCE = 30.0
STAMPS = ("date", "machine")

Key = TypeVar("Key")


@dataclass(frozen=True)
class Row(Generic[Key]):
    """A row: its key, its figures by column, on which day and on what machine they came about."""

    key: Key
    figures: Mapping[str, Any]
    date: str
    machine: str


class Store(Generic[Key]):
    """A file of rows; several processes may read and write it at once.

    `key` is the dataclass that tells rows apart, `figures` are the names of the other columns. Every call
    raises `InputError` where the file cannot be written or is something else.
    """

    def __init__(self, path: Path, key: type[Key], figures: Iterable[str]) -> None:
        self._path = path
        self._kind = key
        self._key = tuple(field.name for field in fields(key))  # type: ignore[arg-type]
        self._figures = tuple(figures)
        self._columns = (*self._key, *self._figures, *STAMPS)
        with self._opened() as database:
            self._check(database)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(
                f"CREATE TABLE IF NOT EXISTS rows "
                f"({', '.join(self._columns)}, PRIMARY KEY ({', '.join(self._key)}))"
            )

    def get(self, key: Key) -> Row[Key] | None:
        """The row with this key; None where there is none."""
        found = self._select(f"WHERE {self._equals}", _values(key))
        return found[0] if found else None

    def add(self, key: Key, figures: Mapping[str, Any]) -> None:
        """Write a row, in the place of the one with the same key if there is one."""
        row = (*_values(key), *(figures[name] for name in self._figures), _today(), machine())
        query = f"INSERT OR REPLACE INTO rows VALUES ({', '.join('?' * len(self._columns))})"
        with self._opened() as database:
            database.execute(query, row)

    def forget(self, keys: Iterable[Key]) -> None:
        """Drop rows, so that their calls are made again."""
        with self._opened() as database:
            database.executemany(f"DELETE FROM rows WHERE {self._equals}", [_values(key) for key in keys])

    def rows(self, **key: Any) -> list[Row[Key]]:
        """All rows whose keys have these values, in the order in which they were written."""
        condition = " AND ".join(f"{name} = ?" for name in key)
        return self._select(f"WHERE {condition}" if key else "", tuple(key.values()))

    @property
    def _equals(self) -> str:
        return " AND ".join(f"{column} = ?" for column in self._key)

    def _select(self, condition: str, values: tuple[Any, ...]) -> list[Row[Key]]:
        query = f"SELECT {', '.join(self._columns)} FROM rows {condition} ORDER BY rowid"
        with self._opened() as database:
            return [
                self._row(dict(zip(self._columns, found, strict=True)))
                for found in database.execute(query, values)
            ]

    def _row(self, found: dict[str, Any]) -> Row[Key]:
        key = self._kind(**{name: found[name] for name in self._key})
        figures = {name: found[name] for name in self._figures}
        return Row(key, figures, str(found["date"]), str(found["machine"]))

    def _check(self, database: sqlite3.Connection) -> None:
        """Raise InputError for somebody else's database, before anything is written into it."""
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {name for _, name, *_ in database.execute("PRAGMA table_info(rows)")}
        if tables and (tables != ["rows"] or not columns >= set(self._columns)):
            raise self._defect("a new file, or a store of rows made by this command")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction."""
        try:
            database = sqlite3.connect(self._path, timeout=PATIENCE)
        except sqlite3.OperationalError as error:
            raise self._defect(f"a file that can be written ({error})") from None
        try:
            with database:
                yield database
        except sqlite3.OperationalError as error:
            raise self._defect(f"a store of such rows that can be written ({error})") from None
        except sqlite3.DatabaseError as error:
            raise self._defect(f"a store of rows made by this command ({error})") from None
        finally:
            database.close()

    def _defect(self, right: str) -> InputError:
        return InputError([Defect(str(self._path), right)])


def machine() -> str:
    """The class of this machine, without its name: cores, processor, system."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"


def _values(key: Any) -> tuple[Any, ...]:
    values: tuple[Any, ...] = astuple(key)
    return values


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
