"""A small linear program that grows: rows are added between solves, and each solve goes on from the last.

A split of a game has tens of unknowns and meets hundreds of coalitions one by one; a solver that keeps its
basis answers such a question in microseconds, where setting up a new program takes milliseconds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats

FEASIBLE = 1e-10
CONTRADICTION = 1e-8
"""Rows that contradict each other by less do so by rounding, and give way."""
SLACK = 1e-8
"""By how much a point may miss the first cost's minimum to be better by the second."""
SMALLEST_PIVOT = 1e-9
TIED = 1e-12
PIVOTS_BETWEEN_INVERSIONS = 40
PATIENCE = 60
MOST_PIVOTS = 50_000


class InfeasibleError(ArithmeticError):
    """No point satisfies all rows."""


class StalledError(ArithmeticError):
    """The pivots are so many that nothing seems to come of it."""


class Program:
    """Minimise cost·z subject to rows·z ≥ least, by the dual simplex method (Lemke 1954).

    It starts in the corner of the box |z_j| ≤ radius_j that is cheapest, so the box must be wide enough
    to hold the solution: `at_the_box` tells.
    """

    def __init__(self, cost: Floats, radius: Floats) -> None:
        unknowns = len(cost)
        sign = np.where(cost < 0, -1.0, 1.0)
        self.cost = np.asarray(cost, dtype=float)
        self._rows: Floats = np.diag(sign)
        self._least: Floats = -np.asarray(radius, dtype=float)
        self._basis: NDArray[np.int64] = np.arange(unknowns)
        self._inverse: Floats = np.diag(sign)
        self._point: Floats = self._inverse @ self._least
        self._prices: Floats = np.abs(self.cost)
        self._exact = True

    def add(self, rows: Floats, least: Floats) -> None:
        """Demand rows·z ≥ least as well; shapes (m, unknowns) and (m,)."""
        self._rows = np.vstack([self._rows, rows])
        self._least = np.concatenate([self._least, least])

    def demand_anew(self, row: int, least: float) -> None:
        """Demand another amount of a row that was added; rows count in the order of adding."""
        self._least[len(self.cost) + row] = least
        self._point = self._inverse @ self._least[self._basis]

    def solve(self) -> Floats:
        """The cheapest point; raises InfeasibleError where there is none."""
        stalled = 0
        for pivots in range(MOST_PIVOTS):
            shortfall = self._least - self._rows @ self._point
            shortfall[self._basis] = 0.0
            entering = int(shortfall.argmax())
            if shortfall[entering] <= FEASIBLE:
                if self._exact:
                    return self._point
                self._invert()
                continue
            careful = stalled > PATIENCE
            if careful:
                entering = int((shortfall > FEASIBLE).argmax())
            stalled = 0 if self._pivot(entering, float(shortfall[entering]), careful) else stalled + 1
            if pivots % PIVOTS_BETWEEN_INVERSIONS == PIVOTS_BETWEEN_INVERSIONS - 1:
                self._invert()
        raise StalledError("the linear program of a split does not settle")

    @property
    def minimum(self) -> float:
        """The cost of the cheapest point, once that was found."""
        return float(self.cost @ self._point)

    @property
    def duals(self) -> Floats:
        """What one more unit of `least` would cost, for every added row in order; never below 0."""
        duals = np.zeros(len(self._rows))
        duals[self._basis] = self._prices
        return duals[len(self.cost) :]

    @property
    def at_the_box(self) -> bool:
        """Whether the box, and not the rows, holds the solution."""
        return bool((self._prices[self._basis < len(self.cost)] > SMALLEST_PIVOT).any())

    def _pivot(self, entering: int, shortfall: float, careful: bool) -> bool:
        """Exchange the entering row for the one whose price first falls to 0; whether the cost rises."""
        row = self._rows[entering]
        shares = row @ self._inverse
        candidates = np.flatnonzero(shares > SMALLEST_PIVOT)
        if not len(candidates):
            if not self._exact:
                self._invert()
                return False
            if shortfall > CONTRADICTION:
                raise InfeasibleError
            self._least[entering] -= shortfall
            return False
        ratios = self._prices[candidates] / shares[candidates]
        step = max(0.0, float(ratios.min()))
        tied = candidates[ratios <= step + TIED]
        # Bland's rule cannot cycle; the largest pivot keeps the inverse accurate.
        leaving = int(tied[(self._basis[tied].argmin() if careful else shares[tied].argmax())])
        column = self._inverse[:, leaving] / shares[leaving]
        self._inverse -= np.outer(column, shares)
        self._inverse[:, leaving] = column
        self._point = self._point + shortfall * column
        self._prices -= step * shares
        self._prices[leaving] = step
        np.maximum(self._prices, 0.0, out=self._prices)
        self._basis[leaving] = entering
        self._exact = False
        return step * shortfall > TIED

    def _invert(self) -> None:
        self._inverse = np.linalg.inv(self._rows[self._basis]).astype(float)
        self._point = self._inverse @ self._least[self._basis]
        self._prices = np.maximum(self.cost @ self._inverse, 0.0)
        self._exact = True


class RankedProgram:
    """A program with two costs: of the points that are cheapest by the first, the cheapest by the second.

    Two programs grow side by side; the second also holds the first cost to its minimum, which moves.
    """

    def __init__(self, cost: Floats, second: Floats, radius: Floats) -> None:
        self.first = Program(cost, radius)
        self._second = Program(second, radius)
        self._second.add(-self.first.cost[None, :], np.array([-np.abs(cost) @ radius]))

    def add(self, rows: Floats, least: Floats) -> None:
        """Demand rows·z ≥ least as well; shapes (m, unknowns) and (m,)."""
        self.first.add(rows, least)
        self._second.add(rows, least)

    def solve(self) -> Floats:
        """The point that is best by both costs in turn; raises InfeasibleError where there is none."""
        self.first.solve()
        self._second.demand_anew(0, -self.first.minimum - SLACK)
        return self._second.solve()
