"""One row: the instance is read, the strategy chooses, and what it chose is judged."""

from __future__ import annotations

from dataclasses import replace

from solver.answers.watching import Stopwatch
from solver.bench.entrants import strategy_of
from solver.bench.memory import peak_megabytes
from solver.bench.sources import AbsentError
from solver.bench.tasks import Measurement, Task
from solver.driver.outcome import OPTIMAL_GAP, relative_gap
from solver.errors import MissingBackendError
from solver.portfolio.checker import Verdict, check
from solver.run import Run
from solver.search.problem import Problem

NEARLY = 0.95


def measured(task: Task) -> Measurement:
    """Read the instance, let the strategy choose, and judge what it chose."""
    try:
        strategy = strategy_of(task.entrant)
        instance = task.source.read()
        stopwatch = Stopwatch()
        run = Run(task.limits, stopwatch.hear)
        problem = Problem.of(instance)
        selection = strategy(problem, run)
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
