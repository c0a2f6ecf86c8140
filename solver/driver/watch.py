"""The clock, the cancel token and the listener of one run."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from typing import TypeVar

from solver.driver.outcome import Termination
from solver.driver.progress import Cancel, Progress

PULSE = 0.05

Result = TypeVar("Result")


class AbandonedError(Exception):
    """Work that did not stop when it had to, and that nobody waits for any longer."""


class Watch:
    """Knows how long a run has taken and whether it has to stop."""

    def __init__(
        self, seconds: float | None, cancel: Cancel | None, listener: Callable[[Progress], None] | None
    ) -> None:
        self._started = time.monotonic()
        self._seconds = math.inf if seconds is None else seconds
        self._cancel = cancel or Cancel()
        self._interrupted = threading.Event()
        self._listener = listener
        self._whole: Watch | None = None

    def part(self, share: float) -> Watch:
        """A watch over a share of the time that is left; whatever stops the one stops the other."""
        part = Watch(share * self.remaining, self._cancel, None)
        part._whole = self
        return part

    @property
    def elapsed(self) -> float:
        """Wall-clock seconds since the run began."""
        return time.monotonic() - self._started

    @property
    def remaining(self) -> float:
        """Seconds until the time limit, at least 0; infinite without one."""
        return max(0.0, self._seconds - self.elapsed)

    @property
    def verdict(self) -> Termination | None:
        """Why the run has to stop now, or `None` when it may go on."""
        if self._cancel.cancelled or self._interrupted.is_set():
            return Termination.cancelled
        return Termination.time_limit if self.remaining <= 0 else None

    def interrupt(self) -> None:
        """Stop the run as Ctrl-C does; the token of the caller stays untouched."""
        self._interrupted.set()
        if self._whole is not None:
            self._whole.interrupt()

    def tell(self, progress: Progress) -> None:
        """Hand a report to the listener, in the thread that called for the run."""
        if self._listener is not None:
            self._listener(progress)

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
            except KeyboardInterrupt:
                if self._interrupted.is_set():
                    raise
                self.interrupt()
            except BaseException:
                self.interrupt()
                wait({future}, timeout=patience[Termination.cancelled])
                raise
            if self.verdict is not None:
                deadline = min(deadline, self.elapsed + patience[self.verdict])
            if self.elapsed > deadline and not future.done():
                raise AbandonedError
        return future.result()


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
