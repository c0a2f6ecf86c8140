"""What a run hands back: why it stopped, what there is, how good it provably is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.driver.handover import Columns
from solver.run import Termination

if TYPE_CHECKING:
    import numpy as np
    import pulp
    from numpy.typing import NDArray

    from solver.driver.contradiction import Contradiction

# In the unit of a program, whose largest cost is 65,536: the rounding of a sum.
ABSOLUTE_GAP = 1e-7
OPTIMAL_GAP = 1e-6
# Relative gaps that are none: the rounding of two numbers.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Outcome:
    """The end of a run: three separate facts, each `None` where there is nothing.

    `values` are by column (`columns` says which variable is which), integer columns exactly integral.
    `objective` and `bound` are in the sense of the problem: for a maximisation the bound is at least the
    objective, for a minimisation at most. `seconds` is wall-clock time; `rounds` counts the solves of a
    relaxation or an integer program, `rows_on_demand` the rows that were added to it. Where a claim
    contradicts a solution, the run ends with `error`, values and objective are those of the best solution in
    hand, the bound is the claimed one, and `contradiction` says what disagrees.
    """

    termination: Termination
    values: NDArray[np.float64] | None
    objective: float | None
    bound: float | None
    seconds: float
    rounds: int
    rows_on_demand: int
    message: str
    columns: Columns
    contradiction: Contradiction | None = None

    @classmethod
    def without_program(cls, termination: Termination, seconds: float, message: str) -> Outcome:
        """The end of a run that had to stop before there was a program to solve."""
        return cls(termination, None, None, None, seconds, 0, 0, message, Columns(()))

    @property
    def gap(self) -> float | None:
        """How far the objective may be from the best possible, relative; `None` where nothing is proven."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.objective, self.bound)

    def value(self, variable: pulp.LpVariable) -> float:
        """The value of one variable; raises `ValueError` when no solution was found."""
        if self.values is None:
            raise ValueError(f"no solution was found ({self.termination}): {variable.name} has no value")
        return self.columns.value(self.values / self.columns.sizes, variable)


def relative_gap(objective: float, bound: float) -> float:
    """The distance of an objective from its bound, relative to the larger of the two; 0 below 1e-12."""
    scale = max(abs(bound), abs(objective))
    if not math.isfinite(scale):
        return math.inf
    gap = abs(bound - objective) / scale if scale else 0.0
    return gap if gap >= ROUNDING else 0.0
