"""Options of the sub-commands that search on the way to something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from solver.driver import SearchLimits

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def search_options(function: Decorated) -> Decorated:
    """--time-limit S, --gap G and --quiet."""
    for decorate in (
        click.option("--quiet", is_flag=True, help="No progress line."),
        click.option(
            "--gap",
            type=click.FloatRange(0),
            default=1e-6,
            show_default=True,
            metavar="G",
            help="Relative gap that is enough.",
        ),
        click.option(
            "--time-limit", type=click.FloatRange(0), metavar="S", help="Stop after so many seconds."
        ),
    ):
        function = decorate(function)
    return function


def search_limits(options: Mapping[str, Any]) -> SearchLimits:
    """How long and how exactly to search; raises click.UsageError for a number out of range."""
    from solver.driver import SearchLimits

    try:
        return SearchLimits(seconds=options["time_limit"], gap=options["gap"])
    except ValueError as error:
        raise click.UsageError(str(error)) from None
