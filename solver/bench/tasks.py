"""A row before it is run: who, on what, for how long."""

from __future__ import annotations

from dataclasses import dataclass

from solver.answers.watching import Event
from solver.bench.sources import Source
from solver.run import SearchLimits


@dataclass(frozen=True)
class Entrant:
    """A strategy that takes part: its name, where it is (`module:attribute`), and the packages it runs on."""

    name: str
    reference: str
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """One row to be run: an entrant on an instance, with a seed and a limit of seconds."""

    suite: str
    entrant: Entrant
    source: Source
    seed: int
    seconds: float
    gap: float = 1e-6
    threads: int = 1

    @property
    def limits(self) -> SearchLimits:
        """What the strategy is told."""
        return SearchLimits(seconds=self.seconds, gap=self.gap, threads=self.threads, seed=self.seed)

    def key(self, fingerprint: str, versions: str) -> Key:
        """What the row is known by, once the instance and the packages are."""
        return Key(
            self.suite,
            self.entrant.name,
            self.source.name,
            self.seed,
            self.seconds,
            self.gap,
            self.threads,
            fingerprint,
            versions,
        )

    def __str__(self) -> str:
        return f"{self.source.name} · {self.entrant.name} · seed {self.seed} · {self.seconds:g} s"


@dataclass(frozen=True)
class Key:
    """What makes two rows the same: everything that their figures may depend on."""

    suite: str
    strategy: str
    instance: str
    seed: int
    seconds: float
    wanted_gap: float
    threads: int
    fingerprint: str
    versions: str


@dataclass(frozen=True)
class Measurement:
    """What became of a row; every figure is None where there is none.

    `termination` is a word of `TERMINATIONS`; `objective` was judged by the checker, not believed;
    `gap` is the proven one; `megabytes` is the peak of the process with its children.
    """

    termination: str
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    build_seconds: float | None = None
    solve_seconds: float | None = None
    megabytes: float | None = None
    message: str = ""
    events: tuple[Event, ...] = ()

    @property
    def seconds(self) -> float | None:
        """Seconds from the instance in memory to the portfolio."""
        if self.solve_seconds is None:
            return None
        return (self.build_seconds or 0.0) + self.solve_seconds


TERMINATIONS = {
    "optimal": "proven best within 1e-6",
    "gap_reached": "proven best within the gap asked for",
    "time_limit": "the time was up",
    "finished": "ended by itself, without a proof",
    "wrong": "the portfolio broke a rule: it does not count",
    "crashed": "the process ended with an error",
    "killed": "the process went on far beyond its limit and was ended",
    "skipped": "something that the row needs is not here",
}
FAILED = ("wrong", "crashed", "killed")
