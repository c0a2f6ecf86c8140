"""A solution that is known beforehand, made whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.session import Point
from solver.run import Run

SHARE_OF_TIME = 0.1


def completed(program: Program, start: Point, run: Run) -> Point | None:
    """A start with the columns it leaves out (NaN) at their best.

    `None` when no solution of the program has these values, or none is found in a tenth of the time.
    """
    point = program.rounded(start)
    if np.isnan(point).any():
        given = np.isfinite(point)
        fixed = replace(
            program,
            lower=np.where(given, point, program.lower),
            upper=np.where(given, point, program.upper),
        )
        answer = HighsSession(fixed, run.part(SHARE_OF_TIME)).search(run.limits.gap, point, _say_nothing)
        if not answer.points:
            return None
        point = answer.points[-1]
    return point if program.accepts(point) else None


def _say_nothing(incumbent: float, bound: float) -> None:
    """Nobody has to know how a start is made whole."""
