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

Locked = Annotated[list[str], "By id."]
Locks = TypedDict("Locks", {"in": Locked, "out": Locked})


class Refusal(TypedDict):
    """Why there is no answer, and every defect of the input."""

    error: Annotated[str, "Why there is no answer."]
    defects: list[Defect]


class Evidence(TypedDict):
    """What reproduces an error: the whole instance, what was asked of it and with what, who contradicts whom.

    `instance` is a document of its own format. `contradiction` is null for an error of another kind,
    `portfolio` where a search on the way met the error.
    """

    format: Annotated[Literal[1], "The version of this document."]
    error: Annotated[str, "What went wrong."]
    contradiction: Annotated[Mapping[str, Any] | None, Disagreement | None]
    portfolio: Portfolio | None
    objective: Annotated[float | None, "What the portfolio has of what was maximised."]
    instance: dict[str, Any]
    formulation: Annotated[str, "What was asked."]
    locks: Locks
    limits: SearchLimits
    versions: Annotated[dict[str, str], "With what: version by package."]
    fingerprint: Annotated[str, "What tells the state of the instance from any other."]


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
