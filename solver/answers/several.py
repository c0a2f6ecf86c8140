"""Several studies solved one after the other, or side by side in processes of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from solver.jobs import Call, End, endings
from solver.result import Result
from solver.run import Run, SearchLimits, Termination
from solver.study.proven import Proven
from solver.study.results import bare_result
from solver.study.solving import solved
from solver.study.study import Study

HANDOVER = 1.0
"""Seconds before the time is up in which a process has to return what it has."""
FOR_THE_END = 0.1
"""The share of the time in which the last of several has to return what it has."""
Variant = Callable[[], Study]
"""A study that is made when it is its turn: it begins with what those before it have found."""


def solve_each(variants: Sequence[Variant], run: Run, workers: int = 1) -> Iterator[tuple[int, Result]]:
    """The best portfolio of each variant, by number, as they are found; of the first in any case.

    Once the run is over no other is asked for. Each has a fair share of the time that is left. With several
    workers each has a process of its own, and they do not learn from each other.
    """
    if workers > 1:
        yield from _side_by_side(variants, run, workers)
        return
    if run.is_over and variants:
        yield 0, solved(variants[0](), run, split=False)
    for number, part in run.part(1.0 - FOR_THE_END).each(range(len(variants))):
        yield number, solved(variants[number](), part, split=False)


def _side_by_side(variants: Sequence[Variant], run: Run, workers: int) -> Iterator[tuple[int, Result]]:
    studies = [variant() for variant in variants]
    ended = 0

    def calls() -> Iterator[tuple[int, Call]]:
        for number, study in enumerate(studies):
            share = min(1.0, workers / (len(studies) - number))
            until = time.time() + max(0.0, share * run.remaining - HANDOVER) if run.limited else None
            yield number, Call(_solve, (study, run.limits, until))

    def glance() -> bool:
        run.asking(min(ended + 1, len(studies)), len(studies))
        run.tell(phase="search")
        return run.is_over

    for number, ending in endings(calls(), workers, glance):
        ended += 1
        study = studies[number]
        if ending.end is End.returned:
            yield number, ending.value
            continue
        why = run.verdict or Termination.error
        failed = Proven(why, None, message=ending.message)
        yield number, bare_result(study.instance, study.formulation.to_dict(study.assessment), failed, run)


def _solve(study: Study, limits: SearchLimits, until: float | None) -> Result:
    """The best portfolio until a moment of the day: what it takes to start a process counts as well."""
    seconds = None if until is None else max(0.0, until - time.time())
    return study.solve(split=False, limits=replace(limits, seconds=seconds))
