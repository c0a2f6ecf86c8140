"""`partnerfolio solve`."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solver.commands.command import Subcommand, time_left
from solver.commands.options import instance_argument, json_option, lock_options, override_option
from solver.commands.searching import (
    Terms,
    at_the_terminal,
    check_options,
    evidence_option,
    exit_code,
    reading,
    search_options,
)
from solver.commands.streams import say

if TYPE_CHECKING:
    from solver.answers.explanation import Explanation
    from solver.report.blocks import Section
    from solver.study.study import Study

LONGEST_EXPLANATION = 10.0
"""Seconds for which a planner who asked for the best portfolio waits to hear why there is none."""


@click.command(cls=Subcommand)
@instance_argument
@override_option
@lock_options
@search_options
@click.option(
    "--threads", type=click.IntRange(1), metavar="N", help="Threads of the back end; one if not given."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=7,
    show_default=True,
    metavar="N",
    help="Random seed.",
)
@click.option(
    "--backend",
    metavar="NAME",
    help="HiGHS, CBC, SCIP, Gurobi, … if installed; chosen if not given.",
)
@click.option("--why", "wants_reasons", is_flag=True, help="Say of every partner left out why, in a line.")
@click.option("--start", metavar="RESULT.json", help="Improve on a known portfolio.")
@click.option(
    "--into", metavar="BOOK.xlsx", help="Put the plan into this workbook of yours, on the sheet plan."
)
@evidence_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, instance: str, json_target: str | None, **options: Any) -> None:
    """Find the best portfolio of INSTANCE and prove how good it is.

    INSTANCE is a folder with instance.toml, an Excel workbook or a JSON file.
    Ctrl-C stops the search and shows the best portfolio so far.

    \b
    Examples:
      partnerfolio solve instances/healthcare
      partnerfolio solve alliance.xlsx --set limits.budget=400 --in p3 --out p7
      partnerfolio solve alliance.json --time-limit 60 --gap 0.01 --json out.json
      partnerfolio solve alliance.xlsx --xlsx plan.xlsx --into alliance.xlsx
      partnerfolio solve mknap1.txt --format mknap --index 3 --json -

    \b
    Exit codes: 0 a portfolio was found, 1 none exists or none was found
    (the output says which), 2 bad input or a file that cannot be written, 3 an
    error: claims contradict each other or the back end failed, and nothing is
    proven, 130 stopped by Ctrl-C before there was an answer.
    """
    check_options(json_target, [instance, options["start"]], options)
    options["threads"] = _threads(options["threads"])

    from solver.commands.inputs import read_plan, wanted_instance
    from solver.commands.outputs import tell
    from solver.report.result import summary
    from solver.study.study import Study

    book = None if options["into"] is None else Path(options["into"])
    with reading(options["quiet"]):
        problem = wanted_instance(instance, options)
        if book is not None:
            from solver.commands.planbooks import check_plan_book, put_into

            check_plan_book(book, problem, overwrite=options["overwrite"])
        start = None if options["start"] is None else read_plan(options["start"])
    with at_the_terminal(options) as terms:
        study = Study(problem).locked(terms["include"], terms["exclude"])
        limits, progress, cancel = terms["limits"], terms["progress"], terms["cancel"]
        result = study.solve(start=start, limits=limits, progress=progress, cancel=cancel)
        reasons: list[Section] = []
        if result.termination == "infeasible":
            found, reasons = _why_nothing(study, terms)
            result = replace(result, explanation=None if found is None else found.to_dict())
        if options["wants_reasons"] and result.has_portfolio:
            reasons = _why_not(study, terms)
    if not options["format_"]:
        result = replace(result, instance={**result.instance, "source": instance})
    try:
        tell(result, json_target, summary(result, problem, reasons=reasons))
    finally:
        code = exit_code([result], problem, options)
    if book is not None and result.portfolio is not None:
        put_into(book, result.portfolio)
    ctx.exit(code)


def _why_nothing(study: Study, terms: Terms) -> tuple[Explanation | None, list[Section]]:
    """What contradicts what where no portfolio exists, and what is said of it, or how to ask."""
    from solver.answers.explanation import explain
    from solver.errors import ContradictionError
    from solver.report.explanation import explanation_sections, how_to_ask

    left = time_left(terms["limits"].seconds)
    briefly = LONGEST_EXPLANATION if left is None else min(left, LONGEST_EXPLANATION)
    limits = replace(terms["limits"], seconds=briefly)
    with suppress(ContradictionError):
        found = explain(study, limits=limits, progress=terms["progress"], cancel=terms["cancel"])
        told = explanation_sections(found, study.instance) if found.minimal else []
        return found, told if found.proven else [*told, how_to_ask()]
    return None, [how_to_ask()]


def _why_not(study: Study, terms: Terms) -> list[Section]:
    """A line of reasons for every partner that is left out."""
    from solver.answers.why import why
    from solver.report.why import why_lines

    limits = replace(terms["limits"], seconds=time_left(terms["limits"].seconds))
    found = why(study, limits=limits, progress=terms["progress"], cancel=terms["cancel"])
    return [why_lines(found, study.instance)]


def _threads(wanted: int | None) -> int | None:
    from solver.driver.cores import cores

    if wanted is None or wanted <= cores():
        return wanted
    say(f"--threads {wanted:,}: {cores()} will do, one for each core this command may use")
    return cores()
