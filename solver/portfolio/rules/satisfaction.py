"""Whether the joint value suffices to keep everybody in (spec 3.1.15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from solver.portfolio.payoffs import least_payoffs_of
from solver.portfolio.rules.rule import Reading, Rule
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue


@dataclass(frozen=True)
class Satisfaction(Rule):
    """V covers the hub's minimum payoff and payoffs that content every chosen partner and outside group.

    V ≥ m_hub + Σ π_i with π_i ≥ m_i and π(S) ≥ v_S for every outside group S within the chosen.
    """

    name: ClassVar[str] = "satisfaction"

    def readings(self, selection: Selection) -> Iterator[Reading]:
        hub = selection.assessment.instance.hub
        needed = hub.minimum_payoff + least_payoffs_of(selection).total
        value = AllianceValue().amount(selection)
        yield Reading(self.name, "joint value to pay everybody their minimum", value, ">=", needed)
