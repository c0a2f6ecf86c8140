"""`partnerfolio plot`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solver.commands.command import FOUND, Subcommand
from solver.commands.options import (
    language_option,
    library_options,
    lock_options,
    override_option,
    overwrite_option,
)
from solver.commands.searching import check_options, evidence_option, search_options, testifying
from solver.errors import StoppedError

if TYPE_CHECKING:
    from solver.instance.instance import Instance
    from solver.report.figures.drawing import Theme
    from solver.result import Result

OF_A_PORTFOLIO = ("Result", "RiskReport", "Allocation")
ENDINGS = (".svg", ".png", ".html", ".json")


def _picture(ctx: click.Context, parameter: click.Parameter, target: str) -> str:
    if Path(target).suffix.casefold() not in ENDINGS:
        raise click.BadParameter(f"{target!r} does not end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    return target


def _kind(ctx: click.Context, parameter: click.Parameter, name: str) -> str:
    from solver.instance.defects import nearest
    from solver.report.figures.kinds import KINDS

    if name not in KINDS:
        raise click.BadParameter(f"{name!r} is not one of {', '.join(KINDS)}{nearest(name, KINDS)}")
    return name


def _list_kinds(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from solver.report.blocks import Facts
        from solver.report.figures.kinds import KINDS
        from solver.report.printed import lines_of

        click.echo("\n".join(lines_of(Facts({name: kind.shows for name, kind in KINDS.items()}))))
        ctx.exit()


@click.command(cls=Subcommand)
@click.argument("source", metavar="INSTANCE|RESULT")
@click.argument("kind", metavar="KIND", callback=_kind)
@click.option("-o", "target", metavar="FILE", required=True, callback=_picture, help="Where to draw it.")
@click.option(
    "--theme",
    type=click.Choice(["light", "dark", "grey"]),
    default="light",
    show_default=True,
    help="Its colours.",
)
@click.option("--width", type=click.IntRange(100, 10_000), metavar="PX", help="Pixels across.")
@click.option("--answer", metavar="FILE", help="Draw this answer, as its command wrote it with --json.")
@click.option(
    "--limit", metavar="KEY", default="limits.budget", show_default=True, help="The limit of a curve."
)
@click.option(
    "--kinds",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_kinds,
    help="List the pictures.",
)
@library_options
@override_option
@lock_options
@search_options
@evidence_option
@language_option
@overwrite_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    source: str,
    kind: str,
    target: str,
    theme: Theme,
    width: int | None,
    **options: Any,
) -> None:
    """Draw the best portfolio of INSTANCE, or of a RESULT, or what is asked of it.

    FILE ends in .svg, .png, .html (a page that needs no network, with the numbers
    beneath) or .json (the Vega-Lite specification, its data inside). All but .json
    need the extra `report`: pip install 'partnerfolio[report]'.

    \b
    Examples:
      partnerfolio plot --kinds
      partnerfolio plot alliance.xlsx partners -o partners.svg
      partnerfolio plot result.json waterfall -o value.png --width 1600
      partnerfolio plot result.json split -o split.html
      partnerfolio plot alliance.xlsx curve --limit limits.budget -o budget.svg
      partnerfolio plot alliance.xlsx tornado --answer tornado.json -o tornado.svg

    \b
    Exit codes: 0 it is drawn, 1 no portfolio was found or time ended first,
    2 bad input, 3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.outputs import tell, writing
    from solver.commands.subjects import answer_of, instance_of, saved_answer, subject
    from solver.instance.atomic import write_bytes
    from solver.report.figures.files import picture_file
    from solver.report.figures.kinds import KINDS
    from solver.report.languages import figure_in_language
    from solver.report.result import summary
    from solver.report.words import names_in

    check_options(target, [source, options["answer"]], options)
    if options["answer"] is not None:
        instance = instance_of(source, options)
        answer = saved_answer(options["answer"], KINDS[kind].of, instance)
    elif KINDS[kind].of in OF_A_PORTFOLIO:
        instance, result, code, _ = subject(source, options)
        if code != FOUND:
            tell(result, None, summary(result, instance))
            ctx.exit(code)
        with testifying(instance, options):
            answer = _of_portfolio(kind, instance, result, options)
    else:
        instance = instance_of(source, options)
        with testifying(instance, options):
            answer = answer_of(KINDS[kind].of, instance, options)
    figure = KINDS[kind].draw(answer, instance)
    if not figure:
        raise StoppedError(f"there is nothing to draw: {figure.title[0].lower()}{figure.title[1:]}")
    language = options["language"]
    figure = figure_in_language(figure, language, names_in(instance))
    content = picture_file(figure, Path(target).suffix.casefold(), theme, width, language)
    with writing(target):
        write_bytes(Path(target), content)


def _of_portfolio(kind: str, instance: Instance, result: Result, options: dict[str, Any]) -> Any:
    """What is known of a portfolio, and what is found out."""
    from solver.commands.subjects import risk_of, split_of
    from solver.report.figures.kinds import KINDS

    match KINDS[kind].of:
        case "RiskReport":
            return risk_of(instance, result, options)
        case "Allocation":
            return split_of(instance, result, options)
    return result
