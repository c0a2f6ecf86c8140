"""The terminal while a search runs: Ctrl-C, the progress line, and a stdout that back ends cannot reach."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from solver.report.amounts import number, percent
from solver.report.cells import fitted, padded

if TYPE_CHECKING:
    from solver.run import Cancel, Progress

STDOUT, STDERR = 1, 2


class Interruption:
    """Remembers the first Ctrl-C, from before there is a search to cancel."""

    def __init__(self) -> None:
        self._happened = False
        self._cancel: Cancel | None = None

    def happen(self, number: int, frame: FrameType | None) -> None:
        """Take note; from now on Ctrl-C raises KeyboardInterrupt as usual."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._happened = True
        if self._cancel is not None:
            self._cancel.cancel()

    def token(self) -> Cancel:
        """The token for a search, pulled already if Ctrl-C came before it."""
        from solver.run import Cancel

        self._cancel = Cancel()
        if self._happened:
            self._cancel.cancel()
        return self._cancel


@contextmanager
def first_interrupt_cancels() -> Iterator[Interruption]:
    """Within the block the first Ctrl-C cancels the search and a second one ends the command."""
    interruption = Interruption()
    before = signal.signal(signal.SIGINT, interruption.happen)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def stdout_kept_clean() -> Iterator[None]:
    """Send to stderr whatever compiled back ends print to stdout."""
    sys.stdout.flush()
    try:
        saved = os.dup(STDOUT)
        os.dup2(STDERR, STDOUT)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        _flush_compiled_output()
        os.dup2(saved, STDOUT)
        os.close(saved)


def _flush_compiled_output() -> None:
    """Empty the buffers of the C library before stdout is put back."""
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).fflush(None)


@contextmanager
def progress_line(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A listener that rewrites one line on stderr; None when nobody looks at a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    line = _Line()
    try:
        yield line.show
    finally:
        line.clear()


class _Line:
    def __init__(self) -> None:
        self._shown = ""

    def show(self, progress: Progress) -> None:
        self._write(progress_text(progress))

    def clear(self) -> None:
        self._write("")
        click.echo("\r", err=True, nl=False)

    def _write(self, text: str) -> None:
        cells = shutil.get_terminal_size().columns - 1
        if text != self._shown:
            click.echo("\r" + padded(fitted(text, cells), cells), err=True, nl=False)
            self._shown = text


def progress_text(progress: Progress) -> str:
    """A search under way in one line: incumbent, bound, gap, seconds."""
    facts: list[tuple[str, Any, Callable[[Any], str]]] = [
        ("incumbent", progress.incumbent, number),
        ("bound", progress.bound, number),
        ("gap", progress.gap, percent),
    ]
    shown = [f"{name} {'none yet' if fact is None else as_text(fact)}" for name, fact, as_text in facts]
    return f"{', '.join(shown)}, {progress.seconds:.1f} s"
