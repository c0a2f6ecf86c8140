"""`partnerfolio health`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.option("--plan", metavar="RESULT.json", help="Look at this plan in place of what runs.")
@click.pass_context
def command(
    ctx: click.Context, /, instance: str, plan: str | None, json_target: str | None, **options: Any
) -> None:
    """Say how healthy the partners of INSTANCE are, and the ecosystem as a whole.

    From the table health: a score for every partner, how it changes, and which
    indicators pull it down; green, amber or red by the section health. Of the
    whole: what would be lost with whom, who brings how much, who would rather
    leave. It is about what runs, as it is.

    \b
    Examples:
      partnerfolio health alliance.xlsx
      partnerfolio health alliance.xlsx --set health.amber=0.9
      partnerfolio health alliance.xlsx --plan result.json --json -

    Exit codes: 0 there is a score, 1 nothing was measured, 2 bad input,
    3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.inputs import read_plan
    from solver.commands.outputs import tell
    from solver.lifecycle.health import health
    from solver.report.health import health_summary

    with asked(instance, json_target, options, [plan] if plan else []) as (study, terms):
        found = health(study, None if plan is None else read_plan(plan), **terms)
    tell(found, json_target, health_summary(found, study.instance))
    ctx.exit(FOUND if any(one.score is not None for one in found.partners) else NONE_FOUND)
