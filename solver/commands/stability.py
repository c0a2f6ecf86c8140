"""`partnerfolio stability`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from solver.commands.command import FOUND, NONE_FOUND, UNEXPECTED, Subcommand
from solver.commands.options import instance_argument, json_option, lock_options, override_option
from solver.commands.searching import (
    at_the_terminal,
    ended_in_error,
    evidence_option,
    reading,
    search_limits,
    search_options,
    testifying,
)

if TYPE_CHECKING:
    from solver.analysis.stability import Step
    from solver.instance.instance import Instance


class StabilityCommand(Subcommand):
    """Interrupted before the first row there is nothing to show."""

    interrupted = NONE_FOUND


@click.command(cls=StabilityCommand)
@instance_argument
@click.option(
    "--scenarios",
    "sizes",
    type=click.IntRange(1, 10_000_000),
    multiple=True,
    metavar="N",
    help="A number of scenarios to try. Repeatable; if not given, four times as many each time.",
)
@override_option
@lock_options
@search_options
@evidence_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, instance: str, sizes: tuple[int, ...], json_target: str | None, **options: Any
) -> None:
    """Solve INSTANCE with more and more scenarios and show when the choice settles.

    Every choice is judged on the same fresh scenarios, which none was made by.
    The time limit is for all searches together. Ctrl-C shows the rows so far. Needs a
    section [risk] from which scenarios can be drawn.

    \b
    Examples:
      partnerfolio stability instances/transport
      partnerfolio stability alliance.xlsx --scenarios 500 --scenarios 5000
      partnerfolio stability alliance.json --gap 0.001 --json stability.json

    \b
    Exit codes: 0 a portfolio was found, 1 none exists or none was found,
    2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.inputs import wanted_instance
    from solver.commands.outputs import tell
    from solver.commands.targets import check_target
    from solver.report.stability import stability_document, stability_text

    for target in (json_target, options["evidence"]):
        check_target(target, [instance], overwrite=options["overwrite"])
    with reading(options["quiet"]):
        problem = wanted_instance(instance, options)
    with testifying(problem, options):
        steps = _steps(problem, sizes, options)
    if not steps:
        raise KeyboardInterrupt
    tell(stability_document(steps, problem), stability_text(steps, problem), json_target)
    if ended_in_error((step.result for step in steps), problem, options):
        ctx.exit(UNEXPECTED)
    ctx.exit(FOUND if any(step.result.has_portfolio for step in steps) else NONE_FOUND)


def _steps(instance: Instance, sizes: tuple[int, ...], options: dict[str, Any]) -> list[Step]:
    """The rows, or those before the first Ctrl-C."""
    from solver.analysis.stability import stability

    limits = search_limits(options)
    with at_the_terminal(options["quiet"]) as (progress, cancel):
        return list(
            stability(
                instance,
                sizes,
                include=options["included"],
                exclude=options["excluded"],
                limits=limits,
                progress=progress,
                cancel=cancel,
            )
        )
