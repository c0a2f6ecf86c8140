"""`partnerfolio grade`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.argument("plan", metavar="[PLAN.json]", required=False)
@click.pass_context
def command(
    ctx: click.Context, /, instance: str, plan: str | None, json_target: str | None, **options: Any
) -> None:
    """Judge a plan of your own for INSTANCE, and say what would be better.

    PLAN.json is a result, a portfolio or a plan that somebody typed; without it,
    the plan in the table `plan` of INSTANCE (id, level, start). Says whether it
    keeps every rule, what it misses, what dominates it, the better plan that
    changes least, what is cheaper and worth no less, and better for no more.

    \b
    Examples:
      partnerfolio grade alliance.xlsx
      partnerfolio grade instances/healthcare plan.json --json grade.json

    \b
    Exit codes: 0 the plan holds, 1 it breaks a rule, or time ended before it was
    judged, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.grade import grade
    from solver.commands.inputs import read_plan
    from solver.commands.outputs import tell
    from solver.report.grade import grade_summary

    with asked(instance, json_target, options, [plan] if plan else []) as (study, terms):
        found = grade(study, None if plan is None else read_plan(plan), **terms)
    tell(found, json_target, grade_summary(found, study.instance))
    ctx.exit(NONE_FOUND if found.broken or found.false_claims else FOUND)
