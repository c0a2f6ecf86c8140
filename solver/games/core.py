"""The core: splits that no coalition has reason to leave; how near one comes to it, and its room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.games.coalitions import Floats
from solver.games.game import UnprovenError, Worths
from solver.games.levels import PROVEN, ROOM, SETTLED, Coalitions, Face, Level, lowest_level
from solver.games.program import Program
from solver.games.scan import PivotalSeparator, Separator


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
    """The smallest and the largest payoff of every player over the core; shapes (n,).

    NaN where time ended before one was proven.
    """

    least: Floats
    most: Floats


class Core:
    """A game's core, asked several questions; coalitions met for one question serve the next.

    A game without a table needs a separator. Where that knows a pivotal player, of equally good splits the
    one is asked about that pays him most, which few coalitions object to. Raises ValueError without a
    separator.
    """

    def __init__(self, game: Worths, separator: Separator | None = None) -> None:
        self._met = Coalitions(game, separator)
        self._favoured = separator.pivotal if isinstance(separator, PivotalSeparator) else None
        count = self._met.count
        equal = np.full(count, self._met.units.surplus / count)
        self._face = Face.through(equal, np.ones((1, count)))
        self._least: LeastCore | None = None

    @property
    def empty(self) -> bool:
        """Whether it is proven that every split leaves some coalition below its worth."""
        return self.least().bounds[0] > self._rounding

    @property
    def known_to_be_filled(self) -> bool:
        """Whether it is proven that some split leaves no coalition below its worth."""
        return self.least().epsilon <= self._rounding

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
        least, most = np.zeros(len(each)), np.zeros(len(each))
        # How little the pivotal player can get is the hardest of all.
        for player in sorted(range(len(each)), key=lambda one: one == self._favoured):
            most[player] = -self._reached(-each[player])
            least[player] = self._reached(each[player])
        return Room(least, most)

    def _reached(self, cost: Floats) -> float:
        """The least cost·payoffs over the core; NaN where time ends first."""
        try:
            return float(cost @ self.cheapest(cost))
        except UnprovenError:
            return float("nan")

    def cheapest(self, cost: Floats, rows: Floats | None = None, least: Floats | None = None) -> Floats:
        """The split in the core that minimises cost·payoffs; in the least core where the core is empty.

        `cost` may go on for further unknowns of any sign, of the order of 1; `rows`, of the same width,
        demand rows·(payoffs, unknowns) ≥ least. Raises InfeasibleError where that contradicts the core, and
        UnprovenError where time ends first.
        """
        if self._met.count == 1:
            return self.least().payoffs
        low, high = self.least().bounds
        if high - low > PROVEN * self._met.units.scale:
            raise UnprovenError("time ended before the least core was known")
        slack = max(0.0, high / self._met.units.scale)
        query = _Query(self._met, self._face, cost, slack, self._favoured)
        if rows is not None and least is not None:
            query.demand(rows, least)
        return query.answer(self._inside)

    @property
    def _inside(self) -> Floats | None:
        """A split in the core that helps to find others, where coalitions are dear to find."""
        least = self.least()
        if self._favoured is None or least.epsilon > self._rounding:
            return None
        return self._met.units.from_game(least.payoffs)

    def _find_least(self) -> LeastCore:
        met = self._met
        if met.count == 1:
            return LeastCore(0.0, met.units.to_game(self._face.point), {}, (0.0, 0.0))
        level = self._lowest(joined=self._favoured is not None)
        if self._favoured is not None and level.excess <= SETTLED:
            level = self._lowest(joined=False)
        high = float(level.bound * met.units.scale)
        low = min(float(level.excess * met.units.scale), high)
        return LeastCore(high, met.units.to_game(level.point), level.weights, (low, high))

    def _lowest(self, joined: bool) -> Level:
        everyone = np.ones(len(self._met.masks), dtype=bool)
        return lowest_level(self._met, self._face, everyone, favoured=self._favoured, joined=joined)


class _Query:
    """One linear program over the core, with its coalitions on demand."""

    def __init__(self, met: Coalitions, face: Face, cost: Floats, slack: float, favoured: int | None) -> None:
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

    def answer(self, inside: Floats | None) -> Floats:
        """The cheapest split; `inside` is a split in the core, where one is known.

        Half-way between the two coalitions are found that cut deeper (Ben-Ameur & Neto 2007). Raises
        UnprovenError where time ends before the answer is proven to be in the core.
        """
        while True:
            self._hold()
            point = self._cheapest()
            if inside is not None:
                half_way = (inside + point) / 2
                if self._met.claims(half_way, self._slack).new:
                    continue
                inside = half_way
            answer = self._met.claims(point, self._slack)
            if not answer.new:
                break
        if self._program.at_the_box:
            raise ArithmeticError("the amounts are too far apart for a split to be computed")
        if answer.bound > self._slack + PROVEN:
            raise UnprovenError("time ended before a split was proven to be in the core")
        return self._met.units.to_game(point)

    def _cheapest(self) -> Floats:
        """The cheapest split by the coalitions met, in their units; of equals the favoured player's best."""
        solution = self._program.solve()
        if self._favoured is not None:
            most = np.zeros(len(solution))
            most[: self._face.freedom] = -self._face.directions[self._favoured]
            program = Program(most, np.full(len(solution), ROOM))
            program.add(np.vstack(self._rows), np.concatenate(self._least))
            program.add(-self._program.cost[None, :], np.array([-self._program.cost @ solution]))
            solution = program.solve()
        return np.asarray(self._face.point + self._face.directions @ solution[: self._face.freedom])

    def _hold(self) -> None:
        """Hold all coalitions met so far to the slack."""
        members = self._met.members[self._held :]
        rows = np.zeros((len(members), len(self._program.cost)))
        rows[:, : self._face.freedom] = members @ self._face.directions
        self._add(rows, self._met.worths[self._held :] - self._slack - members @ self._face.point)
        self._held += len(members)

    def _add(self, rows: Floats, least: Floats) -> None:
        self._program.add(rows, least)
        self._rows.append(rows)
        self._least.append(least)
