"""What it takes to reproduce a search that ended in an error, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.result import Result
from solver.run import SearchLimits

FORMAT = 1


def evidence(
    result: Result,
    instance: Instance,
    limits: SearchLimits,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
) -> dict[str, Any]:
    """The whole instance, what was asked of it and with what, and what contradicts what.

    `contradiction` has the claimed bound, the portfolio it does not fit, the rows that refuse it
    (coefficients by column, and what columns stand for) and the terms counted wrongly; null for an error of
    another kind.
    """
    return {
        "format": FORMAT,
        "error": result.message,
        "contradiction": result.contradiction,
        "portfolio": None if result.portfolio is None else result.portfolio.to_dict(),
        "objective": result.objective,
        "instance": instance.to_document(),
        "formulation": str(Formulation.of(instance).locked(include, exclude)),
        "locks": {"in": list(include), "out": list(exclude)},
        "limits": asdict(limits),
        "versions": dict(result.versions),
        "fingerprint": instance.fingerprint,
    }
