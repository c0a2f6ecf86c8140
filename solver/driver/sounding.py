"""Solutions where rows made on demand say what is one: dives that ask for them, and parts around their ends.

A dive rounds what comes first and asks the rules at every step; the rest is then a small integer program.
Later, most of the best solution is held, and what is free is searched (Shaw 1998).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.driver.box import Box
from solver.driver.highs import HighsSession
from solver.driver.kernel import search_part
from solver.driver.relaxations import Relaxations
from solver.driver.session import Point, Vertex


@dataclass(frozen=True)
class SoundingEffort:
    """How much is rounded at once, how much is free around a solution, and what share of the effort it gets.

    No parts before the tree has had an `easy` effort, nor while the gap is `small`: there solutions are not
    what is missing. Writing one takes as long as `least` simplex iterations. Chosen on drawn alliances of 18
    and 40 partners with a limit on CVaR.
    """

    near: float = 0.1
    gap: float = 2e-3
    rounds: int = 10
    most_nodes: int = 10
    free_at_first: int = 8
    growth: float = 1.15
    shrinkage: float = 0.8
    easy: float = 4e6
    small: float = 0.1
    share: float = 1.0
    share_of_one: float = 0.03
    patience: int = 4
    least: float = 50.0


EFFORT = SoundingEffort()
LEAN: Mapping[str, Any] = MappingProxyType({"mip_heuristic_run_feasibility_jump": False})


class Soundings:
    """Looks for solutions of a tree with ranked columns, in turns with it as long as that pays.

    `units` are columns that are decided together: around a solution, all of one are held or none.
    """

    def __init__(
        self, relaxations: Relaxations, session: HighsSession, units: Sequence[NDArray[np.int64]], seed: int
    ) -> None:
        self._relaxations, self._session, self._units = relaxations, session, units
        self._program, self._incumbent = relaxations.program, relaxations.incumbent
        self._random = np.random.default_rng(seed)
        self._last = int(relaxations.ranks.max())
        self._effort, self._fruitless, self._size = 0.0, 0, float(EFFORT.free_at_first)

    def begin(self, root: Vertex) -> None:
        """Dive from the whole program, and search the part at the end.

        Where there is nothing, what was taken on the way may be left again.
        """
        self._fractions = root.point
        end = self._dive(Box.whole(self._program))
        if end is not None:
            ranked = np.flatnonzero((self._relaxations.ranks < self._last) & self._program.integer)
            point, taken = np.round(end.point), end.point[ranked] > 0.5
            for held in (ranked, ranked[~taken]):
                if self._incumbent.best is None or held is ranked:
                    self._search_where(point, held)
        self._effort = 0.0

    def take_turns(self) -> None:
        """Search around the best solution, as long as its share of the effort lasts."""
        while not self._relaxations.stopped and self._is_due:
            best, worth = self._incumbent.best, self._incumbent.objective
            if best is None or self._size >= len(self._units):
                return
            held = np.concatenate([self._units[unit] for unit in self._order(best)[int(self._size) :]])
            before = self._effort
            solved = self._search_where(best, held)
            easy = solved and self._effort - before < EFFORT.share_of_one * self._session.effort
            better = self._incumbent.objective > worth
            self._fruitless = 0 if better else self._fruitless + 1
            self._size *= 1.0 if better else EFFORT.growth if easy else EFFORT.shrinkage

    @property
    def _is_due(self) -> bool:
        share = EFFORT.share / (1 + self._fruitless // EFFORT.patience)
        late = self._effort < share * (self._session.effort - EFFORT.easy)
        return late and self._incumbent.gap > EFFORT.small

    def _order(self, best: Point) -> list[int]:
        """The units, those to free first: by chance, in every second part where the relaxation disagrees."""
        chance = self._random.random(len(self._units))
        if self._fruitless % 2:
            away = np.abs(self._fractions - best)
            chance -= [min(1.0, float(away[unit].max(initial=0.0))) for unit in self._units]
        return [int(unit) for unit in np.argsort(chance, kind="stable")]

    def _dive(self, box: Box) -> Vertex | None:
        """Round what comes first, the surest at once, and ask the rules on the way; the vertex at its end."""
        other: Box | None = None
        relaxations = self._relaxations
        while not relaxations.stopped:
            least = relaxations.cutoff
            vertex = relaxations.within(box)
            if vertex is not None and vertex.bound > least and relaxations.asked(vertex):
                vertex = relaxations.within(box)
            if vertex is None or vertex.bound <= least:
                if other is None:
                    return None
                box, other = other, None
                continue
            foremost = relaxations.foremost(vertex.point)
            if not len(foremost) and relaxations.asked(vertex):
                continue
            if not len(foremost) or relaxations.ranks[foremost[0]] == self._last:
                return vertex
            box, other = self._rounded(box, vertex.point, foremost)
        return None

    def _rounded(self, box: Box, point: Point, columns: NDArray[np.int64]) -> tuple[Box, Box]:
        """The part with the surest columns rounded, and the one with the surest rounded the other way."""
        away = np.abs(point - np.round(point))[columns]
        surest = int(columns[np.argmin(away)])
        halves, near = box.halves(surest, float(point[surest])), round(float(point[surest]) % 1)
        sure = columns[away <= EFFORT.near]
        ends = np.round(point[sure])
        return halves[near].narrowed(sure, ends, ends), halves[1 - near]

    def _search_where(self, point: Point, held: NDArray[np.int64]) -> bool:
        """Search the part in which columns are held where a point has them; whether it was solved."""
        relaxations = self._relaxations
        box = Box.whole(self._program).narrowed(held, point[held], point[held])
        rows = self._program.rows.joined(relaxations.separator.rows)
        program = replace(self._program, lower=box.lower, upper=box.upper, rows=rows)
        part = HighsSession(program, relaxations.run, LEAN)
        part.limit_nodes(EFFORT.most_nodes)
        solved = search_part(
            part,
            EFFORT.gap,
            EFFORT.rounds,
            self._session,
            relaxations.separator,
            relaxations.evaluator,
            self._incumbent,
            relaxations.run,
        )
        self._effort += part.effort + EFFORT.least * len(rows)
        return solved
