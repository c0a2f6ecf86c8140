"""The terminal while a search runs: the progress line, and a stdout that back ends cannot reach."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from solver.commands.streams import columns_of_stderr
from solver.report.amounts import number, percent
from solver.report.cells import PIPED, fitted, padded

if TYPE_CHECKING:
    from solver.run import Progress

STDOUT, STDERR = 1, 2


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
        _put("\r")

    def _write(self, text: str) -> None:
        cells = (columns_of_stderr() or PIPED) - 1
        if text != self._shown:
            _put("\r" + padded(fitted(text, cells), cells))
            self._shown = text


def _put(text: str) -> None:
    """Write to stderr; a terminal that is gone takes no search with it."""
    with suppress(OSError):
        click.echo(text, err=True, nl=False)


WORDS: dict[str, str] = {
    "reading": "reading",
    "drawing": "assessing",
    "building": "writing the program",
    "built": "first portfolios",
    "opening": "first portfolios",
}
"""What phases are called where their own name says little."""


def progress_text(progress: Progress) -> str:
    """A search under way in one line: what it is at, incumbent, bound, gap, seconds."""
    if progress.phase == "reading":
        return WORDS["reading"]
    facts: list[tuple[str, Any, Callable[[Any], str]]] = [
        ("incumbent", progress.incumbent, number),
        ("bound", progress.bound, number),
        ("gap", progress.gap, percent),
    ]
    shown = [f"{name} {'none yet' if fact is None else as_text(fact)}" for name, fact, as_text in facts]
    at = WORDS.get(progress.phase, progress.phase)
    if progress.question is not None:
        asked, of = progress.question
        at = f"{asked:,} of {of:,}, {at}"
    return f"{at}: {', '.join(shown)}, {progress.seconds:.1f} s"
