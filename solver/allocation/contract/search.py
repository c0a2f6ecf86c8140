"""One contract program after the other, within the same limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from solver.allocation.coalitions import Floats
from solver.allocation.contract.program import ContractProgram
from solver.driver import Cancel, Progress, SearchLimits, Termination, relative_gap, run

Told = Callable[[Progress], None]
ANY = 1.0
"""The relative gap of whatever solution there is, as distances are never below 0."""


@dataclass(frozen=True, eq=False)
class Best:
    """The best parts found, a lower bound of the objective in money, and why the search ended."""

    parts: Floats
    bound: float
    termination: Termination


class Answer(NamedTuple):
    """What one program found, parts only where there were some; the bound is in money."""

    parts: Floats | None
    bound: float
    termination: Termination


class Search:
    """The limits, the listener and the token that several programs share.

    Once one of them had to stop, the later ones only judge what they start with.
    """

    def __init__(self, limits: SearchLimits, progress: Told | None, cancel: Cancel | None) -> None:
        self._limits, self._progress, self._cancel = limits, progress, cancel
        self._began = time.monotonic()
        self._stopped = False

    @property
    def gap(self) -> float:
        """The relative gap that is good enough."""
        return self._limits.gap

    def solve(
        self,
        program: ContractProgram,
        start: Floats | None = None,
        between: tuple[float, float] | None = None,
    ) -> Answer:
        """The best of a program; the start, where there is one, keeps its rows.

        Where the program only decides a question `between` two amounts of money, any solution will do, and
        those are what is told.
        """
        limits = self._left if between is None else replace(self._left, gap=ANY)
        outcome = run(
            program.problem,
            lazies=[program],
            limits=limits,
            start=None if start is None else program.start(start),
            progress=self._progress and _in_money(self._progress, program.unit, between),
            cancel=self._cancel,
        )
        self._stopped |= outcome.termination in (Termination.time_limit, Termination.cancelled)
        parts = None if outcome.values is None else program.parts(outcome.value)
        bound = 0.0 if outcome.bound is None else max(0.0, outcome.bound * program.unit)
        return Answer(parts, bound, outcome.termination)

    @property
    def _left(self) -> SearchLimits:
        if self._stopped:
            return replace(self._limits, seconds=0.0)
        return self._limits.after(time.monotonic() - self._began)


def _in_money(tell: Told, unit: float, between: tuple[float, float] | None) -> Told:
    def tell_in_money(news: Progress) -> None:
        incumbent = None if news.incumbent is None else news.incumbent * unit
        bound = None if news.bound is None else news.bound * unit
        gap = news.gap
        if between is not None:
            bound, incumbent = between
            gap = relative_gap(incumbent, bound)
        tell(replace(news, incumbent=incumbent, bound=bound, gap=gap))

    return tell_in_money
