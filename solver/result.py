"""The result: why the search stopped, what there is, how good it provably is. Frozen, and JSON both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired, Self, TypedDict

from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.portfolio.portfolio import Assignment, ChosenPartner, LaunchedApplication, Licence, Portfolio
from solver.portfolio.risk_figures import RiskFigures
from solver.portfolio.rules.rule import Reading
from solver.portfolio.stability import Stability
from solver.run import Termination
from solver.shapes import Shaped, as_named
from solver.shown import Shown

if TYPE_CHECKING:
    import pandas

    from solver.games.allocate import Allocation

LONGEST_CAUSE = 200


@dataclass(frozen=True)
class Detail:
    """One chosen partner or application as people want to see it; money in the instance's unit.

    `benefit` = `revenue` − `cost` + `credited`, the return credited to what is invested: expected present
    values. The three are None where the planner's own scenarios give the benefit. `spend` is what budgets
    count, undiscounted.
    """

    id: Annotated[str, "Its id."]
    name: Annotated[str, "Its name."]
    kind: Annotated[str, "`partner` or `application`."]
    level: Annotated[str, "The level of engagement."]
    start: Annotated[int, "The first period."]
    benefit: float
    spend: float
    revenue: float | None = None
    cost: float | None = None
    credited: float | None = None


@dataclass(frozen=True)
class ValueByComponent:
    """What a portfolio is worth: components that add up to the total."""

    total: Annotated[float, "What it is worth."]
    components: Annotated[Mapping[str, float], "What it is made of."]


class Source(TypedDict):
    """The instance that an answer is about; `source` is the path it was read from."""

    name: Annotated[str, "Its name."]
    fingerprint: Annotated[str, "What tells this state of it from any other."]
    source: NotRequired[str]


_ROWS = {
    "partners": ChosenPartner,
    "applications": LaunchedApplication,
    "assignments": Assignment,
    "licences": Licence,
    "details": Detail,
    "rules": Reading,
}


@dataclass(frozen=True)
class Result(Shaped, Shown):
    """What a solve found, how good it provably is, and what it rests on.

    Where a claim contradicts a portfolio that passes the check, the result ends with `error` and without a
    bound; the portfolio stays. Where only its split met a contradiction, the result ends as it did, and says
    so. `components` add up to the alliance value. `problem` is the instance itself, which is not written.
    """

    termination: Annotated[Termination, "Why the search stopped."]
    portfolio: Annotated[Portfolio | None, "What is chosen; None where nothing was found."]
    objective: Annotated[float | None, "What the portfolio has of what was maximised."]
    bound: Annotated[float | None, "No portfolio has more, which is proven; None where nothing is."]
    gap: Annotated[float | None, "What lies between objective and bound, relative to the larger."]
    seconds: Annotated[float, "How long the search took."]
    opening: Annotated[Mapping[str, float], "What quick strategies gave the search to begin with."] = field(
        default_factory=dict
    )
    components: Mapping[str, float] = field(default_factory=dict)
    readings: Annotated[tuple[Reading, ...], "Every rule against the portfolio, with its slack."] = ()
    details: Annotated[tuple[Detail, ...], "What each chosen partner and application brings."] = ()
    risks: Annotated[tuple[RiskFigures, ...], "The measures of the loss; none for nominal results."] = ()
    stability: Annotated[Stability | None, "What hangs on single partners."] = None
    split: Annotated[Allocation | None, "How the value is shared; None where nobody asks."] = None
    verified: Annotated[bool, "Value and rules were recomputed without an optimiser, and agree."] = False
    instance: Mapping[str, str] = field(default_factory=dict)
    formulation: Mapping[str, Any] = field(default_factory=dict)
    versions: Annotated[Mapping[str, str], "With what it was made: version by package."] = field(
        default_factory=dict
    )
    seed: Annotated[int, "The random seed."] = 7
    backend: Annotated[str, "The solver of programs that proved it."] = "HiGHS"
    message: Annotated[str, "What a back end, or the check, says of the end."] = ""
    warnings: Annotated[tuple[str, ...], "What the planner may want to look at."] = ()
    contradiction: Mapping[str, Any] | None = None
    explanation: Annotated[
        Mapping[str, Any] | None, "Where none exists: why, as `explain` writes it; None if nobody looked."
    ] = None
    problem: Instance | None = field(default=None, repr=False, compare=False)

    KEYS = as_named(
        *("format", "termination", "has_portfolio", "objective", "bound", "gap", "seconds", "opening"),
        *("portfolio", "value", "rules", "details", "risk", "risks", "stability", "split", "verified"),
        *("instance", "formulation", "versions", "seed", "backend", "message", "warnings", "contradiction"),
        "explanation",
    ) | {"value": "valued", "rules": "readings", "formulation": "asked", "risks": "risks_of_several"}

    @property
    def has_portfolio(self) -> bool:
        """Whether a portfolio was found."""
        return self.portfolio is not None

    @property
    def value(self) -> float | None:
        """The alliance value V of the portfolio, None without one."""
        return sum(self.components.values()) if self.has_portfolio else None

    @property
    def format(self) -> Literal[1]:
        """The version of the JSON contract."""
        return 1

    @property
    def valued(self) -> ValueByComponent | None:
        """What the portfolio is worth, in all and by component; None without one."""
        return ValueByComponent(self.value, self.components) if self.value is not None else None

    @property
    def asked(self) -> Mapping[str, Any] | None:
        """What was asked; None where the search ended before anybody had looked at it."""
        return self.formulation or None

    @property
    def risks_of_several(self) -> tuple[RiskFigures, ...]:
        """Every measure of the loss, where there is more than one."""
        return self.risks if len(self.risks) > 1 else ()

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        value, one = document["value"], document.get("risk")
        components = {} if value is None else value["components"]
        risks = document.get("risks") or ([] if one is None else [one])
        asked = document.get("formulation") or {}
        return super().from_dict({**document, "components": components, "risks": risks, "formulation": asked})

    @classmethod
    def shape(cls) -> dict[str, Any]:
        """The type of every key of the JSON contract."""
        from solver.portfolio.formulation import Asked
        from solver.search.disagreement import Disagreement

        plain = {"instance": Source, "formulation": Asked | None, "contradiction": Disagreement | None}
        return super().shape() | plain

    @classmethod
    def later_types(cls) -> Mapping[str, Any]:
        """What splits is imported where a split is."""
        from solver.games.allocate import Allocation

        return {"Allocation": Allocation}

    @property
    def risk(self) -> RiskFigures | None:
        """The figures of the measure in the section `risk`; None for nominal results."""
        return self.risks[0] if self.risks else None

    def to_json(self, indent: int | None = 2) -> str:
        """The JSON contract as text."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """The inverse of `to_json`; raises InputError for a text that is no result."""
        try:
            return cls.from_dict(json.loads(text))
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
            cause = f"{type(error).__name__}: {error}"[:LONGEST_CAUSE]
            raise InputError([Defect("result", f"a result as to_json writes it ({cause})")]) from None

    def table(self, name: str) -> pandas.DataFrame:
        """`partners`, `applications`, `assignments`, `licences`, `details` or `rules` as a DataFrame.

        Raises KeyError for any other name.
        """
        import pandas

        columns = [column.name for column in fields(_ROWS[name])]
        if name == "rules":
            columns += ["slack", "holds"]
        document = self.to_dict()
        tables = {**document, **(document["portfolio"] or {})}
        return pandas.DataFrame(tables.get(name) or [], columns=columns)
