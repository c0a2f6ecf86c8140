"""Early solutions of a search tree: by rounding, by paying for crowded rows, and in the neighbourhood."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.driver.box import Box
from solver.driver.neighbours import Neighbourhood
from solver.driver.relaxations import Relaxations
from solver.driver.session import Point, Priceable, Vertex


@dataclass(frozen=True)
class EarlyEffort:
    """How many neighbours are looked at, and how often solutions are priced.

    Chosen on draws of the generator with a price on risk.
    """

    most_tried: int = 30
    most_climbed: int = 150
    priced_rounds: int = 3
    most_priced: int = 3


EFFORT = EarlyEffort()


class EarlySolutions:
    """Looks for solutions before a tree splits and where its paths end.

    A `patient` tree is one whose other columns follow from the deciding ones: those it climbs over, the
    others it walks over.
    """

    def __init__(self, relaxations: Relaxations, root: Vertex, patient: bool) -> None:
        self._relaxations, self._patient = relaxations, patient
        self._program, self._incumbent = relaxations.program, relaxations.incumbent
        self._neighbourhood = self._movable(np.abs(root.reduced_costs))
        self._climbed: Point | None = None

    @property
    def _stopped(self) -> bool:
        return self._relaxations.stopped

    def complete(self, start: Point) -> None:
        """The best where the integer columns have the values that a start gives them."""
        if np.isfinite(start[self._program.integer]).any():
            self._dive(self._where(start), self._relaxations.cutoff)

    def begin(self, root: Vertex | None) -> None:
        """Find solutions before the search splits."""
        box, session = Box.whole(self._program), self._relaxations.session
        if not isinstance(session, Priceable):
            return self._dive(box, self._relaxations.cutoff)
        for _ in range(EFFORT.priced_rounds):
            if root is None or self._stopped or not self._try_priced(session, box, root):
                break
            self._climb()
            root = self._relaxations.within(box)
        return None

    def end_of_path(self) -> None:
        """Look around the best solution where a path has ended."""
        if self._patient:
            self._climb()

    def around(self, point: Point) -> None:
        """From an integral point that was just judged to better ones nearby, as long as one is found soon."""
        better: Point | None = None if self._patient else point
        while better is not None and not self._stopped:
            better = self._better_neighbour(better)

    def _where(self, start: Point) -> Box:
        """The part in which the integer columns have the values that the start gives them."""
        given = np.flatnonzero(self._program.integer & np.isfinite(start))
        values = np.clip(np.round(start), self._program.lower, self._program.upper)[given]
        return Box.whole(self._program).narrowed(given, values, values)

    def _try_priced(self, session: Priceable, box: Box, vertex: Vertex) -> bool:
        """Find the other columns for the deciding ones of priced solutions; whether that was better."""
        before, gap = self._incumbent.objective, self._relaxations.run.limits.gap
        columns = np.flatnonzero(self._relaxations.deciding)
        for point in reversed(session.priced_solutions(vertex, gap)[-EFFORT.most_priced :]):
            decided = np.round(point[columns])
            self._dive(box.narrowed(columns, decided, decided), self._relaxations.better)
        return self._incumbent.objective > before

    def _movable(self, certainty: NDArray[np.float64]) -> Neighbourhood:
        """The neighbourhoods to look for better points in.

        Where columns that are not integer carry a cost, points promise nothing before the relaxation is
        solved: nothing is near there, unless relaxations say what to move.
        """
        integer, costly = self._program.integer, self._program.cost[~self._program.integer].any()
        if self._patient:
            return Neighbourhood(self._program, certainty, self._relaxations.deciding, most_changes=2)
        return Neighbourhood(self._program, certainty, integer & (not costly))

    def _climb(self) -> None:
        """From the best solution to better ones nearby, as the reduced costs around it say."""
        columns = np.flatnonzero(self._relaxations.deciding)
        while not self._stopped:
            point = self._incumbent.best
            if point is None or point is self._climbed:
                return
            self._climbed = point
            here = Box.whole(self._program).narrowed(columns, point[columns], point[columns])
            vertex = self._relaxations.within(here, -math.inf)
            if vertex is None:
                return
            least = self._relaxations.better - vertex.bound
            neighbours = self._neighbourhood.around(point, vertex.reduced_costs, least)
            for _ in range(EFFORT.most_climbed):
                neighbour = neighbours.most_promising()
                if neighbour is None or self._incumbent.best is not point or self._stopped:
                    break
                moved = neighbour[columns]
                there = Box.whole(self._program).narrowed(columns, moved, moved)
                self._dive(there, self._relaxations.better)

    def _dive(self, box: Box, least: float) -> None:
        """Round one column after the other, the surest first, down to an integral point of some worth."""
        while not self._stopped:
            vertex = self._relaxations.within(box, least)
            if vertex is None or vertex.bound <= least:
                return
            fractions = self._relaxations.fractions(vertex.point)
            if len(fractions):
                away = np.abs(vertex.point - np.round(vertex.point))[fractions]
                column = int(fractions[np.argmin(away)])
                value = float(vertex.point[column])
                box = box.halves(column, value)[round(value % 1)]
            else:
                missing = self._relaxations.heard(vertex)
                self.around(self._program.rounded(vertex.point))
                if not missing:
                    return

    def _better_neighbour(self, point: Point) -> Point | None:
        """The first neighbour that is better than the best in hand; the refused ones leave rows behind."""
        best = self._incumbent.objective
        gain = self._relaxations.better - self._program.objective(point)
        neighbours = self._neighbourhood.around(point, self._program.cost, gain)
        neighbours.keep(self._relaxations.separator.rows)
        for _ in range(EFFORT.most_tried):
            neighbour = neighbours.most_promising()
            if neighbour is None:
                return None
            whole = self._completed(neighbour)
            if whole is None:
                continue
            rows = self._relaxations.evaluator.accept([whole])
            self._relaxations.adopted(rows)
            if self._incumbent.objective > best:
                return whole
            neighbours.keep(rows)
        return None

    def _completed(self, point: Point) -> Point | None:
        """The same integral point with the other columns at their best."""
        integer = self._program.integer
        if integer.all():
            return point
        columns = np.flatnonzero(integer)
        here = Box.whole(self._program).narrowed(columns, point[columns], point[columns])
        vertex = self._relaxations.within(here)
        return None if vertex is None else self._program.rounded(vertex.point)
