"""The core: splits that no coalition has reason to leave; how near one comes to it, and its room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.allocation.coalitions import Floats
from solver.allocation.game import Worths
from solver.allocation.levels import ROOM, SETTLED, Coalitions, Face, lowest_level
from solver.allocation.program import Program
from solver.allocation.scan import Separator


@dataclass(frozen=True)
class LeastCore:
    """The smallest ε, of any sign, with a split that pays no coalition more than ε below its worth.

    `payoffs` is one such split, seldom the only one. `weights` (by bit mask) prove ε: they sum to 1 and give
    every player the same, so the weighted excesses sum to ε whatever the split.
    """

    epsilon: float
    payoffs: Floats
    weights: dict[int, float]


@dataclass(frozen=True)
class Room:
    """The smallest and the largest payoff of every player over the core; shapes (n,)."""

    least: Floats
    most: Floats


class Core:
    """A game's core, asked several questions; coalitions met for one question serve the next.

    A game without a table needs a separator. Raises ValueError without one.
    """

    def __init__(self, game: Worths, separator: Separator | None = None) -> None:
        self._met = Coalitions(game, separator)
        count = self._met.count
        equal = np.full(count, self._met.units.surplus / count)
        self._face = Face.through(equal, np.ones((1, count)))
        self._least: LeastCore | None = None

    @property
    def has_imputations(self) -> bool:
        """Whether all together earn at least what the players earn alone."""
        return self._met.units.surplus >= -SETTLED

    @property
    def empty(self) -> bool:
        """Whether every split leaves some coalition below its worth."""
        return self.least().epsilon > SETTLED * self._met.units.scale

    def least(self) -> LeastCore:
        """The least core (Maschler, Peleg & Shapley 1979); for one player alone ε is 0."""
        if self._least is None:
            self._least = self._find_least()
        return self._least

    def room(self) -> Room | None:
        """Each player's smallest and largest payoff over the core; None where the core is empty."""
        if self.empty:
            return None
        each = np.eye(self._met.count)
        least = [row @ self.cheapest(row) for row in each]
        most = [row @ self.cheapest(-row) for row in each]
        return Room(np.array(least), np.array(most))

    def cheapest(self, cost: Floats, rows: Floats | None = None, least: Floats | None = None) -> Floats:
        """The split in the core that minimises cost·payoffs; in the least core where the core is empty.

        `cost` may go on for further unknowns of any sign, of the order of 1; `rows`, of the same width,
        demand rows·(payoffs, unknowns) ≥ least. Raises InfeasibleError where that contradicts the core.
        """
        face, met, units = self._face, self._met, self._met.units
        slack = max(0.0, self.least().epsilon / units.scale)
        unknowns = len(cost) - met.count
        turn = np.zeros((len(cost), face.freedom + unknowns))
        turn[: met.count, : face.freedom] = units.scale * face.directions
        turn[met.count :, face.freedom :] = np.eye(unknowns)
        program = Program(cost @ turn, np.full(len(turn.T), ROOM))
        if rows is not None and least is not None:
            program.add(rows @ turn, least - rows[:, : met.count] @ units.to_game(face.point))
        self._demand(program, 0, slack)
        while True:
            free = program.solve()[: face.freedom]
            point = face.point + face.directions @ free
            before = len(met.masks)
            if not met.claims(point, slack):
                if program.at_the_box:
                    raise ArithmeticError("the amounts are too far apart for a split to be computed")
                return units.to_game(point)
            self._demand(program, before, slack)

    def _demand(self, program: Program, first: int, slack: float) -> None:
        members = self._met.members[first:]
        rows = np.zeros((len(members), len(program.cost)))
        rows[:, : self._face.freedom] = members @ self._face.directions
        program.add(rows, self._met.worths[first:] - slack - members @ self._face.point)

    def _find_least(self) -> LeastCore:
        met = self._met
        if met.count == 1:
            return LeastCore(0.0, met.units.to_game(self._face.point), {})
        everyone = np.ones(len(met.masks), dtype=bool)
        level = lowest_level(met, self._face, everyone, floors=(), per_capita=False)
        return LeastCore(level.excess * met.units.scale, met.units.to_game(level.point), level.weights)
