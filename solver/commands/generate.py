"""`partnerfolio generate`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.command import Subcommand


@click.command(cls=Subcommand)
@click.argument("target", metavar="TARGET")
@click.option("--partners", type=int, default=60, show_default=True, help="How many partners.")
@click.option("--applications", type=int, default=25, show_default=True, help="How many applications.")
@click.option("--periods", type=int, default=4, show_default=True, help="Planning periods.")
@click.option("--levels", type=int, default=2, show_default=True, help="Levels of engagement per partner.")
@click.option(
    "--density", type=float, default=0.1, show_default=True, help="Share of partner pairs with a synergy."
)
@click.option(
    "--tightness", type=float, default=0.4, show_default=True, help="Budget as a share of the total cost."
)
@click.option(
    "--retained-value",
    type=float,
    default=0.0,
    show_default=True,
    help="Share kept after losing any partner.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed gives the same instance.")
@click.option("--overwrite", is_flag=True, help="Replace an instance that stands at TARGET.")
def command(target: str, overwrite: bool, **recipe: Any) -> None:
    """Write a synthetic instance of any size to TARGET (a folder, .xlsx or .json).

    \b
    Examples:
      partnerfolio generate practice --partners 20 --applications 8 --periods 2
      partnerfolio generate hard.json --partners 200 --density 0.3 --tightness 0.2
    """
    from pathlib import Path

    from solver.commands.outputs import show, writing
    from solver.instance.carriers import check_target, write
    from solver.instance.generator import Recipe, generate

    check_target(Path(target), overwrite=overwrite)
    instance = generate(Recipe(**recipe))
    with writing(target):
        write(instance, target, overwrite=overwrite)
    show(f"wrote {target}")
