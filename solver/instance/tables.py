"""What the planner knows: one class per table, one field per column.

Money is in the instance's unit, periods are numbered 1..T, probabilities and levels lie in [0, 1].
A field that is None was left empty; empty switches that part of the model off or takes the default
its description names. The descriptions also feed the JSON Schema and the starter files.
"""

from typing import Any, Literal

from pydantic import Field

from solver.instance.fields import (
    Coefficient,
    Count,
    Fraction,
    Id,
    NonNegative,
    Number,
    OpenRow,
    Ordinal,
    Positive,
    Row,
    Status,
    Text,
    Typed,
)
from solver.instance.scoring import Criterion, Score, Weight
from solver.instance.settings import RiskMeasure


class Engagement(OpenRow):
    """The columns that partners and applications share."""

    id: Id = Field(description="short unique text")
    name: Text | None = Field(None, description="shown to people; empty = the id")
    industry: Text | None = Field(None, description="a group dimension")
    region: Text | None = Field(None, description="a group dimension")
    revenue: NonNegative = Field(description="money per period while active; optional with cash_flows")
    cost: NonNegative = Field(description="money per period while active; optional with cash_flows")
    setup_cost: NonNegative = Field(0.0, description="money once, in the start period")
    success: Fraction = Field(1.0, description="probability that it delivers")
    revenue_cv: NonNegative = Field(0.0, description="coefficient of variation of the revenue")
    cost_cv: NonNegative = Field(0.0, description="coefficient of variation of the cost")
    effort: NonNegative = Field(0.0, description="integration effort, spent in the start period")
    innovation: Number = Field(0.0, description="innovation score")
    status: Status = Field("free", description="free, in (must be chosen), out (must not) or running")
    exit_cost: NonNegative = Field(0.0, description="money once, when a running one is not chosen")
    first_period: Ordinal = Field(1, description="earliest start period")
    last_period: Ordinal | None = Field(None, description="latest start period; empty = the horizon")
    age: Count = Field(0, description="periods a running one was active before: its cash_flows begin there")
    lead_left: Count = Field(0, description="periods until a running one earns, and provides")
    pilot_cost: NonNegative = Field(0.0, description="money: what a further pilot would cost")
    pilot_trials: Count = Field(0, description="how many trials a further pilot would have; 0 = none")

    @property
    def active_for(self) -> int:
        """How many periods it was active before the first one; none unless it runs."""
        return self.age if self.status == "running" else 0

    @property
    def label(self) -> str:
        """The name shown to people."""
        return self.name or self.id

    def group(self, dimension: str) -> str | None:
        """The group it belongs to along a dimension: industry, region or a column of the planner's own."""
        known = dimension in type(self).model_fields
        value = getattr(self, dimension) if known else self.own_columns().get(dimension)
        return None if value is None else str(value)


class Partner(Engagement):
    """A possible partner of the hub."""

    lead: Count = Field(0, description="periods between start and first revenue")
    capacity: NonNegative | None = Field(None, description="workload it can carry; empty = unlimited")
    minimum_payoff: NonNegative = Field(0.0, description="money over the horizon: its outside option")
    ip_exposure: NonNegative = Field(0.0, description="exposure of intellectual property, a score")
    coordination_cost: NonNegative = Field(0.0, description="money once")
    compatibility: NonNegative = Field(1.0, description="multiplies the technology match")
    overrun: NonNegative = Field(0.0, description="the largest share by which its spending may overrun")
    running_level: Id | None = Field(None, description="the level a running partner is engaged at")


class Application(Engagement):
    """A joint product that may be launched."""


class Level(OpenRow):
    """A level of engagement of a partner; empty cells keep the partner's own value."""

    partner: Id = Field(description="the partner's id")
    level: Id = Field(description="its name; levels are ordered as listed")
    industry: Text | None = None
    region: Text | None = None
    revenue: NonNegative | None = None
    cost: NonNegative | None = None
    setup_cost: NonNegative | None = None
    success: Fraction | None = None
    revenue_cv: NonNegative | None = None
    cost_cv: NonNegative | None = None
    effort: NonNegative | None = None
    innovation: Number | None = None
    exit_cost: NonNegative | None = None
    first_period: Ordinal | None = None
    last_period: Ordinal | None = None
    lead: Count | None = None
    capacity: NonNegative | None = None
    minimum_payoff: NonNegative | None = None
    ip_exposure: NonNegative | None = None
    coordination_cost: NonNegative | None = None
    compatibility: NonNegative | None = None
    overrun: NonNegative | None = None

    def applied_to(self, partner: Partner) -> Partner:
        """The partner as it is at this level."""
        changes: dict[str, Any] = {
            column: value
            for column, value in self.model_dump(exclude={"partner", "level"}).items()
            if value is not None
        }
        return partner.model_copy(update=changes)


