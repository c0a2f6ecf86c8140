"""Ctrl-C and SIGTERM: the first one cancels a search; any other ends the process, with a sentence only.

Nothing is raised where an exception could be swallowed or shown as a traceback: the process ends at once,
after what is half written has been removed. A thread counts the signals, because Python's own handlers wait
for compiled code that the main thread is in.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from solver.run import Cancel

SIGNALS = (signal.SIGINT, signal.SIGTERM)
BY_SIGNAL = 128
COUNTER = "signals"

_ending = threading.Lock()


def obey() -> None:
    """From now on a signal ends this process, unless a search within `first_interrupt_cancels` takes it.

    For the process of the command alone, at its very beginning; calling it again changes nothing.
    """
    if any(thread.name == COUNTER for thread in threading.enumerate()):
        return
    for number in SIGNALS:
        signal.signal(number, _end)
    if os.name == "posix":
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        threading.Thread(target=_count, args=(reader,), name=COUNTER, daemon=True).start()


def leave(code: int) -> NoReturn:
    """End the process of the command, without waiting for threads that do not stop."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    ours = (COUNTER, threading.main_thread().name)
    if any(thread.name not in ours for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


class Interruption:
    """Remembers the first signal, from before there is a search to cancel."""

    def __init__(self) -> None:
        self._before = {number: signal.getsignal(number) for number in SIGNALS}
        self._happened = False
        self._cancel: Cancel | None = None

    def begin(self) -> None:
        """Take the next signal."""
        for number in SIGNALS:
            signal.signal(number, self._happen)

    def end(self) -> None:
        """Leave signals to whom they were left before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def token(self) -> Cancel:
        """The token for a search, pulled already if the signal came before it."""
        from solver.run import Cancel

        self._cancel = Cancel()
        if self._happened:
            self._cancel.cancel()
        return self._cancel

    def _happen(self, number: int, frame: FrameType | None) -> None:
        self.end()
        self._happened = True
        if self._cancel is not None:
            self._cancel.cancel()


@contextmanager
def first_interrupt_cancels() -> Iterator[Interruption]:
    """Within the block the first Ctrl-C or SIGTERM cancels the search, and a second one ends the command."""
    interruption = Interruption()
    interruption.begin()
    try:
        yield interruption
    finally:
        interruption.end()


@contextmanager
def interrupts_unwind() -> Iterator[None]:
    """Within the block the first signal raises KeyboardInterrupt, for work that has processes to end."""
    before = {number: signal.signal(number, _raise) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _count(reader: int) -> None:
    """End the process with the second signal, whatever the main thread is doing."""
    first = True
    while True:
        for number in os.read(reader, 1):
            if number in SIGNALS and not first:
                _end(number)
            first = first and number not in SIGNALS


def _end(number: int, frame: Any = None) -> None:
    if not _ending.acquire(blocking=False):
        return
    atomic = sys.modules.get("solver.instance.atomic")
    with suppress(Exception):
        if atomic is not None:
            atomic.drop_drafts()
    with suppress(OSError):
        begin = "\n" if os.isatty(2) else ""
        os.write(2, f"{begin}Error: stopped before there was an answer\n".encode())
    os._exit(BY_SIGNAL + number)
