"""`partnerfolio schema`."""

from __future__ import annotations

import json

import click

from solver.commands.command import Subcommand


@click.command(cls=Subcommand)
@click.option("--out", metavar="FILE", help="Write to a file instead of stdout.")
def command(out: str | None) -> None:
    """Print the JSON Schema of an instance: every table, column, unit and default.

    \b
    Examples:
      partnerfolio schema
      partnerfolio schema --out instance.schema.json
    """
    from solver.commands.outputs import STDOUT, check_file, publish
    from solver.instance.schema import json_schema

    check_file(out)
    publish(json.dumps(json_schema(), indent=2, ensure_ascii=False), out or STDOUT)
