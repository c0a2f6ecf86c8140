"""`partnerfolio pilot`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.argument("outcomes", metavar="[FILE]", required=False)
@click.option(
    "--partner", "names", metavar="ID", multiple=True, help="With whom the pilot is. Repeatable without FILE."
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    outcomes: str | None,
    names: tuple[str, ...],
    json_target: str | None,
    **options: Any,
) -> None:
    """Say what the pilot in FILE shows, or without FILE what pilots are worth.

    FILE is a CSV with a column outcome of 0 and 1, or columns truth and
    prediction. Success is believed anew, and value and choice with it.
    Without FILE: for everybody whose success is uncertain and who offers
    a pilot (pilot_trials, pilot_cost), what its outcome would change.

    \b
    Examples:
      partnerfolio pilot alliance.xlsx outcomes.csv --partner p3
      partnerfolio pilot alliance.xlsx
      partnerfolio pilot alliance.xlsx --partner p3 --partner p5 --json -

    \b
    Exit codes: 0 there is an answer, 1 no portfolio exists or none was found in
    time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.outputs import tell
    from solver.lifecycle.outcomes import read_outcomes
    from solver.lifecycle.pilot import pilot
    from solver.lifecycle.pilots import pilot_worths
    from solver.report.pilot import pilot_summary, worths_summary

    if outcomes is not None and len(names) != 1:
        ctx.fail("FILE is about one partner or application: say which with --partner ID.")
    with asked(instance, json_target, options, [outcomes] if outcomes else []) as (study, terms):
        if outcomes is None:
            worths = pilot_worths(study, *names, **terms)
        else:
            shown = pilot(study, names[0], read_outcomes(outcomes), **terms)
    if outcomes is None:
        tell(worths, json_target, worths_summary(worths, study.instance))
        ctx.exit(NONE_FOUND if worths.portfolio is None else FOUND)
    tell(shown, json_target, pilot_summary(shown, study.instance))
    ctx.exit(NONE_FOUND if shown.portfolio is None else FOUND)
