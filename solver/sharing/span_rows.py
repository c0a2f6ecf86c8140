"""Coalitions outside a span, in rows: some equation of the span is broken, one way or the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pulp

from solver.games.spans import Span
from solver.model.draft import Draft
from solver.model.linear import Linear, weighted


def keep_outside(draft: Draft, belongs: Sequence[pulp.LpVariable], span: Span) -> list[pulp.LpVariable]:
    """Demand that the coalition of the hub and of those who belong is not in the span.

    `belongs` are binary columns of all players but the first, the hub. A coalition is outside when its
    product with one of the span's equations, which are integers, is at least 1 or at most -1; the columns
    returned choose which.
    """
    equations = span.equations()
    ways: list[pulp.LpVariable] = []
    for number, equation in enumerate(np.vstack([equations, -equations])):
        hub, others = float(equation[0]), equation[1:]
        least, most = hub + float(np.minimum(0, others).sum()), hub + float(np.maximum(0, others).sum())
        if most < 1.0:
            continue
        way, _ = draft.binary(f"outside_{number}")
        draft.at_least(weighted(belongs, others) - Linear.of([way], 1.0 - least), least - hub)
        ways.append(way)
    draft.at_least(Linear.of(ways), 1.0)
    return ways
