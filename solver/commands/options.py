"""Arguments and options that several sub-commands share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

from solver.commands.targets import named
from solver.instance.libraries import FORMATS

XLSX, PAGE, DOCUMENT = "--xlsx", "--page", "-o"
PAGES = (".html", ".md", ".pdf")
ENDINGS = {XLSX: (".xlsx",), PAGE: PAGES, DOCUMENT: PAGES}
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def instance_argument(function: Decorated) -> Decorated:
    """INSTANCE, and how to read it when it is a file of somebody else's format."""
    return click.argument("instance", metavar="INSTANCE")(library_options(function))


def library_options(function: Decorated) -> Decorated:
    """--format, --index and --ratio: how to read a file of somebody else's format."""
    for decorate in (
        click.option(
            "--ratio",
            type=click.FloatRange(0, 1),
            metavar="R",
            help="Budget as a share of the total cost (nrp).",
        ),
        click.option(
            "--index",
            type=click.IntRange(1),
            default=1,
            metavar="K",
            help="Which instance of the file; 1 is the first.",
        ),
        click.option(
            "--format", "format_", type=click.Choice(list(FORMATS)), help="Read a benchmark library's file."
        ),
    ):
        function = decorate(function)
    return function


def override_option(function: Decorated) -> Decorated:
    """--set KEY=VALUE."""
    text = "Override a setting without editing files, e.g. limits.budget=400. Repeatable."
    return click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help=text)(function)


def lock_options(function: Decorated) -> Decorated:
    """--in ID and --out ID."""
    for decorate in (
        click.option("--out", "excluded", metavar="ID", multiple=True, help="Lock out. Repeatable."),
        click.option(
            "--in",
            "included",
            metavar="ID",
            multiple=True,
            help="Lock in a partner or application. Repeatable.",
        ),
    ):
        function = decorate(function)
    return function


def within_option(function: Decorated) -> Decorated:
    """--within SHARE."""
    text = "How much less than the best is nearly as good, e.g. 1% or 0.01. Repeatable."
    option = click.option("--within", metavar="SHARE", multiple=True, callback=_shares, help=text)
    return option(function)


def _shares(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(map(_share, given))


def _share(text: str) -> float:
    bare = text.strip().removesuffix("%")
    try:
        share = float(bare) / (1.0 if bare == text.strip() else 100.0)
    except ValueError:
        share = math.nan
    if not 0.0 <= share <= 1.0:
        raise click.BadParameter(f"{text!r} is no share such as 1% or 0.01")
    return share


def json_option(function: Decorated) -> Decorated:
    """--json FILE or --json -, --xlsx FILE, --page FILE, and --overwrite."""
    text = "Write JSON to a file; with - write it, and nothing else, to stdout."
    json = click.option("--json", "json_target", metavar="FILE|-", callback=_target, help=text)
    text = "Write the answer as an Excel workbook, with pictures where they can be drawn."
    xlsx = click.option(XLSX, "workbook", metavar="FILE", help=text, expose_value=False, callback=_kept)
    text = "Write the answer as a page: .html, .md or .pdf."
    page = click.option(PAGE, "page", metavar="FILE", help=text, expose_value=False, callback=_kept)
    return json(xlsx(page(overwrite_option(function))))


def language_option(function: Decorated) -> Decorated:
    """--lang LANGUAGE."""
    text = "Its language: English or Chinese."
    option = click.option(
        "--lang", "language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help=text
    )
    return option(function)


def overwrite_option(function: Decorated) -> Decorated:
    """--overwrite, for the files a command writes."""
    text = "Replace a file that is no result of this command; never the input."
    return click.option("--overwrite", is_flag=True, help=text)(function)


def _kept(ctx: click.Context, parameter: click.Parameter, target: str | None) -> None:
    """The file is what whoever tells an answer looks for: no command has to hand it on."""
    option = str(parameter.opts[0])
    if target is not None and not target.casefold().endswith(ENDINGS[option]):
        raise click.BadParameter(f"{target!r} does not end in {' or '.join(ENDINGS[option])}")
    ctx.meta[option] = target


def document_target(ctx: click.Context, parameter: click.Parameter, target: str) -> str:
    """The file of a command that writes nothing else than a document."""
    _kept(ctx, parameter, target)
    return target


def _target(ctx: click.Context, parameter: click.Parameter, target: str | None) -> str | None:
    return named(target)
