"""The scenario set: the only thing that crosses from statistics to optimisation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Factors by which amounts of G engagements turn out in S scenarios; 1 wherever nothing is uncertain.

    `values` has shape (S, K) and speaks of the engagements in `columns`, shape (K,), ascending.
    """

    values: NDArray[np.float64] | NDArray[np.bool_]
    columns: NDArray[np.int64]
    engagements: int

    def mean(self, weights: Floats) -> Floats:
        """Σ_ω weights_ω · multiplier for every engagement, shape (G,)."""
        mean = np.full(self.engagements, float(weights.sum()))
        mean[self.columns] = weights @ self.values
        return mean

    def combined(self, amounts: Floats) -> Floats:
        """Σ_g amounts_g · multiplier in every scenario, shape (S,); amounts has shape (G,)."""
        uncertain = amounts[self.columns]
        used = np.flatnonzero(uncertain)
        certain = float(amounts.sum() - uncertain.sum())
        return np.asarray(certain + self.values[:, used] @ uncertain[used], dtype=float)

    def sizes(self, amounts: Floats) -> Floats:
        """Σ_g amounts_g · |multiplier| in every scenario, shape (S,); amounts ≥ 0 of shape (G,)."""
        uncertain = amounts[self.columns]
        used = np.flatnonzero(uncertain)
        certain = float(amounts.sum() - uncertain.sum())
        return np.asarray(certain + np.abs(self.values[:, used]) @ uncertain[used], dtype=float)

    def of(self, engagement: int) -> Floats:
        """The multiplier of one engagement in every scenario, shape (S,)."""
        place = int(np.searchsorted(self.columns, engagement))
        if place < len(self.columns) and self.columns[place] == engagement:
            return self.values[:, place].astype(float)
        return np.ones(len(self.values))

    def at(self, scenarios: NDArray[np.int64]) -> Multipliers:
        """The same for some of the scenarios."""
        return replace(self, values=self.values[scenarios])

    @property
    def lowest(self) -> float:
        """The smallest of all multipliers."""
        return float(min(1.0, self.values.min(initial=1.0)))


@dataclass(frozen=True, eq=False)
class ScenarioSet:
    """Joint outcomes with probabilities: who delivers, and how revenues and costs turn out.

    `probability` has shape (S,) and adds up to 1. `delivered` is 1 where an engagement delivers and 0 where
    it fails; `revenue` multiplies what it earns (0 where it fails) and `cost` what it spends. `seed` is None
    where the scenarios were not drawn.
    """

    probability: Floats
    delivered: Multipliers
    revenue: Multipliers
    cost: Multipliers
    seed: int | None = None

    def __len__(self) -> int:
        return len(self.probability)

    def at(self, scenarios: NDArray[np.int64]) -> ScenarioSet:
        """Some of the scenarios as a set of its own, probabilities rescaled to add up to 1."""
        probability = self.probability[scenarios]
        return ScenarioSet(
            probability / probability.sum(),
            self.delivered.at(scenarios),
            self.revenue.at(scenarios),
            self.cost.at(scenarios),
            self.seed,
        )

    def split(self, share: float) -> tuple[ScenarioSet, ScenarioSet]:
        """Two sets without a scenario in common, the first with `share` of them, every so often one.

        Raises ValueError where a part would be empty.
        """
        count = round(share * len(self))
        if not 0 < count < len(self):
            raise ValueError(f"a share of {share:g} of {len(self)} scenarios leaves one part empty")
        first = np.unique(np.linspace(0, len(self) - 1, count).round().astype(np.int64))
        rest = np.setdiff1d(np.arange(len(self)), first)
        return self.at(first), self.at(rest)

    def failing(self, engagements: NDArray[np.int64]) -> ScenarioSet:
        """The same, but some engagements never deliver; what they earn is left to the caller."""
        columns = np.union1d(self.delivered.columns, engagements)
        values = np.array([self.delivered.of(int(g)) > 0.5 for g in columns], dtype=bool)
        values[np.isin(columns, engagements)] = False
        delivered = Multipliers(
            values.T.reshape(len(self), len(columns)), columns, self.delivered.engagements
        )
        return replace(self, delivered=delivered)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything in it."""
        digest = hashlib.sha256(np.ascontiguousarray(self.probability).tobytes())
        for multipliers in (self.delivered, self.revenue, self.cost):
            digest.update(np.ascontiguousarray(multipliers.columns).tobytes())
            digest.update(np.ascontiguousarray(multipliers.values).tobytes())
        return digest.hexdigest()
