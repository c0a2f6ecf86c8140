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

    `payoffs` is one such split, seldom the only one. `weights` (by bit mask) prove `bounds[0]`: they sum to 1
    and give every player the same, so the weighted excesses sum to that whatever the split. `bounds[1]` is ε
    itself; where time ended before the two met, a smaller one may exist between them.
    """

    epsilon: float
    payoffs: Floats
    weights: dict[int, float]
    bounds: tuple[float, float]


@dataclass(frozen=True)
class Room:
    """The smallest and the largest payoff of every player over the core; shapes (n,)."""

    least: Floats
    most: Floats


class Core:
    """A game's core, asked several questions; coalitions met for one question serve the next.

    A game without a table needs a separator. `favoured` is a player without whom coalitions are worth little:
    of equally good splits the one is asked about that pays him most, which few coalitions object to. Raises
    ValueError without a separator.
    """

    def __init__(
        self, game: Worths, separator: Separator | None = None, favoured: int | None = None
    ) -> None:
        self._met = Coalitions(game, separator)
        self._favoured = favoured
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
        """Whether it is proven that every split leaves some coalition below its worth."""
        return self.least().bounds[0] > self._rounding

    @property
    def _rounding(self) -> float:
        return SETTLED * self._met.units.scale

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
        slack = max(0.0, self.least().epsilon / self._met.units.scale)
        query = _Query(self._met, self._face, cost, slack, self._favoured)
        if rows is not None and least is not None:
            query.demand(rows, least)
        return query.answer()

    def _find_least(self) -> LeastCore:
        met = self._met
        if met.count == 1:
            return LeastCore(0.0, met.units.to_game(self._face.point), {}, (0.0, 0.0))
        everyone = np.ones(len(met.masks), dtype=bool)
        level = lowest_level(met, self._face, everyone, favoured=self._favoured)
        high = level.bound * met.units.scale
        low = min(level.excess * met.units.scale, high)
        return LeastCore(high, met.units.to_game(level.point), level.weights, (low, high))


class _Query:
    """One linear program over the core, with its coalitions on demand."""

    def __init__(
        self, met: Coalitions, face: Face, cost: Floats, slack: float, favoured: int | None
    ) -> None:
        self._met = met
        self._face = face
        self._slack = slack
        self._favoured = favoured
        unknowns = len(cost) - met.count
        self._turn = np.zeros((len(cost), face.freedom + unknowns))
        self._turn[: met.count, : face.freedom] = met.units.scale * face.directions
        self._turn[met.count :, face.freedom :] = np.eye(unknowns)
        self._rows: list[Floats] = []
        self._least: list[Floats] = []
        self._program = Program(cost @ self._turn, np.full(len(self._turn.T), ROOM))
        self._held = 0

    def demand(self, rows: Floats, least: Floats) -> None:
        """Demand rows·(payoffs, unknowns) ≥ least, in the game's money."""
        point = self._met.units.to_game(self._face.point)
        self._add(rows @ self._turn, least - rows[:, : self._met.count] @ point)

    def answer(self) -> Floats:
        """The cheapest split; raises UnprovenError where time ends before it is proven to be in the core."""
        import os
        mode=os.environ.get("MODE","")
        inner=None
        while True:
            self._hold()
            solution = self._program.solve()
            if self._favoured is not None:
                solution = self._favouring(solution)
            point = self._point(solution)
            if "m" in mode and inner is None:
                inner = self._met.units.from_game(INNER[0])
            if "m" in mode:
                mid = (inner+point)/2
                a = self._met.claims(mid, self._slack)
                if a.new: continue
                inner = mid
            answer = self._met.claims(point, self._slack)
            if not answer.new:
                if answer.bound > self._slack + 1e-6: raise ArithmeticError("time")
                break
            if "b" in mode and inner is None:
                inner = self._met.units.from_game(INNER[0])
            if "b" in mode:
                mid = (inner+point)/2
                a = self._met.claims(mid, self._slack)
                if not a.new: inner=mid
        if self._program.at_the_box:
            raise ArithmeticError("the amounts are too far apart for a split to be computed")
        return self._met.units.to_game(point)

    def _favouring(self, solution: Floats) -> Floats:
        wanted = np.zeros(len(solution))
        wanted[: self._face.freedom] = -self._face.directions[self._favoured]
        program = Program(wanted, np.full(len(solution), ROOM))
        for rows, least in zip(self._rows, self._least, strict=True):
            program.add(rows, least)
        program.add(-self._program.cost[None, :], np.array([-self._program.cost @ solution]))
        return program.solve()

    def _hold(self) -> None:
        members = self._met.members[self._held :]
        rows = np.zeros((len(members), len(self._program.cost)))
        rows[:, : self._face.freedom] = members @ self._face.directions
        self._add(rows, self._met.worths[self._held :] - self._slack - members @ self._face.point)
        self._held += len(members)

    def _add(self, rows: Floats, least: Floats) -> None:
        self._program.add(rows, least)
        self._rows.append(rows)
        self._least.append(least)

    def _point(self, solution: Floats) -> Floats:
        return np.asarray(self._face.point + self._face.directions @ solution[: self._face.freedom])
INNER=[None]
