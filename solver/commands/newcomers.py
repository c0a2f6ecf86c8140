"""`partnerfolio newcomers`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked, workers_option
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.argument("candidates", metavar="FILE")
@click.option(
    "--most",
    type=click.IntRange(1),
    metavar="N",
    default=10,
    show_default=True,
    help="Value the N that add most.",
)
@click.option(
    "--prices",
    type=click.IntRange(0),
    metavar="N",
    default=3,
    show_default=True,
    help="Say at which price N of the others enter.",
)
@workers_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    candidates: str,
    most: int,
    prices: int,
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Say which of the candidates in FILE to bring into INSTANCE, and why.

    FILE is a CSV as the table partners, or a workbook or JSON document with
    partners, levels, capabilities, pairs and what else goes with them. For each
    that adds something alone: how much, who makes room, what it provides. The
    others are proven to add nothing, many at once, and the most promising of
    them get their price. And the best set together.

    \b
    Examples:
      partnerfolio newcomers alliance.xlsx candidates.csv
      partnerfolio newcomers alliance.xlsx candidates.xlsx --most 5 --json -

    Exit codes: 0 there is an answer, 1 it was not found out in time, 2 bad
    input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.outputs import tell
    from solver.lifecycle.candidates import read_candidates
    from solver.lifecycle.newcomers import newcomers
    from solver.report.newcomers import newcomers_summary

    with asked(instance, json_target, options, [candidates]) as (study, terms):
        together = read_candidates(candidates, study.instance)
        found = newcomers(study, together, most=most, prices=prices, workers=workers, **terms)
    tell(found, json_target, newcomers_summary(found, together))
    ctx.exit(FOUND if found.settled or found.entering else NONE_FOUND)
