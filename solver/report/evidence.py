"""What it takes to reproduce a search that ended in an error, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from solver.errors import ContradictionError
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.result import Result
from solver.run import SearchLimits
from solver.versions import versions

FORMAT = 1


def evidence(
    error: Result | ContradictionError,
    instance: Instance,
    limits: SearchLimits,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
) -> dict[str, Any]:
    """The whole instance, what was asked of it and with what, and what contradicts what.

    `contradiction` has the claimed bound, the portfolio it does not fit, the rows that refuse it
    (coefficients by column, and what columns stand for) and the terms counted wrongly; null for an error of
    another kind. `portfolio` is null where a search on the way met the error.
    """
    result = error if isinstance(error, Result) else None
    found = None if result is None else result.portfolio
    return {
        "format": FORMAT,
        "error": str(error) if result is None else result.message,
        "contradiction": error.contradiction,
        "portfolio": None if found is None else found.to_dict(),
        "objective": None if result is None else result.objective,
        "instance": instance.to_document(),
        "formulation": str(Formulation.of(instance).locked(include, exclude)),
        "locks": {"in": list(include), "out": list(exclude)},
        "limits": asdict(limits),
        "versions": dict(versions()),
        "fingerprint": instance.fingerprint,
    }
