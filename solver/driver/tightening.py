"""Rows that a program does not need, but that bring its relaxation closer to the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solver.driver.cutting import tighten_relaxation
from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.limits import SearchLimits
from solver.driver.rows import WideRule
from solver.driver.separation import Separator
from solver.driver.standing import Standing
from solver.driver.watch import Watch

STALL_ROUNDS = 4
STALL_PROGRESS = 1e-4


def tightened(
    program: Program, rules: Sequence[WideRule], limits: SearchLimits, standing: Standing, watch: Watch
) -> Program:
    """The program with the rows of some rules that bind where its relaxation ends up."""
    if not rules:
        return program
    separator = Separator(rules, program.columns)
    session = HighsSession(program, limits, watch)
    tighten_relaxation(session, separator, standing, watch, STALL_ROUNDS, STALL_PROGRESS)
    return replace(program, rows=program.rows.joined(separator.rows))
