"""The rows of a comparison in one file, written one by one: a run cut short loses the row at work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

from solver import jobs
from solver.answers.watching import Event
from solver.bench.tasks import Key, Measurement


@dataclass(frozen=True)
class Row:
    """A row that was run: its key, what became of it, on which day and on what machine."""

    key: Key
    measurement: Measurement
    date: str
    machine: str


class Store:
    """A file of rows; several processes may read and write it at once.

    Every call raises InputError where the file cannot be written or is something else.
    """

    def __init__(self, path: Path) -> None:
        self._rows = jobs.Store(path, Key, (field.name for field in fields(Measurement)))

    def __contains__(self, key: Key) -> bool:
        """Whether the row is done: run, and not for want of something that may be there by now."""
        found = self._rows.get(key)
        return found is not None and found.figures["termination"] != "skipped"

    def add(self, key: Key, measurement: Measurement) -> None:
        """Write a row, in the place of the one with the same key if there is one."""
        events = json.dumps([astuple(event) for event in measurement.events])
        self._rows.add(key, {**asdict(measurement), "events": events})

    def forget(self, keys: Iterable[Key]) -> None:
        """Drop rows, so that they are run again."""
        self._rows.forget(keys)

    def rows(self, suite: str | None = None) -> list[Row]:
        """All rows, or those of one suite, in the order in which they were run."""
        chosen = {} if suite is None else {"suite": suite}
        return [
            Row(row.key, _measurement(row.figures), row.date, row.machine)
            for row in self._rows.rows(**chosen)
        ]


def latest(rows: Iterable[Row]) -> list[Row]:
    """Of the rows that differ only in instance fingerprint or versions, the one run last."""
    found = {replace(row.key, fingerprint="", versions=""): row for row in rows}
    return list(found.values())


def _measurement(figures: Mapping[str, Any]) -> Measurement:
    events = tuple(Event(*event) for event in json.loads(figures["events"]))
    return Measurement(**{**figures, "events": events})
