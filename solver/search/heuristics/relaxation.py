"""Relax and round: the linear relaxation says what is promising, the rules say what fits."""

from __future__ import annotations

import numpy as np

from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.heuristics.filling import filled
from solver.search.problem import Problem
from solver.search.program import relaxed_options

SHARE_FOR_RELAXATION = 0.7
NEXT_TO_NOTHING = 1e-6


def relax_and_round(problem: Problem, run: Run) -> Selection | None:
    """Take by how much of it the relaxation chooses, the most first, with what it calls for."""
    fractions = relaxed_options(problem, run.part(SHARE_FOR_RELAXATION))
    if fractions is None:
        return None
    values = problem.outline.values
    rank = fractions + NEXT_TO_NOTHING * values / max(1.0, float(np.abs(values).max(initial=0.0)))
    return filled(problem, rank, np.where(fractions > NEXT_TO_NOTHING, 1.0, values), run)
