"""`partnerfolio rebalance`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.option(
    "--moves", "most", type=click.IntRange(0), metavar="K", help="Make at most K moves (limits.max_moves)."
)
@click.pass_context
def command(
    ctx: click.Context, /, instance: str, most: int | None, json_target: str | None, **options: Any
) -> None:
    """Say what to change in what runs of INSTANCE: who joins, leaves, is raised.

    Each join, leave, change of level, launch and stop is one move; who provides
    what is free. For every move what it is worth, and what the best 0, 1, 2 …
    moves bring, all with proof.

    \b
    Examples:
      partnerfolio rebalance alliance.xlsx
      partnerfolio rebalance alliance.xlsx --moves 2
      partnerfolio rebalance alliance.xlsx --in p3 --json -

    \b
    Exit codes: 0 there is a plan, 1 no portfolio exists or none was found in
    time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.outputs import tell
    from solver.lifecycle.rebalance import rebalance
    from solver.portfolio.rules import MaxMoves
    from solver.report.rebalance import rebalance_summary

    with asked(instance, json_target, options) as (study, terms):
        found = rebalance(study if most is None else study.limited(MaxMoves(most)), **terms)
    tell(found, json_target, rebalance_summary(found, study.instance))
    ctx.exit(NONE_FOUND if found.portfolio is None else FOUND)
