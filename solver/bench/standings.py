"""Rows of a store put beside each other: who met whom on what, and the best value known of each instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from solver.bench.store import Row
from solver.bench.tasks import Measurement


@dataclass(frozen=True)
class Entry:
    """A row within a contest: the contestant is the strategy, with its limit where limits differ."""

    contestant: str
    instance: str
    seed: int
    limit: float
    measurement: Measurement

    @property
    def seconds(self) -> float:
        """Seconds until it ended; a row that failed counts with its whole limit."""
        return self.limit if self.measurement.seconds is None else self.measurement.seconds


@dataclass(frozen=True)
class Contest:
    """The rows of one suite that were run, and what is known from elsewhere about its instances."""

    rows: tuple[Row, ...]
    known: Mapping[str, float]

    @classmethod
    def of(cls, rows: Iterable[Row], known: Mapping[str, float] | None = None) -> Contest:
        """The rows that were not skipped."""
        return cls(tuple(row for row in rows if row.measurement.termination != "skipped"), known or {})

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every row as an entry."""
        limits: dict[str, set[float]] = {}
        for row in self.rows:
            limits.setdefault(row.key.strategy, set()).add(row.key.seconds)
        everyone = set().union(*limits.values()) if limits else set()
        return tuple(
            Entry(
                _label(row, several=len(everyone) > 1),
                row.key.instance,
                row.key.seed,
                row.key.seconds,
                row.measurement,
            )
            for row in self.rows
        )

    @cached_property
    def contestants(self) -> list[str]:
        """Who took part, in the order of entry."""
        return list(dict.fromkeys(entry.contestant for entry in self.entries))

    @cached_property
    def instances(self) -> list[str]:
        """What they met on, in the order of entry."""
        return list(dict.fromkeys(entry.instance for entry in self.entries))

    @cached_property
    def best(self) -> dict[str, float]:
        """The best value known of each instance: from elsewhere, or found by anyone here.

        An instance of which nothing is known counts as worth 0, the value of choosing nobody.
        """
        best = {instance: self.known[instance] for instance in self.instances if instance in self.known}
        for entry in self.entries:
            objective = entry.measurement.objective
            if objective is not None:
                best[entry.instance] = max(best.get(entry.instance, objective), objective)
        return {instance: best.get(instance, 0.0) for instance in self.instances}

    @cached_property
    def common(self) -> Contest:
        """Only what every contestant was run on: elsewhere means compare nothing."""
        met: dict[tuple[str, int], set[str]] = {}
        for entry in self.entries:
            met.setdefault((entry.instance, entry.seed), set()).add(entry.contestant)
        everyone = set(self.contestants)
        kept = (row for row in self.rows if met[row.key.instance, row.key.seed] == everyone)
        return Contest(tuple(kept), self.known)

    def entries_of(self, contestant: str) -> list[Entry]:
        """The rows of one contestant."""
        return [entry for entry in self.entries if entry.contestant == contestant]

    @cached_property
    def met_on(self) -> dict[str, list[Entry]]:
        """The rows on each instance."""
        met: dict[str, list[Entry]] = {}
        for entry in self.entries:
            met.setdefault(entry.instance, []).append(entry)
        return met

    def rivals_of(self, entry: Entry) -> list[Entry]:
        """Other contestants' rows on the same instance with the same seed."""
        return [
            rival
            for rival in self.met_on[entry.instance]
            if rival.seed == entry.seed and rival.contestant != entry.contestant
        ]


def _label(row: Row, several: bool) -> str:
    return f"{row.key.strategy}, {row.key.seconds:g} s" if several else row.key.strategy
