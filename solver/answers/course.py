"""How a search came to its result: what it had, and what was proven, as time went by."""

from __future__ import annotations

from dataclasses import dataclass

from solver.answers.watching import Event, Stopwatch
from solver.instance.instance import Instance
from solver.result import Result
from solver.run import Cancel, Listener, Progress, SearchLimits
from solver.shown import Shown
from solver.study.study import Study


@dataclass(frozen=True)
class Course(Shown):
    """The events of a search at which something was gained, the last one with its `result`."""

    result: Result
    events: tuple[Event, ...]

    @property
    def problem(self) -> Instance | None:
        """The instance itself."""
        return self.result.problem


def course(
    study: Study,
    *,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Course:
    """Search for the best portfolio of a study, and keep how the search went."""
    watch = Stopwatch()

    def listening(news: Progress) -> None:
        watch.hear(news)
        if progress is not None:
            progress(news)

    result = study.solve(split=False, limits=limits, progress=listening, cancel=cancel)
    return Course(result, watch.events(result.objective, result.seconds, result.bound))
