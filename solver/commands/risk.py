"""`partnerfolio risk`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.command import FOUND, NONE_FOUND, Subcommand
from solver.commands.options import instance_argument, json_option, lock_options, override_option
from solver.commands.searching import (
    at_the_terminal,
    check_options,
    evidence_option,
    exit_code,
    reading,
    search_options,
    searched,
    testifying,
)
from solver.errors import StoppedError


@click.command(cls=Subcommand)
@instance_argument
@click.option("--plan", metavar="RESULT.json", help="Take this plan instead of searching for the best.")
@override_option
@lock_options
@search_options
@evidence_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, instance: str, plan: str | None, json_target: str | None, **options: Any
) -> None:
    """Show how much the best portfolio of INSTANCE, or a plan, may lose.

    How the loss is distributed and measured, in sample and out of sample; where
    it comes from; the worst scenarios in words; and what happens under stress.
    RESULT.json is a result, a portfolio or a plan that somebody typed. Needs a
    section [risk]; a measure of the loss below 0 is a gain.

    \b
    Examples:
      partnerfolio risk instances/transport
      partnerfolio risk alliance.xlsx --plan result.json
      partnerfolio risk alliance.json --set risk.measure=evar --json risk.json

    \b
    Exit codes: 0 the risk is shown, 1 no portfolio was found, the plan breaks a
    rule or time ended before the risk was known (the output says which), 2 bad
    input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.answers.risk_report import risk_report, risk_section
    from solver.commands.inputs import read_plan, wanted_instance
    from solver.commands.outputs import tell
    from solver.report.result import summary
    from solver.report.risk import notes_on_risk, risk_document, risk_summary

    check_options(json_target, [instance, plan], options)
    with reading(options["quiet"]):
        problem = wanted_instance(instance, options)
    risk_section(problem)
    result = searched(problem, options) if plan is None else None
    if result is not None and (code := exit_code([result], problem, options)) != FOUND:
        document = risk_document(None, result, problem, result.warnings)
        tell(document, json_target, summary(result, problem))
        ctx.exit(code)
    given = read_plan(str(plan)) if result is None else result.to_dict()
    try:
        with testifying(problem, options), at_the_terminal(options) as terms:
            report = risk_report(problem, given, **terms)
    except StoppedError as stopped:
        if result is None:
            raise
        missing = f"Its risk is not laid open: {stopped}."
        document = risk_document(None, result, problem, (*result.warnings, missing))
        tell(document, json_target, summary(result, problem, missing))
        ctx.exit(NONE_FOUND)
    notes = tuple(notes_on_risk(report, result, given, problem))
    document = risk_document(report, result, problem, notes)
    tell(document, json_target, risk_summary(report, result, problem, notes))
    ctx.exit(FOUND if report.judgement.verdict.holds else NONE_FOUND)
