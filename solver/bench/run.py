"""Runs a matrix, row by row; rows that the store holds are not run again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from solver.bench.entrants import versions_of
from solver.bench.matrix import Matrix
from solver.bench.measuring import measured
from solver.bench.sources import AbsentError, Source
from solver.bench.store import Row, Store, latest
from solver.bench.tasks import Key, Measurement, Task
from solver.errors import InputError
from solver.jobs import Call, Ending, endings

UNKNOWN = "unknown"
# A process is killed at 1.5 times its limit and 30 seconds, which are for what no limit counts: starting
# Python and reading the instance.
FACTOR, GRACE = 1.5, 30.0


@dataclass(frozen=True)
class Report:
    """What became of one task; `known` says that it stood in the store already."""

    task: Task
    measurement: Measurement | None
    known: bool = False

    def __str__(self) -> str:
        if self.measurement is None:
            return f"{self.task}: recorded"
        figures = self.measurement
        worth = "no portfolio" if figures.objective is None else f"{figures.objective:.10g}"
        seconds = "" if figures.seconds is None else f" in {figures.seconds:.2f} s"
        reason = f" ({figures.message})" if figures.message else ""
        return f"{self.task}: {figures.termination}, {worth}{seconds}{reason}"


def run(
    matrix: Matrix, store: Store, *, afresh: bool = False, jobs: int = 1, listener: Callable[[Report], None]
) -> None:
    """Run every row that the store does not hold, `jobs` at a time, and tell the listener of each.

    `afresh` runs the others again as well.
    """
    fingerprints = Fingerprints()
    waiting: list[tuple[Task, Key]] = []
    for task in matrix.tasks:
        key = task.key(fingerprints.of(task.source), versions_of(task.entrant))
        if key in store and not afresh:
            listener(Report(task, None, known=True))
        elif reason := fingerprints.missing(task.source):
            measurement = Measurement("skipped", message=reason)
            store.add(key, measurement)
            listener(Report(task, measurement))
        else:
            waiting.append((task, key))
    for (task, key), ending in endings((((task, key), call_of(task)) for task, key in waiting), jobs):
        measurement = measurement_of(ending)
        store.add(key, measurement)
        listener(Report(task, measurement))


def call_of(task: Task, grace: float = GRACE) -> Call:
    """The call that runs a row in a process of its own."""
    return Call(measured, (task,), FACTOR * task.seconds + grace, task.threads)


def measurement_of(ending: Ending) -> Measurement:
    """What the strategy's process said of it, or that it came to no answer."""
    if isinstance(ending.value, Measurement):
        return ending.value
    return Measurement(str(ending.end), message=ending.message)


def rows_of(matrix: Matrix, store: Store) -> list[Row]:
    """What the store holds of a matrix, the latest where rows differ only in versions."""
    wanted = {task.key("", "") for task in matrix.tasks}
    return [row for row in latest(store.rows()) if replace(row.key, fingerprint="", versions="") in wanted]


class Fingerprints:
    """The fingerprint of each instance, read once; or why there is none."""

    def __init__(self) -> None:
        self._found: dict[Source, str] = {}
        self._missing: dict[Source, str] = {}

    def of(self, source: Source) -> str:
        """The fingerprint, or `unknown`."""
        if source not in self._found:
            try:
                self._found[source] = source.read().fingerprint
            except AbsentError as absent:
                self._found[source], self._missing[source] = UNKNOWN, str(absent)
            except InputError as error:
                defects = "; ".join(map(str, error.defects))
                self._found[source], self._missing[source] = UNKNOWN, defects
            except Exception as error:  # a function of the user's own may raise anything
                self._found[source] = UNKNOWN
                self._missing[source] = f"{type(error).__name__}: {error}"
        return self._found[source]

    def missing(self, source: Source) -> str | None:
        """Why the instance cannot be had; None where it can."""
        self.of(source)
        return self._missing.get(source)
