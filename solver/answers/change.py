"""What changed since last time: how the value moves from old plan and data to new, and what did it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from solver.answers.answer import Amount, Answer, about, best_value, enclosed, exactly
from solver.answers.differences import Difference, Step, steps
from solver.answers.near import best_of
from solver.assessment.assessment import Assessment, assess
from solver.errors import InputError
from solver.instance.instance import Instance
from solver.portfolio.checker import check
from solver.portfolio.choices import Move, moves
from solver.portfolio.plan import read_plan
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue
from solver.result import Source
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped
from solver.study.plans import Plannable, completed_plan
from solver.study.study import Study

Document = dict[str, Any]


@dataclass(frozen=True)
class Effect(Shaped):
    """What `differences` did to the value of the old plan, those before them already carried out.

    Several that only together leave a sound instance are one.
    """

    differences: tuple[Difference, ...]
    effect: Annotated[float, "By how much it moves the value."]


@dataclass(frozen=True)
class Change(Answer):
    """How the value moves from old plan and data, over the old plan on new data, to the new plan.

    `before` + Σ of the `effects` = `between`; `between` + `gain` = `after`. The effects are in the order in
    which the inputs were changed one by one: settings, then table by table rows that are new or changed, at
    last rows that are gone. `lost` are the ids of the old plan that the new data do not know; `broken` are
    the rules that the old plan breaks on new data. `after` is of the new plan, the best one if none is given;
    `regret` is how much more the best one has of what is maximised. `moves` lead from old plan to new.
    """

    last: Source
    before: Annotated[float, "The value of the old plan on old data."]
    between: Annotated[float, "The value of the old plan on new data."]
    after: Annotated[float | None, "The value of the new plan on new data; null where none was found."]
    gain: Annotated[float | None, "What the new plan adds."]
    effects: tuple[Effect, ...]
    lost: tuple[str, ...]
    broken: tuple[str, ...]
    regret: Amount
    moves: tuple[Move, ...]
    old_plan: Portfolio
    new_plan: Portfolio | None


def change(
    study: Study,
    last: Instance,
    old_plan: Plannable,
    new_plan: Plannable | None = None,
    *,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Change:
    """From last time's instance and plan to this time's study, and its best plan if none is given.

    Values are the alliance value; the old plan is valued whether or not it keeps the rules. Raises InputError
    for plans that name what their instance does not know, and StoppedError where the run has to stop before
    the old plan is valued.
    """
    run = Run(limits, progress, cancel)
    known: dict[str, Any] = {}

    def whole() -> Change:
        before = Study(last)
        read = completed_plan(old_plan, before.formulation, before.assessment, "old plan", run)
        known["old"] = read.selection
        known["effects"], known["between"] = _effects(read.selection, last, study, run)
        if new_plan is not None:
            given = completed_plan(new_plan, study.formulation, study.assessment, "new plan", run)
            known["new"] = given.selection
        if check(study.formulation, known["between"]).holds:
            study.knowledge.pool.add(known["between"])
        known["found"] = best_of(study, run)
        known.setdefault("new", known["found"].selection)
        return so_far()

    def so_far() -> Change:
        if "between" not in known:
            run.end()
        return _change(study, last, known, run)

    return run.attended(whole, so_far)


def _change(study: Study, last: Instance, known: dict[str, Any], run: Run) -> Change:
    value, aim = AllianceValue(), study.formulation.maximise
    old, between, new = known["old"], known["between"], known.get("new")
    plan = old.portfolio()
    ids = study.assessment.index
    worth = None if new is None else exactly(aim.amount(new))
    found = known.get("found")
    return Change(
        **about(study, run),
        last={"name": last.name, "fingerprint": last.fingerprint},
        before=value.amount(old),
        between=value.amount(between),
        after=None if new is None else value.amount(new),
        gain=None if new is None else value.amount(new) - value.amount(between),
        effects=known["effects"],
        lost=tuple(row.id for row in (*plan.partners, *plan.applications) if row.id not in ids),
        broken=tuple(reading.sentence for reading in check(study.formulation, between).broken),
        regret=enclosed(None, None, None) if found is None or worth is None else best_value(found) - worth,
        moves=() if new is None else moves(between, new),
        old_plan=plan,
        new_plan=None if new is None else new.portfolio(),
    )


def _effects(old: Selection, last: Instance, study: Study, run: Run) -> tuple[tuple[Effect, ...], Selection]:
    """What each changed input does to the value of a plan, one by one; and the plan on the new data.

    An input that leaves no sound instance by itself waits for those after it.
    """
    plan, value = old.portfolio(), AllianceValue()
    document, before = last.to_document(), value.amount(old)
    waiting: list[Step] = []
    found: list[Effect] = []
    todo = list(steps(last, study.instance))
    for number, step in enumerate(todo, 1):
        run.check()
        document = step.carried_out(document)
        waiting.append(step)
        last_one = number == len(todo)
        assessment = study.assessment if last_one else _assessed(document)
        if assessment is None:
            continue
        after = value.amount(_on(assessment, plan))
        found.append(Effect(tuple(one.difference for one in waiting), after - before))
        waiting, before = [], after
    return tuple(found), _on(study.assessment, plan)


def _assessed(document: Document) -> Assessment | None:
    """The assessment of a document; None where it is not sound."""
    try:
        return assess(Instance.from_document(document))
    except InputError:
        return None


def _on(assessment: Assessment, plan: Portfolio) -> Selection:
    """A plan on other data: without those that these do not know."""
    ids = assessment.index
    kept = {
        "partners": [vars(row) for row in plan.partners if row.id in ids],
        "applications": [vars(row) for row in plan.applications if row.id in ids],
        "assignments": [
            vars(row) for row in plan.assignments or () if row.partner in ids and row.application in ids
        ],
        "licences": list(_offered(assessment, plan)),
    }
    return read_plan(assessment, kept).selection


def _offered(assessment: Assessment, plan: Portfolio) -> Iterator[Document]:
    """The licences of a plan that are still on offer."""
    rows = {
        (frozenset((row.row.first, row.row.second)), row.row.application)
        for row in assessment.pairs
        if row.row.kind == "ip_conflict" and row.row.value is not None
    }
    for row in plan.licences or ():
        if (frozenset((row.first, row.second)), row.application) in rows:
            yield vars(row)
