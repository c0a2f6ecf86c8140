"""`partnerfolio explain`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


def _weighed(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, float]:
    """The weights by place, from `PLACE=WEIGHT`."""
    weights = {}
    for one in given:
        place, _, weight = one.rpartition("=")
        try:
            weights[place] = float(weight)
        except ValueError:
            place = ""
        if not place:
            raise click.BadParameter(f"{one!r} is not PLACE=WEIGHT, such as limits.budget=0.1")
    return weights


@click.command(cls=Subcommand)
@answering
@click.option(
    "--weight",
    "weights",
    metavar="PLACE=W",
    multiple=True,
    callback=_weighed,
    help="What it counts to change a wish, 1 if not given; inf keeps it. Repeatable.",
)
@click.option(
    "--repairs",
    "most_repairs",
    type=click.IntRange(1),
    metavar="N",
    default=5,
    show_default=True,
    help="List so many changes at the same price.",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    weights: dict[str, float],
    most_repairs: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Say why INSTANCE has no portfolio, and what the cheapest change is.

    Shows wishes that contradict each other (rows and numbers as they were typed),
    no more than it takes, and the changes at the least price that make everything
    possible: each number counts by its relative change, each dropped row by 1.

    \b
    Examples:
      partnerfolio explain alliance.xlsx
      partnerfolio explain alliance.xlsx --in p3 --set limits.budget=400
      partnerfolio explain alliance.xlsx --weight limits.budget=0.1
      partnerfolio explain alliance.xlsx --weight "pairs row 3=inf" --json -

    \b
    Exit codes: 0 there is an answer, 1 it was not found out in time, 2 bad input,
    3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.explanation import explain
    from solver.commands.outputs import tell
    from solver.report.explanation import explanation_summary

    with asked(instance, json_target, options) as (study, terms):
        found = explain(study, weights=weights, most_repairs=most_repairs, **terms)
    tell(found, json_target, explanation_summary(found, study.instance))
    ctx.exit(NONE_FOUND if found.feasible is None else FOUND)
