"""One contract program after the other, within the same limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from solver.allocation.coalitions import Floats
from solver.allocation.contract_program import ContractProgram
from solver.driver import Cancel, Progress, SearchLimits, Termination, run


@dataclass(frozen=True, eq=False)
class Found:
    """Parts, None where none were found; a lower bound of the objective in money, and why the search ended."""

    parts: Floats | None
    bound: float
    termination: Termination


class Search:
    """The limits, the listener and the token that several programs share.

    Once one of them had to stop, the later ones only judge what they start with.
    """

    def __init__(
        self, limits: SearchLimits, progress: Callable[[Progress], None] | None, cancel: Cancel | None
    ) -> None:
        self._limits, self._progress, self._cancel = limits, progress, cancel
        self._began = time.monotonic()
        self._stopped = False

    def solve(self, program: ContractProgram, start: Floats | None = None) -> Found:
        """The best of a program; the start, where there is one, keeps its rows."""
        outcome = run(
            program.problem,
            lazies=[program],
            limits=self._left,
            start=None if start is None else program.start(start),
            progress=self._progress and _in_money(self._progress, program.unit),
            cancel=self._cancel,
        )
        self._stopped |= outcome.termination in (Termination.time_limit, Termination.cancelled)
        parts = None if outcome.values is None else program.parts(outcome.value)
        bound = 0.0 if outcome.bound is None else max(0.0, outcome.bound * program.unit)
        return Found(parts, bound, outcome.termination)

    @property
    def _left(self) -> SearchLimits:
        if self._stopped:
            return replace(self._limits, seconds=0.0)
        return self._limits.after(time.monotonic() - self._began)


def _in_money(progress: Callable[[Progress], None], unit: float) -> Callable[[Progress], None]:
    def tell(news: Progress) -> None:
        incumbent = None if news.incumbent is None else news.incumbent * unit
        bound = None if news.bound is None else news.bound * unit
        progress(replace(news, incumbent=incumbent, bound=bound))

    return tell
