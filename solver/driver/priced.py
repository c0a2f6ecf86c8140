"""Early solutions of programs with very many columns: crowded rows are paid for instead of kept.

At the prices of a relaxation (Lagrange multipliers, Geoffrion 1974) rows that mention most columns disappear
into the objective. Of columns that are alike in all other rows only the dearest is then needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Program
from solver.driver.rows import Rows
from solver.driver.session import Point, Vertex

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True)
class PricedEffort:
    """How large a program may be whose columns are priced one by one."""

    crowded_share: float = 0.25
    most_columns: int = 4000
    seed: int = 7


EFFORT = PricedEffort()


def priced_program(
    program: Program, demanded: Rows, vertex: Vertex, resting: NDArray[np.bool_]
) -> tuple[Program, NDArray[np.int64]]:
    """The program with its crowded rows in the objective, and which columns it has.

    `demanded` are the rows the relaxation had besides those of the program, `vertex` is its solution. Columns
    that may rest are continuous here.
    """
    width = len(program.cost)
    rows = Rows.stacked([program.rows, demanded])
    crowded = np.diff(rows.indptr) > EFFORT.crowded_share * width
    paid = rows.chosen(crowded)
    prices = np.zeros(len(rows))  # rows demanded since the relaxation have no price yet
    prices[: len(vertex.prices)] = vertex.prices[: len(rows)]
    cost = program.cost - _matrix(paid, width).T @ prices[crowded]
    kept = rows.chosen(~crowded)
    columns = _worthwhile(_matrix(kept, width), cost, vertex.reduced_costs, resting)
    mentioned = np.zeros(width, dtype=bool)
    mentioned[kept.indices] = True
    fixed = ~mentioned & ~program.integer
    part = replace(
        program,
        cost=np.where(fixed, 0.0, cost)[columns],
        offset=0.0,
        lower=np.where(fixed, vertex.point, program.lower)[columns],
        upper=np.where(fixed, vertex.point, program.upper)[columns],
        integer=(program.integer & ~resting)[columns],
        rows=kept.over(columns, width),
    )
    return part, columns


def _worthwhile(
    matrix: sparse.csr_matrix, cost: Point, reduced_costs: Point, resting: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The columns that cannot rest, and of the others the dearest ones of their kind that promise most."""
    others = np.flatnonzero(resting)
    kind = (matrix.T @ np.random.default_rng(EFFORT.seed).random(matrix.shape[0]))[others]
    order = np.lexsort((-cost[others], kind))
    dearest = order[np.concatenate([[True], np.diff(kind[order]) > 0])[: len(order)]]
    promising = others[dearest]
    promising = promising[np.argsort(-reduced_costs[promising], kind="stable")[: EFFORT.most_columns]]
    return np.sort(np.concatenate([np.flatnonzero(~resting), promising]))


def _matrix(rows: Rows, width: int) -> sparse.csr_matrix:
    from scipy import sparse  # a third of a command's start: only where it is used

    return sparse.csr_matrix((rows.data, rows.indices, rows.indptr), shape=(len(rows), width))
