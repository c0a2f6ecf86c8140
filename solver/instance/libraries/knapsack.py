"""The multidimensional knapsack: choose items of the largest total profit within several capacities."""

from __future__ import annotations

from dataclasses import dataclass

from solver.instance.instance import Instance
from solver.instance.libraries.choice import LibraryInstance
from solver.instance.libraries.items import BENCHMARK, items, usage
from solver.instance.tables import Resource


@dataclass(frozen=True)
class Knapsack:
    """n profits, m rows of n weights, m capacities, and the stated optimum (0: none is stated)."""

    name: str
    profits: list[float]
    weights: list[list[float]]
    capacities: list[float]
    optimum: float

    def as_library_instance(self) -> LibraryInstance:
        """Items as partners, each capacity as a resource with a maximum."""
        names = [f"capacity {number}" for number in range(1, len(self.capacities) + 1)]
        instance = Instance(
            name=self.name,
            partners=items(self.profits),
            resources=tuple(
                Resource(id=name, max=capacity) for name, capacity in zip(names, self.capacities, strict=True)
            ),
            usage=tuple(
                row for name, weights in zip(names, self.weights, strict=True) for row in usage(name, weights)
            ),
            **BENCHMARK,
        )
        return LibraryInstance(instance, self.optimum or None)
