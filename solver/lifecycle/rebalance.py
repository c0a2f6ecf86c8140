"""What to change in what runs: moves with their worth, and the best value by how many are made (spec 8.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, enclosed
from solver.assessment.options import levels_of
from solver.lifecycle.running import found
from solver.portfolio.checker import check
from solver.portfolio.choices import Moves
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.quantities import Bound
from solver.portfolio.rules import MaxMoves, Wish
from solver.portfolio.selection import Selection
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study

Kind = Literal["join", "leave", "raise", "lower", "launch", "stop"]
FREED = {
    "budget": "budget",
    "budget_by_period": "",
    "effort": "",
    "partner_count": "a place",
    "ip_exposure": "exposure of intellectual property",
    "resource": "",
    "group_count": "",
    "group_budget": "",
    "group_spend_share": "",
}
"""What leaving may free, by rule; where nothing stands here it is called as its reading calls it."""
FOR_THE_BEST = 0.4
"""The share of a time limit for the best plan, against which all else is held."""


@dataclass(frozen=True)
class Step(Shaped):
    """One move from what runs, with the levels `before` and `after`; null where it is not active."""

    id: Annotated[str, "Its id."]
    kind: Annotated[Kind, "What is done."]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Worth(Shaped):
    """A `move` of the best plan, and its `worth`: what is lost where this one stays as it is, all else free.

    Worths need not add up. `possible` says whether anything is possible without it, None where that was not
    found out. `enables` are moves that are not made without it, `replaces` those that are made instead.
    `frees` are the limits that the plan would exceed were this move alone not made.
    """

    move: Step
    worth: Amount
    possible: bool | None
    enables: tuple[Step, ...]
    replaces: tuple[Step, ...]
    frees: tuple[str, ...]


@dataclass(frozen=True)
class Point(Shaped):
    """The best with at most so many `most` moves: what it is worth, and which they are.

    `possible` is False where no portfolio is so near to what runs, None where that was not found out.
    """

    most: int
    value: Amount
    possible: bool | None
    moves: tuple[Step, ...]


@dataclass(frozen=True)
class Rebalancing(Answer):
    """How to change what runs: the best plan, its moves, and the best value by number of moves.

    `best` is what the best plan is worth, `portfolio` is it, None where none was found; `feasible` says
    whether there is any. `frozen` is what no move at all is worth: `curve[0]`, nothing known where it is not
    possible. `gain` is what the moves bring together.
    """

    best: Amount
    portfolio: Portfolio | None
    feasible: bool | None
    frozen: Amount
    gain: Amount
    moves: tuple[Worth, ...]
    curve: tuple[Point, ...]


def rebalance(
    study: Study,
    *,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Rebalancing:
    """What to change in what runs: who joins, leaves, is raised or lowered, what is launched or stopped.

    Each join, leave, change of level, launch and stop is one move; who provides what is free. The rule
    `limits.max_moves` holds where it is set.
    """
    run = Run(limits, progress, cancel)
    answering = _Rebalance(study, run)
    return run.attended(answering.full, answering.so_far)


class _Rebalance:
    """What is known so far: enough for an answer whenever the run has to stop."""

    def __init__(self, study: Study, run: Run) -> None:
        self._study, self._run = study, run
        self._best: Proven | None = None
        self._within: dict[int, Proven] = {}
        self._without: dict[str, Proven] = {}

    def full(self) -> Rebalancing:
        self._best = best = found(self._study, self._run.part(FOR_THE_BEST))
        steps = () if best.selection is None else steps_to(best.selection)
        questions: list[int | str] = [*range(len(steps) or 1), *(step.id for step in steps)]
        for question, run in self._run.each(questions):
            if isinstance(question, int):
                self._within[question] = found(self._study.limited(MaxMoves(question)), run)
            else:
                self._without[question] = found(self._study.limited(_stays(self._study, question)), run)
        return self.so_far()

    def so_far(self) -> Rebalancing:
        """The answer as far as it is known."""
        best, run = self._best, self._run
        selection = None if best is None else best.selection
        value = UNKNOWN if best is None else best_value(best)
        steps = () if selection is None else steps_to(selection)
        curve = [_point(most, one) for most, one in sorted(self._within.items())]
        if steps and len(curve) == len(steps):
            curve.append(Point(len(steps), value, True, steps))
        frozen = curve[0].value if curve else UNKNOWN
        known = bool(curve) and curve[0].possible is True
        infeasible = best is not None and best.termination is Termination.infeasible
        return Rebalancing(
            **about(self._study, run),
            best=value,
            portfolio=None if selection is None else selection.portfolio(),
            feasible=False if infeasible else None if selection is None else True,
            frozen=frozen,
            gain=_not_negative(value - frozen) if known else UNKNOWN,
            moves=tuple(self._worth(step, steps) for step in steps),
            curve=tuple(curve),
        )

    def _worth(self, step: Step, steps: tuple[Step, ...]) -> Worth:
        other = self._without.get(step.id)
        if other is None or self._best is None or other.selection is None:
            never = other is not None and other.termination is Termination.infeasible
            return Worth(step, UNKNOWN, False if never else None, (), (), self._freed(step))
        instead = steps_to(other.selection)
        return Worth(
            move=step,
            worth=_not_negative(best_value(self._best) - best_value(other)),
            possible=True,
            enables=tuple(one for one in steps if one not in instead and one != step),
            replaces=tuple(one for one in instead if one not in steps),
            frees=self._freed(step),
        )

    def _freed(self, step: Step) -> tuple[str, ...]:
        """The limits that the best plan exceeds where one who leaves, or is lowered, stays as it runs."""
        if self._best is None or self._best.selection is None or step.before is None:
            return ()
        plan, options = self._best.selection, self._study.assessment.options
        element = self._study.assessment.index[step.id]
        others = [option for option in plan.options if options.element[option] != element]
        unchanged = [option for option in options.of(element) if options.unchanged[option]]
        undone = replace(plan, options=(*others, *unchanged))
        broken = check(self._study.formulation, undone).broken
        return tuple(dict.fromkeys(FREED[one.rule] or one.about for one in broken if one.rule in FREED))


def steps_to(selection: Selection) -> tuple[Step, ...]:
    """The moves that lead from what runs to a portfolio, in the order of the tables."""
    assessment, options = selection.assessment, selection.assessment.options
    levels = levels_of(assessment.instance)
    found = []
    for element, id_ in enumerate(assessment.elements):
        partner = assessment.is_partner(element)
        option = selection.option_of.get(element)
        before = None
        if assessment.running[element]:
            before = next(options.level[o] for o in options.of(element) if options.unchanged[o])
        after = None if option is None else options.level[option]
        if before == after:
            continue
        kind: Kind = "join" if partner else "launch"
        if before is not None and after is not None:
            order = list(levels[id_])
            kind = "raise" if order.index(after) > order.index(before) else "lower"
        elif before is not None:
            kind = "leave" if partner else "stop"
        found.append(Step(id_, kind, before, after))
    return tuple(found)


def _stays(study: Study, id_: str) -> Wish:
    label = study.instance.labels[id_]
    return Wish(Bound(Moves(study.assessment.index[id_]), "<=", 0.0, f"moves of {label}"))


def _point(most: int, best: Proven) -> Point:
    if best.selection is None:
        never = best.termination is Termination.infeasible
        return Point(most, UNKNOWN, False if never else None, ())
    return Point(most, best_value(best), True, steps_to(best.selection))


def _not_negative(gain: Amount) -> Amount:
    """A difference to something that may do less: it is not below nothing, whatever rounding says."""
    value, least = (None if one is None else max(0.0, one) for one in (gain.value, gain.least))
    return enclosed(value, least or 0.0, gain.most, proven=gain.proven)
