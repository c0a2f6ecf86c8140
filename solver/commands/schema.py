"""`partnerfolio schema`."""

from __future__ import annotations

import click

from solver.commands.command import Subcommand
from solver.commands.options import overwrite_option


@click.command(cls=Subcommand)
@click.option("--out", metavar="FILE", help="Write to a file instead of stdout.")
@overwrite_option
def command(out: str | None, overwrite: bool) -> None:
    """Print the JSON Schema of an instance: every table, column, unit and default.

    \b
    Examples:
      partnerfolio schema
      partnerfolio schema --out instance.schema.json
    """
    from solver.commands.outputs import publish
    from solver.commands.targets import STDOUT, check_target, named
    from solver.instance.schema import schema_text

    out = named(out)
    check_target(out, overwrite=overwrite)
    publish(schema_text(), out or STDOUT)
