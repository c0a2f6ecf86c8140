"""Timing a task in a process of its own, which can be stopped; processes are forked, so POSIX only."""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

ENOUGH_SECONDS = 0.5
MOST_RUNS = 51
FEWEST_RUNS = 3
TOO_LONG_TO_REPEAT = 5.0
MANY_TICKS = 0.1
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"),
    "1",
)

Task = Callable[[], Any]


@dataclass(frozen=True)
class Measured:
    """What a task took in seconds (the median of its runs), its answer and peak memory; or why not."""

    seconds: float | None = None
    answer: Any = None
    megabytes: float | None = None
    why_not: str = ""


def measured(task: Task, cap: float) -> Measured:
    """Run a task after a warm-up again and again while that is quick; `cap` in seconds of the processor."""
    fork = multiprocessing.get_context("fork")
    receiving, sending = fork.Pipe(duplex=False)
    child = fork.Process(target=_measure, args=(task, cap, sending))
    child.start()
    sending.close()
    try:
        found: Measured = receiving.recv()
        return found
    except EOFError:
        return Measured(why_not=f"> {cap:g} s")
    finally:
        child.join()


def with_one_thread(module: str) -> None:
    """Start this program anew where its libraries could use several threads: they decide when imported."""
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        os.execve(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]], {**os.environ, **ONE_THREAD})


def timed(task: Task) -> tuple[float, Any]:
    """Seconds and the answer; seconds of the processor, which other work on the machine does not change."""
    began, worked = time.perf_counter(), time.process_time()
    answer = task()
    elapsed, worked = time.perf_counter() - began, time.process_time() - worked
    # The processor's clock may tick in milliseconds, so short tasks go by the clock on the wall.
    return (worked if worked > MANY_TICKS else elapsed), answer


def _measure(task: Task, cap: float, sending: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, int(cap)), resource.RLIM_INFINITY))
    try:
        sending.send(_repeated(task))
    except Exception as error:
        sending.send(Measured(why_not=f"{type(error).__name__}: {error}"))


def _repeated(task: Task) -> Measured:
    first, answer = timed(task)
    runs = [first]
    if first <= TOO_LONG_TO_REPEAT:
        number = min(MOST_RUNS, max(FEWEST_RUNS, int(ENOUGH_SECONDS / max(first, 1e-9))))
        runs = [timed(task)[0] for _ in range(number)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(statistics.median(runs), answer, peak)
