"""Where output may go: never over the input, nor over what is not a result of this software."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from solver.errors import InputError
from solver.instance.atomic import is_stream
from solver.instance.defects import Defect

STDOUT = "-"
INPUT_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".toml")
MOST_BYTES_OF_A_RESULT = 200_000_000
SIGNS = (
    {"termination", "bound", "portfolio"},
    {"termination", "bound", "result"},
    {"holds", "broken", "portfolio"},
    {"error", "contradiction", "locks"},
    {"search", "report", "portfolio"},
    {"settles_at", "steps"},
    {"feasible", "conflict", "repairs"},
    {"feasible", "formulation", "reasons"},
    {"criteria", "points", "open"},
    {"feasible", "cutoffs", "members"},
    {"exposures", "curve"},
    {"base", "cases"},
    {"regret", "nearest"},
    {"formulation", "entries"},
    {"effects", "between"},
    {"feasible", "ranked", "diverse"},
    {"partners", "readings", "gaps"},
    {"candidates", "entering", "others"},
    {"accuracy", "before", "after"},
    {"pilots", "certain"},
    {"frozen", "moves", "curve"},
    {"best", "feasible", "bars"},
    {"exact", "members", "portfolios"},
    {"key", "number", "levels"},
    {"key", "number", "looks"},
    {"formulation", "numbers"},
    {"policies", "outcomes", "wanted"},
    {"document", "counted", "remaining"},
    {"payoffs", "splits", "players"},
    {"fingerprint", "missing", "warnings"},
    {"target", "changes", "defects"},
    {"$schema", "$defs"},
)
"""Keys by which a JSON file is known as one that a command of ours wrote."""


def check_target(target: str | None, inputs: Iterable[str | None] = (), *, overwrite: bool = False) -> None:
    """Raise InputError unless a text may be written there; asked before long work begins.

    `inputs` are files or folders that the command reads: nothing of them is ever replaced. Any other file
    that is no result of ours is replaced with `overwrite` only. Links are followed.
    """
    if target is None or target == STDOUT:
        return
    try:
        objection = _objection(Path(target), [Path(path) for path in inputs if path], overwrite)
    except (OSError, ValueError, RuntimeError) as error:
        objection = f"a path that can be written ({getattr(error, 'strerror', None) or error})"
    if objection:
        raise InputError([Defect(target, objection)])


def check_new_workbook(target: str, given: Iterable[str] = (), *, overwrite: bool = False) -> None:
    """Raise InputError unless a workbook may be written there: over nothing that is given, and over a
    workbook that exists with `overwrite` only.
    """
    from solver.instance.carriers import check_target as check_carrier

    check_carrier(Path(target), overwrite=overwrite)
    with suppress(OSError, ValueError):
        if any(Path(one).exists() and Path(target).exists() and Path(one).samefile(target) for one in given):
            raise InputError([Defect(target, "another file than the input")])


def check_not_input(target: str, source: str) -> None:
    """Raise InputError where an instance would be written over the one it comes from."""
    if _is_of_the_input(Path(target), [Path(source)]):
        raise InputError([Defect(target, "another place than the input")])


def named(target: str | None) -> str | None:
    """The target, or `-` for a path that leads to where stdout goes anyway."""
    with suppress(OSError, ValueError, AttributeError):
        if target and os.path.samestat(os.stat(target), os.fstat(sys.__stdout__.fileno())):  # type: ignore[union-attr]
            return STDOUT
    return target


def _objection(path: Path, inputs: list[Path], overwrite: bool) -> str:
    if path.is_dir():
        return "a file to write to, not a folder"
    place = path.resolve()
    if path.suffix.casefold() in INPUT_ENDINGS or place.suffix.casefold() in INPUT_ENDINGS:
        return f"a name that does not end in {path.suffix or place.suffix}: what is written is JSON"
    if is_stream(path):
        return _objection_to_a_stream(path)
    if not place.parent.is_dir():
        return "a file in a folder that exists"
    if not (
        os.access(place.parent, os.W_OK) and os.access(place if place.exists() else place.parent, os.W_OK)
    ):
        return "a file that may be written"
    if _is_of_the_input(path, inputs):
        return "another file than the input"
    if not overwrite and path.exists() and not _is_ours(path):
        return "another name, or --overwrite: this file exists and is no result of this command"
    return ""


def _objection_to_a_stream(path: Path) -> str:
    mode = path.stat().st_mode
    writable = not (stat.S_ISBLK(mode) or stat.S_ISSOCK(mode)) and os.access(path, os.W_OK)
    return "" if writable else "a file, or a device or pipe that may be written"


def _is_of_the_input(path: Path, inputs: list[Path]) -> bool:
    """Whether a path leads to a file that is read, or into an instance's folder to a file of its own."""
    if not path.exists():
        return False
    files = [file for given in inputs if given.exists() for file in (given, *_content(given))]
    return any(path.samefile(file) for file in files) and not _is_a_result_beside_the_input(path, inputs)


def _content(folder: Path) -> Iterable[Path]:
    return [file for file in folder.iterdir() if file.exists()] if folder.is_dir() else ()


def _is_a_result_beside_the_input(path: Path, inputs: list[Path]) -> bool:
    return not any(given.exists() and path.samefile(given) for given in inputs) and _is_ours(path)


def _is_ours(path: Path) -> bool:
    """Whether a file is empty, or JSON that a command of ours wrote."""
    size = path.stat().st_size
    if size == 0:
        return True
    if size > MOST_BYTES_OF_A_RESULT:
        return False
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and any(sign <= document.keys() for sign in SIGNS)
