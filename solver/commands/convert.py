"""`partnerfolio convert`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.command import Subcommand
from solver.commands.options import instance_argument, override_option


@click.command(cls=Subcommand)
@instance_argument
@click.argument("target", metavar="TARGET")
@override_option
@click.option("--overwrite", is_flag=True, help="Replace an instance that stands at TARGET.")
def command(instance: str, target: str, overwrite: bool, **options: Any) -> None:
    """Write INSTANCE to TARGET in another form, without loss.

    The ending of TARGET decides: .xlsx is a workbook, .json a JSON document, none a folder of CSV files.

    \b
    Examples:
      partnerfolio convert instances/healthcare alliance.xlsx
      partnerfolio convert alliance.xlsx alliance
      partnerfolio convert mknap1.txt third.json --format mknap --index 3
    """
    from pathlib import Path

    from solver.commands.inputs import wanted_instance
    from solver.commands.outputs import show, writing
    from solver.commands.targets import check_not_input
    from solver.instance.carriers import check_target, write

    check_target(Path(target), overwrite=overwrite)
    check_not_input(target, instance)
    problem = wanted_instance(instance, options)
    with writing(target):
        write(problem, target, overwrite=overwrite)
    show(f"wrote {target}")
