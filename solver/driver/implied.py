"""Columns that need not be integer columns: what bounds them is integral wherever the other columns are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Program

LEAST_SHARE = 0.2


def without_implied(program: Program) -> Program:
    """The program with its implied integer columns continuous, where they are many; the same otherwise.

    A column all of whose rows say that it needs another integer column, y ≤ x, lies between two integers for
    every choice of the others. A search that cannot branch on it branches on what is needed by many.
    """
    implied = _implied(program)
    if implied.sum() < LEAST_SHARE * program.integer.sum():
        return program
    return replace(program, integer=program.integer & ~implied)


def _implied(program: Program) -> NDArray[np.bool_]:
    """The integer columns that earn something and whose rows all say y ≤ x for integer columns x."""
    rows, integer = program.rows, program.integer
    pairs = np.flatnonzero((np.diff(rows.indptr) == 2) & (rows.upper == 0.0) & np.isneginf(rows.lower))
    first, second = rows.indptr[pairs], rows.indptr[pairs] + 1
    forward = (rows.data[first] == 1.0) & (rows.data[second] == -1.0)
    backward = (rows.data[first] == -1.0) & (rows.data[second] == 1.0)
    needing = np.concatenate([rows.indices[first][forward], rows.indices[second][backward]])
    needed = np.concatenate([rows.indices[second][forward], rows.indices[first][backward]])
    columns = len(program.cost)
    needs = np.bincount(needing[integer[needed]], minlength=columns)
    mentions = np.bincount(rows.indices, minlength=columns)
    whole = (np.round(program.lower) == program.lower) & (np.round(program.upper) == program.upper)
    return np.asarray(integer & whole & (program.cost > 0) & (needs > 0) & (needs == mentions))
