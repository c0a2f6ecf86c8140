"""One contract program after the other, within the same limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from solver import driver
from solver.driver import relative_gap
from solver.games.coalitions import Floats
from solver.games.contract.program import ContractProgram
from solver.run import Listener, Progress, Run, Termination

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
    """The run that several programs share.

    Once one of them had to stop, the later ones only judge what they start with.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._stopped = False

    @property
    def gap(self) -> float:
        """The relative gap that is good enough."""
        return self._run.limits.gap

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
        part = self._run.part(most=0.0 if self._stopped else inf, gap=None if between is None else ANY)
        outcome = driver.run(
            program.problem,
            lazies=[program],
            start=None if start is None else program.start(start),
            during=part.heard_by(_in_money(self._run.pass_on, program.unit, between)),
        )
        self._stopped |= outcome.termination in (Termination.time_limit, Termination.cancelled)
        parts = None if outcome.values is None else program.parts(outcome.value)
        bound = 0.0 if outcome.bound is None else max(0.0, outcome.bound * program.unit)
        return Answer(parts, bound, outcome.termination)


def _in_money(tell: Listener, unit: float, between: tuple[float, float] | None) -> Listener:
    def tell_in_money(news: Progress) -> None:
        incumbent = None if news.incumbent is None else news.incumbent * unit
        bound = None if news.bound is None else news.bound * unit
        gap = news.gap
        if between is not None:
            bound, incumbent = between
            gap = relative_gap(incumbent, bound)
        tell(replace(news, incumbent=incumbent, bound=bound, gap=gap))

    return tell_in_money
