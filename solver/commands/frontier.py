"""`partnerfolio frontier`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from solver.commands.answering import answering, asked, workers_option
from solver.commands.command import FOUND, NONE_FOUND, Subcommand

if TYPE_CHECKING:
    from solver.answers.frontier import Frontier


@click.command(cls=Subcommand)
@answering
@click.argument("criteria", nargs=-1, metavar="[CRITERION]...")
@click.option(
    "--points",
    type=click.IntRange(2),
    metavar="N",
    default=20,
    show_default=True,
    help="At most so many portfolios by two criteria, the widest gaps filled first.",
)
@click.option("--all", "everything", is_flag=True, help="All of them, however many.")
@click.option(
    "--levels",
    type=click.IntRange(2),
    metavar="N",
    default=5,
    show_default=True,
    help="Levels of each criterion but one, where there are three or four.",
)
@click.option("--plan", "plan_path", metavar="FILE", help="A plan of your own to place among them.")
@click.option("--resume", metavar="FILE", help="Go on from the JSON of one that stopped.")
@workers_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    criteria: tuple[str, ...],
    points: int,
    everything: bool,
    levels: int,
    plan_path: str | None,
    resume: str | None,
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Show what can be had of several criteria at once, and what one costs in another.

    CRITERION: value, innovation, match, retained (more is better), spending,
    partners, moves, and risk or any measure of the loss such as cvar@0.9 (less is
    better). Two of them give every portfolio of which none is better by one
    without being worse by the other; three or four give those on a grid. If none
    are given: value and risk, or value and spending where nothing is uncertain.
    With --json FILE what is known is written after every round, to go on from.

    \b
    Examples:
      partnerfolio frontier alliance.xlsx
      partnerfolio frontier alliance.xlsx value spending --plan plan.json
      partnerfolio frontier alliance.xlsx value cvar@0.9 --json part.json
      partnerfolio frontier alliance.xlsx value cvar@0.9 --resume part.json
      partnerfolio frontier alliance.xlsx value spending innovation --levels 4

    \b
    Exit codes: 0 there are such portfolios, 1 no portfolio exists or none was
    found in time, 2 bad input, 3 claims contradict each other, and nothing is
    proven.
    """
    from solver.answers.frontier import frontier
    from solver.commands.inputs import read_plan
    from solver.commands.outputs import json_text, publish, tell
    from solver.commands.targets import STDOUT
    from solver.report.frontier import frontier_summary

    plan = None if plan_path is None else read_plan(plan_path)
    known = None if resume is None else _read(resume)
    inputs = [] if plan_path is None else [plan_path]

    def keep(so_far: Frontier) -> None:
        publish(json_text(so_far), None if json_target == STDOUT else json_target)

    with asked(instance, json_target, options, inputs) as (study, terms):
        found = frontier(
            study,
            criteria or None,
            points=None if everything else points,
            levels=levels,
            plan=plan,
            resume=known,
            keep=keep,
            workers=workers,
            **terms,
        )
    tell(found, json_target, frontier_summary(found, study.instance))
    ctx.exit(FOUND if found.points else NONE_FOUND)


def _read(path: str) -> Frontier:
    """The frontier in a JSON file; raises InputError for what is none."""
    from pathlib import Path

    from solver.answers.frontier import Frontier
    from solver.errors import InputError
    from solver.instance.defects import Defect
    from solver.instance.jsonfile import read_json

    reading = read_json(Path(path))
    reading.findings.raise_if_any()
    try:
        return Frontier.from_dict(reading.document)
    except (ValueError, TypeError, LookupError, AttributeError):
        raise InputError([Defect(path, "the JSON that `partnerfolio frontier` wrote")]) from None
