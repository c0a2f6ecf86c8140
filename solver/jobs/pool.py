"""Several processes side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from solver.jobs.call import Call, Ending
from solver.jobs.process import Process

PULSE = 0.02

Name = TypeVar("Name")


def endings(
    calls: Iterable[tuple[Name, Call]],
    side_by_side: int = 1,
    glance: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Name, Ending]]:
    """What becomes of each call, as they end, under the name it was given.

    Calls are taken one by one, when there is room for them. Several times a second there is a `glance`: once
    it says that it is time to stop, no further call is made, and those at work are asked, as by Ctrl-C, to
    return what they have. Whoever stops listening ends those that are at work.
    """
    waiting, more, stopped = iter(calls), True, False
    at_work: dict[Process, Name] = {}
    try:
        while at_work or more:
            while more and len(at_work) < side_by_side:
                taken = next(waiting, None)
                more = taken is not None
                if taken is not None:
                    at_work[Process(taken[1])] = taken[0]
            time.sleep(PULSE)
            if not stopped and glance():
                stopped, more = True, False
                for process in at_work:
                    process.interrupt()
            for process in list(at_work):
                ending = process.ending()
                if ending is not None:
                    process.end()
                    yield at_work.pop(process), ending
    finally:
        for process in at_work:
            process.end()
