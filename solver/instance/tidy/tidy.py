"""Tidy: a copy of an instance in which every repair that leaves no doubt is made, and listed."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path

from solver.errors import InputError
from solver.instance.carriers import check_target, is_workbook, load, read_with_remarks
from solver.instance.defects import Defect
from solver.instance.tidy.changes import Change, Tidied
from solver.instance.tidy.documents import write_tidy_document
from solver.instance.tidy.folders import write_tidy_folder
from solver.instance.tidy.workbooks import write_tidy_workbook


def tidy(source: str | PathLike[str], target: str | PathLike[str], *, overwrite: bool = False) -> Tidied:
    """Write a copy with every repair that is beyond doubt, list the changes, and say what is left.

    The copy has the form of the original: a workbook, a folder, or a JSON document. Nothing is changed that
    could be meant as it stands: where the original can be read, the copy is the same instance, but for rows
    of totals, which are notes there. Raises InputError where the original cannot be opened, the target has
    another form, or something stands there that may not be replaced.
    """
    original, copy = Path(source), Path(target)
    load(original)
    write, ending = _form(original)
    if copy.suffix.lower() != ending:
        form = f"a name that ends in {ending}" if ending else "a folder's name, without ending"
        raise InputError([Defect(str(copy), f"{form}: a copy has the form of the original")])
    check_target(copy, overwrite=overwrite)
    if copy.exists() and copy.samefile(original):
        raise InputError([Defect(str(copy), "another place than the original")])
    try:
        changes = write(original, copy)
    except OSError as error:
        text = f"a path that can be written ({error.strerror or error})"
        raise InputError([Defect(str(copy), text)]) from None
    return _what_is_left(copy, changes)


def _form(path: Path) -> tuple[Callable[[Path, Path], list[Change]], str]:
    """What writes the copy of an original of this form, and the ending of its name."""
    if path.is_dir():
        return write_tidy_folder, ""
    if is_workbook(path):
        return write_tidy_workbook, ".xlsx"
    return write_tidy_document, ".json"


def _what_is_left(copy: Path, changes: list[Change]) -> Tidied:
    try:
        instance, remarks = read_with_remarks(copy)
    except InputError as error:
        return Tidied(str(copy), tuple(changes), error.defects, (), ())
    return Tidied(str(copy), tuple(changes), (), instance.warnings, remarks)
