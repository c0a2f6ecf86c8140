"""Early solutions: the integer program of those columns that the relaxation does not find too dear.

A solution near the bound can hold few columns against their reduced costs, so the others are fixed where the
relaxation has them (kernel search: Angelelli, Mansini & Speranza 2010).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from solver.driver.cutting import Jury
from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.separation import Separator
from solver.driver.session import UnansweredError, Vertex
from solver.driver.standing import Standing
from solver.run import Run

FEWEST_COLUMNS = 200
DEAR = 5e-4
GAP = 0.003
SHARE_OF_TIME = 0.3
MOST_ROUNDS = 5
MOST_NODES = 2000
UNMOVED = 1e-9


def search_kernel(
    session: HighsSession,
    program: Program,
    separator: Separator,
    jury: Jury,
    standing: Standing,
    run: Run,
) -> None:
    """Look for solutions among the columns that are not dear, for a part of the time that is left."""
    if program.integer.sum() < FEWEST_COLUMNS or standing.closed(run.limits.gap):
        return
    try:
        vertex = session.relax_within(program.lower, program.upper)
    except UnansweredError:
        return
    if vertex is None:
        return
    part = replace(_without_the_dear(program, vertex), rows=program.rows.joined(separator.rows))
    own = run.part(SHARE_OF_TIME)
    kernel = HighsSession(part, own)
    kernel.limit_nodes(MOST_NODES)

    def glance(incumbent: float, bound: float) -> None:
        standing.tell("search")

    for _ in range(MOST_ROUNDS):
        start = np.full(len(program.cost), np.nan) if standing.best is None else standing.best
        answer = kernel.search(max(GAP, run.limits.gap), start, glance)
        standing.rounds += 1
        if not answer.points:
            return
        rows = jury.hear(answer.points)
        if not len(rows):
            return
        standing.rows_on_demand += len(rows)
        for each in (session, kernel):
            each.add_rows(rows)
        separator.adopt(rows)
        if own.is_over or standing.closed(run.limits.gap):
            return


def _without_the_dear(program: Program, vertex: Vertex) -> Program:
    """The program with dear columns fixed at the end of their range where the relaxation has them."""
    dear = program.integer & (np.abs(vertex.reduced_costs) > DEAR * max(1.0, abs(vertex.bound)))
    low = dear & (vertex.point <= program.lower + UNMOVED)
    high = dear & (vertex.point >= program.upper - UNMOVED)
    return replace(
        program,
        lower=np.where(high, program.upper, program.lower),
        upper=np.where(low, program.lower, program.upper),
    )
