"""`partnerfolio roll`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.option("--policy", "policies", metavar="NAME", multiple=True, help="A way to run it. Repeatable.")
@click.option(
    "--futures", type=click.IntRange(1), metavar="N", default=100, show_default=True, help="How many."
)
@click.option("--seed", type=click.IntRange(0), metavar="S", help="Draw other futures; else risk.seed.")
@click.option("--weight", type=click.FloatRange(0), metavar="W", help="Trials that a period counts for.")
@click.option(
    "--gap", type=click.FloatRange(0), metavar="G", default=1e-6, help="Relative gap that is enough."
)
@click.option("--store", metavar="FILE", help="Keep what came here; the same command goes on.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    default=1,
    show_default=True,
    help="So many processes at once.",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    instance: str,
    policies: tuple[str, ...],
    futures: int,
    seed: int | None,
    weight: float | None,
    store: str | None,
    workers: int,
    json_target: str | None,
    **options: Any,
) -> None:
    """Let many futures of INSTANCE come, and say how ways to run it do in them.

    Period by period a plan is carried out, what happens is drawn from the risk
    model, the instance goes one period on, and the plan may be changed. Ways
    (--policy): static (as planned), rebalance (changed to the best when there
    are news), rebalance:2 (at most two changes each period), ranking (what is
    worth most by itself, as planned). All but the first are compared with it.

    With --store a run that was killed loses the futures at work, no others.

    \b
    Examples:
      partnerfolio roll alliance.xlsx
      partnerfolio roll alliance.xlsx --policy static --policy rebalance:2
      partnerfolio roll alliance.xlsx --futures 500 --store r.sqlite --workers 2

    \b
    Exit codes: 0 there is an answer, 1 no portfolio exists or no future came in
    time, 2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.outputs import tell
    from solver.lifecycle.roll import POLICIES, roll
    from solver.report.roll import roll_summary

    wanted = {"futures": futures, "seed": seed, "weight": weight, "store": store, "workers": workers}
    with asked(instance, json_target, options) as (study, terms):
        found = roll(study, policies=policies or POLICIES, **wanted, **terms)  # type: ignore[arg-type]
    tell(found, json_target, roll_summary(found, study.instance))
    ctx.exit(FOUND if found.futures else NONE_FOUND)
