"""`partnerfolio manual`."""

from __future__ import annotations

import click

from solver.commands.command import Subcommand


@click.command(cls=Subcommand)
@click.argument("page", required=False)
@click.pass_context
def command(ctx: click.Context, page: str | None) -> None:
    """Show a PAGE of the manual; without PAGE, list what there is.

    \b
    Examples:
      partnerfolio manual
      partnerfolio manual risk
      partnerfolio manual fields | grep budget
    """
    from solver.instance.defects import nearest
    from solver.manual.pages import PAGES, markdown, subject
    from solver.manual.plain import plain
    from solver.report.blocks import Facts, section
    from solver.report.printed import section_lines

    if page is None:
        subjects = Facts({name: subject(name) for name in PAGES})
        contents = section("Pages of the manual: partnerfolio manual PAGE", subjects)
        click.echo("\n".join(section_lines(contents)))
    elif page in PAGES:
        click.echo(plain(markdown(page)))
    else:
        ctx.fail(f"No such page {page!r}{nearest(page, PAGES) or '; there are ' + ', '.join(PAGES)}")
