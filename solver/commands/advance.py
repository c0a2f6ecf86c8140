"""`partnerfolio advance`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import Subcommand


@click.command(cls=Subcommand)
@answering
@click.argument("target", metavar="TARGET")
@click.option(
    "--plan", metavar="RESULT.json", help="The plan to carry out; else the table `plan`, or the best."
)
@click.option("--news", metavar="FILE", help="What happened: .csv of actuals, or .xlsx or .json of tables.")
def command(
    instance: str,
    target: str,
    plan: str | None,
    news: str | None,
    json_target: str | None,
    **options: Any,
) -> None:
    """Write INSTANCE as it stands one period on to TARGET, a plan being carried out.

    What has started runs, at its level, one period older; who left is free again;
    what was earned or paid once is counted; budgets are less by what was spent.
    FILE has what really happened: actuals (id, revenue, cost), evidence, health,
    each as the table of that name. The ending of TARGET decides its form. With
    --overwrite an instance that stands there is replaced.

    \b
    Examples:
      partnerfolio advance alliance.xlsx next.xlsx --plan result.json
      partnerfolio advance alliance next --plan result.json --news quarter.json
    """
    from pathlib import Path

    from solver.answers.grade import plan_in
    from solver.commands.inputs import read_plan
    from solver.commands.outputs import tell, writing
    from solver.commands.targets import check_not_input
    from solver.instance.carriers import check_target, write
    from solver.lifecycle.advance import advance
    from solver.lifecycle.news import read_news
    from solver.report.advance import advance_summary

    overwrite = bool(options["overwrite"])
    check_target(Path(target), overwrite=overwrite)
    check_not_input(target, instance)
    with asked(instance, json_target, options, [one for one in (plan, news) if one]) as (study, terms):
        written = plan_in(study.instance) if study.instance.plan else None
        given = written if plan is None else read_plan(plan)
        found = advance(study, given, None if news is None else read_news(news), **terms)
    with writing(target):
        write(found.next, target, overwrite=overwrite)
    tell(found, json_target, advance_summary(found, study.instance, target))
