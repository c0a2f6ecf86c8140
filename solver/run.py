"""One run: how long it may take, who listens, who can stop it, and the one clock for all of it."""

from __future__ import annotations

import copy
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, NoReturn, TypeVar

from solver.errors import StoppedError

PULSE, BEAT = 0.05, 0.4
LATE = {"cancelled": 1.3, "time_limit": 1.3}
"""Seconds that work may go on after it had to stop, before it is left alone: its own parts stop in 0.8."""

Phase = Literal[
    "reading",
    "drawing",
    "building",
    "built",
    "opening",
    "relaxation",
    "search",
    "checking",
    "splitting",
    "done",
]
Result = TypeVar("Result")
Question = TypeVar("Question")


class Termination(StrEnum):
    """Why a run stopped; says nothing about whether a solution was found."""

    optimal = "optimal"
    gap_reached = "gap_reached"
    decided = "decided"
    time_limit = "time_limit"
    cancelled = "cancelled"
    infeasible = "infeasible"
    unbounded = "unbounded"
    error = "error"


@dataclass(frozen=True)
class SearchLimits:
    """When a search may stop, and with which means it works.

    `seconds` is wall-clock time over everything (`None`: no limit), `gap` the relative gap that is good
    enough, `threads` the back end's (`None`: one, so that every machine walks the same way), `seed` its
    random seed, `backend` a name from `solver.driver.backends.available()`, in any case (`None`: HiGHS, or
    CBC where that suits a program better).
    Raises `ValueError` for a number out of range.
    """

    seconds: float | None = None
    gap: float = 1e-6
    threads: int | None = None
    seed: int = 7
    backend: str | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None and not self.seconds >= 0:
            raise ValueError(f"seconds must be at least 0, not {self.seconds}")
        if not 0 <= self.gap < float("inf"):
            raise ValueError(f"gap must be at least 0, not {self.gap}")
        if self.threads is not None and self.threads < 1:
            raise ValueError(f"threads must be at least 1, not {self.threads}")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"seed must be between 0 and 2147483647, not {self.seed}")


NO_LIMITS = SearchLimits()


@dataclass(frozen=True)
class Decision:
    """Where a search can end before it knows the best, in the sense of the problem.

    A solution that reaches `enough` is as good as the best; once none can be better than `hopeless`, it does
    not matter by how much. None: no such end.
    """

    enough: float | None = None
    hopeless: float | None = None

    def taken(self, worth: float, bound: float) -> bool:
        """Whether a worth, or a bound, decides where more is better; infinite where there is none."""
        return (self.enough is not None and worth >= self.enough) or (
            self.hopeless is not None and -math.inf < bound <= self.hopeless
        )


NO_DECISION = Decision()


@dataclass(frozen=True)
class Progress:
    """One report of a running search, in the sense of the problem; `None` where nothing is known yet.

    `question` is which of how many questions is being asked, where a run asks several.
    """

    seconds: float
    incumbent: float | None
    bound: float | None
    gap: float | None
    phase: Phase
    round: int
    question: tuple[int, int] | None = None


Listener = Callable[[Progress], None]


class Cancel:
    """A token to stop a run from another thread; the run then returns the best it has."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the run to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether someone asked."""
        return self._event.is_set()


class AbandonedError(Exception):
    """Work that did not stop when it had to, and that nobody waits for any longer."""


class _Shared:
    """What all parts of a run know together: what was said last, and when somebody asked it to stop."""

    latest: Progress | None = None
    question: tuple[int, int] | None = None
    cancelled_at: float = math.inf
    backend: str | None = None


