"""Instance documents read into choices and their coefficients (spec §3, §3.1 and §4.1, §4.2, §4.4).

A document is the plain mapping of the JSON carrier. Nothing here knows the package under test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Document = Mapping[str, Any]
Row = Mapping[str, Any]

DEFAULTS: dict[str, Any] = {
    "revenue": 0.0,
    "cost": 0.0,
    "setup_cost": 0.0,
    "success": 1.0,
    "effort": 0.0,
    "lead": 0,
    "minimum_payoff": 0.0,
    "ip_exposure": 0.0,
    "innovation": 0.0,
    "coordination_cost": 0.0,
    "compatibility": 1.0,
    "status": "free",
    "exit_cost": 0.0,
    "first_period": 1,
    "age": 0,
    "lead_left": 0,
}


@dataclass(frozen=True)
class Choice:
    """One way to choose a partner or an application: a level, a start period, and what follows from them."""

    id: str
    is_partner: bool
    level: str | None
    start: int
    ready: int
    running: bool
    row: Row
    benefit: float
    income: float
    spending: tuple[float, ...]
    effort: tuple[float, ...]
    coordination: float
    match: float

    @property
    def spent(self) -> float:
        """Undiscounted spending over the horizon (spec §3.1.3)."""
        return sum(self.spending)

    @property
    def minimum_payoff(self) -> float:
        """What a partner must at least receive; an application receives nothing."""
        return float(self.row["minimum_payoff"]) if self.is_partner else 0.0

    @property
    def ip_exposure(self) -> float:
        """Exposure of intellectual property, partners only."""
        return float(self.row["ip_exposure"]) if self.is_partner else 0.0

    @property
    def capacity(self) -> float | None:
        """The workload it carries; None is unlimited."""
        return self.row.get("capacity")


@dataclass(frozen=True)
class Need:
    """A requirement that the hub does not meet itself (spec §3, table requirements)."""

    application: str
    technology: str
    providers: int
    most: int
    workload: float
    holders: tuple[str, ...]


def attained(row: Row) -> float:
    """min(1, value/target), or min(1, target/value) where lower is better, at least 0 (spec §8.1)."""
    value, target = float(row["value"]), float(row["target"])
    if row.get("direction") == "lower":
        return 1.0 if value <= 0 else min(1.0, target / value)
    return max(0.0, min(1.0, value / target))


def merged(*rows: Row) -> dict[str, Any]:
    """The rows laid over each other: a later value that is not empty wins."""
    return {column: value for row in rows for column, value in row.items() if value is not None}


class Facts:
    """What a document says, with defaults filled in and every coefficient computed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.periods = int(document.get("periods") or 1)
        self.discount = 1.0 / (1.0 + float(document.get("discount_rate") or 0.0))
        rate = document.get("roi_rate")
        self.roi_rate = 0.25 if rate is None else float(rate)
        hub = document.get("hub") or {}
        self.hub = hub.get("id") or "hub"
        self.hub_minimum = float(hub.get("minimum_payoff") or 0.0)
        self.limits: Row = merged(document.get("limits") or {})
        self.objective: Row = merged(document.get("objective") or {})
        self.partners = {row["id"]: merged(DEFAULTS, row) for row in self.table("partners")}
        self.applications = {row["id"]: merged(DEFAULTS, row) for row in self.table("applications")}

    def table(self, name: str) -> Sequence[Row]:
        """The rows of a table; an absent table has none."""
        return self.document.get(name) or ()

    def by_period(self, limit: str) -> list[float] | None:
        """A limit by period as T numbers: one number holds in every period, [] is absent."""
        given = self.limits.get(limit)
        if given is None or (isinstance(given, (list, tuple)) and not given):
            return None
        if isinstance(given, (list, tuple)):
            return [float(one) for one in given]
        return [float(given)] * self.periods

    @cached_property
    def capability(self) -> dict[tuple[str, str], float]:
        """Level by (holder, technology); what is not listed is 0."""
        return {(row["holder"], row["technology"]): float(row["level"]) for row in self.table("capabilities")}

    def holds(self, holder: str, technology: str, level: float) -> bool:
        """Whether the holder masters the technology at the level."""
        return self.capability.get((holder, technology), 0.0) >= level

    @cached_property
    def needs(self) -> list[Need]:
        """Requirements left to partners: "Met when the hub itself holds the technology at that level"."""
        return [
            self.need(row)
            for row in self.table("requirements")
            if not self.holds(self.hub, row["technology"], row["level"])
        ]

    def need(self, row: Row) -> Need:
        """One requirement; it takes one provider and at most one backup unless the row says otherwise."""
        providers = int(merged({"providers": 1}, row)["providers"])
        return Need(
            application=row["application"],
            technology=row["technology"],
            providers=providers,
            most=int(merged({"max_providers": providers + 1}, row)["max_providers"]),
            workload=float(row.get("workload") or 0.0),
            holders=tuple(one for one in self.partners if self.holds(one, row["technology"], row["level"])),
        )

    @cached_property
    def weights(self) -> dict[str, float]:
        """w_q by technology."""
        rows = (merged({"weight": 1.0}, row) for row in self.table("technologies"))
        return {row["id"]: float(row["weight"]) for row in rows}

    def gap_filled(self, partner: str) -> float:
        """G_i = Σ w max(0, min(c, g) − h) / Σ w max(0, g − h); 0 when the hub has no gap (spec §4.2)."""
        filled = gap = 0.0
        for row in self.table("technologies"):
            target = float(merged({"target": 1.0}, row)["target"])
            own = self.capability.get((self.hub, row["id"]), 0.0)
            theirs = self.capability.get((partner, row["id"]), 0.0)
            filled += self.weights[row["id"]] * max(0.0, min(theirs, target) - own)
            gap += self.weights[row["id"]] * max(0.0, target - own)
        return filled / gap if gap > 0 else 0.0

    def complementarity(self, first: str, second: str) -> float:
        """Σ w max(c_i, c_j) − max(Σ w c_i, Σ w c_j), over Σ w (spec §4.2)."""
        weight = sum(self.weights.values())
        levels = [
            (share, self.capability.get((first, one), 0.0), self.capability.get((second, one), 0.0))
            for one, share in self.weights.items()
        ]
        together = sum(share * max(mine, yours) for share, mine, yours in levels)
        best_alone = max(sum(share * row[i] for share, *row in levels) for i in (0, 1))
        return (together - best_alone) / weight if weight > 0 else 0.0

    def success(self, element: str, prior: float) -> float:
        """Posterior mean of Beta(s·p, s·(1 − p)) after the element's evidence rows (spec §4.4).

        The section and the table share their key: a list is the rows,
        a mapping has `prior_strength` and `rows`.
        A prior without strength and evidence without weight leave p as it is.
        """
        section = self.document.get("evidence") or ()
        strength, rows = 10.0, section
        if isinstance(section, Mapping):
            strength = float(merged({"prior_strength": 10.0}, section)["prior_strength"])
            rows = section.get("rows") or ()
        good, bad = strength * prior, strength * (1.0 - prior)
        for row in [*rows, *self.health_as_evidence]:
            if element in (row.get("partner"), row.get("application")):
                weight = float(merged({"weight": 1.0}, row)["weight"])
                good += weight * row["successes"]
                bad += weight * (row["trials"] - row["successes"])
        return good / (good + bad) if good + bad > 0 else prior

    @property
    def health_as_evidence(self) -> list[dict[str, Any]]:
        """§8.1: the latest score as `strength` trials, with strength · score successes."""
        section = self.document.get("health") or ()
        rows = section.get("rows") or () if isinstance(section, Mapping) else section
        strength = float(section.get("strength") or 0.0) if isinstance(section, Mapping) else 0.0
        found = []
        for partner in dict.fromkeys(row["partner"] for row in rows) if strength else ():
            mine = [merged({"weight": 1.0}, row) for row in rows if row["partner"] == partner]
            periods = {row["period"] for row in mine if row["weight"] > 0}
            if periods:
                last = [row for row in mine if row["period"] == max(periods)]
                reached = sum(row["weight"] * attained(row) for row in last)
                share = reached / sum(row["weight"] for row in last)
                found.append({"partner": partner, "trials": strength, "successes": strength * share})
        return found

    def flows(self, element: str, row: Row) -> list[tuple[float, float]]:
        """(revenue, cost) by age; cash flows replace the constants, ages not listed are 0."""
        listed = [flow for flow in self.table("cash_flows") if flow["id"] == element]
        if not listed:
            return [(row["revenue"], row["cost"])] * self.periods
        by_age = {flow["age"]: (flow.get("revenue") or 0.0, flow.get("cost") or 0.0) for flow in listed}
        first = int(row["age"]) if row["status"] == "running" else 0
        return [by_age.get(first + later, (0.0, 0.0)) for later in range(self.periods)]

    def levels(self, partner: str) -> dict[str, dict[str, Any]]:
        """The partner's row at each of its levels; without level rows the single `standard`."""
        own = self.partners[partner]
        rows = {row["level"]: merged(own, row) for row in self.table("levels") if row["partner"] == partner}
        return rows or {"standard": own}

    def running_row(self, element: str) -> dict[str, Any]:
        """The row at the level a running element runs at."""
        if element in self.applications:
            return self.applications[element]
        return self.levels(element)[self.running_level(element)]

    def running_level(self, partner: str) -> str:
        """`running_level`, or the first level when it is absent."""
        return self.partners[partner].get("running_level") or next(iter(self.levels(partner)))

    def moves(self, choice: Choice | None, element: str) -> int:
        """§8.2: "Each join, leave, change of level, launch, stop is one move"."""
        running = {**self.partners, **self.applications}[element]["status"] == "running"
        if choice is None or not running:
            return int((choice is not None) != running)
        return int(choice.is_partner and choice.level != self.running_level(element))

    def choice(self, element: str, level: str | None, start: int) -> Choice:
        """E = Σ d^(τ−1) p R − (1 − r)(Σ d^(τ−1) C + d^(t−1) K) (spec §4.1), spending and effort.

        A running one has lead 0 and no coordination cost; at its running level no setup cost and no effort.
        """
        is_partner = element in self.partners
        row = self.levels(element)[level or "standard"] if is_partner else self.applications[element]
        running = row["status"] == "running"
        stays = running and (not is_partner or level == self.running_level(element))
        setup, effort = (0.0, 0.0) if stays else (row["setup_cost"], row["effort"])
        lead = row["lead_left"] if running else row["lead"] if is_partner else 0
        earning = start + int(lead)
        ready = earning if is_partner else start
        income = expense = 0.0
        spending, efforts = [0.0] * self.periods, [0.0] * self.periods
        for age, (revenue, cost) in enumerate(self.flows(element, row)):
            period = start + age
            if period <= self.periods:
                factor = self.discount ** (period - 1)
                income += factor * revenue if period >= earning else 0.0
                expense += factor * cost
                spending[period - 1] += cost
        if start <= self.periods:
            expense += self.discount ** (start - 1) * setup
            spending[start - 1] += setup
            efforts[start - 1] += effort
        income *= self.success(element, row["success"])
        return Choice(
            id=element,
            is_partner=is_partner,
            level=level if is_partner else None,
            start=start,
            ready=ready,
            running=running,
            row=row,
            benefit=income - (1.0 - self.roi_rate) * expense,
            income=income,
            spending=tuple(spending),
            effort=tuple(efforts),
            coordination=row["coordination_cost"] if is_partner and not running else 0.0,
            match=self.gap_filled(element) * row["compatibility"] if is_partner else 0.0,
        )

    @cached_property
    def choices(self) -> dict[str, list[Choice]]:
        """Every choice: starts in [first_period, last_period]; what runs goes on in 1 whatever they say.

        Statuses in and out are not applied here; they are rules.
        """
        found: dict[str, list[Choice]] = {}
        for element in (*self.partners, *self.applications):
            rows = self.levels(element) if element in self.partners else {None: self.applications[element]}
            found[element] = [
                self.choice(element, level, start)
                for level, row in rows.items()
                for start in range(int(row["first_period"]), int(row.get("last_period") or self.periods) + 1)
                if start <= self.periods and row["status"] != "running"
            ] + [self.choice(element, level, 1) for level, row in rows.items() if row["status"] == "running"]
        return found

    def portfolios(self) -> int:
        """How many combinations of choices there are, rules aside."""
        count = 1
        for choices in self.choices.values():
            count *= 1 + len(choices)
        return count

    def ip_conflicts(self) -> list[tuple[str, str, float | None, str | None, frozenset[str]]]:
        """The same for `ip_conflict`, with the applications each row is about.

        §3.1.16: on a named application its named row stands in place of the row `any`; a pair is unordered.
        """
        rows = self.pairs("ip_conflict")
        found = []
        for one, two, price, where in rows:
            named = {place for a, b, _, place in rows if {a, b} == {one, two} and place is not None}
            places = set(self.applications) - named if where is None else {where}
            found.append((one, two, price, where, frozenset(places)))
        return found

    def pairs(self, kind: str) -> list[tuple[str, str, float | None, str | None]]:
        """(first, second, value, application) of one kind; `any` is an empty application."""
        return [
            (
                row["first"],
                row["second"],
                0.0 if row.get("counted") else row.get("value"),
                None if row.get("application") in (None, "", "any") else row["application"],
            )
            for row in self.table("pairs")
            if row["kind"] == kind
        ]

    def synergies(self) -> list[tuple[str, str, float, str | None]]:
        """Synergy rows with their value; a missing one is the priced complementarity if asked for, else 0."""
        price = float(self.objective.get("synergy_per_complementarity") or 0.0)
        return [
            (one, two, price * self.complementarity(one, two) if value is None else float(value), application)
            for one, two, value, application in self.pairs("synergy")
        ]
