"""Who provides what: coverage of the requirements, workloads, and what survives the loss of a partner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from solver.assessment.assessment import Assessment
from solver.assessment.needs import Need
from solver.portfolio.quantities import ROUNDING
from solver.portfolio.rules.handle import Number
from solver.portfolio.rules.rule import ChoiceRow, Reading, Rule
from solver.portfolio.selection import Selection


@dataclass(frozen=True)
class Coverage(Rule):
    """Every requirement of a launched application has its providers, able and ready (spec 3.1.2)."""

    name: ClassVar[str] = "coverage"
    logical: ClassVar[bool] = True
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        assessment = selection.assessment
        assigned: dict[int, list[int]] = {}
        for served, partner in sorted(selection.assigned):
            assigned.setdefault(served, []).append(partner)
        for index, need in enumerate(assessment.needs):
            providers = assigned.get(index, [])
            if not selection.chosen[need.application]:
                if providers:
                    yield Reading(
                        self.name, _about(assessment, need, "unneeded providers"), len(providers), "<=", 0
                    )
                continue
            start = selection.start(need.application)
            able = [p for p in providers if p in need.capable and selection.ready_by(p, start)]
            about = _about(assessment, need, "able and ready providers")
            yield Reading(self.name, about, len(able), ">=", need.requirement.providers)
            about = _about(assessment, need, "assigned partners")
            yield Reading(self.name, about, len(providers), "<=", need.requirement.most_providers)
            about = _about(assessment, need, "assigned partners that are not able or not ready")
            yield Reading(self.name, about, len(providers) - len(able), "<=", 0)

    def choice_rows(self, assessment: Assessment) -> Iterator[ChoiceRow]:
        """providers · launched − able and ready partners ≤ 0 for every start of an application."""
        options = assessment.options
        for need in assessment.needs:
            able = [option for partner in need.capable for option in options.of(partner)]
            for option in options.of(need.application):
                ready = (o for o in able if options.ready[o] <= options.start[option])
                factors = dict.fromkeys(ready, -1.0)
                yield ChoiceRow(factors | {option: float(need.requirement.providers)}, 0.0)


def _about(assessment: Assessment, need: Need, what: str) -> str:
    return f"{what} of {need.requirement.technology} for {assessment.label(need.application)}"


@dataclass(frozen=True)
class Workload(Rule):
    """What a partner provides stays within the capacity of its level: Σ workload ≤ capacity."""

    name: ClassVar[str] = "workload"
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        return (reading for _, reading in self.by_partner(selection))

    def by_partner(self, selection: Selection) -> Iterator[tuple[int, Reading]]:
        """A reading for every chosen partner whose capacity is limited."""
        assessment = selection.assessment
        load = np.zeros(assessment.partner_count)  # workloads are not negative: their sum is its magnitude
        for need, partner in selection.assigned:
            load[partner] += assessment.needs[need].requirement.workload
        for partner in selection.partners:
            capacity = assessment.options.capacity[selection.option_of[partner]]
            if np.isfinite(capacity):
                about = f"workload of {assessment.label(partner)}"
                room = ROUNDING * (capacity + load[partner])
                yield partner, Reading(self.name, about, load[partner], "<=", capacity, room)


@dataclass(frozen=True)
class RetainedValue(Rule):
    """Losing any one partner leaves a share of the applications' revenue standing (spec 3.1.8).

    Σ_a R_a [a still fully covered without j] ≥ share · Σ_a R_a for every chosen partner j.
    """

    name: ClassVar[str] = "retained_value"
    relative: ClassVar[bool] = True
    binds_parts: ClassVar[bool | None] = False
    numbers: ClassVar[Mapping[str, Number]] = {
        "share": Number("limits.retained_value", upward=False, unit="share")
    }
    share: float

    def words(self, assessment: Assessment) -> str:
        return f"application revenue retained without any one partner at least {self.share:g} of all"

    def readings(self, selection: Selection) -> Iterator[Reading]:
        total = sum(application_revenue(selection).values())
        for partner, retained in retained_revenue(selection).items():
            about = f"application revenue retained without {selection.assessment.label(partner)}"
            needed = self.share * total
            yield Reading(self.name, about, retained, ">=", needed, ROUNDING * (retained + needed))

    def hangs_on_options(self, assessment: Assessment) -> bool:
        return True


def application_revenue(selection: Selection) -> dict[int, float]:
    """The present value of the expected revenue of every launched application, all requirements met."""
    revenue = selection.assessment.options.revenue
    return {a: float(revenue[selection.option_of[a]]) for a in selection.applications}


def retained_revenue(selection: Selection) -> dict[int, float]:
    """For every chosen partner, the revenue of the applications that need not stop without it."""
    revenue = application_revenue(selection)
    critical = {a: critical_partners(selection, a) for a in revenue}
    return {p: sum(r for a, r in revenue.items() if p not in critical[a]) for p in selection.partners}


def critical_partners(selection: Selection, application: int) -> set[int]:
    """Chosen partners whose loss leaves some requirement of a launched application uncovered."""
    assessment = selection.assessment
    start = selection.start(application)
    critical: set[int] = set()
    for index in assessment.needs_of.get(application, ()):
        need = assessment.needs[index]
        able = [p for p in need.capable if selection.ready_by(p, start)]
        if len(able) < need.requirement.providers:
            return set(selection.partners)
        if len(able) == need.requirement.providers:
            critical.update(able)
    return critical
