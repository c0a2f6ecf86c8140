"""What a document is made of: the portfolio, and in a few seconds what more can be found out about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from solver.commands.searching import at_the_terminal
from solver.commands.subjects import Subject, risk_of, split_of
from solver.errors import StoppedError

if TYPE_CHECKING:
    from solver.report.document import Dossier

BEYOND = 5.0
"""Seconds for all questions that take more searches; each says what it knows when its share is over."""

Question = Callable[..., Any]


def dossier(found: Subject, parts: Iterable[str], options: dict[str, Any]) -> Dossier:
    """What the wanted parts are made of; what time was too short for is said to be missing."""
    from solver.report.document import Dossier

    wanted = set(parts)
    if not found.result.has_portfolio:
        return Dossier(found.instance, found.result)
    made, missing = _measured(found, wanted, options)
    for name, answer in _asked(_questions(found, wanted, options), options):
        if isinstance(answer, StoppedError):
            missing.append(f"What {MISSING[name]} is not known: {answer}.")
        else:
            made[name] = answer
    return Dossier(found.instance, found.result, missing=tuple(missing), **made)


MISSING = {
    "why": "keeps the others out",
    "hangs_on": "would change the decision",
    "losses": "is lost with a partner",
    "health": "the health of what runs is",
    "moves": "to change in what runs",
    "change": "changed since last time",
}


def _measured(found: Subject, wanted: set[str], options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The risk and the split, where the instance has such a section."""
    made: dict[str, Any] = {}
    missing = []
    if found.instance.risk is not None and wanted & {"risk", "decision"}:
        try:
            made["risk"] = risk_of(found.instance, found.result, options)
        except StoppedError as stopped:
            missing.append(f"Its risk is not laid open: {stopped}.")
    if found.instance.split is not None and "split" in wanted:
        try:
            made["allocation"] = split_of(found.instance, found.result, options)
        except (StoppedError, ArithmeticError) as stopped:
            missing.append(f"The value was not split: {stopped}.")
    return made, missing


def _questions(found: Subject, wanted: set[str], options: dict[str, Any]) -> dict[str, Question]:
    """What is asked for the wanted parts, by the place of its answer."""
    from solver.answers.resilience import resilience
    from solver.answers.sensitivity import sensitivity
    from solver.answers.why import why
    from solver.lifecycle.health import health
    from solver.lifecycle.rebalance import rebalance

    study, instance, plan = found.study, found.instance, found.result.portfolio
    runs = any(row.status == "running" for row in (*instance.partners, *instance.applications))
    asked: dict[str, tuple[bool, Question]] = {
        "health": ("health" in wanted and bool(instance.health), lambda **terms: health(study, **terms)),
        "moves": ("moves" in wanted and runs, lambda **terms: rebalance(study, **terms)),
        "change": ("since" in wanted and bool(options["since"]), _change(found, options)),
        "losses": (
            "resilience" in wanted,
            lambda **terms: resilience(study, plan, kinds=("partner",), curve=False, **terms),
        ),
        "why": ("others" in wanted, lambda **terms: why(study, **terms)),
        "hangs_on": ("changes" in wanted, lambda **terms: sensitivity(study, most=10, **terms)),
    }
    return {name: question for name, (is_asked, question) in asked.items() if is_asked}


def _change(found: Subject, options: dict[str, Any]) -> Question:
    from solver.answers.change import change
    from solver.answers.grade import plan_in
    from solver.commands.inputs import read_plan, wanted_instance

    def ask(**terms: Any) -> Any:
        before = wanted_instance(options["since"], {**options, "overrides": ()})
        old = plan_in(before) if options["old_plan"] is None else read_plan(options["old_plan"])
        return change(found.study, before, old, found.result.portfolio, **terms)

    return ask


def _asked(questions: dict[str, Question], options: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """The answers one by one, each within its share of the time that is left of a few seconds."""
    end = time.monotonic() + BEYOND
    for place, (name, ask) in enumerate(questions.items()):
        share = max(0.0, end - time.monotonic()) / (len(questions) - place)
        with at_the_terminal(options) as terms:
            left = terms["limits"].seconds
            limits = replace(terms["limits"], seconds=share if left is None else min(share, left))
            try:
                answer = ask(limits=limits, progress=terms["progress"], cancel=terms["cancel"])
            except StoppedError as stopped:
                answer = stopped
        yield name, answer
