"""The kinds of value a cell may hold; every table row is made of these."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from solver.instance.cells import as_text
from solver.instance.invisible import is_clean, objection

MEASURE_SYNONYMS = {
    "expected_shortfall": "cvar",
    "es": "cvar",
    "entropic_var": "evar",
    "entropic_value_at_risk": "evar",
    "entropic_risk": "entropic",
    "mean_standard_deviation": "mean_std",
    "semideviation": "mean_semideviation",
    "mean_upper_semideviation": "mean_semideviation",
    "mean_absolute_deviation": "mad",
    "worst": "worst_case",
    "value_at_risk": "var",
}
RULE_SYNONYMS = {
    "equal_profit_method": "equal_profit",
    "epm": "equal_profit",
    "shapley_value": "shapley",
    "risk_corrected_shapley_value": "risk_corrected_shapley",
    "nash_bargaining": "nash",
    "tau_value": "tau",
    "τ": "tau",
    "τ_value": "tau",
    "per_capita": "per_capita_nucleolus",
}


def _plain_text(value: str) -> str:
    """Refuse what nobody sees and what some carrier could not hold: control characters, half surrogates."""
    if is_clean(value):
        return value
    raise ValueError(objection(value))


def _plain_id(value: str) -> str:
    if not value.strip():
        raise ValueError("an id cannot be empty")
    if ";" in value:
        raise ValueError("an id cannot contain a semicolon")
    return _plain_text(value)


def _number(value: Any) -> Any:
    """Refuse what Python would quietly take for a number: True, "5", "1_000"."""
    if isinstance(value, bool | str):
        raise ValueError("a number is needed")
    return value


def _typed(value: Any) -> Any:
    """A number or truth value as somebody types it."""
    return as_text(value) if isinstance(value, bool | int | float) else value


def _whole(value: Any) -> Any:
    value = _number(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _measure_name(value: Any) -> Any:
    """The names that the literature also gives to a measure lead to the one used here."""
    return _known_as(value, MEASURE_SYNONYMS)


def rule_name(value: Any) -> Any:
    """The names that the literature also gives to a rule for a split lead to the one used here."""
    return _known_as(value, RULE_SYNONYMS)


def _known_as(value: Any, synonyms: Mapping[str, str]) -> Any:
    if not isinstance(value, str) or value != value.strip():
        return value
    name = value.casefold().replace(" ", "_").replace("-", "_")
    return synonyms.get(name, name)


Id = Annotated[str, Field(strict=True, max_length=200), AfterValidator(_plain_id)]
Text = Annotated[str, Field(strict=True, max_length=2000), AfterValidator(_plain_text)]
Typed = Annotated[Text, BeforeValidator(_typed)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(_whole)]
Ordinal = Annotated[int, Field(ge=1, le=1_000_000_000), BeforeValidator(_whole)]
Horizon = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_whole)]
Scenarios = Annotated[int, Field(ge=1, le=10_000_000), BeforeValidator(_whole)]
Seed = Annotated[int, Field(ge=0, le=2_147_483_647), BeforeValidator(_whole)]
Coefficient = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False), BeforeValidator(_number)]
Status = Literal["free", "in", "out", "running"]
MeasureName = Annotated[
    Literal[
        "cvar",
        "evar",
        "entropic",
        "mean_std",
        "mean_semideviation",
        "mad",
        "worst_case",
        "spectral",
        "var",
    ],
    BeforeValidator(_measure_name),
]
RuleName = Annotated[
    Literal[
        "equal",
        "proportional",
        "equal_profit",
        "shapley",
        "risk_corrected_shapley",
        "nash",
        "tau",
        "least_core",
        "nucleolus",
        "per_capita_nucleolus",
        "prenucleolus",
    ],
    BeforeValidator(rule_name),
]


class Row(BaseModel):
    """One row of a table: frozen, and strict about what it is given."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: instance.with_(…) gives a changed instance")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: instance.with_(…) gives a changed instance")


class OpenRow(Row):
    """A row that may carry columns of the planner's own (group dimensions, ids)."""

    model_config = ConfigDict(frozen=True, extra="allow", validate_default=False)

    def own_columns(self) -> dict[str, Any]:
        """The planner's own columns and their values, in the order given."""
        return {k: v for k, v in (self.model_extra or {}).items() if v is not None}
