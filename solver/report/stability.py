"""The report of a stability run: one row per number of scenarios, and from which on the choice settles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, TypedDict

from solver.answers.stability import Changes, Judged, Step, settles_at
from solver.instance.instance import Instance
from solver.portfolio.portfolio import Portfolio
from solver.report.amounts import listed, number, percent, titled
from solver.report.blocks import Report, Section, amounts, figures, report, section, table, text, words
from solver.report.measures import NAMES, measure_words
from solver.report.result import REASONS
from solver.report.words import names_in
from solver.result import Source
from solver.run import Termination


def stability_summary(steps: Sequence[Step], instance: Instance) -> Report:
    """The whole report; there is at least one step."""
    return report(
        f"{instance.name}: {_conclusion(steps)}",
        _table(steps, instance),
        section("What changed", text(*_changes(steps, instance))),
        section("How other searches ended", text(*_unproven(steps))),
        names=names_in(instance),
    )


class StepDocument(TypedDict):
    """One search with a number of scenarios; `fresh` judges its choice on scenarios that none was made by.

    `changes` are those since the search before, null for the first.
    """

    scenarios: Annotated[int, "How many there were."]
    termination: Annotated[Termination, "Why the search stopped."]
    objective: Annotated[float | None, "What the portfolio has of what was maximised."]
    gap: Annotated[float | None, "How much is open, relative to the larger of objective and bound."]
    value: Annotated[float | None, "What the portfolio is worth."]
    risk: Annotated[float | None, "The measure of the loss."]
    fresh: Judged | None
    changes: Changes | None
    portfolio: Portfolio | None
    seconds: Annotated[float, "How long it took."]


class StabilityDocument(TypedDict):
    """From how many scenarios on the choice stays the same; null where it does not settle."""

    instance: Source
    settles_at: Annotated[int | None, "From how many scenarios on the choice stays."]
    steps: list[StepDocument]


def stability_document(steps: Sequence[Step], instance: Instance) -> StabilityDocument:
    """The same for JSON."""
    return {
        "instance": {"name": instance.name, "fingerprint": instance.fingerprint},
        "settles_at": settles_at(steps),
        "steps": [_step(step) for step in steps],
    }


def _step(step: Step) -> StepDocument:
    result = step.result
    return {
        "scenarios": step.scenarios,
        "termination": result.termination,
        "objective": result.objective,
        "gap": result.gap,
        "value": result.value,
        "risk": None if step.risk is None else step.risk.value,
        "fresh": step.fresh,
        "changes": step.changes,
        "portfolio": result.portfolio,
        "seconds": result.seconds,
    }


def _conclusion(steps: Sequence[Step]) -> str:
    settled = settles_at(steps)
    if settled is not None:
        return f"the choice is the same from {settled:,} scenarios on"
    if len(steps) == 1:
        return f"one number of scenarios, {steps[0].scenarios:,}, does not show whether the choice settles"
    if all(step.result.portfolio is None for step in steps):
        return "no portfolio was found, so there is no choice to settle"
    return f"the choice does not settle up to {steps[-1].scenarios:,} scenarios; try more"


def _table(steps: Sequence[Step], instance: Instance) -> Section:
    found = [step for step in steps if step.risk is not None and step.fresh is not None]
    risks = [step.risk for step in found if step.risk is not None]
    if not risks:
        return section("")
    fresh = [step.fresh for step in found if step.fresh is not None]
    name, measure = NAMES[risks[0].measure], measure_words(risks[0].measure, risks[0].level)
    times = [f"{number(round(step.result.seconds, 2))} s with {step.result.backend}" for step in found]
    return section(
        titled(f"{measure}, in sample and on the same fresh scenarios", instance),
        table(
            figures("scenarios", [f"{step.scenarios:,}" for step in found]),
            amounts("expected", [risk.expected for risk in risks]),
            amounts(name, [risk.value for risk in risks]),
            amounts("fresh expected", [judged.expected for judged in fresh]),
            amounts(f"fresh {name}", [judged.value for judged in fresh]),
            figures("changes", [_count(step.changes) for step in found]),
            words("time", times),
        ),
    )


def _count(changes: Changes | None) -> str:
    return "" if changes is None else str(sum(map(len, vars(changes).values())))


def _changes(steps: Sequence[Step], instance: Instance) -> Iterator[str]:
    for before, step in pairwise(steps):
        if step.changes:
            yield f"{before.scenarios:,} to {step.scenarios:,}: {_words(step.changes, instance)}."


def _words(changes: Changes, instance: Instance) -> str:
    parts = [
        f"{listed([instance.labels[id_] for id_ in ids])} {one if len(ids) == 1 else several}"
        for ids, one, several in (
            (changes.joined, "comes in", "come in"),
            (changes.left, "drops out", "drop out"),
            (changes.moved, "changes level or start", "change level or start"),
        )
        if ids
    ]
    return "; ".join(parts)


def _unproven(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        if step.result.termination is not Termination.optimal:
            gap = "" if step.result.gap is None else f", gap {percent(step.result.gap)}"
            yield f"{number(step.scenarios)} scenarios: {REASONS[step.result.termination]}{gap}."
