"""Rows for synergies of both signs: around a cycle not everybody can have what it wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.driver import Rows, WideRule

LEAST_EXCESS = 1e-3
MOST_ROWS = 200
MOST_STARTS = 500
MOST_TRIANGLES = 1000
TOLERANCE = 1e-6
SHORTEST = 1e-12

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CycleCuts(WideRule):
    """The cycle inequalities of the cut polytope (Barahona & Mahjoub 1986), in the columns of products.

    A pair is split when just one of its members is chosen: z = x_i + x_j − 2 y. Around a cycle an even number
    of pairs is split. Synergies below 0 want their pair split or left out, those above 0 want it whole: where
    a cycle C has an odd number of the former, F, Σ_F z − Σ_{C∖F} z ≤ |F| − 1.

    `chosen` are the columns x of the members; `ends`, shape (K, 2), and `unwanted`, shape (K,), say which of
    them each of the K pairs joins and whether it is worth less than 0; `products` are the columns y. A row
    that a point breaks is a short closed walk through a member that is neither in nor out.
    """

    chosen: Sequence[pulp.LpVariable]
    products: Sequence[pulp.LpVariable]
    ends: Integers
    unwanted: NDArray[np.bool_]

    @property
    def variables(self) -> Sequence[pulp.LpVariable]:
        return [*self.chosen, *self.products]

    def violated_at(self, values: Floats) -> Rows:
        members = len(self.chosen)
        split = values[self.ends].sum(axis=1) - 2 * values[members:]
        length = np.clip(np.where(self.unwanted, 1.0 - split, split), 0.0, None)
        torn = np.abs(values[:members] - 0.5)
        starts = np.argsort(torn, kind="stable")[: min(MOST_STARTS, int((torn < 0.5 - TOLERANCE).sum()))]
        triangles = self._violated_triangles(length)
        distances, before = self._shortest(length, starts)
        around = distances[np.arange(len(starts)), starts + members]
        closest = np.argsort(around, kind="stable")[:MOST_ROWS]
        walks = [
            self._walk(before[start], int(starts[start]))
            for start in closest
            if around[start] < 1.0 - LEAST_EXCESS
        ]
        known = {frozenset(triangle) for triangle in triangles}
        walks = [walk for walk in walks if frozenset(walk) not in known]
        return Rows.stacked([self._row(walk) for walk in [*triangles, *walks]])

    def _violated_triangles(self, length: Floats) -> list[list[int]]:
        """The shortest cycles of three pairs, as pairs: many at once, where walks are one for each member."""
        around = length[self._triangles].sum(axis=1)
        closest = np.argsort(around, kind="stable")[:MOST_TRIANGLES]
        found: list[list[int]] = self._triangles[closest[around[closest] < 1.0 - LEAST_EXCESS]].tolist()
        return found

    @cached_property
    def _triangles(self) -> Integers:
        """Every three pairs of three members of which an odd number is unwanted, shape (T, 3)."""
        after: dict[int, list[int]] = {}
        for low, high in np.sort(self.ends, axis=1).tolist():
            after.setdefault(low, []).append(high)
        found = [
            (self._pair[one, two], self._pair[one, three], self._pair[two, three])
            for one, others in after.items()
            for two in others
            for three in set(others).intersection(after.get(two, ()))
        ]
        triangles = np.array(sorted(found), dtype=np.int64).reshape(-1, 3)
        return np.asarray(triangles[self.unwanted[triangles].sum(axis=1) % 2 == 1])

    def _shortest(self, length: Floats, starts: Integers) -> tuple[Floats, Integers]:
        """From some members, with an even count of unwanted pairs, to all with either: distance, way."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        members = len(self.chosen)
        first, second = self._arcs
        # A stored 0 would be no arc at all.
        weights = np.maximum(np.tile(length, 4), SHORTEST)
        graph = csr_array((weights, (first, second)), shape=(2 * members, 2 * members))
        distances, before = dijkstra(graph, indices=starts, limit=1.0, return_predecessors=True)
        return distances, before.astype(np.int64)

    @cached_property
    def _arcs(self) -> tuple[Integers, Integers]:
        """The pairs as arcs both ways, from even and from odd counts; unwanted ones change the parity."""
        members, (low, high) = len(self.chosen), self.ends.T
        odd = np.where(self.unwanted, members, 0)
        even = members - odd
        first = np.concatenate([low, high, low + members, high + members])
        second = np.concatenate([high + odd, low + odd, high + even, low + even])
        # SciPy before 1.15 takes shortest ways only over indices of 32 bits.
        return first.astype(np.int32), second.astype(np.int32)

    @cached_property
    def _pair(self) -> dict[tuple[int, int], int]:
        """The pair of two members, in either order."""
        return {
            (first, second): pair
            for pair, (low, high) in enumerate(self.ends.tolist())
            for first, second in ((low, high), (high, low))
        }

    def _walk(self, before: Integers, member: int) -> list[int]:
        """The pairs on the way from a member back to itself."""
        members, node, walk = len(self.chosen), member + len(self.chosen), []
        while node != member:
            earlier = int(before[node])
            walk.append(self._pair[earlier % members, node % members])
            node = earlier
        return walk

    def _row(self, walk: list[int]) -> Rows:
        """Σ_F z / 2 − Σ_{C∖F} z / 2 ≤ (|F| − 1) / 2."""
        members, pairs = len(self.chosen), np.array(walk)
        sign = np.where(self.unwanted[pairs], 0.5, -0.5)
        columns = np.concatenate([*self.ends[pairs].T, members + pairs])
        factors = np.concatenate([sign, sign, -2 * sign])
        coefficients = np.bincount(columns, factors, members + len(self.products)).astype(float)
        used = np.flatnonzero(coefficients)
        return Rows(
            np.array([0, len(used)], dtype=np.int32),
            used.astype(np.int32),
            coefficients[used],
            np.array([-np.inf]),
            np.array([(self.unwanted[pairs].sum() - 1) / 2]),
        )
