"""Technology: who fills the hub's gaps, who complements whom, who can provide what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.instance.instance import Instance
from solver.instance.tables import Requirement

Floats = NDArray[np.float64]


def gap_filled(partner: Floats, hub: Floats, weight: Floats, target: Floats) -> float:
    """Share of the hub's weighted technology gap that a partner fills (spec 4.2), in [0, 1].

    All arguments have one entry per technology. Zero when the hub has no gap.

    >>> gap_filled(np.array([0.9, 0.5]), np.array([0.4, 0.8]), np.array([2.0, 1.0]), np.array([0.8, 1.0]))
    0.8
    """
    gap = float(weight @ np.maximum(0.0, target - hub))
    filled = float(weight @ np.maximum(0.0, np.minimum(partner, target) - hub))
    return filled / gap if gap > 0 else 0.0


def complementarity(first: Floats, second: Floats, weight: Floats) -> float:
    """How much stronger two partners are together than the stronger alone, per unit of weight (spec 4.2).

    >>> complementarity(np.array([0.75, 0.25]), np.array([0.25, 0.5]), np.array([1.0, 1.0]))
    0.125
    """
    total = float(weight.sum())
    if total <= 0:
        return 0.0
    together = float(weight @ np.maximum(first, second))
    return (together - max(float(weight @ first), float(weight @ second))) / total


@dataclass(frozen=True)
class Technologies:
    """Capability levels of everybody, by holder and technology."""

    instance: Instance

    @cached_property
    def levels(self) -> Mapping[tuple[str, str], float]:
        """Level by (holder, technology); absent pairs are zero."""
        return {(row.holder, row.technology): row.level for row in self.instance.capabilities}

    def profile(self, holder: str) -> Floats:
        """The holder's level in every technology of the table, in table order."""
        rows = self.instance.technologies
        return np.array([self.levels.get((holder, row.id), 0.0) for row in rows])

    def gap_filled_by(self, holder: str) -> float:
        """Share of the hub's gap that this partner fills."""
        if not self.instance.technologies:
            return 0.0
        return gap_filled(self.profile(holder), self._hub, self._weight, self._target)

    def complementarity_of(self, first: str, second: str) -> float:
        """Pair complementarity of two partners."""
        return complementarity(self.profile(first), self.profile(second), self._weight)

    def provides(self, holder: str, requirement: Requirement) -> bool:
        """Whether the holder masters the required technology at the required level."""
        return self.levels.get((holder, requirement.technology), 0.0) >= requirement.level

    @cached_property
    def holders(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of those with any capability row in a technology, in table order."""
        found: dict[str, list[str]] = {}
        for row in self.instance.capabilities:
            found.setdefault(row.technology, []).append(row.holder)
        return {technology: tuple(ids) for technology, ids in found.items()}

    @cached_property
    def _hub(self) -> Floats:
        return self.profile(self.instance.hub.id)

    @cached_property
    def _weight(self) -> Floats:
        return np.array([row.weight for row in self.instance.technologies])

    @cached_property
    def _target(self) -> Floats:
        return np.array([row.target for row in self.instance.technologies])
