"""`partnerfolio check`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.command import Subcommand
from solver.commands.options import instance_argument, json_option, override_option


@click.command(cls=Subcommand)
@instance_argument
@override_option
@json_option
def command(instance: str, json_target: str | None, **options: Any) -> None:
    """Read INSTANCE and say what is in it, what is missing and what is odd.

    Every defect is listed at once, with its place in the file. What was taken for something else than it
    is (headings with capitals, semicolons between cells, hidden rows) is said too.

    \b
    Examples:
      partnerfolio check instances/healthcare
      partnerfolio check alliance.xlsx --json -

    Exit codes: 0 the instance is sound, 2 it has defects.
    """
    from solver.commands.inputs import instance_with_remarks
    from solver.commands.outputs import tell
    from solver.commands.targets import check_target
    from solver.report.contents import Contents, contents_summary

    check_target(json_target, [instance], overwrite=options["overwrite"])
    problem, remarks = instance_with_remarks(instance, options)
    contents = Contents.of(problem, remarks)
    tell(contents, json_target, contents_summary(contents, problem))