class Capability(Row):
    """How well the hub or a partner masters a technology."""

    holder: Id = Field(description="a partner's id or the hub's id")
    technology: Id = Field(description="the technology's id")
    level: Fraction = Field(description="how well it is mastered")


class Technology(Row):
    """A technology the ecosystem cares about."""

    id: Id = Field(description="short unique text")
    name: Text | None = Field(None, description="shown to people; empty = the id")
    weight: NonNegative = Field(1.0, description="how much it matters")
    target: Fraction = Field(1.0, description="how strong the ecosystem wants to be")


class Requirement(Row):
    """A technology an application cannot do without."""

    application: Id = Field(description="the application's id")
    technology: Id = Field(description="the technology's id")
    level: Fraction = Field(description="how well each provider must master it")
    providers: Ordinal = Field(1, description="how many partners it takes")
    max_providers: Ordinal | None = Field(None, description="empty = providers + 1 (one backup)")
    workload: NonNegative = Field(0.0, description="charged to every assigned partner's capacity")

    @property
    def most_providers(self) -> int:
        """The largest number of partners that may be assigned."""
        return self.providers + 1 if self.max_providers is None else self.max_providers


class Provision(Row):
    """Who provides what for an application that runs."""

    application: Id = Field(description="the application's id")
    technology: Id = Field(description="the technology's id")
    partner: Id = Field(description="the id of the partner that provides it")


class Actual(Row):
    """What really came of a partner or an application in the first period, for `advance`."""

    id: Id = Field(description="a partner or an application that was active")
    revenue: NonNegative = Field(description="money that came in")
    cost: NonNegative = Field(description="money that was spent, setup cost included")


class Resource(Row):
    """Something limited: a further budget, a head count, an emission, a score."""

    id: Id = Field(description="short unique text")
    min: Number | None = Field(None, description="least that all chosen take together")
    max: Number | None = Field(None, description="most that all chosen take together")


class Usage(Row):
    """How much of a resource a partner or application takes when chosen."""

    id: Id = Field(description="a partner or an application")
    resource: Id = Field(description="the resource's id")
    amount: Number = Field(description="in the resource's own unit, of either sign")


class CashFlow(Row):
    """Revenue and cost of a partner or application at an age; replaces its constant ones."""

    id: Id = Field(description="a partner or an application")
    age: Count = Field(description="0 = the start period")
    revenue: NonNegative = Field(0.0, description="money in the period of this age")
    cost: NonNegative = Field(0.0, description="money in the period of this age")


class Pair(Row):
    """What holds between two partners or applications."""

    first: Id = Field(description="a partner or an application")
    second: Id = Field(description="a partner or an application")
    kind: Literal["synergy", "conflict", "requires", "ip_conflict"] = Field(
        description="synergy: worth value together; conflict: never both; requires: first only with second; "
        "ip_conflict: not both on one application, unless the licence is paid"
    )
    value: Number | None = Field(
        None, description="money: of a synergy, of either sign; of an ip_conflict the price of the licence"
    )
    application: Id | None = Field(None, description="only on this application; empty = any")
    counted: bool = Field(
        False, strict=True, description="earned or paid before: its value counts no more, its licence holds"
    )


class Segment(Row):
    """A market segment the alliance competes in."""

    id: Id = Field(description="short unique text")
    name: Text | None = Field(None, description="shown to people; empty = the id")
    demand: NonNegative = Field(description="money per period")
    margin: NonNegative = Field(1.0, description="what is earned of each unit of demand that is won")
    hub_attraction: NonNegative = Field(0.0, description="attraction of the hub alone")
    rival_attraction: Positive = Field(description="attraction of all rivals together")


