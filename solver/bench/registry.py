"""The best values known of the instances of a suite, with their history: who found them, when, how surely."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from solver.bench.store import Row
from solver.errors import InputError
from solver.instance.atomic import write_text
from solver.instance.defects import Defect

FORMAT = 1
BETTER = 1e-6


@dataclass(frozen=True)
class Record:
    """A value that somebody reached, or a bound that somebody proved, for an instance.

    `by` is a back end with its version, or a publication; `seconds` None where nobody says.
    """

    value: float | None
    bound: float | None
    proven: bool
    date: str
    by: str
    seconds: float | None = None

    def betters(self, other: Record) -> bool:
        """Whether it has a larger value, a lower bound, or a proof where the other has none."""
        return (
            _exceeds(self.value, other.value)
            or _exceeds(_negated(self.bound), _negated(other.bound))
            or (self.proven and not other.proven and not _exceeds(other.value, self.value))
        )


@dataclass(frozen=True)
class Known:
    """What is known of one instance, the oldest record first; it is of the instance with this fingerprint."""

    fingerprint: str
    history: tuple[Record, ...] = ()

    @property
    def value(self) -> float | None:
        """The largest value that anyone reached."""
        return max((record.value for record in self.history if record.value is not None), default=None)

    @property
    def bound(self) -> float | None:
        """The lowest bound that anyone proved."""
        return min((record.bound for record in self.history if record.bound is not None), default=None)

    def with_record(self, record: Record) -> Known:
        """The same with a record, if it betters something; what is worse is not kept."""
        best = Record(self.value, self.bound, any(one.proven for one in self.history), "", "")
        return replace(self, history=(*self.history, record)) if record.betters(best) else self


class Registry:
    """Best known values by instance name, kept in a JSON file."""

    def __init__(self, instances: Mapping[str, Known] | None = None) -> None:
        self.instances = dict(instances or {})

    @classmethod
    def read(cls, path: Path) -> Registry:
        """Read a file; one that does not exist knows nothing. Raises InputError for one that is broken."""
        if not path.exists():
            return cls()
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            return cls({name: _known(entry) for name, entry in document["instances"].items()})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError([Defect(str(path), f"a file of best known values ({error})")]) from None

    def write(self, path: Path) -> None:
        """Write the file, a line per record."""
        blocks = ",\n".join(_block(name, known) for name, known in sorted(self.instances.items()))
        write_text(path, f'{{"format": {FORMAT}, "instances": {{\n{blocks}\n}}}}\n')

    def learn(self, name: str, fingerprint: str, record: Record) -> bool:
        """Take a record in, if it betters what is known; whether it did.

        What was known of another instance of this name is forgotten.
        """
        before = self.instances.get(name)
        if before is None or before.fingerprint != fingerprint:
            before = Known(fingerprint)
        after = before.with_record(record)
        self.instances[name] = after
        return after is not before

    def values(self, rows: Iterable[Row]) -> dict[str, float]:
        """The best known value of each instance among the rows, of instances that are still the same."""
        found = {}
        for row in rows:
            known = self.instances.get(row.key.instance)
            if known is not None and known.value is not None and known.fingerprint == row.key.fingerprint:
                found[row.key.instance] = known.value
        return found


def record_of(row: Row) -> Record | None:
    """What a row teaches; None where it found and proved nothing."""
    figures = row.measurement
    if figures.objective is None:
        return None
    return Record(
        value=figures.objective,
        bound=figures.bound,
        proven=figures.termination == "optimal",
        date=row.date,
        by=f"{row.key.strategy} ({row.key.versions})",
        seconds=None if figures.seconds is None else round(figures.seconds, 2),
    )


def _known(entry: Mapping[str, Any]) -> Known:
    return Known(entry["fingerprint"], tuple(Record(**record) for record in entry["history"]))


def _block(name: str, known: Known) -> str:
    records = ",\n    ".join(json.dumps(asdict(record), ensure_ascii=False) for record in known.history)
    return (
        f"  {json.dumps(name, ensure_ascii=False)}: "
        f'{{"fingerprint": "{known.fingerprint}", "history": [\n    {records}]}}'
    )


def _exceeds(mine: float | None, other: float | None) -> bool:
    """Whether a number is larger by more than 1e-6, relative; any number exceeds none."""
    if mine is None:
        return False
    return other is None or mine - other > BETTER * max(1.0, abs(other))


def _negated(number: float | None) -> float | None:
    return None if number is None else -number
