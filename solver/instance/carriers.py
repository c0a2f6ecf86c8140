"""Reading and writing instances whatever carries them: a folder, an Excel workbook or a JSON file."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from solver.errors import InputError
from solver.instance.atomic import write_text
from solver.instance.defects import Defect, nearest
from solver.instance.document import dump, judged
from solver.instance.folder import SETTINGS, is_instance_folder, read_folder, write_folder
from solver.instance.instance import Instance
from solver.instance.jsonfile import json_text, read_json
from solver.instance.reading import Document, Reading

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm")
ZIP_MARK = b"PK\x03\x04"
COMPOUND_MARK = b"\xd0\xcf\x11\xe0"


def read(path: str | PathLike[str], *, overrides: Sequence[str] = ()) -> Instance:
    """Read an instance from a folder, an Excel workbook or a JSON file, whichever stands there.

    `overrides` are assignments such as `limits.budget=400`. Raises InputError with every defect.
    """
    return read_with_remarks(path, overrides=overrides)[0]


def read_with_remarks(
    path: str | PathLike[str], *, overrides: Sequence[str] = ()
) -> tuple[Instance, tuple[str, ...]]:
    """Read an instance, and what the reader took for something else than it is, in sentences.

    Such are headings with capitals and blanks, semicolons between cells, hidden rows. Raises InputError with
    every defect.
    """
    from solver.instance.overrides import overridden

    reading = load(path)
    instance = judged(overridden(reading, overrides) if overrides else reading)
    return instance, tuple(reading.findings.remarks)


def write(instance: Instance, path: str | PathLike[str], *, overwrite: bool = False) -> None:
    """Write an instance: `.xlsx` a workbook, `.json` a JSON file, no suffix a folder; whole or not at all.

    Raises InputError when the suffix is unknown or something stands there that may not be replaced.
    """
    target = Path(path)
    check_target(target, overwrite=overwrite)
    try:
        _write(dump(instance), target)
    except OSError as error:
        text = f"a path that can be written ({error.strerror or error})"
        raise InputError([Defect(str(target), text)]) from None


def check_target(target: Path, *, overwrite: bool = False) -> None:
    """Raise InputError unless an instance may be written to this path."""
    try:
        remedy = _objection(target, overwrite)
    except (OSError, RuntimeError, ValueError) as error:
        remedy = f"a path that can be written ({getattr(error, 'strerror', None) or error})"
    if remedy:
        raise InputError([Defect(str(target), remedy)])


def _write(document: Document, target: Path) -> None:
    if target.suffix.lower() == ".json":
        write_text(target, json_text(document))
    elif target.suffix.lower() in WORKBOOK_SUFFIXES:
        from solver.instance.workbookwriter import write_workbook

        write_workbook(document, target)
    else:
        write_folder(document, target)


def _objection(target: Path, overwrite: bool) -> str:
    suffix = target.suffix.lower()
    if suffix not in ("", ".json", ".xlsx") and not target.is_dir():
        return f"a name that ends in .xlsx or .json, or a folder's name without ending, not {suffix}"
    if not target.resolve().parent.is_dir():
        return "a path in a folder that exists"
    if not target.exists() or _is_empty_folder(target):
        return ""
    if not overwrite:
        return "a path where nothing stands yet, or ask to overwrite it"
    if target.is_dir() and (suffix in (".json", ".xlsx") or not is_instance_folder(target)):
        return "another path; this folder holds something that is no instance"
    if target.is_file() and suffix == "":
        return "another path; a file has this name"
    return ""


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def load(path: str | PathLike[str]) -> Reading:
    """What a carrier holds and what is wrong with it, before its values are judged.

    Raises InputError where nothing can be read at all.
    """
    source = Path(path)
    try:
        if source.is_dir():
            return _folder_reading(source)
        is_book = is_workbook(source)
    except FileNotFoundError:
        raise InputError([Defect(str(path), f"a path that exists{_nearest_path(source)}")]) from None
    except OSError as error:
        raise InputError(
            [Defect(str(path), f"a path that can be read ({error.strerror or error})")]
        ) from None
    if is_book:
        from solver.instance.workbook import read_workbook

        return read_workbook(source)
    if source.suffix.lower() in (".csv", ".toml"):
        raise InputError([Defect(str(path), f"the folder that holds this file: {source.absolute().parent}")])
    return read_json(source)


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, by its name or by its first bytes."""
    with path.open("rb") as stream:
        mark = stream.read(4)
    return path.suffix.lower() in WORKBOOK_SUFFIXES or mark in (ZIP_MARK, COMPOUND_MARK)


def _folder_reading(path: Path) -> Reading:
    if not is_instance_folder(path):
        text = f"a folder with {SETTINGS} and partners.csv, or an .xlsx or .json file"
        raise InputError([Defect(str(path), text)])
    return read_folder(path)


def _nearest_path(path: Path) -> str:
    parent = path.absolute().parent
    if not parent.is_dir():
        return ""
    return nearest(path.name, [entry.name for entry in parent.iterdir()])