class Attraction(Row):
    """What a partner or application adds to the alliance's attraction in a segment."""

    source: Id = Field(description="a partner or an application")
    segment: Id = Field(description="the segment's id")
    attraction: NonNegative = Field(description="points, on the scale of hub and rivals")


class Group(Row):
    """Limits for one industry, region or group of the planner's own."""

    dimension: Id = Field(description="industry, region or a column of your own")
    group: Text = Field(description="its name in that column")
    min: Count = Field(0, description="fewest chosen partners")
    max: Count | None = Field(None, description="most chosen partners")
    entry_cost: NonNegative = Field(0.0, description="money once, with the first one chosen")
    budget: NonNegative | None = Field(None, description="money: most spend of its partners and applications")
    max_spend_share: Fraction | None = Field(None, description="share of the total spend")


class Evidence(Row):
    """What a pilot or milestone showed about a partner or an application."""

    partner: Id | None = Field(None, description="the partner's id, where it is about a partner")
    application: Id | None = Field(None, description="the application's id, where it is about one")
    trials: NonNegative = Field(description="how many were made")
    successes: NonNegative = Field(description="how many of them succeeded")
    weight: NonNegative = Field(1.0, description="what a trial counts for")

    @property
    def subject(self) -> str:
        """The id the evidence is about."""
        return self.partner or self.application or ""


class Health(Row):
    """One indicator of a running partner in one period."""

    partner: Id = Field(description="the partner's id")
    period: Count = Field(description="counted since the alliance began")
    indicator: Text = Field(description="what is measured")
    value: Number = Field(description="what it is")
    target: Positive = Field(description="what it should be")
    weight: NonNegative = Field(1.0, description="how much it matters")
    direction: Literal["higher", "lower"] = Field("higher", description="which way it is better")


class History(OpenRow):
    """Observed benefits of one past period, one column per partner or application."""

    period: Number = Field(description="counted back from the present")


class Scenario(Row):
    """The benefit of a partner or application in one of the planner's own scenarios."""

    scenario: Id = Field(description="its name")
    probability: Fraction = Field(description="of the scenario, the same in all its rows")
    id: Id = Field(description="a partner or an application")
    benefit: Number = Field(description="money over the horizon, in place of E")


class Correlation(Row):
    """How strongly the fortunes of two partners or applications move together, as the planner sees it."""

    first: Id = Field(description="a partner or an application")
    second: Id = Field(description="a partner or an application")
    correlation: Coefficient = Field(description="how far they move together: 1 wholly, -1 oppositely")


class FurtherRisk(RiskMeasure):
    """A measure of the loss beside the one in the section `risk`."""


class Outside(Row):
    """What a group of partners could earn together without the hub."""

    members: Text = Field(description="partner ids separated by ;")
    value: NonNegative = Field(description="money over the horizon")

    @property
    def ids(self) -> tuple[str, ...]:
        """The members' ids."""
        return tuple(part.strip() for part in self.members.split(";") if part.strip())


class PlanRow(Row):
    """A partner or application of a plan that the planner brings: to be graded, compared, gone on from."""

    id: Id = Field(description="a partner or an application")
    level: Id | None = Field(None, description="of a partner; empty = its only level, or the one it runs at")
    start: Ordinal | None = Field(None, description="the first period; empty = the earliest")


class Whatif(Row):
    """One thing that is different in a what-if; rows with one name belong together."""

    name: Text = Field(description="what the what-if is called")
    key: Text = Field(description="a setting or cell, as after --set; or in, or out, to lock")
    value: Typed | None = Field(
        None, description="as after --set, -10% for a tenth less; or ids separated by ;"
    )


TABLES: dict[str, type[Row]] = {
    "partners": Partner,
    "levels": Level,
    "capabilities": Capability,
    "technologies": Technology,
    "applications": Application,
    "requirements": Requirement,
    "assignments": Provision,
    "resources": Resource,
    "usage": Usage,
    "cash_flows": CashFlow,
    "pairs": Pair,
    "segments": Segment,
    "attractions": Attraction,
    "groups": Group,
    "evidence": Evidence,
    "health": Health,
    "actuals": Actual,
    "history": History,
    "scenarios": Scenario,
    "correlations": Correlation,
    "risks": FurtherRisk,
    "outside": Outside,
    "plan": PlanRow,
    "whatifs": Whatif,
    "criteria": Criterion,
    "weights": Weight,
    "scores": Score,
}
