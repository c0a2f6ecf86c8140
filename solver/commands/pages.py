"""Reports as files to hand on: a page, Markdown, or PDF where a browser prints it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.report.blocks import Report


def check_page(target: str) -> None:
    """Raise MissingBackendError, before long work, where there is no browser for a PDF."""
    if Path(target).suffix.casefold() == ".pdf":
        from solver.report.pdf import browser

        browser()


def write_page(document: Report, target: str) -> None:
    """Write a report to a file, with pictures where they can be drawn."""
    from solver.commands.outputs import writing
    from solver.commands.streams import say
    from solver.instance.atomic import write_bytes
    from solver.report.figures.rendering import REMEDY, can_draw, rendered
    from solver.report.html import figures_in, html
    from solver.report.markdown import markdown
    from solver.report.pdf import pdf

    ending = Path(target).suffix.casefold()
    if ending == ".md":
        content = markdown(document).encode()
    else:
        figures = figures_in(document)
        if figures and not can_draw():
            say(f"Pictures are left out, their numbers are there: {REMEDY}")
        page = html(document, rendered(figures, theme="page") if figures and can_draw() else ())
        content = pdf(page) if ending == ".pdf" else page.encode()
    with writing(target):
        write_bytes(Path(target), content)
