"""`partnerfolio compare`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from solver.commands.answering import answering, asked
from solver.commands.command import FOUND, NONE_FOUND, Subcommand


@click.command(cls=Subcommand)
@answering
@click.argument("others", metavar="OTHER...", nargs=-1)
@click.pass_context
def command(
    ctx: click.Context, /, instance: str, others: tuple[str, ...], json_target: str | None, **options: Any
) -> None:
    """Put the best portfolio of INSTANCE beside others.

    OTHER is a result, a plan that somebody typed (both judged with the data of
    INSTANCE), or another instance, whose best portfolio is searched for and whose
    inputs that differ are listed. Of what-ifs that were saved it is all cases
    that have a portfolio, each judged with the data of INSTANCE. The plan in the
    table `plan` of INSTANCE is there too.

    \b
    Examples:
      partnerfolio compare alliance.xlsx result.json plan.json
      partnerfolio compare alliance.xlsx whatifs.json
      partnerfolio compare alliance.xlsx last-year.xlsx --json comparison.json

    \b
    Exit codes: 0 there is a portfolio, 1 there is none, 2 bad input, 3 claims
    contradict each other, and nothing is proven.
    """
    from solver.answers.compare import compare
    from solver.answers.grade import plan_in
    from solver.commands.inputs import read_plan, wanted_instance
    from solver.commands.outputs import tell
    from solver.report.compare import comparison_summary

    with asked(instance, json_target, options, list(others)) as (study, terms):
        things: dict[str, Any] = {"the plan": plan_in(study.instance)} if study.instance.plan else {}
        for path in others:
            one = _document(path)
            name = Path(path).name if Path(path).name not in things else path
            if one is None:
                things[name] = wanted_instance(path, {**options, "overrides": ()})
            elif "cases" in one:
                for case, plan in _cases(one, path):
                    things[case if case not in things else f"{case} ({name})"] = plan
            else:
                things[name] = read_plan(path)
        found = compare(study, things, **terms)
    tell(found, json_target, comparison_summary(found, study.instance))
    ctx.exit(FOUND if any(one.portfolio is not None for one in found.entries) else NONE_FOUND)


def _cases(whatifs: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """The portfolios of saved what-ifs, by name; raises InputError for what `whatif` did not write."""
    from solver.errors import InputError
    from solver.instance.defects import Defect

    cases = [whatifs.get("base"), *whatifs["cases"]]
    try:
        found = [(str(one["name"]), one["portfolio"]) for one in cases if one["portfolio"] is not None]
    except (TypeError, KeyError):
        raise InputError([Defect(path, "the JSON that `partnerfolio whatif` wrote")]) from None
    if not found:
        raise InputError([Defect(path, "what-ifs of which at least one has a portfolio")])
    yield from found


def _document(path: str) -> Any:
    """The document of a result, a plan or what-ifs; None for what is an instance."""
    from solver.instance.jsonfile import read_json

    if Path(path).suffix.casefold() != ".json" or not Path(path).is_file():
        return None
    document = read_json(Path(path)).document
    partners = document.get("partners") or [{}]
    is_instance = "portfolio" not in document and isinstance(partners[0], dict) and "revenue" in partners[0]
    return None if is_instance or ("format" in document and "portfolio" not in document) else document
