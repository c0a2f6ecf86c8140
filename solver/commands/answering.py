"""What sub-commands that ask a study have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, TypeVar

import click

from solver.commands.options import instance_argument, json_option, lock_options, override_option
from solver.commands.searching import (
    at_the_terminal,
    check_options,
    evidence_option,
    quiet_option,
    reading,
    testifying,
    time_limit_option,
)

if TYPE_CHECKING:
    from solver.run import Cancel, Listener, SearchLimits
    from solver.study.study import Study

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class RunTerms(TypedDict):
    """The keyword arguments that every answer takes: its limits, who listens and stops it."""

    limits: SearchLimits
    progress: Listener | None
    cancel: Cancel


class Asked(NamedTuple):
    """A study with the locks of the command line, and the terms on which it is asked."""

    study: Study
    terms: RunTerms


def answering(function: Decorated) -> Decorated:
    """INSTANCE and the options of every command that asks a study: --set, --in, --out, limits, --json."""
    for decorate in (
        json_option,
        evidence_option,
        quiet_option,
        time_limit_option,
        lock_options,
        override_option,
    ):
        function = decorate(function)
    return instance_argument(function)


def workers_option(function: Decorated) -> Decorated:
    """--workers N."""
    text = "Ask so many questions at once, each in a process of its own."
    option = click.option(
        "--workers", type=click.IntRange(1), metavar="N", default=1, show_default=True, help=text
    )
    return option(function)


@contextmanager
def asked(
    instance: str, json_target: str | None, options: Mapping[str, Any], inputs: Sequence[str] = ()
) -> Iterator[Asked]:
    """The study to ask within the block; `inputs` are other files that nothing may be written over.

    Progress is shown, and the first Ctrl-C cancels; a contradiction is written down where that is asked for.
    """
    check_options(json_target, [instance, *inputs], options)

    from solver.commands.inputs import wanted_instance
    from solver.study.study import Study

    with reading(options["quiet"]):
        problem = wanted_instance(instance, options)
    with testifying(problem, options), at_the_terminal(options) as terms:
        study = Study(problem).locked(terms["include"], terms["exclude"])
        rest: RunTerms = {name: terms[name] for name in ("limits", "progress", "cancel")}  # type: ignore[assignment]
        yield Asked(study, rest)
