"""The rows of a comparison in one SQLite file, written one by one: a run cut short loses the row at work."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from solver.bench.tasks import Event, Key, Measurement
from solver.errors import InputError
from solver.instance.defects import Defect

KEY = tuple(field.name for field in fields(Key))
FIGURES = tuple(field.name for field in fields(Measurement) if field.name != "events")
COLUMNS = (*KEY, *FIGURES, "events", "date", "machine")
SCHEMA = f"CREATE TABLE IF NOT EXISTS rows ({', '.join(COLUMNS)}, PRIMARY KEY ({', '.join(KEY)}))"
PATIENCE = 30.0


@dataclass(frozen=True)
class Row:
    """A row that was run: its key, what became of it, on which day and on what machine."""

    key: Key
    measurement: Measurement
    date: str
    machine: str


class Store:
    """A file of rows; several processes may read and write it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._opened() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(SCHEMA)

    def __contains__(self, key: Key) -> bool:
        """Whether the row is done: run, and not for want of something that may be there by now."""
        query = f"SELECT 1 FROM rows WHERE {_equals(KEY)} AND termination != 'skipped'"
        with self._opened() as database:
            return database.execute(query, astuple(key)).fetchone() is not None

    def add(self, key: Key, measurement: Measurement) -> None:
        """Write a row, in the place of the one with the same key if there is one."""
        events = json.dumps([astuple(event) for event in measurement.events])
        figures = [asdict(measurement)[name] for name in FIGURES]
        values = (*astuple(key), *figures, events, datetime.now(UTC).date().isoformat(), machine())
        query = f"INSERT OR REPLACE INTO rows VALUES ({', '.join('?' * len(COLUMNS))})"
        with self._opened() as database:
            database.execute(query, values)

    def forget(self, keys: Iterable[Key]) -> None:
        """Drop rows, so that they are run again."""
        with self._opened() as database:
            database.executemany(f"DELETE FROM rows WHERE {_equals(KEY)}", [astuple(key) for key in keys])

    def rows(self, suite: str | None = None) -> list[Row]:
        """All rows, or those of one suite, in the order in which they were run."""
        query = f"SELECT {', '.join(COLUMNS)} FROM rows WHERE ? IS NULL OR suite = ? ORDER BY rowid"
        with self._opened() as database:
            return [
                _row(dict(zip(COLUMNS, found, strict=True)))
                for found in database.execute(query, (suite, suite))
            ]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction; raises InputError for a file that is no such store."""
        try:
            database = sqlite3.connect(self._path, timeout=PATIENCE)
        except sqlite3.OperationalError as error:
            raise InputError([Defect(str(self._path), f"a file that can be written ({error})")]) from None
        try:
            with database:
                yield database
        except sqlite3.DatabaseError as error:
            raise InputError(
                [Defect(str(self._path), f"a store of rows made by this command ({error})")]
            ) from None
        finally:
            database.close()


def latest(rows: Iterable[Row]) -> list[Row]:
    """Of the rows that differ only in instance fingerprint or versions, the one run last."""
    found = {replace(row.key, fingerprint="", versions=""): row for row in rows}
    return list(found.values())


def machine() -> str:
    """The class of this machine, without its name: cores, processor, system."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"


def _equals(columns: Iterable[str]) -> str:
    return " AND ".join(f"{column} = ?" for column in columns)


def _row(found: dict[str, object]) -> Row:
    events = tuple(Event(*event) for event in json.loads(str(found["events"])))
    figures = {name: found[name] for name in FIGURES}
    return Row(
        key=Key(**{name: found[name] for name in KEY}),  # type: ignore[arg-type]
        measurement=Measurement(**figures, events=events),  # type: ignore[arg-type]
        date=str(found["date"]),
        machine=str(found["machine"]),
    )
