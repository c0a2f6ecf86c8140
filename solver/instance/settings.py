"""The sections of `instance.toml`: one class per section, one field per key."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from solver.instance.defects import nearest
from solver.instance.fields import (
    Count,
    Fraction,
    Horizon,
    Id,
    MeasureName,
    NonNegative,
    Number,
    Ordinal,
    Positive,
    Row,
    RuleName,
    Scenarios,
    Seed,
    Text,
)


class Hub(Row):
    """The company that builds the alliance."""

    id: Id = Field("hub", description="short unique text")
    name: Text | None = Field(None, description="shown to people; empty = the id")
    minimum_payoff: NonNegative = Field(0.0, description="money over the horizon: what the hub must keep")

    @property
    def label(self) -> str:
        """The name shown to people."""
        return self.name or self.id


class Objective(Row):
    """What the best portfolio is best at."""

    maximise: Literal["alliance", "hub"] = Field(
        "alliance",
        description="alliance: the joint value; hub: that less the chosen partners' minimum payoffs",
    )
    synergy_per_complementarity: Number | None = Field(
        None, description="when given, a synergy without a value is worth this times the complementarity"
    )


class EvidencePrior(Row):
    """How firmly the planner believes in the success probabilities of the tables."""

    prior_strength: NonNegative = Field(10.0, description="worth this many trials")


class HealthTerms(Row):
    """How the health of running partners is judged, and what it says of their success."""

    strength: NonNegative = Field(
        0.0, description="the latest score counts as so many trials of evidence; 0 = not at all"
    )
    amber: Fraction = Field(0.8, description="a score below is amber, any other green")
    red: Fraction = Field(0.6, description="a score below is red")


class Limits(Row):
    """Every limit of the alliance; a limit left out does not bind."""

    budget: NonNegative | None = Field(None, description="money: total spend")
    budget_by_period: tuple[NonNegative, ...] = Field(
        (), description="money: spend per period, one number for each"
    )
    effort: tuple[NonNegative, ...] = Field(
        (), description="integration effort per period, one number for each"
    )
    min_partners: Count = Field(0, description="fewest chosen partners")
    max_partners: Count | None = Field(None, description="most chosen partners")
    max_moves: Count | None = Field(
        None, description="most joins, leaves, changes of level, launches and stops"
    )
    ip_exposure: NonNegative | None = Field(None, description="total exposure of intellectual property")
    min_match: Fraction = Field(0.0, description="mean technology match of the chosen partners")
    min_innovation: Number | None = Field(None, description="total innovation score")
    max_share_of_benefit: Fraction | None = Field(
        None, description="no partner brings more than this share of the partners' benefit"
    )
    satisfaction: bool = Field(
        False, strict=True, description="the value must suffice for every minimum payoff"
    )
    budget_carry: bool = Field(False, strict=True, description="unspent budget_by_period carries over")
    retained_value: Fraction = Field(
        0.0, description="share of application value kept after losing any one partner"
    )
    pair_overhead: NonNegative = Field(
        0.0, description="money: coordination cost per pair of chosen partners"
    )
    overruns: Count | None = Field(
        None, description="the budget must hold even if this many partners overrun at their worst"
    )


class RiskMeasure(Row):
    """One measure of the loss: limited, priced, or only reported."""

    measure: MeasureName = Field("cvar", description="which measure of the loss")
    level: Fraction = Field(0.95, description="tail confidence of cvar, evar and var")
    theta: Positive | None = Field(None, description="of the entropic risk; empty = 1")
    kappa: NonNegative | None = Field(
        None, description="weight of the deviation in mean + kappa * deviation; empty = 1"
    )
    limit: Number | None = Field(
        None, description="the measure of the loss must stay below; empty = no limit"
    )
    weight: NonNegative = Field(0.0, description="objective = expected benefit - weight * measure")


class Risk(RiskMeasure):
    """How uncertain amounts are drawn and which risk is limited or priced."""

    scenarios: Scenarios = Field(10_000, description="how many are drawn")
    seed: Seed = Field(7, description="the same seed draws the same scenarios")
    margin: Literal["lognormal", "normal", "beta", "pert", "triangular"] = Field(
        "lognormal", description="shape of the multipliers of revenue and cost"
    )
    copula: Literal["gaussian", "t", "clayton", "independent"] = Field(
        "gaussian", description="how bad outcomes come together"
    )
    df: Positive = Field(5.0, description="degrees of freedom of the t copula")
    clayton_theta: Positive = Field(1.0, description="dependence of the Clayton copula")
    industry_correlation: Fraction = Field(0.3, description="what those of one industry share")
    region_correlation: Fraction = Field(0.1, description="what those of one region share")
    market_correlation: Fraction = Field(0.2, description="what all share")
    spectrum_levels: tuple[Fraction, ...] = Field((), description="tail confidences of the spectral measure")
    spectrum_weights: tuple[NonNegative, ...] = Field((), description="their weights, adding up to 1")


class Split(Row):
    """How the benefit is divided and what a contract may say."""

    rule: RuleName = Field("nucleolus", description="by which rule the benefit is split")
    base: Literal["benefit", "cost"] = Field(
        "benefit", description="what proportional payoffs and equal profits are measured by"
    )
    tier: Fraction = Field(0.0, description="contract shares are multiples of this; 0 = any share")
    floor: Fraction = Field(0.0, description="the smallest share of a contract")
    cap: Fraction = Field(1.0, description="the largest share of a contract")
    basis: Literal["total", "applications"] = Field(
        "total", description="shares are of the total value, or of the revenue of each application"
    )
    nearest: Literal["sum", "largest"] = Field(
        "sum", description="a contract deviates from the rule as little as possible: in sum, or at most"
    )


class General(Row):
    """The alliance as a whole: its name, its money, its periods."""

    format: Ordinal = Field(1, description="version of this format")
    name: Text = Field("instance", description="what the alliance is called in reports")
    currency: Text = Field("USD", description="of every amount of money")
    unit: Text = Field("million", description="what amounts of money are counted in")
    periods: Horizon = Field(1, description="planning periods, T")
    discount_rate: NonNegative = Field(0.0, description="per period")
    roi_rate: Fraction = Field(
        0.25,
        description="r in E = R - C + r*C: this share of the cost is credited as a return, so that "
        "revenue 100 and cost 50 are worth 100 - 50 + 0.25 * 50 = 62.5; 0 counts revenue less cost",
    )


SECTIONS: dict[str, type[Row]] = {
    "hub": Hub,
    "objective": Objective,
    "evidence": EvidencePrior,
    "health": HealthTerms,
    "limits": Limits,
    "risk": Risk,
    "split": Split,
}

TOP_AND_SECTIONS: dict[str, type[Row]] = {"": General, **SECTIONS}


def dotted(section: str, key: str) -> str:
    """The name of a key with its section, e.g. `limits.budget`; keys at the top have no section."""
    return f"{section}.{key}" if section else key


def dotted_keys() -> list[str]:
    """The names of all keys of all sections."""
    return [dotted(section, key) for section, model in TOP_AND_SECTIONS.items() for key in model.model_fields]


def nearest_key(key: str, others: Iterable[str] = ()) -> str:
    """`; did you mean …?` for a key that may also stand in another section, else an empty string."""
    keys = dotted_keys()
    elsewhere = [known for known in keys if known.endswith(f".{key}")]
    return f"; did you mean {elsewhere[0]}?" if elsewhere else nearest(key, [*keys, *others])
