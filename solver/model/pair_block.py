"""The products of very many pairs at once: their rows as one block of arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.driver import RowBlock
from solver.model.draft import Draft
from solver.model.products import both_chosen_name

Pair = tuple[int, int]


def block_of_products(draft: Draft, pairs: Sequence[Pair]) -> list[pulp.LpVariable]:
    """For every pair of elements the column w ≤ z_first, w ≤ z_second: whether both are chosen, from above.

    Every element must have an option.
    """
    members = sorted({member for pair in pairs for member in pair})
    place = {member: m for m, member in enumerate(members)}
    chosen = [next(iter(draft.chosen(member).coefficients)) for member in members]
    names = [both_chosen_name(*pair) for pair in pairs]
    products = [draft.fraction(name)[0] for name in names]
    new = [k for k, name in enumerate(names) if draft.once(f"{name}_above")]
    if new:
        columns = [*chosen, *(products[k] for k in new)]
        ends = np.array([[place[first], place[second]] for first, second in pairs])[new]
        draft.blocks.append(_block(columns, ends.ravel()))
    return products


def _block(columns: list[pulp.LpVariable], ends: NDArray[np.int64]) -> RowBlock:
    """Rows w_k − z ≤ 0 for both ends z of every product k; the products are the last columns."""
    rows = len(ends)
    products = len(columns) - rows // 2 + np.arange(rows) // 2
    return RowBlock(
        columns,
        np.arange(0, 2 * rows + 1, 2, dtype=np.int32),
        np.column_stack([products, ends]).ravel().astype(np.int32),
        np.tile([1.0, -1.0], rows),
        np.full(rows, -np.inf),
        np.zeros(rows),
    )
