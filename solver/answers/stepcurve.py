"""What the best portfolio is worth at every level of one limit: a curve of steps, each of them proven."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated

from solver.answers.answer import Amount, Answer, about, best_value
from solver.answers.efficient import SAME
from solver.answers.near import best_of
from solver.answers.numbers import Number, number_of, within
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.portfolio.choices import Move, moves
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.rules import Handle
from solver.portfolio.rules.handle import STEP
from solver.portfolio.selection import Selection
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.study import Study

AROUND = 0.5
"""How far to look, as a share of the limit, where nobody says."""
MOST = 100
PATIENCE = 0.2
"""The share of the time left for one step."""


@dataclass(frozen=True)
class Level(Shaped):
    """A stretch of a limit on which the best value is the same, its ends included.

    `loose` is the end at which more is allowed. `moves` lead from the portfolio of the looser stretch before.
    """

    tight: Annotated[float, "The tightest number at which its portfolio keeps the limit."]
    loose: Annotated[float, "The loosest number that it was looked at for."]
    value: Amount
    portfolio: Portfolio
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Curve(Answer):
    """What the best portfolio is worth at every level of one limit, from the loosest on.

    On each of the `levels` the best value is the same, whatever the limit is there; between two of them lies
    nothing but the `tolerance`. From `impossible` on, where it is not None, no portfolio exists; what is
    tighter than `looked`, None where all was looked at, is open.
    """

    key: Annotated[str, "The name under which the limit is set."]
    words: Annotated[str, "What it is."]
    unit: Annotated[str, "`money`, `partners`, `share` or empty."]
    number: Annotated[float, "What it is now."]
    upward: Annotated[bool, "A higher number allows more."]
    tight: Annotated[float, "The tightest number that was asked about."]
    loose: Annotated[float, "The loosest number that was asked about."]
    tolerance: float
    levels: tuple[Level, ...]
    impossible: float | None
    looked: float | None


def curve(
    study: Study,
    key: str,
    *,
    least: float | None = None,
    most: float | None = None,
    steps: int = MOST,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Curve:
    """What the best portfolio of a study is worth at every level of a limit between `least` and `most`.

    Where these are None, half of the limit and one and a half of it. `key` is where the limit is typed, such
    as `limits.budget` or `groups row 2, max`. At most so many `steps`, from the loosest on. Raises InputError
    for a key that is no limit in force, and for a range that is none.
    """
    run = Run(limits, progress, cancel)
    number = number_of(study, key, "curve")
    if number.wish is None:
        raise InputError([Defect("curve", "a limit that is in force, such as limits.budget", value=key)])
    around = AROUND * abs(number.value)
    low = within(number, number.value - around if least is None else least)
    high = within(number, number.value + around if most is None else most)
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise InputError([Defect("curve", "two numbers, the smaller first", value=f"{low:g} {high:g}")])
    tight, loose = (low, high) if number.wish.upward else (high, low)
    answering = _Answering(study, number, number.wish, tight, loose, steps, run)
    return run.attended(answering.full, answering.so_far)


class _Answering:
    """What is known so far."""

    def __init__(
        self, study: Study, number: Number, wish: Handle, tight: float, loose: float, steps: int, run: Run
    ) -> None:
        self._study, self._number, self._wish, self._run = study, number, wish, run
        self._tight, self._loose, self._most = tight, loose, steps
        self._sign = 1.0 if wish.upward else -1.0
        whole = number.whole or number.unit == "partners"
        self._whole = whole
        self._tolerance = 1.0 if whole else SAME * (max(abs(tight), abs(loose), abs(number.value)) or 1.0)
        self._levels: list[Level] = []
        self._impossible: float | None = None
        self._looked: float | None = loose

    def full(self) -> Curve:
        """From the loosest number on: what is best there, how far it stays allowed, and on from there."""
        at, before = self._loose, None
        while self._allows(at, self._tight) and len(self._levels) < self._most and not self._run.is_over:
            study = self._number.study(self._study, at)
            found = best_of(study, self._run.part(PATIENCE))
            if found.termination is Termination.infeasible:
                self._impossible, self._looked = at, None
                break
            if found.selection is None:
                break
            end = self._tightest(study, found.selection, at)
            changed = () if before is None else moves(before, found.selection)
            self._add(Level(end, at, best_value(found), found.selection.portfolio(), changed))
            before, at = found.selection, end - self._sign * self._tolerance
            self._looked = at if self._allows(at, self._tight) else None
        return self.so_far()

    def _add(self, level: Level) -> None:
        """Take in a stretch; it belongs to the one before where both are worth the same, which is proven."""
        last = self._levels[-1] if self._levels else None
        if last is not None and _same(last.value, level.value):
            self._levels[-1] = replace(last, tight=level.tight, portfolio=level.portfolio)
        else:
            self._levels.append(level)

    def _allows(self, number: float, other: float) -> bool:
        """Whether one number allows all that another does."""
        return self._sign * (number - other) >= 0

    def _tightest(self, study: Study, selection: Selection, at: float) -> float:
        """The tightest number, within what was asked about, at which a selection keeps the limit."""
        wish = self._wish
        rule = wish.rule.loosened(wish.part, self._sign * (at - self._number.value))
        assert rule is not None
        moved = rule.loosened(wish.part, STEP)
        assert moved is not None
        if not self._whole and wish.unit != "share":
            sizes = [bound.quantity.magnitude(selection) for bound in rule.bounds(study.assessment)]
            self._tolerance = max(self._tolerance, *(SAME * size for size in sizes), 0.0)
        room = math.inf
        for now, then in zip(rule.readings(selection), moved.readings(selection), strict=True):
            per_unit = (then.slack - now.slack) / STEP
            if per_unit > 0:
                room = min(room, max(0.0, now.slack) / per_unit)
        end = at - self._sign * room if math.isfinite(room) else self._tight
        return end if self._allows(end, self._tight) else self._tight

    def so_far(self) -> Curve:
        """The answer as far as it is known."""
        return Curve(
            **about(self._study, self._run),
            key=self._number.key,
            words=self._number.words,
            unit=self._number.unit,
            number=self._number.value,
            upward=self._wish.upward,
            tight=self._tight,
            loose=self._loose,
            tolerance=self._tolerance,
            levels=tuple(self._levels),
            impossible=self._impossible,
            looked=self._looked,
        )


def _same(one: Amount, other: Amount) -> bool:
    if not (one.proven and other.proven) or one.value is None or other.value is None:
        return False
    return abs(one.value - other.value) <= SAME * max(abs(one.value), abs(other.value))
