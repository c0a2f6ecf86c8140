"""`partnerfolio report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solver.commands.command import Subcommand
from solver.commands.options import library_options, lock_options, override_option, overwrite_option
from solver.commands.searching import check_options, evidence_option, search_options, testifying

if TYPE_CHECKING:
    from solver.commands.subjects import Subject
    from solver.report.blocks import Report
    from solver.report.document import Dossier

ENDINGS = (".html", ".md")
PARTS = (
    *("decision", "money", "partners", "applications", "limits"),
    *("risk", "resilience", "split", "assumptions", "proof"),
)


def _document(ctx: click.Context, parameter: click.Parameter, target: str) -> str:
    if Path(target).suffix.casefold() not in ENDINGS:
        raise click.BadParameter(f"{target!r} does not end in {' or '.join(ENDINGS)}")
    return target


@click.command(cls=Subcommand)
@click.argument("source", metavar="INSTANCE|RESULT")
@click.option("-o", "target", metavar="FILE", required=True, callback=_document, help="Where to write it.")
@click.option(
    "--sections",
    "parts",
    metavar="PART",
    multiple=True,
    type=click.Choice(PARTS),
    help=f"Only this part; repeatable. There are {', '.join(PARTS)}.",
)
@library_options
@override_option
@lock_options
@search_options
@evidence_option
@overwrite_option
@click.pass_context
def command(ctx: click.Context, /, source: str, target: str, parts: tuple[str, ...], **options: Any) -> None:
    """Write the best portfolio of INSTANCE, or a RESULT, as a document to hand on.

    The decision, its money, who and what each brings, applications and their
    providers, what binds, risk, what hangs on one partner, the split, assumptions
    and proof: a part appears where there is something to say. FILE ends in .html
    (one page with pictures that needs no network) or .md (without pictures).
    Pictures need the extra `report`: pip install 'partnerfolio[report]'.

    \b
    Examples:
      partnerfolio report alliance.xlsx -o plan.html
      partnerfolio report result.json -o plan.md
      partnerfolio report result.json -o money.html --sections money

    \b
    Exit codes: 0 it is written, 1 no portfolio was found (the document says so),
    2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.outputs import writing
    from solver.commands.subjects import subject
    from solver.instance.atomic import write_text
    from solver.report.document import plan_document

    check_options(target, [source], options)
    found = subject(source, options)
    with testifying(found.instance, options):
        document = plan_document(_dossier(found, parts, options), parts)
    content = _written(document, Path(target).suffix.casefold())
    with writing(target):
        write_text(Path(target), content)
    ctx.exit(found.code)


def _dossier(found: Subject, parts: tuple[str, ...], options: dict[str, Any]) -> Dossier:
    """What the wanted parts are made of; what time was too short for is said to be missing."""
    from solver.commands.subjects import risk_of, split_of
    from solver.errors import StoppedError
    from solver.report.document import Dossier

    instance, result = found.instance, found.result
    risk = allocation = None
    missing = []
    if result.has_portfolio and instance.risk is not None and (not parts or "risk" in parts):
        try:
            risk = risk_of(instance, result, options)
        except StoppedError as stopped:
            missing.append(f"Its risk is not laid open: {stopped}.")
    if result.has_portfolio and instance.split is not None and (not parts or "split" in parts):
        try:
            allocation = split_of(instance, result, options)
        except (StoppedError, ArithmeticError) as stopped:
            missing.append(f"The value was not split: {stopped}.")
    return Dossier(instance, result, risk, allocation, tuple(missing))


def _written(document: Report, ending: str) -> str:
    from solver.report.html import figures_in, html
    from solver.report.markdown import markdown

    if ending == ".md":
        return markdown(document)
    from solver.commands.streams import say
    from solver.report.figures.rendering import REMEDY, can_draw, rendered

    if not can_draw():
        say(f"Pictures are left out, their numbers are there: {REMEDY}")
        return html(document)
    return html(document, rendered(figures_in(document), theme="page"))
