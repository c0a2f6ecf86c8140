"""`partnerfolio resilience`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked, workers_option
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.option("--plan", metavar="RESULT.json", help="Take this plan instead of searching for the best.")
@click.option(
    "--of",
    "kinds",
    type=click.Choice(["partner", "pair", "industry", "region"]),
    multiple=True,
    help="Who may be gone; all of them if not given. Repeatable.",
)
@click.option("--curve/--no-curve", default=True, help="Whether to show the price of resilience.")
@workers_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    plan: str | None,
    kinds: tuple[Any, ...],
    curve: bool,
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Show what is lost when somebody in the best portfolio of INSTANCE, or in a plan, fails or leaves.

    For each partner, pair, industry and region: at once, after the best
    re-assignment, and after the best replacement. And what it costs to lose
    less with any one partner.

    \b
    Examples:
      partnerfolio resilience alliance.xlsx
      partnerfolio resilience alliance.xlsx --of partner --no-curve
      partnerfolio resilience alliance.xlsx --plan result.json --json losses.json

    \b
    Exit codes: 0 there is an answer, 1 there is no portfolio or none was found
    in time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.resilience import resilience
    from solver.answers.victims import KINDS
    from solver.commands.inputs import read_plan
    from solver.commands.outputs import tell
    from solver.report.resilience import resilience_summary

    with asked(instance, json_target, options, [plan] if plan else []) as (study, terms):
        given = None if plan is None else read_plan(plan)
        found = resilience(study, given, kinds=kinds or KINDS, curve=curve, workers=workers, **terms)
    tell(found, json_target, resilience_summary(found, study.instance))
    ctx.exit(NONE_FOUND if found.plan is None else FOUND)
