"""The search of a problem that was searched before, while other bounds and rows held around it.

Most of what an earlier search has found out still holds: the rows that rules asked for, and most of its best
solution. So the back end needs to look around less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.driver.cutting import Evaluator
from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.incumbent import Incumbent
from solver.driver.kernel import search_part
from solver.driver.separation import Separator
from solver.driver.session import Point, UnansweredError
from solver.run import Run

LEAN: Mapping[str, Any] = MappingProxyType(
    {
        "mip_heuristic_run_rens": False,
        "mip_heuristic_run_root_reduced_cost": False,
        "mip_heuristic_run_feasibility_jump": False,
    }
)


@dataclass(frozen=True)
class NearbyEffort:
    """How the neighbourhood of known solutions is searched, and what HiGHS leaves out for it.

    `lean` are HiGHS's options: most heuristics are not worth their time where a good solution is known.
    Budgets and locks of healthcare, finance, transport and smart_city take a third of the seconds; without
    any heuristic, smart_city twice as many again.
    """

    gap: float = 1e-4
    most_rounds: int = 2
    most_nodes: int = 200
    share_of_time: float = 0.1
    lean: Mapping[str, Any] = field(default_factory=lambda: LEAN)
    leanest: Mapping[str, Any] = field(
        default_factory=lambda: {**LEAN, "mip_heuristic_effort": 0.0, "mip_heuristic_run_rins": False}
    )


EFFORT = NearbyEffort()

AGREED = 1e-6


def search_nearby(
    session: HighsSession,
    program: Program,
    last: Point,
    separator: Separator,
    evaluator: Evaluator,
    incumbent: Incumbent,
    run: Run,
) -> None:
    """Look for solutions where the relaxation, the last solution and the best one do not agree anyway.

    `last` solves the program as it was before (NaN where columns are new): relaxation induced neighbourhoods
    (Danna, Rothberg & Le Pape 2005).
    """
    if incumbent.closed(run.limits.gap):
        return
    try:
        vertex = session.relax_within(program.lower, program.upper)
    except UnansweredError:
        return
    if vertex is None:
        return
    best = last if incumbent.best is None else incumbent.best
    part = replace(
        held(program, _agreed(vertex.point, last) & _agreed(last, best), vertex.point),
        rows=program.rows.joined(separator.rows),
    )
    own = run.part(EFFORT.share_of_time)
    near = HighsSession(part, own, EFFORT.leanest)
    near.limit_nodes(EFFORT.most_nodes)
    search_part(near, EFFORT.gap, EFFORT.most_rounds, session, separator, evaluator, incumbent, own)


def _agreed(one: Point, other: Point) -> NDArray[np.bool_]:
    return np.asarray(np.abs(one - other) <= AGREED)


def held(program: Program, wanted: NDArray[np.bool_], point: Point) -> Program:
    """The program with some of its integer columns held at a point's whole numbers."""
    held, at = wanted & program.integer, np.round(point)
    return replace(
        program,
        lower=np.where(held, np.maximum(at, program.lower), program.lower),
        upper=np.where(held, np.minimum(at, program.upper), program.upper),
    )
