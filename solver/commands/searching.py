"""Options of the sub-commands that search on the way to something else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from solver.commands.command import time_left
from solver.errors import ContradictionError

if TYPE_CHECKING:
    from solver.instance.instance import Instance
    from solver.result import Result
    from solver.run import Cancel, Progress, SearchLimits

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def quiet_option(function: Decorated) -> Decorated:
    """--quiet."""
    return click.option("--quiet", is_flag=True, help="No progress line.")(function)


def time_limit_option(function: Decorated) -> Decorated:
    """--time-limit S."""
    text = "Stop after so many seconds, reading included."
    return click.option("--time-limit", type=click.FloatRange(0), metavar="S", help=text)(function)


def search_options(function: Decorated) -> Decorated:
    """--time-limit S, --gap G and --quiet."""
    for decorate in (
        quiet_option,
        click.option(
            "--gap",
            type=click.FloatRange(0),
            default=1e-6,
            show_default=True,
            metavar="G",
            help="Relative gap that is enough.",
        ),
        time_limit_option,
    ):
        function = decorate(function)
    return function


def evidence_option(function: Decorated) -> Decorated:
    """--evidence FILE."""
    text = "Where claims contradict each other: write what reproduces it, as JSON."
    return click.option("--evidence", metavar="FILE", help=text)(function)


def limits_asked_for(options: Mapping[str, Any]) -> SearchLimits:
    """How long, how exactly and with what to search, all told; raises click.UsageError out of range."""
    from solver.run import SearchLimits

    given = {name: options[name] for name in ("gap", "threads", "seed", "backend") if name in options}
    try:
        return SearchLimits(seconds=options["time_limit"], **given)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def search_limits(options: Mapping[str, Any]) -> SearchLimits:
    """The limits asked for, less the time that has passed since the command began."""
    whole = limits_asked_for(options)
    return replace(whole, seconds=time_left(whole.seconds))


@contextmanager
def reading(quiet: bool) -> Iterator[None]:
    """What is read within the block may take a while: the progress line says so."""
    from solver.commands.terminal import progress_line
    from solver.run import Progress

    with progress_line(quiet) as progress:
        if progress is not None:
            progress(Progress(0.0, None, None, None, "reading", 0))
        yield


@contextmanager
def at_the_terminal(quiet: bool) -> Iterator[tuple[Callable[[Progress], None] | None, Cancel]]:
    """A search within the block shows its progress, keeps stdout clean, and the first Ctrl-C cancels it."""
    from solver.commands.interrupts import first_interrupt_cancels
    from solver.commands.terminal import progress_line, stdout_kept_clean

    with (
        first_interrupt_cancels() as interruption,
        stdout_kept_clean(),
        progress_line(quiet) as progress,
    ):
        yield progress, interruption.token()


def searched(instance: Instance, options: Mapping[str, Any], part: float = 1.0) -> Result:
    """The best portfolio on the way to something else, within a part of the time limit."""
    from solver.pipeline import solve

    limits = search_limits(options)
    if limits.seconds is not None:
        limits = replace(limits, seconds=part * limits.seconds)
    with at_the_terminal(options["quiet"]) as (progress, cancel):
        return solve(
            instance,
            include=options["included"],
            exclude=options["excluded"],
            split=False,
            limits=limits,
            progress=progress,
            cancel=cancel,
        )


@contextmanager
def testifying(instance: Instance, options: Mapping[str, Any]) -> Iterator[None]:
    """A contradiction that a search within the block ends in is written down where that is asked for."""
    try:
        yield
    except ContradictionError as error:
        _testify(error, instance, options)
        raise


def ended_in_error(results: Iterable[Result], instance: Instance, options: Mapping[str, Any]) -> bool:
    """Whether a search met an error; the first one is written down where that is asked for."""
    from solver.run import Termination

    wrong = [one for one in results if one.termination is Termination.error or one.contradiction is not None]
    if wrong:
        _testify(wrong[0], instance, options)
    return bool(wrong)


def _testify(error: Result | ContradictionError, instance: Instance, options: Mapping[str, Any]) -> None:
    from solver.commands.outputs import publish
    from solver.report.evidence import evidence

    locks = {"include": options["included"], "exclude": options["excluded"]}
    document = evidence(error, instance, limits_asked_for(options), **locks)
    publish(json.dumps(document, indent=2, ensure_ascii=False), options["evidence"])
