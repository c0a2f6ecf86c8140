"""`partnerfolio classes`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked, workers_option
from solver.commands.command import FOUND, NONE_FOUND, Subcommand
from solver.commands.options import within_option


@click.command(cls=Subcommand)
@answering
@within_option
@workers_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    within: tuple[float, ...],
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Say who is in all, some or none of the portfolios nearly as good as the best.

    In all, a partner or an application is a must-have; in none, it is out; in
    some, it is for other reasons to decide. Nearly as good is what is worth no
    less than the best by a share of it, 0.5 %, 1 % and 2 % if not given.

    \b
    Examples:
      partnerfolio classes alliance.xlsx
      partnerfolio classes alliance.xlsx --within 1% --within 5%
      partnerfolio classes alliance.xlsx --within 0 --json -

    \b
    Exit codes: 0 there is an answer, 1 no portfolio exists or none was found in
    time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.classes import classes
    from solver.answers.near import NEARLY
    from solver.commands.outputs import tell
    from solver.report.classes import classes_summary

    with asked(instance, json_target, options) as (study, terms):
        found = classes(study, within or NEARLY, workers=workers, **terms)
    tell(found, json_target, classes_summary(found, study.instance))
    ctx.exit(NONE_FOUND if found.portfolio is None else FOUND)
