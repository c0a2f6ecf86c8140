"""Early solutions: the integer program of those columns that the relaxation does not find too dear.

A solution near the bound can hold few columns against their reduced costs, so the others are fixed where the
relaxation has them (kernel search: Angelelli, Mansini & Speranza 2010).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from solver.driver.cutting import Evaluator
from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.incumbent import Incumbent
from solver.driver.rows import Rows
from solver.driver.separation import Separator
from solver.driver.session import UnansweredError, Vertex
from solver.run import Run, Termination


@dataclass(frozen=True)
class KernelEffort:
    """What is a kernel, and how much of the time it may have.

    Chosen on 200 drawn partners, which without it had no portfolio after 36 seconds.
    """

    fewest_columns: int = 200
    dear: float = 5e-4
    gap: float = 0.003
    share_of_time: float = 0.3
    most_rounds: int = 5
    most_nodes: int = 2000


EFFORT = KernelEffort()

UNMOVED = 1e-9


def search_kernel(
    session: HighsSession,
    program: Program,
    separator: Separator,
    evaluator: Evaluator,
    incumbent: Incumbent,
    run: Run,
) -> None:
    """Look for solutions among the columns that are not dear, for a part of the time that is left."""
    if program.integer.sum() < EFFORT.fewest_columns or incumbent.closed(run.limits.gap):
        return
    try:
        vertex = session.relax_within(program.lower, program.upper)
    except UnansweredError:
        return
    if vertex is None:
        return
    part = replace(_without_the_dear(program, vertex), rows=program.rows.joined(separator.rows))
    own = run.part(EFFORT.share_of_time)
    kernel = HighsSession(part, own)
    kernel.limit_nodes(EFFORT.most_nodes)
    search_part(kernel, EFFORT.gap, EFFORT.most_rounds, session, separator, evaluator, incumbent, own)


def search_part(
    part: HighsSession,
    gap: float,
    most_rounds: int,
    session: HighsSession,
    separator: Separator,
    evaluator: Evaluator,
    incumbent: Incumbent,
    run: Run,
) -> bool:
    """Look for solutions in a part of a session's program, and give both the rows that they ask for.

    Whether the part was solved, to the gap.
    """

    def glance(reached: float, bound: float) -> None:
        incumbent.tell("search")

    for _ in range(most_rounds):
        start = np.full(session.width, np.nan) if incumbent.best is None else incumbent.best
        answer = part.search(max(gap, run.limits.gap), start, glance)
        incumbent.rounds += 1
        solved = answer.termination in (Termination.optimal, Termination.infeasible)
        rows = evaluator.accept(answer.points) if answer.points else Rows.stacked([])
        if not len(rows):
            return solved
        incumbent.rows_on_demand += len(rows)
        for each in (session, part):
            each.add_rows(rows)
        separator.adopt(rows)
        if run.is_over or incumbent.closed(run.limits.gap):
            return False
    return False


def _without_the_dear(program: Program, vertex: Vertex) -> Program:
    """The program with dear columns fixed at the end of their range where the relaxation has them."""
    dear = program.integer & (np.abs(vertex.reduced_costs) > EFFORT.dear * max(1.0, abs(vertex.bound)))
    low = dear & (vertex.point <= program.lower + UNMOVED)
    high = dear & (vertex.point >= program.upper - UNMOVED)
    return replace(
        program,
        lower=np.where(high, program.upper, program.lower),
        upper=np.where(low, program.lower, program.upper),
    )
