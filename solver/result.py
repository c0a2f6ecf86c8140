"""The result: why the search stopped, what there is, how good it provably is. Frozen, and JSON both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from solver.errors import InputError
from solver.instance.defects import Defect
from solver.portfolio.portfolio import Assignment, ChosenPartner, LaunchedApplication, Licence, Portfolio
from solver.portfolio.risk_figures import RiskFigures
from solver.portfolio.rules.rule import Reading
from solver.portfolio.stability import Stability
from solver.run import Termination

if TYPE_CHECKING:
    import pandas

    from solver.allocation.allocate import Allocation

FORMAT = 1
LONGEST_CAUSE = 200


@dataclass(frozen=True)
class Detail:
    """One chosen partner or application as people want to see it; money in the instance's unit.

    `benefit` = `revenue` − `cost` + `credited`, the return credited to what is invested: expected present
    values. The three are None where the planner's own scenarios give the benefit. `spend` is what budgets
    count, undiscounted.
    """

    id: str
    name: str
    kind: str  # "partner" or "application"
    level: str
    start: int
    benefit: float
    spend: float
    revenue: float | None = None
    cost: float | None = None
    credited: float | None = None


_ROWS = {
    "partners": ChosenPartner,
    "applications": LaunchedApplication,
    "assignments": Assignment,
    "licences": Licence,
    "details": Detail,
    "rules": Reading,
}


@dataclass(frozen=True)
class Result:
    """What a solve found.

    `objective`, `bound` and `gap` are None where there is none; `opening` is what quick strategies gave the
    search to begin with, by their name; `components` add up to the alliance value; `readings` hold every rule
    against the portfolio, with its slack; `risks` are the measures of the loss, none for nominal results;
    `stability` says what hangs on single partners; `split` is how the value is shared, None where the
    instance does not ask. `formulation` names what was maximised and which rules were asked for, and which of
    the instance's limits were not in force.
    `verified` says that value and rules were recomputed without an optimiser and agree. Where a claim
    contradicts a portfolio that passes the check, the result ends with `error` and without a bound; the
    portfolio stays, and `contradiction` names the rows, terms or judge that disagree. Where only
    its split met one, the result ends as it did, and says so.
    """

    termination: Termination
    portfolio: Portfolio | None
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    opening: Mapping[str, float] = field(default_factory=dict)
    components: Mapping[str, float] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    details: tuple[Detail, ...] = ()
    risks: tuple[RiskFigures, ...] = ()
    stability: Stability | None = None
    split: Allocation | None = None
    verified: bool = False
    instance: Mapping[str, str] = field(default_factory=dict)
    formulation: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    seed: int = 7
    backend: str = "HiGHS"
    message: str = ""
    warnings: tuple[str, ...] = ()
    contradiction: Mapping[str, Any] | None = None

    @property
    def has_portfolio(self) -> bool:
        """Whether a portfolio was found."""
        return self.portfolio is not None

    @property
    def value(self) -> float | None:
        """The alliance value V of the portfolio, None without one."""
        return sum(self.components.values()) if self.has_portfolio else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract as plain values."""
        return {
            "format": FORMAT,
            "termination": str(self.termination),
            "has_portfolio": self.has_portfolio,
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "seconds": self.seconds,
            "opening": dict(self.opening),
            "portfolio": None if self.portfolio is None else self.portfolio.to_dict(),
            "value": {"total": self.value, "components": dict(self.components)}
            if self.has_portfolio
            else None,
            "rules": [reading.to_dict() for reading in self.readings],
            "details": [vars(detail) for detail in self.details],
            "risk": self.risks[0].to_dict() if self.risks else None,
            "risks": [figures.to_dict() for figures in self.risks] if len(self.risks) > 1 else [],
            "stability": None if self.stability is None else self.stability.to_dict(),
            "split": None if self.split is None else self.split.to_dict(),
            "verified": self.verified,
            "instance": dict(self.instance),
            "formulation": dict(self.formulation),
            "versions": dict(self.versions),
            "seed": self.seed,
            "backend": self.backend,
            "message": self.message,
            "warnings": list(self.warnings),
            "contradiction": None if self.contradiction is None else dict(self.contradiction),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Result:
        """The inverse of `to_dict`."""
        from solver.allocation.allocate import Allocation  # what splits is imported where a split is

        portfolio, value = document["portfolio"], document["value"]
        return cls(
            termination=Termination(document["termination"]),
            portfolio=None if portfolio is None else Portfolio.from_dict(portfolio),
            objective=document["objective"],
            bound=document["bound"],
            gap=document["gap"],
            seconds=document["seconds"],
            opening=document.get("opening", {}),
            components={} if value is None else value["components"],
            readings=tuple(Reading.from_dict(row) for row in document["rules"]),
            details=tuple(Detail(**row) for row in document["details"]),
            risks=tuple(RiskFigures.from_dict(row) for row in _risks(document)),
            stability=None
            if document.get("stability") is None
            else Stability.from_dict(document["stability"]),
            split=None if document.get("split") is None else Allocation.from_dict(document["split"]),
            verified=document["verified"],
            instance=document["instance"],
            formulation=document.get("formulation", {}),
            versions=document["versions"],
            seed=document["seed"],
            backend=document["backend"],
            message=document["message"],
            warnings=tuple(document["warnings"]),
            contradiction=document.get("contradiction"),
        )

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


def _risks(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    several: list[Mapping[str, Any]] = document.get("risks") or []
    return several or [row for row in (document.get("risk"),) if row is not None]
