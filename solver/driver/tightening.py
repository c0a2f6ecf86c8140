"""Rows that a program does not need, but that bring its relaxation closer to the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

from solver.driver.cutting import tighten_relaxation
from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.incumbent import Incumbent
from solver.driver.separation import Separator
from solver.run import Run


@dataclass(frozen=True)
class TighteningEffort:
    """When rows that only help have helped enough.

    Half of the time: a share of 30 % left wider gaps on dense synergies.
    """

    stall_rounds: int = 4
    stall_progress: float = 1e-4
    share_of_time: float = 0.5


EFFORT = TighteningEffort()


def tightened(program: Program, separator: Separator, incumbent: Incumbent, run: Run) -> Program:
    """The program with the rows of some rules that bind where its relaxation ends up.

    Rows that come too late for a part of the time are done without: the search needs the rest.
    """
    if not separator:
        return program
    part = run.part(EFFORT.share_of_time)
    session = HighsSession(program, part)
    tighten_relaxation(session, separator, incumbent, part, EFFORT.stall_rounds, EFFORT.stall_progress)
    return replace(program, rows=program.rows.joined(separator.rows))
