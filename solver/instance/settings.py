"""The sections of `instance.toml`: one class per section, one field per key."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from solver.instance.defects import nearest
from solver.instance.fields import Count, Fraction, Horizon, Id, NonNegative, Number, Ordinal, Row, Text


class Hub(Row):
    """The company that builds the alliance."""

    id: Id = "hub"
    name: Text | None = None
    minimum_payoff: NonNegative = Field(0.0, description="what the hub must keep")

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


class Limits(Row):
    """Every limit of the alliance; a limit left out does not bind."""

    budget: NonNegative | None = Field(None, description="total spend")
    budget_by_period: tuple[NonNegative, ...] = Field((), description="spend per period")
    effort: tuple[NonNegative, ...] = Field((), description="integration effort per period")
    min_partners: Count = 0
    max_partners: Count | None = None
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
    pair_overhead: NonNegative = Field(0.0, description="coordination cost per pair of chosen partners")


class Risk(Row):
    """How uncertain amounts are drawn and which risk is limited or priced."""

    measure: Text = "cvar"
    level: Fraction = 0.95
    theta: NonNegative | None = None
    kappa: NonNegative | None = None
    limit: Number | None = None
    weight: NonNegative = 0.0
    scenarios: Ordinal = 10_000
    seed: Count = 7
    copula: Literal["gaussian", "t"] = "gaussian"
    df: NonNegative = 5.0
    industry_correlation: Fraction = 0.3
    region_correlation: Fraction = 0.1
    market_correlation: Fraction = 0.2


class Split(Row):
    """How the benefit is divided and what a contract may say."""

    rule: Text = "nucleolus"
    tier: Fraction = 0.0
    floor: Fraction = 0.0
    cap: Fraction = 1.0


class General(Row):
    """The keys at the top of `instance.toml`."""

    format: Ordinal = Field(1, description="version of this format")
    name: Text = "instance"
    currency: Text = "USD"
    unit: Text = "million"
    periods: Horizon = Field(1, description="planning periods, T")
    discount_rate: NonNegative = Field(0.0, description="per period")
    roi_rate: Fraction = Field(0.25, description="r in E = R - C + r*C")


SECTIONS: dict[str, type[Row]] = {
    "hub": Hub,
    "objective": Objective,
    "evidence": EvidencePrior,
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
