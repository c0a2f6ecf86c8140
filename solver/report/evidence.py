"""What is written where there is no answer: why, and what it takes to reproduce an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypedDict

from solver.errors import ContradictionError
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Portfolio
from solver.result import Result
from solver.run import SearchLimits
from solver.search.disagreement import Disagreement
from solver.versions import versions

Locks = TypedDict("Locks", {"in": list[str], "out": list[str]})


class Refusal(TypedDict):
    """Why there is no answer, and every defect of the input."""

    error: str
    defects: list[Defect]


class Evidence(TypedDict):
    """What reproduces an error: the whole instance, what was asked of it and with what, who contradicts whom.

    `instance` is a document of its own format. `contradiction` is null for an error of another kind,
    `portfolio` where a search on the way met the error.
    """

    format: Literal[1]
    error: str
    contradiction: Annotated[Mapping[str, Any] | None, Disagreement | None]
    portfolio: Portfolio | None
    objective: float | None
    instance: dict[str, Any]
    formulation: str
    locks: Locks
    limits: SearchLimits
    versions: dict[str, str]
    fingerprint: str


def evidence(
    error: Result | ContradictionError,
    instance: Instance,
    limits: SearchLimits,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
) -> Evidence:
    """The evidence of a search that ended in an error."""
    result = error if isinstance(error, Result) else None
    return {
        "format": 1,
        "error": str(error) if result is None else result.message,
        "contradiction": error.contradiction,
        "portfolio": None if result is None else result.portfolio,
        "objective": None if result is None else result.objective,
        "instance": instance.to_document(),
        "formulation": str(Formulation.of(instance).locked(include, exclude)),
        "locks": {"in": list(include), "out": list(exclude)},
        "limits": limits,
        "versions": versions(),
        "fingerprint": instance.fingerprint,
    }
