"""What sub-commands write: the answer for people on stdout, and JSON to a file or to stdout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solver.commands.options import PAGE, XLSX
from solver.commands.streams import abandon_stdout
from solver.commands.targets import STDOUT
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.shapes import plain

if TYPE_CHECKING:
    from solver.report.blocks import Report


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


def json_text(document: Any) -> str:
    """A document as JSON for people and programs."""
    return json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False)


def tell(document: Any, target: str | None, *reports: Report) -> None:
    """Show reports on stdout, and write a document as JSON to a file; to stdout goes only one of them.

    The reports come first, so that a file that cannot be written takes no answer with it, and the file is
    written whether or not somebody reads them.
    """
    from solver.report.printed import printed

    content = "" if target is None else json_text(document)
    try:
        if target != STDOUT:
            show("\n\n".join(map(printed, reports)))
    finally:
        publish(content, target)
        asked = click.get_current_context().meta
        if asked.get(XLSX):
            _write_workbook(asked[XLSX], document, reports)
        if asked.get(PAGE):
            _write_page(asked[PAGE], document, reports)


def _write_page(target: str, document: Any, reports: Sequence[Report]) -> None:
    """The same reports as a page, the answer's pictures first."""
    from solver.commands.pages import write_page
    from solver.report.blocks import report
    from solver.report.notebook import figures_of

    parts = [part for one in reports for part in one.sections]
    names = frozenset().union(*(one.names for one in reports))
    write_page(report(reports[0].title, *figures_of(document), *parts, names=names), target)


def _write_workbook(target: str, document: Any, reports: Sequence[Report]) -> None:
    """The same reports as a workbook, with every picture of the answer after them."""
    from solver.instance.atomic import write_bytes
    from solver.report.blocks import Report, section
    from solver.report.figures.rendering import can_draw, pictures_for_a_page
    from solver.report.notebook import figures_of
    from solver.report.workbook import workbook

    drawn = figures_of(document) if can_draw() else []
    told = [part for one in reports for part in one.sections]
    told += [section(f"Picture {one.kind}", one) for one in drawn]
    names = frozenset().union(*(one.names for one in reports))
    content = workbook(Report(reports[0].title, tuple(told), names), *pictures_for_a_page(drawn))
    with writing(target):
        write_bytes(Path(target), content)


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
