"""`partnerfolio schema`."""

from __future__ import annotations

import click

from solver.commands.command import Subcommand
from solver.commands.options import overwrite_option


@click.command(cls=Subcommand)
@click.argument("name", default="instance")
@click.option("--out", metavar="FILE", help="Write to a file instead of stdout.")
@overwrite_option
@click.pass_context
def command(ctx: click.Context, name: str, out: str | None, overwrite: bool) -> None:
    """Print a JSON Schema: of an instance, or of the answer called NAME.

    Answers: result (of solve), explanation (explain), why, classes, health,
    verdict (verify), risk, allocation, stable (allocate --stable), stability,
    contents (check), tidied (tidy), refusal (of any command, where there is no
    answer), evidence.

    \b
    Examples:
      partnerfolio schema
      partnerfolio schema result
      partnerfolio schema --out instance.schema.json
    """
    from solver.commands.outputs import json_text, publish
    from solver.commands.targets import STDOUT, check_target, named
    from solver.instance.defects import nearest
    from solver.schemas import NAMES, schema

    if name not in NAMES:
        ctx.fail(f"No such schema {name!r}{nearest(name, NAMES) or '; there are ' + ', '.join(NAMES)}")
    out = named(out)
    check_target(out, overwrite=overwrite)
    publish(json_text(schema(name)), out or STDOUT)
