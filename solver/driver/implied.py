"""Programs full of rows that say that one column needs another, y ≤ x, and how to search them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Program


@dataclass(frozen=True)
class ImpliedEffort:
    """When columns that follow from others are worth leaving continuous."""

    least_share_of_columns: float = 0.2
    least_share_of_rows: float = 0.9
    many_rows: int = 10_000


EFFORT = ImpliedEffort()

Indices = NDArray[np.int64]
HighsOptions = dict[str, bool | int | str]

BRISK: HighsOptions = {"mip_pscost_minreliable": 1, "mip_allow_cut_separation_at_nodes": False}
FROM_THE_INTERIOR: HighsOptions = {"mip_lp_solver": "ipm"}


@dataclass(frozen=True, eq=False)
class Needs:
    """The rows y ≤ x of a program: the columns y and x of each."""

    needing: Indices
    needed: Indices

    @classmethod
    def of(cls, program: Program) -> Needs:
        """All rows with the entries 1 and −1 that may not exceed 0."""
        rows = program.rows
        pairs = np.flatnonzero((np.diff(rows.indptr) == 2) & (rows.upper == 0.0) & np.isneginf(rows.lower))
        first, second = rows.indptr[pairs], rows.indptr[pairs] + 1
        forward = (rows.data[first] == 1.0) & (rows.data[second] == -1.0)
        backward = (rows.data[first] == -1.0) & (rows.data[second] == 1.0)
        return cls(
            np.concatenate([rows.indices[first][forward], rows.indices[second][backward]]).astype(np.int64),
            np.concatenate([rows.indices[second][forward], rows.indices[first][backward]]).astype(np.int64),
        )


def searchable(program: Program) -> tuple[Program, HighsOptions]:
    """The program as HiGHS searches it best, with the same solutions of the same worth, and the options.

    Where many integer columns are implied, those are made continuous: a search that cannot branch on them
    branches on what is needed by many. Its relaxations close few gaps and are quickly solved, so that
    looking at many parts pays. The relaxation of very many such rows is degenerate: the simplex method takes
    long to solve the first one.
    """
    needs = Needs.of(program)
    options: HighsOptions = {}
    if len(needs.needing) >= max(EFFORT.many_rows, EFFORT.least_share_of_rows * len(program.rows)):
        options |= FROM_THE_INTERIOR
    implied = implied_columns(program, needs)
    if implied.any() and implied.sum() >= EFFORT.least_share_of_columns * program.integer.sum():
        program = replace(program, integer=program.integer & ~implied)
        options |= BRISK
    return program, options


def implied_columns(program: Program, needs: Needs) -> NDArray[np.bool_]:
    """The integer columns that earn something and whose rows all say y ≤ x for integer columns x.

    They lie between two integers whatever the other integer columns are, the better the higher.
    """
    columns, integer = len(program.cost), program.integer
    known = np.bincount(needs.needing[integer[needs.needed]], minlength=columns)
    mentions = np.bincount(program.rows.indices, minlength=columns)
    whole = (np.round(program.lower) == program.lower) & (np.round(program.upper) == program.upper)
    return np.asarray(integer & whole & (program.cost > 0) & (known > 0) & (known == mentions))
