"""Rows that a program does not need, but that bring its relaxation closer to the truth."""

from __future__ import annotations

from dataclasses import replace

from solver.driver.cutting import tighten_relaxation
from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.separation import Separator
from solver.driver.standing import Standing
from solver.run import Run

STALL_ROUNDS = 4
STALL_PROGRESS = 1e-4
SHARE_OF_TIME = 0.5


def tightened(program: Program, separator: Separator, standing: Standing, run: Run) -> Program:
    """The program with the rows of some rules that bind where its relaxation ends up.

    Rows that come too late for a part of the time are done without: the search needs the rest.
    """
    if not separator:
        return program
    part = run.part(SHARE_OF_TIME)
    session = HighsSession(program, part)
    tighten_relaxation(session, separator, standing, part, STALL_ROUNDS, STALL_PROGRESS)
    return replace(program, rows=program.rows.joined(separator.rows))
