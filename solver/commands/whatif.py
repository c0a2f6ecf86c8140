"""`partnerfolio whatif`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked, workers_option
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.option("--file", "file", metavar="WHATIFS.toml", help="Read the what-ifs from here.")
@click.option("--only", metavar="NAME", multiple=True, help="One of them. Repeatable.")
@workers_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    file: str | None,
    only: tuple[str, ...],
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Solve INSTANCE as it is and with every what-if, and put them side by side.

    A what-if has a name, and says what is different: settings and cells as after
    --set, changes such as -10%, and who is locked in or out. They stand in the
    table `whatifs` of INSTANCE (name, key, value), or in a file whatifs.toml.

    \b
    Examples:
      partnerfolio whatif alliance.xlsx
      partnerfolio whatif alliance.xlsx --file whatifs.toml --only "less money"
      partnerfolio whatif instances/healthcare --workers 2 --time-limit 60

    \b
    Exit codes: 0 some portfolio was found, 1 none was, 2 bad input, 3 claims
    contradict each other, and nothing is proven.
    """
    from solver.answers.whatif import whatif
    from solver.commands.outputs import tell
    from solver.instance.whatifs import read_whatifs
    from solver.report.whatif import whatif_summary

    with asked(instance, json_target, options, [file] if file else []) as (study, terms):
        wanted = None if file is None else read_whatifs(file, study.instance)
        found = whatif(study, wanted, only=only, workers=workers, **terms)
    tell(found, json_target, whatif_summary(found, study.instance))
    some = any(one.portfolio is not None for one in (found.base, *found.cases))
    ctx.exit(FOUND if some else NONE_FOUND)
