"""`partnerfolio core-index`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked, workers_option
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.option(
    "--samples",
    type=click.IntRange(1),
    metavar="N",
    help="Draw so many weights and scores, in place of looking through all portfolios.",
)
@workers_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    samples: int | None,
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Show who is in every portfolio that may be best, in some of them or in none.

    By several criteria whose weights are known by rank, ratio or bounds (tables
    criteria and weights), and whose scores lie between a low and a high number
    (table scores). A portfolio counts unless another is worth at least as much
    whatever they turn out to be. Up to 16 with scores all are looked through;
    beyond, draws.

    \b
    Examples:
      partnerfolio core-index alliance.xlsx
      partnerfolio core-index alliance.xlsx --samples 500

    \b
    Exit codes: 0 there is an answer, 1 no portfolio exists or none was found in
    time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.core_index import core_index
    from solver.commands.outputs import tell
    from solver.report.core_index import core_index_summary

    with asked(instance, json_target, options) as (study, terms):
        found = core_index(study, samples=samples, workers=workers, **terms)
    tell(found, json_target, core_index_summary(found, study.instance))
    ctx.exit(FOUND if found.members else NONE_FOUND)
