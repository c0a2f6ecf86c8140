"""There is always something: the portfolios that are there at once, tried before anything slow."""

from __future__ import annotations

import numpy as np

from solver.run import Run
from solver.search.heuristics.bundles import preferred
from solver.search.heuristics.filling import Filling
from solver.search.heuristics.ranking import value_per_spending
from solver.search.heuristics.walk import Walk
from solver.search.incumbent import Incumbent
from solver.search.opening import EFFORT
from solver.search.problem import Problem

FILLING = 0.8
"""The share of the time that filling may take: what it comes to has to be staffed and judged."""

GRACE = 0.5
"""Seconds that they have in any case: reading alone may take what a planner allows, and work that is late
is waited for longer than this (`run.LATE`)."""


def try_first_portfolios(problem: Problem, run: Run, best: Incumbent) -> None:
    """Nothing, what runs already, and the partners that are worth most for their money.

    Each with what must be. A few checks only: what is better is for the search to find. Of more options than
    an opening searches, also those that gain most for what they use: their program takes long to write.
    """
    run.tell(phase="opening")
    run = run.part(least=GRACE)
    options = problem.assessment.options
    running = [int(option) for option in np.flatnonzero(options.unchanged)]
    for start in dict.fromkeys(((), tuple(running))):
        if best.selection is not None and run.is_over:
            return
        started = Filling(problem, np.zeros(len(options)), run, problem.staffed(start))
        started.take_what_must_be()
        best.offer(started.result)
    if not run.is_over:
        _try_the_foremost(problem, run, best)
    if best.selection is None:
        _try_what_rows_ask_for(problem, run, best)
    if len(options) > EFFORT.large and not run.is_over:
        _try_what_gains_most(problem, run.part(FILLING), best)


def _try_the_foremost(problem: Problem, run: Run, best: Incumbent) -> None:
    """As many of the partners that are worth most for their money as keep every rule, by bisection."""
    wanted = problem.open & problem.assessment.partner_options & (problem.assessment.expected_benefit > 0)
    elements: dict[int, int] = {}
    for option in preferred(value_per_spending(problem)):
        if wanted[option]:
            elements.setdefault(int(problem.assessment.options.element[option]), option)
    foremost, least, beyond = list(elements.values()), 0, len(elements) + 1
    while beyond - least > 1 and not run.is_over:
        count = (least + beyond) // 2
        held = best.evaluate(problem.staffed(foremost[:count])) is not None
        least, beyond = (count, beyond) if held else (least, count)


def _try_what_rows_ask_for(problem: Problem, run: Run, best: Incumbent) -> None:
    """From nothing, what loses least until all linear rows hold."""
    walk = Walk(problem.outline, np.zeros(len(problem.assessment.options), dtype=bool), run)
    for among in (problem.open & problem.assessment.partner_options, problem.open):
        if walk.mend(among):
            best.offer(problem.staffed(np.flatnonzero(walk.choice)))
        if best.selection is not None:
            return


def _try_what_gains_most(problem: Problem, run: Run, best: Incumbent) -> None:
    """Options by what they gain for what they use of all linear rows, without what nobody can carry."""
    walk = Walk(problem.outline, np.zeros(len(problem.assessment.options), dtype=bool), run)
    if walk.mend(problem.open):
        walk.fill(problem.open, np.ones(len(problem.open)))
        walk.climb(problem.open)
        best.offer(problem.staffing.carried(tuple(np.flatnonzero(walk.choice).tolist())))
