"""Timing a task in a process of its own, which can be stopped; processes are forked, so POSIX only."""

from __future__ import annotations

import math
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

MANY_TICKS = 0.2
BATCHES = 3
TOO_LONG_TO_REPEAT = 5.0
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"),
    "1",
)

Task = Callable[[], Any]


@dataclass(frozen=True)
class Measured:
    """What a task took in seconds of the processor (median), its answer and peak memory; or why not."""

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
    """Seconds of the processor, which other work on the machine does not change, and the answer."""
    began = time.process_time()
    answer = task()
    return time.process_time() - began, answer


def _measure(task: Task, cap: float, sending: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, int(cap)), resource.RLIM_INFINITY))
    try:
        sending.send(_repeated(task))
    except Exception as error:
        sending.send(Measured(why_not=f"{type(error).__name__}: {error}"))


def _repeated(task: Task) -> Measured:
    """The processor's clock may tick in milliseconds, so quick tasks are timed many at once."""
    began = time.perf_counter()
    first, answer = timed(task)
    elapsed = time.perf_counter() - began
    runs = [first]
    if first <= TOO_LONG_TO_REPEAT:
        at_once = max(1, math.ceil(MANY_TICKS / max(elapsed, 1e-7)))
        runs = [timed(lambda: [task() for _ in range(at_once)])[0] / at_once for _ in range(BATCHES)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(statistics.median(runs), answer, peak)
