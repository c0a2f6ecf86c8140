"""`partnerfolio why`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked, workers_option
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.argument("names", metavar="[X]...", nargs=-1)
@click.option(
    "--break-even",
    "number",
    metavar="NUMBER",
    help="At which NUMBER, such as partners.p3.cost, X enters or leaves.",
)
@workers_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    names: tuple[str, ...],
    number: str | None,
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Say why X is in the best portfolio of INSTANCE, or why it is not.

    X is a partner or an application, by id or name; a level of a partner, as in
    p3:deep; or several together, as in p3+p5. Without X: every partner left out.
    What is chosen has a worth: what the best portfolio loses without it. What is
    not has a price, a one-off credit with which it would be in a best portfolio.
    Where none can have it, or do without it, the wishes in the way are told.

    \b
    Examples:
      partnerfolio why alliance.xlsx
      partnerfolio why alliance.xlsx p3 p7
      partnerfolio why alliance.xlsx p3:deep p3+p5 --set limits.budget=400
      partnerfolio why alliance.xlsx p3 --break-even limits.budget
      partnerfolio why alliance.xlsx p3 --json -

    \b
    Exit codes: 0 there is an answer, 1 no portfolio exists or none was found in
    time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.breakeven import break_even
    from solver.answers.why import why
    from solver.commands.outputs import tell
    from solver.report.sensitivity import break_even_summary
    from solver.report.why import why_summary

    if number is not None and len(names) > 1:
        raise click.UsageError("--break-even is about one X at a time; p3+p5 are two together")
    with asked(instance, json_target, options) as (study, terms):
        if number is not None:
            edge = break_even(study, number, *names, **terms)
            tell(edge, json_target, break_even_summary(edge, study.instance))
            ctx.exit(FOUND if edge.known else NONE_FOUND)
        found = why(study, *names, workers=workers, **terms)
    tell(found, json_target, why_summary(found, study.instance))
    ctx.exit(NONE_FOUND if found.portfolio is None else FOUND)
