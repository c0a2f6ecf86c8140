"""`partnerfolio stability`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.command import NONE_FOUND, Subcommand
from solver.commands.options import instance_argument, json_option, lock_options, override_option
from solver.commands.searching import (
    at_the_terminal,
    check_options,
    evidence_option,
    exit_code,
    reading,
    search_options,
    testifying,
)


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
    from solver.answers.stability import stability
    from solver.commands.inputs import wanted_instance
    from solver.commands.outputs import tell
    from solver.report.stability import stability_document, stability_summary

    check_options(json_target, [instance], options)
    with reading(options["quiet"]):
        problem = wanted_instance(instance, options)
    with testifying(problem, options), at_the_terminal(options) as terms:
        steps = list(stability(problem, sizes, **terms))
    if not steps:
        raise KeyboardInterrupt
    tell(stability_document(steps, problem), json_target, stability_summary(steps, problem))
    ctx.exit(exit_code([step.result for step in steps], problem, options))
