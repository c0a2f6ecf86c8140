"""`partnerfolio new`."""

from __future__ import annotations

import click

from solver.commands.command import Subcommand


@click.command(cls=Subcommand)
@click.argument("target", metavar="FOLDER|FILE.xlsx|FILE.json")
def command(target: str) -> None:
    """Write a small commented instance to fill in.

    \b
    Examples:
      partnerfolio new alliance
      partnerfolio new alliance.xlsx
    """
    from solver.commands.outputs import show, writing
    from solver.instance.starter import write_starter

    with writing(target):
        write_starter(target)
    show(f"wrote {target}\nfill it in, then: partnerfolio check {target}")
