"""What sub-commands that search have in common: options, limits, the terminal, exit codes, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from solver.commands.command import FOUND, NONE_FOUND, UNEXPECTED, time_left
from solver.errors import ContradictionError

if TYPE_CHECKING:
    from solver.instance.instance import Instance
    from solver.result import Result
    from solver.run import Cancel, Listener, SearchLimits
    from solver.study.study import Study

SHARE_FOR_PORTFOLIO = 0.7
"""The share of a time limit for the best portfolio where something else is asked of it."""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Terms(TypedDict):
    """The keyword arguments that every search takes: what is locked, its limits, who listens and stops it."""

    include: Sequence[str]
    exclude: Sequence[str]
    limits: SearchLimits
    progress: Listener | None
    cancel: Cancel


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


def check_options(json_target: str | None, inputs: Sequence[str | None], options: Mapping[str, Any]) -> None:
    """Refuse, before anything is read, what cannot be done: limits out of range, targets over other files.

    Raises click.UsageError and InputError.
    """
    from solver.commands.targets import check_target

    limits_asked_for(options)
    for target in (json_target, options["evidence"]):
        check_target(target, inputs, overwrite=options["overwrite"])


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
def at_the_terminal(options: Mapping[str, Any]) -> Iterator[Terms]:
    """The terms of a search within the block, whose time is what is left since the command began.

    Progress is shown, stdout kept clean, and the first Ctrl-C cancels.
    """
    from solver.commands.interrupts import first_interrupt_cancels
    from solver.commands.terminal import progress_line, stdout_kept_clean

    with (
        first_interrupt_cancels() as interruption,
        stdout_kept_clean(),
        progress_line(options["quiet"]) as progress,
    ):
        whole = limits_asked_for(options)
        yield {
            "include": options["included"],
            "exclude": options["excluded"],
            "limits": replace(whole, seconds=time_left(whole.seconds)),
            "progress": progress,
            "cancel": interruption.token(),
        }


def searched(subject: Instance | Study, options: Mapping[str, Any]) -> Result:
    """The best portfolio on the way to something else, within its share of the time limit."""
    from solver.study.study import Study

    with at_the_terminal(options) as terms:
        limits = terms["limits"]
        if limits.seconds is not None:
            terms["limits"] = replace(limits, seconds=SHARE_FOR_PORTFOLIO * limits.seconds)
        study = subject if isinstance(subject, Study) else Study(subject)
        study = study.locked(terms["include"], terms["exclude"])
        limits, progress, cancel = terms["limits"], terms["progress"], terms["cancel"]
        return study.solve(split=False, limits=limits, progress=progress, cancel=cancel)


@contextmanager
def testifying(instance: Instance, options: Mapping[str, Any]) -> Iterator[None]:
    """A contradiction that a search within the block ends in is written down where that is asked for."""
    try:
        yield
    except ContradictionError as error:
        _testify(error, instance, options)
        raise


def exit_code(results: Sequence[Result], instance: Instance, options: Mapping[str, Any]) -> int:
    """The code that says how searches ended; an error is written down where that is asked for."""
    if ended_in_error(results, instance, options):
        return UNEXPECTED
    return FOUND if any(result.has_portfolio for result in results) else NONE_FOUND


def ended_in_error(results: Sequence[Result], instance: Instance, options: Mapping[str, Any]) -> bool:
    """Whether a search met an error; the first one is written down where that is asked for."""
    from solver.run import Termination

    wrong = [one for one in results if one.termination is Termination.error or one.contradiction is not None]
    if wrong:
        _testify(wrong[0], instance, options)
    return bool(wrong)


def _testify(error: Result | ContradictionError, instance: Instance, options: Mapping[str, Any]) -> None:
    from solver.commands.outputs import json_text, publish
    from solver.report.evidence import evidence

    locks = {"include": options["included"], "exclude": options["excluded"]}
    document = evidence(error, instance, limits_asked_for(options), **locks)
    publish(json_text(document), options["evidence"])
