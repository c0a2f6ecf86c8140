"""`partnerfolio alternatives`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand
from solver.commands.options import within_option


@click.command(cls=Subcommand)
@answering
@click.option(
    "--most",
    type=click.IntRange(1),
    metavar="N",
    default=5,
    show_default=True,
    help="So many of the best portfolios.",
)
@click.option(
    "--diverse",
    type=click.IntRange(2),
    metavar="N",
    help="And so many good ones that are as far apart as can be.",
)
@within_option
@click.option("--timing", is_flag=True, help="Let them differ in nothing but when something starts.")
@click.option("--providers", is_flag=True, help="Let them differ in nothing but who provides what.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    most: int,
    diverse: int | None,
    within: tuple[float, ...],
    timing: bool,
    providers: bool,
    json_target: str | None,
    **options: Any,
) -> None:
    """Show the best portfolios of INSTANCE in order, and good ones that are far apart.

    They differ in partners, levels or applications, not only in who provides what
    (--providers) or when something starts (--timing). --diverse asks for
    portfolios worth no less than the best by the share --within, 1 % if not
    given, that have as little in common as can be.

    \b
    Examples:
      partnerfolio alternatives alliance.xlsx
      partnerfolio alternatives alliance.xlsx --most 10 --timing
      partnerfolio alternatives alliance.xlsx --diverse 3 --within 2%
      partnerfolio alternatives alliance.xlsx --json -

    \b
    Exit codes: 0 there is an answer, 1 no portfolio exists or none was found in
    time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.alternatives import alternatives
    from solver.commands.outputs import tell
    from solver.report.alternatives import alternatives_summary

    if len(within) > 1:
        raise click.UsageError("--within is one share here")
    wanted: dict[str, Any] = {"within": within[0]} if within else {}
    with asked(instance, json_target, options) as (study, terms):
        wanted |= {"diverse": diverse or 0, "timing": timing, "providers": providers}
        found = alternatives(study, most, **wanted, **terms)
    tell(found, json_target, alternatives_summary(found, study.instance))
    ctx.exit(FOUND if found.ranked else NONE_FOUND)
