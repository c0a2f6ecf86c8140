"""Options: everything that may be chosen, one row per (partner, level, start) and (application, start)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.assessment.attainment import evidence_of_health
from solver.assessment.benefit import CashFlow, Floats, cash_flow, discount_factors
from solver.assessment.evidence import Posterior, posterior
from solver.assessment.technology import Technologies
from solver.instance.instance import Instance
from solver.instance.tables import Application, Evidence, Partner
from solver.instance.tables import CashFlow as CashFlowRow

Integers = NDArray[np.int64]
STANDARD = "standard"


@dataclass(frozen=True)
class Options:
    """The coefficients of every option, as arrays of length O (`spending`: O × T).

    Options of one element (partner or application) are contiguous, levels in their order, starts
    ascending. Money is present value except `spending`, which is undiscounted per period.
    """

    element: Integers  # index into the assessment's elements
    level: tuple[str, ...]  # "" for applications
    start: Integers  # 1-based period
    ready: Integers  # first period in which it earns and provides: start + lead
    success: Floats  # probability that it delivers, after the evidence
    earned: Floats  # present value of the revenue when it delivers
    charged: Floats  # present value of (1 − r)·C
    invested: Floats  # present value of C
    revenue_cv: Floats
    cost_cv: Floats
    overrun: Floats  # the largest share by which the spending may overrun
    spending: Floats
    effort: Floats
    innovation: Floats
    ip_exposure: Floats
    coordination: Floats
    minimum_payoff: Floats
    match: Floats
    capacity: Floats  # infinity where unlimited
    unchanged: NDArray[np.bool_]  # whether it goes on as it runs, at its level

    def __len__(self) -> int:
        return len(self.level)

    @cached_property
    def revenue(self) -> Floats:
        """Present value of the expected revenue, shape (O,)."""
        return self.success * self.earned

    @cached_property
    def benefit(self) -> Floats:
        """The cooperation benefit E in expectation, shape (O,)."""
        return self.revenue - self.charged

    def only(self, kept: Integers) -> Options:
        """Some of the options, ascending."""
        level = tuple(self.level[option] for option in kept)
        arrays = {f.name: getattr(self, f.name)[kept] for f in fields(self) if f.name != "level"}
        return Options(level=level, **arrays)

    def of(self, element: int) -> range:
        """The options of one element."""
        ends = self._ends
        if element + 1 < len(ends):
            return range(ends[element], ends[element + 1])
        return range(len(self), len(self))

    @cached_property
    def _ends(self) -> list[int]:
        """Where the options of each element begin, and at last where they end."""
        elements = int(self.element[-1]) + 1 if len(self) else 0
        ends: list[int] = np.searchsorted(self.element, np.arange(elements + 1)).tolist()
        return ends


def levels_of(instance: Instance) -> dict[str, dict[str, Partner]]:
    """For each partner, the partner as it is at each of its levels, in the order listed."""
    levels: dict[str, dict[str, Partner]] = {partner.id: {} for partner in instance.partners}
    partners = {partner.id: partner for partner in instance.partners}
    for row in instance.levels:
        levels[row.partner][row.level] = row.applied_to(partners[row.partner])
    return {id_: found or {STANDARD: partners[id_]} for id_, found in levels.items()}


def start_periods(engagement: Partner | Application, periods: int) -> range:
    """The periods, of so many, in which a partner (at a level) or an application may start.

    What runs goes on in the first, whatever else is said (spec 3.1.10).
    """
    if engagement.status == "running":
        return range(1, 2)
    return range(engagement.first_period, 1 + min(engagement.last_period or periods, periods))


def running_level(partner: Partner, levels: Mapping[str, Partner]) -> str | None:
    """The level at which a running partner is engaged; None where it does not run."""
    if partner.status != "running":
        return None
    return partner.running_level or next(iter(levels))


class OptionTable:
    """Lays out all options of an instance."""

    def __init__(self, instance: Instance, levels: dict[str, dict[str, Partner]]) -> None:
        self.instance = instance
        self.levels = levels
        self.discount = discount_factors(instance.discount_rate, instance.periods)
        self.technologies = Technologies(instance)
        self.flows = _flows_by_age(instance)
        self.evidence: dict[str, list[Evidence]] = {}
        for row in (*instance.evidence, *evidence_of_health(instance)):
            self.evidence.setdefault(row.subject, []).append(row)

    def belief(self, engagement: Partner | Application) -> Posterior:
        """The success probability of a partner (at a level) or application after the evidence."""
        rows = self.evidence.get(engagement.id, ())
        return posterior(engagement.success, self.instance.prior.prior_strength, rows)

    def build(self) -> Options:
        """All options, element by element."""
        found = list(self._rows())
        columns = {
            field.name: [option[field.name] for option in found]
            for field in fields(Options)
            if field.name not in ("level", "spending")
        }
        types: dict[str, Any] = {**dict.fromkeys(("element", "start", "ready"), np.int64), "unchanged": bool}
        arrays = {name: np.array(values, dtype=types.get(name, float)) for name, values in columns.items()}
        spending = np.array([option["spending"] for option in found]).reshape(
            len(found), self.instance.periods
        )
        return Options(level=tuple(option["level"] for option in found), spending=spending, **arrays)

    def _rows(self) -> Iterator[dict[str, Any]]:
        for element, partner in enumerate(self.instance.partners):
            current = running_level(partner, self.levels[partner.id])
            filled = self.technologies.gap_filled_by(partner.id)
            for level, engaged in self.levels[partner.id].items():
                running = partner.status == "running"
                for start in start_periods(engaged, self.instance.periods):
                    yield self._partner_option(
                        element, engaged, level, start, running, level == current, filled
                    )
        for element, application in enumerate(self.instance.applications, len(self.instance.partners)):
            running = application.status == "running"
            for start in start_periods(application, self.instance.periods):
                yield self._application_option(element, application, start, running)

    def _partner_option(
        self,
        element: int,
        partner: Partner,
        level: str,
        start: int,
        running: bool,
        unchanged: bool,
        filled: float,
    ) -> dict[str, Any]:
        lead = partner.lead_left if running else partner.lead
        flow = self._flow(partner, start, lead, 0.0 if unchanged else partner.setup_cost)
        return {
            "element": element,
            "level": level,
            "start": start,
            "ready": start + lead,
            "success": self.belief(partner).mean,
            "earned": flow.present_revenue(self.discount),
            "charged": flow.present_cost(self.discount, self.instance.roi_rate),
            "invested": flow.present_cost(self.discount, 0.0),
            "revenue_cv": partner.revenue_cv,
            "cost_cv": partner.cost_cv,
            "overrun": partner.overrun,
            "spending": flow.spending,
            "effort": 0.0 if unchanged else partner.effort,
            "innovation": partner.innovation,
            "ip_exposure": partner.ip_exposure,
            "coordination": 0.0 if running else partner.coordination_cost,
            "minimum_payoff": partner.minimum_payoff,
            "match": filled * partner.compatibility,
            "capacity": np.inf if partner.capacity is None else partner.capacity,
            "unchanged": unchanged,
        }

    def _application_option(
        self, element: int, application: Application, start: int, running: bool
    ) -> dict[str, Any]:
        lead = application.lead_left if running else 0
        flow = self._flow(application, start, lead, 0.0 if running else application.setup_cost)
        return {
            "element": element,
            "level": "",
            "start": start,
            "ready": start,
            "success": self.belief(application).mean,
            "earned": flow.present_revenue(self.discount),
            "charged": flow.present_cost(self.discount, self.instance.roi_rate),
            "invested": flow.present_cost(self.discount, 0.0),
            "revenue_cv": application.revenue_cv,
            "cost_cv": application.cost_cv,
            "overrun": 0.0,
            "spending": flow.spending,
            "effort": 0.0 if running else application.effort,
            "innovation": application.innovation,
            "ip_exposure": 0.0,
            "coordination": 0.0,
            "minimum_payoff": 0.0,
            "match": 0.0,
            "capacity": np.inf,
            "unchanged": running,
        }

    def _flow(self, engagement: Partner | Application, start: int, lead: int, setup_cost: float) -> CashFlow:
        periods = self.instance.periods
        constant = (np.full(periods, engagement.revenue), np.full(periods, engagement.cost))
        revenue, cost = self.flows.get(engagement.id, constant)
        return cash_flow(revenue, cost, start=start, lead=lead, setup_cost=setup_cost)


def _flows_by_age(instance: Instance) -> dict[str, tuple[Floats, Floats]]:
    """Revenue and cost by period of being active; what runs begins at the age that it has."""
    flows: dict[str, tuple[Floats, Floats]] = {}
    ages = {row.id: row.active_for for row in (*instance.partners, *instance.applications)}
    row: CashFlowRow
    for row in instance.cash_flows:
        revenue, cost = flows.setdefault(row.id, (np.zeros(instance.periods), np.zeros(instance.periods)))
        place = row.age - ages.get(row.id, 0)
        if 0 <= place < instance.periods:
            revenue[place] = row.revenue
            cost[place] = row.cost
    return flows
