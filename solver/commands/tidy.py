"""`partnerfolio tidy`."""

from __future__ import annotations

import click

from solver.commands.command import BAD_INPUT, Subcommand
from solver.commands.options import json_option


@click.command(cls=Subcommand)
@click.argument("source", metavar="INSTANCE")
@click.argument("target", metavar="COPY")
@json_option
@click.pass_context
def command(ctx: click.Context, source: str, target: str, json_target: str | None, overwrite: bool) -> None:
    """Write a COPY of INSTANCE with every repair that leaves no doubt.

    Blanks and invisible characters, headings, titles, decimal commas, rows of totals: each change is listed
    with its place. What could be meant otherwise is left as it is and listed. The copy has the form of the
    original.

    \b
    Examples:
      partnerfolio tidy messy.xlsx clean.xlsx
      partnerfolio tidy messy clean --json changes.json

    Exit codes: 0 the copy is sound, 2 defects are left in it, or nothing could be read.
    """
    from solver.commands.outputs import tell
    from solver.commands.targets import check_not_input, check_target
    from solver.instance.tidy.tidy import tidy
    from solver.report.tidied import tidy_summary

    check_not_input(target, source)
    check_target(json_target, [source, target], overwrite=overwrite)
    tidied = tidy(source, target, overwrite=overwrite)
    tell(tidied, json_target, tidy_summary(tidied))
    if tidied.defects:
        ctx.exit(BAD_INPUT)
