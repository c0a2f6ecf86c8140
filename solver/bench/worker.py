"""One row in a process of its own: `python -m solver.bench.worker ANSWER` with a pickled task on stdin.

The answer, one line of JSON, goes to a file, since back ends print to stdout as they please. Standard input
stays open as long as the process that asked lives; when it ends, so does this one, with its children.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import NoReturn

from solver.bench.entrants import strategy_of
from solver.bench.memory import peak_megabytes
from solver.bench.sources import AbsentError
from solver.bench.tasks import Measurement, Task
from solver.bench.watching import Stopwatch
from solver.driver.outcome import OPTIMAL_GAP, relative_gap
from solver.errors import MissingBackendError
from solver.instance.atomic import write_text
from solver.portfolio.checker import Verdict, check
from solver.strategies.problem import Problem

NEARLY = 0.95


def main() -> None:
    """Run the task that is handed over, and write what became of it."""
    task: Task = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    try:
        answer = json.dumps(asdict(measured(task)))
        write_text(Path(sys.argv[1]), f"{answer}\n")
    except Exception:
        traceback.print_exc()
        _leave_at_once(1)
    _leave_at_once(0)


def measured(task: Task) -> Measurement:
    """Read the instance, let the strategy choose, and judge what it chose."""
    try:
        strategy = strategy_of(task.entrant)
        instance = task.source.read()
        stopwatch = Stopwatch()
        problem = replace(Problem.of(instance), listener=stopwatch.hear)
        selection = strategy(problem, task.limits.after(stopwatch.elapsed))
    except (AbsentError, MissingBackendError, ModuleNotFoundError) as absent:
        return Measurement("skipped", message=str(absent))
    seconds = stopwatch.elapsed
    megabytes = peak_megabytes()
    verdict = None if selection is None else check(problem.formulation, selection)
    return replace(_judged(task, stopwatch, verdict, seconds), megabytes=megabytes)


def _judged(task: Task, stopwatch: Stopwatch, verdict: Verdict | None, seconds: float) -> Measurement:
    build = min(seconds, stopwatch.build_seconds) if stopwatch.build_seconds is not None else None
    held = verdict is not None and verdict.holds
    objective = verdict.objective if verdict is not None and held else None
    gap = None if objective is None or stopwatch.bound is None else relative_gap(objective, stopwatch.bound)
    bare = Measurement(
        termination=_termination(task, gap, seconds),
        objective=objective,
        bound=stopwatch.bound,
        gap=gap,
        build_seconds=build,
        solve_seconds=seconds - (build or 0.0),
        events=stopwatch.events(objective, seconds),
    )
    if verdict is None or held:
        return bare
    broken = "; ".join(reading.sentence for reading in verdict.broken)
    return replace(bare, termination="wrong", message=broken[:500])


def _termination(task: Task, gap: float | None, seconds: float) -> str:
    if gap is not None and gap <= max(task.gap, OPTIMAL_GAP):
        return "optimal" if gap <= OPTIMAL_GAP else "gap_reached"
    return "time_limit" if seconds >= NEARLY * task.seconds else "finished"


def _end_with_whoever_asked() -> None:
    with suppress(OSError):
        while os.read(sys.stdin.fileno(), 1):
            pass
    if hasattr(os, "killpg"):
        os.killpg(os.getpgid(0), signal.SIGKILL)
    os._exit(1)


def _leave_at_once(code: int) -> NoReturn:
    """Do not wait for threads of a strategy that still work."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
