"""What sub-commands write: JSON to a file or to stdout, and the promise that it can be written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from solver.commands.streams import abandon_stdout
from solver.errors import InputError
from solver.instance.defects import Defect

STDOUT = "-"


def check_file(target: str | None, source: str | None = None) -> None:
    """Raise InputError unless a file can be written there; asked before long work begins.

    `source` is the input, which no output may replace.
    """
    if target is None or target == STDOUT:
        return
    objection = _objection(Path(target), source)
    if objection:
        raise InputError([Defect(target, objection)])


def _objection(path: Path, source: str | None) -> str:
    if path.is_dir():
        return "a file to write to, not a folder"
    if not path.absolute().parent.is_dir():
        return "a file in a folder that exists"
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        return "a file that may be written"
    if source is not None and path.exists() and Path(source).exists() and path.samefile(source):
        return "another file than the input"
    return ""


def publish(text: str, target: str | None) -> None:
    """Write a text to a file, whole or not at all, or to stdout as UTF-8; None writes nothing."""
    if target is None:
        return
    if target == STDOUT:
        show(text.encode("utf-8"))
        return
    from solver.instance.atomic import write_text

    with writing(target):
        write_text(Path(target), f"{text}\n")


def tell(document: dict[str, Any], text: str, target: str | None) -> None:
    """Write a document as JSON to a file or to stdout, and a text to stdout unless the JSON went there."""
    publish(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False), target)
    if target != STDOUT:
        show(text)


def show(text: str | bytes) -> None:
    """Print to stdout; raises InputError when that cannot be written, BrokenPipeError when nobody reads."""
    try:
        click.echo(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon_stdout()
        raise InputError([Defect("stdout", f"a place with room ({error.strerror or error})")]) from None


@contextmanager
def writing(target: str) -> Iterator[None]:
    """What the file system refuses is the planner's to mend: an InputError that names the path."""
    try:
        yield
    except OSError as error:
        remedy = f"a path that can be written ({error.strerror or error})"
        raise InputError([Defect(target, remedy)]) from None
