"""The spreadsheet's ways: sort by one number, and take from the top while every rule holds."""

from __future__ import annotations

import numpy as np

from solver.assessment.benefit import Floats
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.heuristics.filling import filled
from solver.search.problem import Problem

NEXT_TO_NOTHING = 1e-9


def ranking(problem: Problem, run: Run) -> Selection | None:
    """Take by cooperation benefit E, the largest first."""
    benefit = problem.assessment.expected_benefit
    return filled(problem, benefit, benefit, run)


def value_for_money(problem: Problem, run: Run) -> Selection | None:
    """Take by benefit per unit spent, the largest first (Dantzig 1957); what costs nothing comes first.

    Where nothing is spent at all, by benefit per share of the limits that is taken up.
    """
    return filled(problem, value_per_spending(problem), problem.assessment.expected_benefit, run)


def value_per_spending(problem: Problem) -> Floats:
    """Benefit per unit spent of every option, shape (O,); per share of the limits where nothing is spent."""
    spending = problem.assessment.options.spending.sum(axis=1)
    taken = spending if spending.any() else problem.outline.burden
    return np.asarray(problem.assessment.expected_benefit / np.maximum(NEXT_TO_NOTHING, taken))
