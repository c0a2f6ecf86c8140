"""The most profitable selection of projects that share what they need, by maximum flow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.allocation.coalitions import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LARGEST = 2.0**30
"""Capacities are cut into at most so many units: the maximum flow is one of whole numbers."""
PASSES = 2
"""The second pass cuts what the first has left over; its unit is below the rounding of floats."""


class ProjectSelection:
    """Items to buy, and projects that earn where all their items are bought (Rhys 1970; Picard 1976).

    `needs` are the numbers of the items by project, `earnings` at least 0; shape (projects,).
    """

    def __init__(self, items: int, needs: Sequence[Sequence[int]], earnings: Floats) -> None:
        projects = items + np.arange(len(needs))
        self._items, self._earnings = items, earnings
        self._source, self._sink = items + len(needs), items + len(needs) + 1
        each = np.arange(items)
        lengths = np.array([len(group) for group in needs], dtype=np.int64)
        needed = np.array([item for group in needs for item in group], dtype=np.int64)
        self._endless: Floats = np.full(len(needed), np.inf)
        at_source, at_sink = np.full(items + len(needs), self._source), np.full(items, self._sink)
        tails = np.concatenate([at_source, np.repeat(projects, lengths), each])
        heads = np.concatenate([each, projects, needed, at_sink])
        self._lay_out(np.concatenate([tails, heads]), np.concatenate([heads, tails]))

    def best(
        self, prices: Floats, bought: Sequence[int] = (), barred: Sequence[int] = ()
    ) -> NDArray[np.bool_]:
        """What to buy at these prices, of any sign, for the highest profit; shape (items,).

        Some items may be `bought` or `barred` in any case.
        """
        premiums, costs = np.maximum(0.0, -prices), np.maximum(0.0, prices)
        premiums[[*bought, *barred]] = costs[[*bought, *barred]] = 0.0
        most = float(premiums.sum() + self._earnings.sum())
        premiums[list(bought)] = np.inf
        costs[list(barred)] = np.inf
        capacities = np.concatenate([premiums, self._earnings, self._endless, costs])
        left: Floats = np.zeros(2 * len(capacities))
        left[self._places[: len(capacities)]] = capacities
        units = np.isinf(left).astype(np.int32)
        for _ in range(PASSES if most else 0):
            unit = most / LARGEST
            units = np.floor(np.minimum(left, most) / unit).astype(np.int32)
            sent = self._maximum_flow(units)
            units -= sent
            left -= unit * sent
            most = unit * len(capacities)
        return self._reached(units)

    def _lay_out(self, tails: NDArray[np.int64], heads: NDArray[np.int64]) -> None:
        """Arcs and their reverses in the order of a compressed sparse row matrix."""
        arcs = tails * (self._sink + 1) + heads
        order = np.argsort(arcs)
        self._arcs = arcs[order]
        self._places = np.empty(len(order), dtype=np.int64)
        self._places[order] = np.arange(len(order))
        self._heads = heads[order].astype(np.int32)
        self._starts = np.searchsorted(tails[order], np.arange(self._sink + 2)).astype(np.int32)

    def _maximum_flow(self, units: NDArray[np.int32]) -> NDArray[np.int32]:
        from scipy.sparse.csgraph import maximum_flow

        flow = maximum_flow(self._network(units), self._source, self._sink).flow.tocoo()
        sent = np.zeros(len(units), dtype=np.int32)
        arcs = flow.row.astype(np.int64) * (self._sink + 1) + flow.col
        sent[np.searchsorted(self._arcs, arcs)] = flow.data
        return sent

    def _reached(self, units: NDArray[np.int32]) -> NDArray[np.bool_]:
        """The items on the source's side of the smallest cut."""
        from scipy.sparse.csgraph import breadth_first_order

        reached = np.zeros(self._sink + 1, dtype=bool)
        reached[breadth_first_order(self._network(units), self._source, return_predecessors=False)] = True
        return reached[: self._items]

    def _network(self, units: NDArray[np.int32]) -> csr_array[np.int32]:
        from scipy.sparse import csr_array

        shape = (self._sink + 1, self._sink + 1)
        network = csr_array((units, self._heads, self._starts), shape=shape, copy=True)
        network.eliminate_zeros()
        return network
