"""A plan on its way back into the planner's own workbook."""

from __future__ import annotations

from pathlib import Path

from solver.commands.outputs import writing
from solver.commands.streams import say
from solver.errors import InputError
from solver.instance.carriers import read
from solver.instance.defects import Defect, some
from solver.instance.instance import Instance
from solver.instance.plansheet import NAME, check_plan_target, put_plan
from solver.portfolio.portfolio import Portfolio


def check_plan_book(book: Path, problem: Instance, *, overwrite: bool) -> None:
    """Raise InputError unless plans for an instance may be put into this workbook: it knows all ids."""
    check_plan_target(book, problem.labels, overwrite=overwrite)
    known = read(book).labels
    unknown = [id_ for id_ in problem.labels if id_ not in known]
    if unknown:
        raise InputError(
            [Defect(str(book), f"the workbook of this instance; it does not know {some(unknown)}")]
        )


def put_into(book: Path, portfolio: Portfolio) -> None:
    """Put a plan into a workbook that was checked."""
    rows = [row.__dict__ for row in (*portfolio.partners, *portfolio.applications)]
    with writing(str(book)):
        put_plan(book, rows)
    say(f"The plan stands on the sheet {NAME} of {book}.")
