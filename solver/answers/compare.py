"""Side by side: the best portfolio of an instance, plans and results for it, and other instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, exactly
from solver.answers.differences import Difference, differences
from solver.answers.grade import SPENDING
from solver.answers.near import best_of
from solver.instance.instance import Instance
from solver.portfolio.checker import check
from solver.portfolio.choices import Move, moves
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.risks import LossMeasure
from solver.portfolio.rules import Reading
from solver.portfolio.selection import Selection
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped
from solver.study.plans import Plannable, completed_plan
from solver.study.study import Study

BEST = "the best"
Comparable = Plannable | Instance | Study


@dataclass(frozen=True)
class Entry(Shaped):
    """A portfolio beside others: the best of an instance, or a plan as the first instance judges it.

    `worth` is what it has of what is maximised, `value` the alliance value and `components` what that is made
    of, `risk` the measure gone by; None where no portfolio was found. `broken` are the rules that it breaks,
    `inputs` what its instance has that the first has not. `moves` lead there from the first portfolio, as
    far as both instances know who is moved.
    """

    name: Annotated[str, "What it is called."]
    kind: Annotated[Literal["best", "plan"], "Whether it was searched for or given."]
    worth: Amount
    value: float | None
    components: Mapping[str, float]
    spending: Annotated[float | None, "Cost, setup, entry and licences; null where there is no portfolio."]
    risk: float | None
    broken: tuple[str, ...]
    inputs: tuple[Difference, ...]
    moves: tuple[Move, ...]
    portfolio: Portfolio | None


@dataclass(frozen=True)
class Comparison(Answer):
    """Portfolios side by side, the first of which the others are held against."""

    entries: tuple[Entry, ...]


def compare(
    study: Study,
    others: Mapping[str, Comparable],
    *,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Comparison:
    """The best portfolio of a study beside others, by name.

    Results and plans are judged with the study's own data and rules; of another instance, or study, the best
    portfolio is searched for, and what it has in other numbers is listed. Raises InputError for plans that
    name what the instance does not know.
    """
    run = Run(limits, progress, cancel)
    entries: list[Entry] = []
    first: list[Selection] = []

    def whole() -> Comparison:
        questions: list[tuple[str, Comparable]] = [(BEST, study), *others.items()]
        for (name, one), part in run.each(questions):
            other = Study(one) if isinstance(one, Instance) else one
            if isinstance(other, Study):
                entry, selection = _searched(name, other, study, part)
            else:
                entry, selection = _judged(name, other, study, part)
            if not entries and selection is not None:
                first.append(selection)
            known = first and selection is not None
            entries.append(_moved(entry, first[0], selection) if known and selection is not None else entry)
        return so_far()

    def so_far() -> Comparison:
        return Comparison(**about(study, run), entries=tuple(entries))

    return run.attended(whole, so_far)


def _searched(name: str, other: Study, study: Study, run: Run) -> tuple[Entry, Selection | None]:
    found = best_of(other, run)
    inputs = () if other is study else differences(study.instance, other.instance)
    worth = best_value(found) if found.selection is not None else UNKNOWN
    return _entry(name, "best", worth, found.selection, other.formulation, inputs=inputs), found.selection


def _judged(name: str, plan: Plannable, study: Study, run: Run) -> tuple[Entry, Selection | None]:
    asked = study.formulation
    read = completed_plan(plan, asked, study.assessment, name, run)
    worth = exactly(asked.maximise.amount(read.selection))
    return _entry(name, "plan", worth, read.selection, asked, read.problems), read.selection


def _entry(
    name: str,
    kind: Literal["best", "plan"],
    worth: Amount,
    selection: Selection | None,
    asked: Formulation,
    problems: tuple[Reading, ...] = (),
    inputs: tuple[Difference, ...] = (),
) -> Entry:
    if selection is None:
        return Entry(name, kind, worth, None, {}, None, None, (), inputs, (), None)
    verdict, instance = check(asked, selection, problems), selection.assessment.instance
    watched = asked.watched(instance)
    risk = None
    if watched and selection.outlook is not None:
        risk = LossMeasure(watched[asked.leading(instance)].measure).amount(selection)
    return Entry(
        name=name,
        kind=kind,
        worth=worth,
        value=verdict.value,
        components=verdict.components,
        spending=SPENDING.amount(selection),
        risk=risk,
        broken=tuple(reading.sentence for reading in verdict.broken),
        inputs=inputs,
        moves=(),
        portfolio=selection.portfolio(),
    )


def _moved(entry: Entry, first: Selection, selection: Selection) -> Entry:
    return replace(entry, moves=moves(first, selection))
