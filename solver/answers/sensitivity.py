"""Sensitivity: what the best portfolio is worth, and whether it stays, when one number is another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from solver.answers.answer import UNKNOWN, Amount, Answer, best_value
from solver.answers.answering import ROUGHLY_FIRST, AnsweringEach
from solver.answers.near import best_of
from solver.answers.numbers import Number, largest, number_of, wished, within
from solver.driver.outcome import OPTIMAL_GAP
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.portfolio.checker import keeps
from solver.portfolio.choices import Move, choice_of, moves
from solver.portfolio.plan import read_plan
from solver.portfolio.portfolio import Portfolio
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.proven import Proven
from solver.study.study import Study

BY = 0.1
MOST = 20
LIMITS_AT_LEAST = 10
"""How many limits there may be among the numbers, where there are more others than places."""
FOR_THE_BEST = 0.2
"""The share of a time limit for the portfolio that all others are held against."""

Choice = Literal["stays", "changes", "impossible", "open"]


@dataclass(frozen=True)
class Side(Shaped):
    """A number moved one way: the best `value` then, and its `change`.

    The `choice` `stays` where the same partners, levels and applications are a best portfolio still, and
    `changes` where they are not; `moves` lead from the best portfolio to the one that is best then.
    """

    number: Annotated[float, "What stands there instead."]
    value: Amount
    change: Amount
    choice: Choice
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Bar(Shaped):
    """What hangs on one number: it, lowered and raised.

    `lower` or `higher` is None where the number cannot be moved that way, or nobody came to it in time.
    """

    key: Annotated[str, "The name under which it is set."]
    words: Annotated[str, "What it is."]
    unit: Annotated[str, "`money`, `partners`, `share` or empty."]
    number: Annotated[float, "What it is now."]
    lower: Side | None
    higher: Side | None

    @property
    def spread(self) -> float:
        """How far apart the best values are that are known; the larger, the more hangs on the number."""
        changes = [0.0, *(one.change.value or 0.0 for one in (self.lower, self.higher) if one is not None)]
        return max(changes) - min(changes)


@dataclass(frozen=True)
class Sensitivity(Answer):
    """What the best portfolio is worth when one number after the other is lower or higher.

    `best` is what it is worth as things are, and `portfolio` is it, None where none was found; `feasible`
    says whether there is any. `bars` begin with the number on which most hangs.
    """

    best: Amount
    portfolio: Portfolio | None
    feasible: bool | None
    bars: tuple[Bar, ...]


def sensitivity(
    study: Study,
    *keys: str,
    by: float = BY,
    most: int = MOST,
    workers: int = 1,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Sensitivity:
    """Solve a study again with one number after the other lower and higher by a share of it.

    `keys` name numbers, such as `limits.budget` or `partners.p3.revenue`; none: the limits, and revenues and
    costs, the largest first, up to `most` in all. Counts move by at least 1, shares stay between 0 and 1.
    Raises InputError for keys that name no number.
    """
    run = Run(limits, progress, cancel)
    if not 0 < by < 1:
        raise InputError([Defect("sensitivity", "a share between 0 and 1", column="by", value=by)])
    asked = [number_of(study, key, "sensitivity") for key in keys] or _foremost(study, most)
    return _Answering(study, run, workers, asked, by).answer()


def _foremost(study: Study, most: int) -> list[Number]:
    """The limits and the largest other numbers."""
    others = list(largest(study))
    limits = [one for one in wished(study) if one.value]
    room = max(LIMITS_AT_LEAST, most - len(others))
    chosen = limits[: min(most, room)]
    return [*chosen, *others[: most - len(chosen)]]


Moved: TypeAlias = tuple[Number, int]
"""A number, and which way it is moved."""


class _Answering(AnsweringEach[Moved, Side, Sensitivity]):
    """Asks for the best portfolio with a number moved."""

    gaps = ROUGHLY_FIRST

    def __init__(self, study: Study, run: Run, workers: int, numbers: Sequence[Number], by: float) -> None:
        super().__init__(study, run, workers)
        self._numbers, self._by = numbers, by

    def full(self) -> Sensitivity:
        """Ask for the best portfolio as things are, and with every number lower and higher."""
        if self._find_best(FOR_THE_BEST) is not None:
            self._ask_all([(number, way) for number in self._numbers for way in (-1, 1)], self._run)
        return self.so_far()

    def _is_settled(self, question: Moved) -> bool:
        side = self._replies.get(question)
        return side is not None and (side.value.proven or side.choice == "impossible")

    def _ask(self, question: Moved, run: Run) -> None:
        number, way = question
        side = (
            None if self._best is None else self._side(number, moved(number, way * self._by), self._best, run)
        )
        if side is not None:
            self._note(question, side)

    def _side(self, number: Number, value: float, best: Proven, run: Run) -> Side | None:
        if value == number.value:
            return None
        try:
            study = number.study(self._study, value)
        except InputError:
            return None
        found = best_of(study, run)
        worth = best_value(found)
        nothing = found.termination is Termination.infeasible
        assert best.selection is not None
        return Side(
            value,
            worth,
            UNKNOWN if nothing else worth - best_value(best),
            "impossible" if nothing else _choice(study, best, found),
            () if found.selection is None else moves(best.selection, found.selection),
        )

    def so_far(self) -> Sensitivity:
        """The answer as far as it is known."""
        told = self._standing()
        bars = [
            Bar(one.key, one.words, one.unit, one.value, *(self._replies.get((one, way)) for way in (-1, 1)))
            for one in self._numbers
        ]
        found = told["portfolio"] is not None
        return Sensitivity(**told, bars=tuple(sorted(bars, key=lambda bar: -bar.spread)) if found else ())


def moved(number: Number, share: float) -> float:
    """The number moved by a share of it; a count by 1 at least."""
    step = abs(number.value) * share
    if number.whole and share:
        step = max(1.0, abs(round(step))) * (1 if share > 0 else -1)
    return (
        max(0.0, within(number, number.value + step)) if number.whole else within(number, number.value + step)
    )


def _choice(study: Study, best: Proven, found: Proven) -> Choice:
    """Whether the best portfolio as things are is a best one of a variant."""
    assert best.selection is not None
    try:
        plan = read_plan(study.assessment, best.selection.portfolio().to_dict())
    except InputError:
        return "changes"
    worth, bound = float(study.formulation.maximise.amount(plan.selection)), found.bound
    proven = best_value(found).proven
    if proven and found.selection is not None and choice_of(found.selection) == choice_of(best.selection):
        return "stays"
    holds = not plan.problems and keeps(study.formulation, plan.selection)
    if holds and bound is not None and bound <= worth + OPTIMAL_GAP * abs(worth):
        return "stays"
    better = found.objective is not None and found.objective > worth + OPTIMAL_GAP * abs(worth)
    return "changes" if proven and (better or not holds) else "open"
