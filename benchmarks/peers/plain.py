"""What any integer-programming library can be given of a problem: values, values of pairs, rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solver.assessment.benefit import Floats
from solver.bench.sources import AbsentError
from solver.portfolio.selection import Selection
from solver.search.problem import Problem

CHOSEN = 0.5


@dataclass(frozen=True)
class PlainProgram:
    """Maximise constant + values · x + Σ value_ij x_i x_j with rows @ x ≤ limits, x binary, 0 unless open.

    `pairs` are (i, j, value) with i < j; x and all arrays are over the options of the problem.
    """

    problem: Problem
    constant: float
    values: Floats
    pairs: tuple[tuple[int, int, float], ...]
    rows: sparse.csr_array
    limits: Floats
    open: Sequence[bool]

    @classmethod
    def of(cls, problem: Problem) -> PlainProgram:
        """The plain program of a problem; raises AbsentError where the problem asks for more than that."""
        beyond = list(_beyond(problem))
        if beyond:
            raise AbsentError(f"not written for {', '.join(beyond)}")
        outline = problem.outline
        everything = np.arange(len(outline.values))
        upper = sparse.triu(outline.pairs.between(everything, everything), k=1).tocoo()
        return cls(
            problem=problem,
            constant=problem.formulation.maximise.linear_part(problem.assessment)[1],
            values=outline.values,
            pairs=tuple(zip(upper.row.tolist(), upper.col.tolist(), upper.data.tolist(), strict=True)),
            rows=sparse.csr_array(outline.rows),
            limits=outline.limits,
            open=outline.open.tolist(),
        )

    def lines(self) -> Iterator[tuple[list[int], list[float], float]]:
        """Every row as (options, coefficients, limit); rows without options are left out."""
        for number, limit in enumerate(self.limits.tolist()):
            span = slice(self.rows.indptr[number], self.rows.indptr[number + 1])
            options, coefficients = self.rows.indices[span].tolist(), self.rows.data[span].tolist()
            if options and np.isfinite(limit):
                yield options, coefficients, limit

    def selection(self, chosen: Sequence[float]) -> Selection:
        """What a solution stands for, with providers where applications need some."""
        return self.problem.staffed(np.flatnonzero(np.array(chosen) > CHOSEN).tolist())


def _beyond(problem: Problem) -> Iterator[str]:
    """What an instance has that the plain program does not say."""
    instance = problem.assessment.instance
    asked = {
        "risk": bool(instance.risk or instance.risks or instance.scenarios or instance.history),
        "markets": bool(instance.segments),
        "entry costs": any(group.entry_cost for group in instance.groups),
        "shares of spending": any(group.max_spend_share is not None for group in instance.groups),
        "intellectual property": any(pair.kind == "ip_conflict" for pair in instance.pairs),
        "synergies on an application": any(
            pair.kind == "synergy" and pair.application is not None for pair in instance.pairs
        ),
        "workloads": bool(np.isfinite(problem.assessment.options.capacity).any() and instance.requirements),
        "retained value": instance.limits.retained_value > 0,
        "satisfaction": instance.limits.satisfaction,
        "overruns": bool(instance.limits.overruns),
    }
    return (name for name, is_asked in asked.items() if is_asked)