class Run:
    """Knows how long a run has taken and whether it has to stop, and passes on how it goes.

    Parts of a run share its clock; whatever stops the whole stops them, and Ctrl-C in one stops the whole.
    """

    def __init__(
        self,
        limits: SearchLimits | None = None,
        listener: Listener | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        self.limits = limits or NO_LIMITS
        self._listener = listener
        self._cancel = cancel or Cancel()
        self._interrupted = threading.Event()
        self._began = time.monotonic()
        self._end = math.inf if self.limits.seconds is None else self.limits.seconds
        self._caller = threading.get_ident()
        self._untold: deque[tuple[Listener, Progress]] = deque()
        self._shared = _Shared()

    def part(
        self, share: float = 1.0, *, most: float = math.inf, least: float = 0.0, gap: float | None = None
    ) -> Run:
        """A run for a share of the time that is left, of `most` and `least` so many seconds."""
        part = copy.copy(self)
        part._end = self.elapsed + max(least, min(share * self.remaining, most))
        part.limits = self.limits if gap is None else replace(self.limits, gap=gap)
        return part

    def each(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Run]]:
        """Questions one by one, each with its share of the time that is left; none once the run is over.

        What one does not need is there for those after it. Progress says which of them it is.
        """
        before = self._shared.question
        try:
            for done, question in enumerate(questions):
                if self.is_over:
                    return
                self._shared.question = (done + 1, len(questions))
                yield question, self.part(1.0 / (len(questions) - done))
        finally:
            self._shared.question = before

    def asking(self, asked: int, of: int) -> None:
        """Progress says from now on that so many questions of all were asked."""
        self._shared.question = (asked, of)

    @property
    def backend(self) -> str:
        """The back end of the last search: what was asked for, or what was chosen."""
        return self.limits.backend or self._shared.backend or "HiGHS"

    def chose(self, backend: str) -> None:
        """A search took this back end, where none was asked for."""
        self._shared.backend = backend

    def heard_by(self, listener: Listener | None) -> Run:
        """The same run with another listener, or with none."""
        same = copy.copy(self)
        same._listener = listener
        return same

    @property
    def elapsed(self) -> float:
        """Wall-clock seconds since the whole run began."""
        return time.monotonic() - self._began

    @property
    def remaining(self) -> float:
        """Seconds until the time limit, at least 0; infinite without one."""
        return max(0.0, self._end - self.elapsed)

    @property
    def limited(self) -> bool:
        """Whether time ends at all."""
        return math.isfinite(self._end)

    @property
    def verdict(self) -> Termination | None:
        """Why the run has to stop now, or `None` when it may go on."""
        if self._cancel.cancelled or self._interrupted.is_set():
            return Termination.cancelled
        return Termination.time_limit if self.remaining <= 0 else None

    @property
    def is_over(self) -> bool:
        """Whether the run has to stop now."""
        return self.verdict is not None

    def check(self) -> None:
        """Raise `StoppedError` where the run has to stop now: for long loops that have no answer yet."""
        if self.is_over:
            self.end()

    def end(self) -> NoReturn:
        """Raise `StoppedError`: there is no answer, and this is why."""
        reason = (self.verdict or Termination.cancelled).replace("_", " ")
        raise StoppedError(f"stopped before there was an answer: {reason}")

    def interrupt(self) -> None:
        """Stop the run as Ctrl-C does; the token of the caller stays untouched."""
        self._interrupted.set()

    def tell(
        self,
        incumbent: float | None = None,
        bound: float | None = None,
        phase: Phase = "search",
        *,
        gap: float | None = None,
        round: int = 0,
    ) -> None:
        """Report to the listener, in the thread that called for the run."""
        self.pass_on(Progress(self.elapsed, incumbent, bound, gap, phase, round, self._shared.question))

    def pass_on(self, news: Progress) -> None:
        """Hand a report to the listener, in the thread that called for the run."""
        if self._listener is None:
            return
        self._shared.latest = news
        if threading.get_ident() == self._caller:
            self._listener(news)
        else:
            self._untold.append((self._listener, news))

    def attended(self, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        """Do the work in a thread of its own; what is known `otherwise`, where it does not end in time."""
        try:
            if threading.get_ident() != self._caller:
                return work()
            return self.attend(work, self._beat, {Termination(word): late for word, late in LATE.items()})
        except (AbandonedError, KeyboardInterrupt, StoppedError):
            return otherwise()

    def _beat(self) -> None:
        """Say twice a second that the work goes on, where nothing else was said."""
        latest = self._shared.latest
        if latest is not None and self.elapsed - latest.seconds > BEAT:
            self.pass_on(replace(latest, seconds=self.elapsed))

    def attend(
        self, work: Callable[[], Result], glance: Callable[[], None], patience: Mapping[Termination, float]
    ) -> Result:
        """Do the work in a thread of its own and glance at it several times a second.

        Ctrl-C asks the work to stop and goes on waiting for it; a second Ctrl-C ends the waiting.
        Raises `AbandonedError` when the work goes on after it had to stop, for longer than the seconds that
        `patience` gives to the reason.
        """
        future: Future[Result] = Future()
        threading.Thread(target=_fulfil, args=(future, work), daemon=True).start()
        deadline = math.inf
        while not future.done():
            try:
                wait({future}, timeout=PULSE)
                glance()
                self._catch_up()
            except KeyboardInterrupt:
                if self._interrupted.is_set():
                    raise
                self.interrupt()
            except BaseException:
                self.interrupt()
                wait({future}, timeout=patience[Termination.cancelled])
                raise
            verdict = self.verdict
            if verdict is not None:
                deadline = self._since(verdict) + patience[verdict]
            if self.elapsed > deadline and not future.done():
                raise AbandonedError
        self._catch_up()
        return future.result()

    def _since(self, verdict: Termination) -> float:
        """When the run had to stop, so that what comes after what is patient is not as patient once more."""
        if verdict is Termination.time_limit:
            return self._end
        self._shared.cancelled_at = min(self._shared.cancelled_at, self.elapsed)
        return self._shared.cancelled_at

    def _catch_up(self) -> None:
        """Tell in the caller's thread what was reported in others."""
        if threading.get_ident() == self._caller:
            while self._untold:
                listener, news = self._untold.popleft()
                listener(news)


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
