"""`partnerfolio report`."""

from __future__ import annotations

from typing import Any

import click

from solver.commands.command import Subcommand
from solver.commands.options import (
    document_target,
    language_option,
    library_options,
    lock_options,
    override_option,
    overwrite_option,
)
from solver.commands.pages import check_page, write_page
from solver.commands.searching import check_options, evidence_option, search_options, testifying

PARTS = (
    *("decision", "since", "money", "partners", "others", "applications", "limits", "changes"),
    *("risk", "resilience", "split", "health", "moves", "assumptions", "proof"),
)


@click.command(cls=Subcommand)
@click.argument("source", metavar="INSTANCE|RESULT")
@click.option(
    "-o", "target", metavar="FILE", required=True, callback=document_target, help="Where to write it."
)
@click.option(
    "--sections",
    "parts",
    metavar="PART",
    multiple=True,
    type=click.Choice(PARTS),
    help=f"Only this part; repeatable. There are {', '.join(PARTS)}.",
)
@click.option("--since", metavar="OLD", help="The instance as it was last time: what changed, and why.")
@click.option("--old-plan", metavar="PLAN.json", help="Last time's plan; else the table plan of OLD.")
@library_options
@override_option
@lock_options
@search_options
@evidence_option
@language_option
@overwrite_option
@click.pass_context
def command(ctx: click.Context, /, source: str, target: str, parts: tuple[str, ...], **options: Any) -> None:
    """Write the best portfolio of INSTANCE, or a RESULT, as a document to hand on.

    The decision, its money, who and what each brings, why not the others,
    applications and their providers, what binds, what would change the decision,
    risk, resilience, the split with its contract, health and moves of what runs,
    assumptions and proof: a part appears where there is something to say. What
    needs more searches gets a few seconds. FILE ends in .html (one page with
    pictures that needs no network), .md (without pictures) or .pdf (printed by
    a Chromium that is installed). Pictures need the extra `report`:
    pip install 'partnerfolio[report]'.

    \b
    Examples:
      partnerfolio report alliance.xlsx -o plan.html
      partnerfolio report result.json -o plan.md
      partnerfolio report now.xlsx --since spring.xlsx -o plan.pdf
      partnerfolio report result.json -o money.html --sections money

    \b
    Exit codes: 0 it is written, 1 no portfolio was found (the document says so),
    2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.dossiers import dossier
    from solver.commands.subjects import subject
    from solver.report.document import plan_document
    from solver.report.languages import in_language
    from solver.report.words import names_in

    check_options(target, [source, options["since"], options["old_plan"]], options)
    check_page(target)
    found = subject(source, options)
    with testifying(found.instance, options):
        document = plan_document(dossier(found, parts or PARTS, options), parts)
    write_page(in_language(document, options["language"], names_in(found.instance)), target)
    ctx.exit(found.code)
