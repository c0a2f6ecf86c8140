"""The relaxations of the parts of a search, and what the rules say of their vertices."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.driver.box import Box
from solver.driver.cutting import Evaluator
from solver.driver.handover import Program
from solver.driver.incumbent import Incumbent
from solver.driver.outcome import ABSOLUTE_GAP
from solver.driver.rows import Rows
from solver.driver.separation import Separator
from solver.driver.session import Branchable, Point, Vertex
from solver.run import Run

INTEGRALITY = 1e-6
LEAST_GAIN = 1e-6


@dataclass(frozen=True)
class Asking:
    """How many rounds long rules are asked at the head of a path and below, as long as that moves the bound.

    `spare_rows` may stay in the program without binding.
    """

    at_head: float
    below: float
    least_progress: float
    spare_rows: int


# Eager asking was chosen on an alliance of 18 partners with a limit on its CVaR. Elsewhere it took 15 to 20 %
# longer (transport, many teams).
EAGER = Asking(at_head=6, below=2, least_progress=1e-4, spare_rows=150)
SPARING = Asking(at_head=math.inf, below=0, least_progress=0.0, spare_rows=30)


class Relaxations:
    """Solves parts of a search, and keeps what rules ask for where that is missing.

    `deciding` are the columns to branch on before others, and `ranks` says which of all come first.
    """

    def __init__(
        self,
        session: Branchable,
        program: Program,
        separator: Separator,
        evaluator: Evaluator,
        incumbent: Incumbent,
        run: Run,
        deciding: NDArray[np.bool_],
        ranks: NDArray[np.int64],
    ) -> None:
        self.session, self.program, self.incumbent, self.run = session, program, incumbent, run
        self.separator, self.evaluator = separator, evaluator
        self.deciding, self.ranks = deciding & program.integer, ranks
        self.asking = EAGER if ranks.any() else SPARING
        self.closed = -math.inf
        self._lasting_rows = 0

    @property
    def stopped(self) -> bool:
        """Whether the search has to end, or can."""
        return self.run.is_over or self.incumbent.decided

    @property
    def cutoff(self) -> float:
        """The bound up to which a part of the search is of no interest."""
        best = self.incumbent.objective
        gap = max(self.run.limits.gap * abs(best), ABSOLUTE_GAP)
        return max(best + gap if math.isfinite(best) else -math.inf, self.incumbent.hopeless)

    @property
    def better(self) -> float:
        """What a solution has to be worth to be better than the best in hand by more than a rounding."""
        best = self.incumbent.objective
        return best + LEAST_GAIN * abs(best) if math.isfinite(best) else -math.inf

    def closes(self, bound: float) -> bool:
        """Whether a part with this bound is of no interest; if so, the bound is remembered."""
        if bound > self.cutoff:
            return False
        self.closed = max(self.closed, bound)
        return True

    def within(self, box: Box, enough: float | None = None) -> Vertex | None:
        """The vertex of a part; None where it is empty."""
        self.incumbent.rounds += 1
        enough = self.cutoff if enough is None else enough
        return self.session.relax_within(box.lower, box.upper, enough)

    def fractions(self, point: Point) -> NDArray[np.int64]:
        """The columns to branch on: others than the deciding ones only where those are integral."""
        fractional = self.program.integer & (np.abs(point - np.round(point)) > INTEGRALITY)
        deciding = np.flatnonzero(fractional & self.deciding)
        return deciding if len(deciding) else np.flatnonzero(fractional)

    def foremost(self, point: Point) -> NDArray[np.int64]:
        """The fractional columns of the first group that has some."""
        fractions = self.fractions(point)
        ranks = self.ranks[fractions]
        return np.asarray(fractions[ranks == ranks.min(initial=np.iinfo(np.int64).max)])

    def heard(self, vertex: Vertex) -> bool:
        """Judge an integral point; whether rows were missing."""
        missing = self.adopted(self.evaluator.accept([self.program.rounded(vertex.point)]))
        if not missing:
            self.closed = max(self.closed, vertex.bound)
        return missing

    def asked(self, vertex: Vertex) -> bool:
        """Ask the rules about a fractional point; whether rows were missing.

        Once there are many rows, those that do not bind here are dropped: where they are missed, they are
        asked for again.
        """
        if len(self.separator) > self._lasting_rows + self.asking.spare_rows:
            self.session.drop_demanded_rows(self.separator.forget_slack(vertex.point))
            self._lasting_rows = len(self.separator)
        return self.adopted(self.separator.demand([vertex.point]).rows)

    def adopted(self, rows: Rows) -> bool:
        """Make rows part of the program; whether there are any."""
        if len(rows):
            self.incumbent.rows_on_demand += len(rows)
            self.session.add_rows(self.separator.adopt(rows))
        return len(rows) > 0
