"""A simulation: policies in one future after another, side by side where wanted, each kept as it ends."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from solver.assessment.assessment import assess
from solver.errors import BackendError
from solver.instance.instance import Instance
from solver.jobs import Call, Row, Store, endings
from solver.lifecycle.futures import Futures
from solver.lifecycle.policies import Course, Policy, course
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.portfolio import Portfolio
from solver.run import Run, SearchLimits
from solver.shapes import plain

HANDOVER = 1.0
"""Seconds before the time is up in which a process has to end."""
PULSE = 0.5
"""Seconds between two looks at how many futures have come."""
Courses = dict[str, Course]
"""What came of every policy in one future."""


@dataclass(frozen=True)
class Key:
    """A future of what was asked."""

    asked: str
    future: int


@dataclass(frozen=True)
class Simulation:
    """What is simulated: an instance, policies and the plan that each begins with, and the futures drawn."""

    instance: Instance
    formulation: Formulation
    plans: tuple[tuple[Policy, Portfolio], ...]
    futures: int
    seed: int
    weight: float
    gap: float

    @cached_property
    def asked(self) -> str:
        """What tells it from simulations that may come to other figures."""
        told = (
            self.instance.fingerprint,
            plain(self.formulation.to_dict(assess(self.instance))),
            [(policy.name, plan.to_dict()) for policy, plan in self.plans],
            (self.futures, self.seed, self.weight, self.gap),
        )
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def open(self, kept: Kept) -> list[int]:
        """The futures that are not kept yet."""
        known = kept.numbers(self)
        return [number for number in range(self.futures) if number not in known]

    def simulate(self, numbers: Sequence[int], kept: Kept, run: Run, done: Callable[[], None]) -> None:
        """Let some futures come, one by one, until the run has to stop; what is cut short is not kept."""
        futures = Futures(self.instance, self.futures, self.seed)
        assessment = assess(self.instance)
        plans = [(one, read_plan(assessment, plan.to_dict()).selection) for one, plan in self.plans]
        same: dict[Any, Courses] = {}
        for number in numbers:
            future = futures[number]
            if future.course not in same:
                came = {
                    one.name: course(plan, self.formulation, one, future, self.weight, run)
                    for one, plan in plans
                }
                if run.is_over:
                    return
                same[future.course] = came
            kept.add(self, number, same[future.course])
            done()


class Kept:
    """What came of futures, as long as this process lives."""

    def __init__(self) -> None:
        self._courses: dict[int, Courses] = {}

    def add(self, simulation: Simulation, number: int, courses: Courses) -> None:
        """Write down what came of a future."""
        self._courses[number] = courses

    def numbers(self, simulation: Simulation) -> set[int]:
        """The futures that are known."""
        return set(self._courses)

    def courses(self, simulation: Simulation) -> dict[int, Courses]:
        """What is known, by future."""
        return dict(self._courses)


class KeptInFile(Kept):
    """The same in a file: who is killed loses the future at work, and a second run goes on."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._store: Store[Key] = Store(path, Key, ["courses"])

    def add(self, simulation: Simulation, number: int, courses: Courses) -> None:
        told = json.dumps({name: asdict(one) for name, one in courses.items()})
        self._store.add(Key(simulation.asked, number), {"courses": told})

    def rows(self) -> list[Row[Key]]:
        """Everything that is kept, in the order in which it came."""
        return self._store.rows()

    def numbers(self, simulation: Simulation) -> set[int]:
        return {row.key.future for row in self._store.rows(asked=simulation.asked)}

    def courses(self, simulation: Simulation) -> dict[int, Courses]:
        rows = self._store.rows(asked=simulation.asked)
        told = {row.key.future: json.loads(row.figures["courses"]) for row in rows}
        return {
            number: {name: Course(**one) for name, one in told[number].items()} for number in sorted(told)
        }


def simulate(simulation: Simulation, kept: Kept, run: Run, workers: int) -> None:
    """Let all futures come that are not kept yet, so many at once, each worker in a process of its own.

    Several need a file in which they are kept. What a process leaves that was killed is tried again. Raises
    BackendError with its last words where that leads nowhere.
    """
    waiting = simulation.open(kept)
    while waiting and not run.is_over:
        said = _round(simulation, waiting, kept, run, min(workers, len(waiting)))
        before, waiting = len(waiting), simulation.open(kept)
        if len(waiting) == before and not run.is_over:
            raise BackendError(f"a process that lets futures come {said}")


def _round(simulation: Simulation, waiting: list[int], kept: Kept, run: Run, workers: int) -> str:
    """Let some futures come; the last words of a process that did not end as it should."""
    told, said = 0.0, ""

    def tell() -> None:
        nonlocal told
        if time.monotonic() - told > PULSE:
            told, total = time.monotonic(), simulation.futures
            run.asking(min(total, total - len(simulation.open(kept)) + 1), total)
            run.tell(phase="search")

    def glance() -> bool:
        tell()
        return run.is_over

    tell()
    if not isinstance(kept, KeptInFile) or workers == 1:
        simulation.simulate(waiting, kept, run, tell)
        return said
    until = time.time() + max(0.0, run.remaining - HANDOVER) if run.limited else None
    calls = [
        (share, Call(_work, (simulation, share, kept.path, run.limits, until)))
        for share in (waiting[first::workers] for first in range(workers))
    ]
    for _, ending in endings(calls, workers, glance):
        said = ending.message or said
    return said


def _work(
    simulation: Simulation, numbers: list[int], path: Path, limits: SearchLimits, until: float | None
) -> None:
    """What one process does, until a moment of the day."""
    seconds = None if until is None else max(0.0, until - time.time())
    run = Run(replace(limits, seconds=seconds))

    def work() -> None:
        simulation.simulate(numbers, KeptInFile(path), run, lambda: None)

    run.attended(work, lambda: None)
