"""`partnerfolio change`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.argument("now", metavar="NOW")
@click.option("--old-plan", metavar="PLAN.json", help="Last time's plan; else the table `plan` of INSTANCE.")
@click.option("--new-plan", metavar="PLAN.json", help="This time's plan; else the best there is.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    now: str,
    old_plan: str | None,
    new_plan: str | None,
    json_target: str | None,
    **options: Any,
) -> None:
    """Say what changed from INSTANCE, as it was last time, to NOW.

    The value moves from the old plan on old data, over the old plan on new data,
    to the new plan on new data; and each input that changed has its effect.

    \b
    Examples:
      partnerfolio change spring.xlsx winter.xlsx
      partnerfolio change spring.xlsx winter.xlsx --old-plan winter-result.json

    \b
    Exit codes: 0 there is an answer, 1 no new plan was found, or time ended
    first, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.change import change
    from solver.answers.grade import plan_in
    from solver.commands.inputs import read_plan, wanted_instance
    from solver.commands.outputs import tell
    from solver.report.change import change_summary

    inputs = [path for path in (instance, old_plan, new_plan) if path]
    with asked(now, json_target, options, inputs) as (study, terms):
        before = wanted_instance(instance, {**options, "overrides": ()})
        old = plan_in(before) if old_plan is None else read_plan(old_plan)
        new = None if new_plan is None else read_plan(new_plan)
        found = change(study, before, old, new, **terms)
    tell(found, json_target, change_summary(found, study.instance))
    ctx.exit(NONE_FOUND if found.new_plan is None else FOUND)
