"""`partnerfolio solve`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from solver.commands.command import FOUND, NONE_FOUND, UNEXPECTED, Subcommand
from solver.commands.options import instance_argument, json_option, lock_options, override_option
from solver.commands.searching import search_options

if TYPE_CHECKING:
    from solver.commands.terminal import Interruption
    from solver.instance.instance import Instance
    from solver.result import Result
    from solver.run import SearchLimits


class SolveCommand(Subcommand):
    """A search that is interrupted before it begins has found nothing."""

    interrupted = NONE_FOUND


@click.command(cls=SolveCommand)
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
    default="HiGHS",
    show_default=True,
    help="HiGHS, CBC, SCIP, Gurobi, … if installed.",
)
@click.option("--start", metavar="RESULT.json", help="Improve on a known portfolio.")
@click.option(
    "--evidence",
    metavar="FILE",
    help="Where the search ends in an error: write what reproduces it, as JSON.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    json_target: str | None,
    evidence: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Find the best portfolio of INSTANCE and prove how good it is.

    INSTANCE is a folder with instance.toml, an Excel workbook or a JSON file.
    Ctrl-C stops the search and shows the best portfolio so far.

    \b
    Examples:
      partnerfolio solve instances/healthcare
      partnerfolio solve alliance.xlsx --set limits.budget=400 --in p3 --out p7
      partnerfolio solve alliance.json --time-limit 60 --gap 0.01 --json result.json
      partnerfolio solve mknap1.txt --format mknap --index 3 --json -

    \b
    Exit codes: 0 a portfolio was found, 1 none exists or none was found
    (the output says which), 2 bad input, 3 an error: claims contradict each other
    or the back end failed, and nothing is proven.
    """
    from solver.commands.outputs import tell
    from solver.commands.targets import check_target
    from solver.commands.terminal import first_interrupt_cancels
    from solver.report.text import summary

    for target in (json_target, evidence):
        check_target(target, [instance, options["start"]], overwrite=options["overwrite"])
    with first_interrupt_cancels() as interruption:
        problem, result = _search(instance, quiet, interruption, options)
    tell(result.to_dict(), summary(result, problem), json_target)
    if evidence is not None and result.termination == "error":
        _write_evidence(result, problem, evidence, options)
    if result.termination == "error":
        ctx.exit(UNEXPECTED)
    ctx.exit(FOUND if result.has_portfolio else NONE_FOUND)


def _search(
    path: str, quiet: bool, interruption: Interruption, options: dict[str, Any]
) -> tuple[Instance, Result]:
    from solver.commands.inputs import read_plan, wanted_instance
    from solver.commands.terminal import progress_line, stdout_kept_clean
    from solver.pipeline import solve

    limits = _limits(options)
    instance = wanted_instance(path, options)
    start = None if options["start"] is None else read_plan(options["start"])
    with stdout_kept_clean(), progress_line(quiet) as progress:
        result = solve(
            instance,
            include=options["included"],
            exclude=options["excluded"],
            start=start,
            limits=limits,
            progress=progress,
            cancel=interruption.token(),
        )
    return instance, result if options["format_"] else replace(
        result, instance={**result.instance, "source": path}
    )


def _write_evidence(result: Result, instance: Instance, target: str, options: dict[str, Any]) -> None:
    from solver.commands.outputs import publish
    from solver.report.evidence import evidence

    locks = {"include": options["included"], "exclude": options["excluded"]}
    document = evidence(result, instance, _limits(options), **locks)
    publish(json.dumps(document, indent=2, ensure_ascii=False), target)


def _limits(options: dict[str, Any]) -> SearchLimits:
    from solver.run import SearchLimits

    try:
        return SearchLimits(
            seconds=options["time_limit"],
            gap=options["gap"],
            threads=options["threads"],
            seed=options["seed"],
            backend=options["backend"],
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
