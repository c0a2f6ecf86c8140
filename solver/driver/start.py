"""A solution that is known beforehand, made whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.limits import SearchLimits
from solver.driver.session import Point
from solver.driver.watch import Watch


def completed(program: Program, start: Point, limits: SearchLimits, watch: Watch) -> Point | None:
    """A start with the columns it leaves out (NaN) at their best.

    `None` when it leaves out an integer column, or when no solution of the program has these values.
    """
    if np.isnan(start[program.integer]).any():
        return None
    point = program.rounded(start)
    if np.isnan(point).any():
        given = np.isfinite(point)
        fixed = replace(
            program,
            lower=np.where(given, point, program.lower),
            upper=np.where(given, point, program.upper),
            integer=np.zeros(len(point), dtype=bool),
        )
        answer = HighsSession(fixed, limits, watch).relax(lambda incumbent, bound: None)
        if not answer.points:
            return None
        point = answer.points[-1]
    return point if program.accepts(point) else None
