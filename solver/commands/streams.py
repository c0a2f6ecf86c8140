"""Streams as the shell hands them over: closed, full, abandoned by their reader, in an odd encoding."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

import click


def make_usable() -> None:
    """Give a closed stdout or stderr somewhere to go, and let no name fail on a narrow encoding."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Say something on stderr; where that has no room, only the sentence is lost."""
    try:
        click.echo(text, err=True)
    except BrokenPipeError:
        raise
    except OSError:
        _abandon(sys.stderr)


def columns_of_stderr() -> int | None:
    """How many cells a line on stderr may take; None where it is no terminal."""
    with suppress(ValueError, KeyError):
        if (columns := int(os.environ["COLUMNS"])) > 0:
            return columns
    with suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(sys.stderr.fileno()).columns
    return None


def abandon_stdout() -> None:
    """Let Python flush into nothing when it ends, instead of complaining once more."""
    _abandon(sys.stdout)


def abandon_everything() -> None:
    """The same for stdout and stderr."""
    _abandon(sys.stdout)
    _abandon(sys.stderr)


def _abandon(stream: TextIO) -> None:
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
