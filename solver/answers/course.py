"""How a search came to its result: what it had, and what was proven, as time went by."""

from __future__ import annotations

from dataclasses import dataclass

from solver.instance.instance import Instance
from solver.result import Result
from solver.run import Cancel, Listener, Progress, SearchLimits
from solver.shown import Shown
from solver.study.study import Study


@dataclass(frozen=True)
class Moment:
    """What was known at one time: the worth of the best portfolio so far, and what none can exceed."""

    seconds: float
    worth: float | None
    bound: float | None


@dataclass(frozen=True)
class Course(Shown):
    """The moments of a search at which something changed, the last one with its `result`."""

    result: Result
    moments: tuple[Moment, ...]

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
    moments: list[Moment] = []

    def listening(news: Progress) -> None:
        heard = Moment(news.seconds, news.incumbent, news.bound)
        if (heard.worth, heard.bound) != (None, None) and (
            not moments or (heard.worth, heard.bound) != (moments[-1].worth, moments[-1].bound)
        ):
            moments.append(heard)
        if progress is not None:
            progress(news)

    result = study.solve(split=False, limits=limits, progress=listening, cancel=cancel)
    last = Moment(result.seconds, result.objective, result.bound)
    return Course(result, (*(one for one in moments if one.seconds <= result.seconds), last))
