"""Whether the joint value suffices to keep everybody in (spec 3.1.15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from solver.assessment.assessment import Assessment
from solver.portfolio.payoffs import least_payoffs_of
from solver.portfolio.rules.rule import Reading, Rule
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue

# Payoffs come from a linear program that a back end solves (spec 3.1.13).
PRECISION = 1e-9


@dataclass(frozen=True)
class Satisfaction(Rule):
    """V covers the hub's minimum payoff and payoffs that content every chosen partner and outside group.

    V ≥ m_hub + Σ π_i with π_i ≥ m_i and π(S) ≥ v_S for every outside group S within the chosen.
    """

    name: ClassVar[str] = "satisfaction"
    binds_parts: ClassVar[bool | None] = False

    def words(self, assessment: Assessment) -> str:
        return "joint value enough to pay everybody their minimum"

    def place(self, assessment: Assessment) -> tuple[str, str]:
        return "limits.satisfaction", ""

    def readings(self, selection: Selection) -> Iterator[Reading]:
        hub, least = selection.assessment.instance.hub, least_payoffs_of(selection)
        needed = hub.minimum_payoff + least.total
        value = AllianceValue()
        size = value.magnitude(selection) + abs(hub.minimum_payoff) + float(np.abs(least.payoffs).sum())
        about = "joint value to pay everybody their minimum"
        yield Reading(self.name, about, value.amount(selection), ">=", needed, PRECISION * size)
