"""`partnerfolio bench`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solver.commands.command import FOUND, NONE_FOUND, Subcommand
from solver.commands.streams import say

if TYPE_CHECKING:
    from solver.bench.run import Report


@click.command(cls=Subcommand)
@click.argument("matrix", metavar="MATRIX.toml")
@click.option("--store", metavar="FILE", help="Where rows are kept; MATRIX.sqlite if not given.")
@click.option("--data", metavar="FOLDER", help="Published files; else PARTNERFOLIO_DATA.")
@click.option("--only", metavar="WORD", multiple=True, help="Only rows with this in their name. Repeatable.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Rows at a time.")
@click.option("--afresh", is_flag=True, help="Run again what is recorded.")
@click.option("--plots", metavar="FOLDER", help="Draw profiles and gaps over time.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    matrix: str,
    store: str | None,
    data: str | None,
    only: tuple[str, ...],
    jobs: int,
    afresh: bool,
    plots: str | None,
) -> None:
    """Compare strategies on instances of your own, as MATRIX.toml lists them.

    Every row runs in a process of its own and is recorded when it ends: the
    same command goes on where it was stopped, and shows the scores in the end.

    \b
    Examples:
      partnerfolio bench matrix.toml
      partnerfolio bench matrix.toml --only greedy --plots plots

    \b
    A matrix:
      strategies = ["exact", "greedy", "my_module:my_strategy"]
      seconds = [10]
      [[instances]]
      path = ["alliance.xlsx", "other/folder"]
      [[instances]]
      generate = { partners = [50, 100], density = 0.1 }

    Exit codes: 0 every row was run or is skipped for a reason, 1 a row failed,
    2 bad input.
    """
    from solver.bench.entrants import catalogue
    from solver.bench.matrix import read_matrix
    from solver.bench.report import failures, report
    from solver.bench.run import rows_of, run
    from solver.bench.sources import data_folder
    from solver.bench.store import Store
    from solver.commands.interrupts import interrupts_unwind
    from solver.commands.outputs import show
    from solver.report.printed import printed

    # Strategies of the user's own lie beside the matrix as a rule, where an installed command does not look.
    sys.path.append(os.getcwd())
    wanted = read_matrix(Path(matrix), catalogue(), data_folder(data)).only(only)
    kept = Store(Path(store) if store else Path(matrix).with_suffix(".sqlite"))
    with interrupts_unwind():
        run(wanted, kept, afresh=afresh, jobs=jobs, listener=_say)
    rows = rows_of(wanted, kept)
    show(printed(report(rows)))
    if plots is not None:
        from solver.bench.plots import draw

        draw(rows, Path(plots))
    ctx.exit(NONE_FOUND if failures(rows) else FOUND)


def _say(report: Report) -> None:
    say(str(report))
