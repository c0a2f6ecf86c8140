"""`partnerfolio schema`."""

from __future__ import annotations

import json

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
    from solver.instance.schema import json_schema

    out = named(out)
    check_target(out, overwrite=overwrite)
    publish(json.dumps(json_schema(), indent=2, ensure_ascii=False), out or STDOUT)
