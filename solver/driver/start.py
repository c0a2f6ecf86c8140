"""A solution that is known beforehand, made whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.session import Point
from solver.run import Run, Termination

SHARE_OF_TIME = 0.1


@dataclass(frozen=True, eq=False)
class Completion:
    """The whole start; None where none was found in time, or where it is `impossible`: rows refuse it."""

    point: Point | None
    impossible: bool = False


def completed(program: Program, start: Point, run: Run) -> Completion:
    """A start with the columns it leaves out (NaN) at their best, searched for a tenth of the time."""
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
            return Completion(None, impossible=answer.termination is Termination.infeasible)
        point = answer.points[-1]
    accepted = program.accepts(point)
    return Completion(point if accepted else None, impossible=not accepted)


def _say_nothing(incumbent: float, bound: float) -> None:
    """Nobody has to know how a start is made whole."""
