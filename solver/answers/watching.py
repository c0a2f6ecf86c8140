"""What a search tells while it works: the best value and the lowest bound, and when."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from solver.run import Progress

MOST_EVENTS = 2000


@dataclass(frozen=True)
class Event:
    """The best value and the lowest bound at some second of a run; None where there was none yet."""

    seconds: float
    incumbent: float | None
    bound: float | None


class Stopwatch:
    """Notes every improvement of value or bound with the second at which it came."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._events: list[Event] = []
        self._built: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    @property
    def build_seconds(self) -> float | None:
        """Seconds until a program was said to be built; None where none was."""
        return self._built

    @property
    def incumbent(self) -> float | None:
        """The best value told so far."""
        return self._events[-1].incumbent if self._events else None

    @property
    def bound(self) -> float | None:
        """The lowest bound told so far."""
        return self._events[-1].bound if self._events else None

    def hear(self, progress: Progress) -> None:
        """Take note of a report, if it improves on the earlier ones."""
        if progress.phase == "built":
            self._built = self.elapsed
        value = _better(max, self.incumbent, progress.incumbent)
        bound = _better(min, self.bound, progress.bound)
        if (value, bound) == (self.incumbent, self.bound):
            return
        if len(self._events) >= MOST_EVENTS:
            self._events.pop()
        self._events.append(Event(self.elapsed, value, bound))

    def events(
        self, objective: float | None, seconds: float, bound: float | None = None
    ) -> tuple[Event, ...]:
        """The improvements up to the end, where the portfolio's judged worth and the last bound stand.

        No value counts beyond it, whatever was told on the way.
        """
        told = [
            replace(event, incumbent=_capped(event.incumbent, objective))
            for event in self._events
            if event.seconds <= seconds
        ]
        return (*told, Event(seconds, objective, _better(min, self.bound, bound)))


def _capped(value: float | None, most: float | None) -> float | None:
    return None if value is None or most is None else min(value, most)


def _better(choose: Callable[..., float], *numbers: float | None) -> float | None:
    """The best of the numbers that are numbers; None where there is none."""
    known = [number for number in numbers if number is not None and math.isfinite(number)]
    return choose(known) if known else None
