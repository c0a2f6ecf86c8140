"""`partnerfolio verify`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.command import FOUND, NONE_FOUND, Subcommand
from solver.commands.options import instance_argument, json_option, lock_options, override_option
from solver.commands.searching import (
    at_the_terminal,
    check_options,
    evidence_option,
    quiet_option,
    reading,
    testifying,
    time_limit_option,
)


@click.command(cls=Subcommand)
@instance_argument
@click.argument("result", metavar="[RESULT]", required=False)
@override_option
@lock_options
@evidence_option
@time_limit_option
@quiet_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, instance: str, result: str | None, json_target: str | None, **options: Any
) -> None:
    """Judge the plan in RESULT without an optimiser: its value, and every rule.

    RESULT is the JSON of a result or of a portfolio, or a plan that somebody
    typed, such as {"partners": ["p1"], "applications": [{"id": "a1", "start": 2}]}.
    Without it, the plan in the table `plan` of INSTANCE.
    Where a plan does not say who provides what, the best assignments are searched for.
    What a result says of itself (value, bound, rules, risk, split) is recomputed too.

    \b
    Examples:
      partnerfolio verify instances/healthcare result.json
      partnerfolio verify alliance.xlsx plan.json --set limits.budget=400

    Exit codes: 0 the plan holds, 1 it breaks a rule, RESULT says of it what is
    not so, or time ended before there was a verdict, 2 bad input, 3 claims
    contradict each other where assignments were searched for.
    """
    from solver.answers.grade import plan_in
    from solver.commands.inputs import read_plan, wanted_instance
    from solver.commands.outputs import tell
    from solver.pipeline import verify
    from solver.report.verdict import judgement_document, notes_on, verdict_summary

    check_options(json_target, [instance, result], options)
    with reading(options["quiet"]):
        problem = wanted_instance(instance, options)
        plan = plan_in(problem) if result is None else read_plan(result)
    with testifying(problem, options), at_the_terminal(options) as terms:
        judgement = verify(problem, plan, **terms)
    notes = tuple(notes_on(judgement, plan, problem))
    document = judgement_document(judgement, problem, notes)
    tell(document, json_target, verdict_summary(judgement, problem, notes))
    ctx.exit(FOUND if judgement.holds else NONE_FOUND)
