"""`partnerfolio sensitivity`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked, workers_option
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option(
    "--by",
    type=click.FloatRange(0, 100, min_open=True, max_open=True),
    metavar="PERCENT",
    default=10.0,
    show_default=True,
    help="By how much each number is lowered and raised.",
)
@click.option(
    "--most",
    type=click.IntRange(1),
    metavar="N",
    default=20,
    show_default=True,
    help="So many numbers, where none are named.",
)
@click.option("--curve", metavar="LIMIT", help="The best value at every level of this limit instead.")
@click.option(
    "--break-even",
    metavar="NUMBER",
    multiple=True,
    help="At which of these somebody enters or leaves instead; may be repeated.",
)
@click.option(
    "--of", "subject", metavar="ID", help="Who is to enter or leave, if not in whose row it stands."
)
@click.option("--from", "least", type=float, metavar="X", help="The smallest number to look at.")
@click.option("--to", "most_number", type=float, metavar="X", help="The largest number to look at.")
@workers_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    numbers: tuple[str, ...],
    by: float,
    most: int,
    curve: str | None,
    break_even: tuple[str, ...],
    subject: str | None,
    least: float | None,
    most_number: float | None,
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Show what the best portfolio hangs on: which numbers, how much, and from where on.

    Solves again with each NUMBER lower and higher (limits, and the largest
    revenues and costs, if none are named), and says where the choice itself
    changes. A number is named as for --set: limits.budget, partners.p3.revenue.

    \b
    Examples:
      partnerfolio sensitivity alliance.xlsx
      partnerfolio sensitivity alliance.xlsx limits.budget partners.p3.cost
      partnerfolio sensitivity alliance.xlsx --curve limits.budget --to 400
      partnerfolio sensitivity alliance.xlsx --break-even partners.p3.revenue
      partnerfolio sensitivity alliance.xlsx --break-even limits.budget --of p3

    \b
    Exit codes: 0 there is an answer, 1 no portfolio exists or none was found in
    time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers import breakeven, breakevens, sensitivity, stepcurve
    from solver.commands.outputs import tell
    from solver.report.sensitivity import (
        break_even_summary,
        break_evens_summary,
        curve_summary,
        sensitivity_summary,
    )

    if sum((bool(numbers), curve is not None, bool(break_even))) > 1:
        raise click.UsageError("NUMBER, --curve and --break-even are three questions: ask one at a time")
    if len(break_even) > 1 and (least is not None or most_number is not None):
        raise click.UsageError("--from and --to are for one number: give --break-even once")
    found: Any
    with asked(instance, json_target, options) as (study, terms):
        if curve is not None:
            found = stepcurve.curve(study, curve, least=least, most=most_number, **terms)
            known, told = bool(found.levels), curve_summary(found, study.instance)
        elif len(break_even) > 1:
            found = breakevens.break_evens(study, break_even, subject, workers=workers, **terms)
            known, told = bool(found.numbers), break_evens_summary(found, study.instance)
        elif break_even:
            (one,) = break_even
            found = breakeven.break_even(study, one, subject, least=least, most=most_number, **terms)
            known, told = found.known, break_even_summary(found, study.instance)
        else:
            found = sensitivity.sensitivity(study, *numbers, by=by / 100, most=most, workers=workers, **terms)
            known, told = bool(found.feasible), sensitivity_summary(found, study.instance)
    tell(found, json_target, told)
    ctx.exit(FOUND if known else NONE_FOUND)
