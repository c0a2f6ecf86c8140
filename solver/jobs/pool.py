"""Several processes side by side."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

from solver.jobs.call import Call, Ending
from solver.jobs.process import Process

PULSE = 0.02

Name = TypeVar("Name")


def endings(calls: Iterable[tuple[Name, Call]], side_by_side: int = 1) -> Iterator[tuple[Name, Ending]]:
    """What becomes of each call, as they end, under the name it was given.

    Whoever stops listening ends those that are at work.
    """
    waiting = deque(calls)
    at_work: dict[Process, Name] = {}
    try:
        while waiting or at_work:
            while waiting and len(at_work) < side_by_side:
                name, call = waiting.popleft()
                at_work[Process(call)] = name
            time.sleep(PULSE)
            for process in list(at_work):
                ending = process.ending()
                if ending is not None:
                    process.end()
                    yield at_work.pop(process), ending
    finally:
        for process in at_work:
            process.end()
