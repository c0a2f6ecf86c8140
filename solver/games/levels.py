"""One level of a split: the lowest excess that no coalition needs to exceed, and the proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats, everybody, indicators
from solver.games.game import Game, Worths
from solver.games.joining import Joining
from solver.games.passes import largest_distance
from solver.games.program import SLACK, RankedProgram, StalledError
from solver.games.scan import Separator, scan_of

SETTLED = 1e-9
"""In units of the game's scale: what counts as no excess at all."""
ROUNDED = 1e-4
"""The least scale per largest amount: what cooperation changes by less drowns in rounding."""
CARRIES = 1e-9
"""From which weight on a coalition takes part in a proof."""
PROVEN = 1e-5
"""By how much, in units of the game's scale, a proof by a program with tolerances may fall short."""
ROOM = 1e4


@dataclass(frozen=True)
class Units:
    """A game seen from what its players are worth alone, in units of what cooperation can change.

    The answer of every rule here moves with the game (covariance), and small numbers round less.
    """

    alone: Floats
    scale: float
    surplus: float
    """What all earn together beyond what each earns alone, in these units."""

    def to_game(self, payoffs: Floats) -> Floats:
        """Payoffs in the game's own money."""
        return np.asarray(self.alone + self.scale * payoffs, dtype=float)

    def from_game(self, payoffs: Floats) -> Floats:
        """Payoffs in these units."""
        return np.asarray((payoffs - self.alone) / self.scale, dtype=float)


class Answer(NamedTuple):
    """Whether coalitions were met that are new, or worth more than was known; what no excess is above.

    `largest` is the largest excess that was found.
    """

    new: bool
    bound: float
    largest: float


class Coalitions:
    """The coalitions met so far, in a game's units; every program starts with them."""

    def __init__(self, game: Worths, separator: Separator | None = None) -> None:
        count = len(game.players)
        self.count = count
        self.separator = separator or scan_of(game)
        alone = np.array([game.worth(1 << player) for player in range(count)])
        grand = everybody(count)
        masks = [1 << player for player in range(count)]
        if isinstance(game, Game):
            masks += [grand ^ 1 << player for player in range(count)]
        masks = [mask for mask in dict.fromkeys(masks) if 0 < mask < grand]
        worths = np.array([game.worth(mask) for mask in masks])
        members = indicators(masks, count)
        surplus = game.worth(grand) - float(alone.sum())
        apart = largest_distance(game.v, alone) if isinstance(game, Game) else 0.0
        nearby = max(abs(surplus), float(np.abs(worths - members @ alone).max(initial=0.0)))
        largest = max(abs(game.worth(grand)), float(np.abs(alone).sum()))
        scale = max(apart, nearby, ROUNDED * largest) or 1.0
        self.units = Units(alone, scale, surplus / scale)
        self.masks = masks
        self.bases: list[int | None] = [None] * len(masks)
        self.members = members
        self.worths: Floats = (worths - members @ alone) / scale
        self._best = dict(zip(masks, self.worths.tolist(), strict=True))

    def claims(self, payoffs: Floats, threshold: float) -> Answer:
        """Meet coalitions whose excess exceeds the threshold by more than rounding.

        Those met before at the same worth are held to the threshold by the program that asks.
        """
        units = self.units
        found = self.separator.claims(units.to_game(payoffs), units.scale * (threshold + SETTLED), self.count)
        members = indicators(found.masks, self.count)
        worths = (found.worths - members @ units.alone) / units.scale
        new = [
            place
            for place, mask in enumerate(found.masks)
            if worths[place] > self._best.get(int(mask), -np.inf) + SETTLED
        ]
        self._best |= {int(found.masks[place]): float(worths[place]) for place in new}
        self.masks += [int(found.masks[place]) for place in new]
        self.bases += [found.bases[place] if found.bases else None for place in new]
        self.members = np.vstack([self.members, members[new]])
        self.worths = np.concatenate([self.worths, worths[new]])
        largest = float((worths - members @ payoffs).max(initial=-np.inf))
        if found.bound is None:
            return Answer(bool(new), np.inf if found else threshold, largest)
        return Answer(bool(new), found.bound / units.scale, largest)


@dataclass(frozen=True)
class Face:
    """The splits on which everything settled so far holds: point + directions @ free."""

    point: Floats
    directions: Floats

    @classmethod
    def through(cls, point: Floats, settled: Floats) -> Face:
        """All splits that pay the settled coalitions (0/1 rows of full rank) what the point pays them."""
        complete = np.linalg.qr(settled.T, mode="complete").Q
        return cls(point, complete[:, len(settled) :])

    @property
    def freedom(self) -> int:
        """The number of independent directions."""
        return int(self.directions.shape[1])


@dataclass(frozen=True)
class Level:
    """The lowest excess ε on a face, a split that reaches it, and the proof that none goes lower.

    Positive weights: the coalitions (and players held at what they earn alone) that are at ε (at their
    floor) in every split that reaches ε. No excess at the point is above `bound`, which is ε unless time
    ended first.
    """

    excess: float
    point: Floats
    weights: dict[int, float]
    floors: dict[int, float]
    bound: float


def lowest_level(
    met: Coalitions,
    face: Face,
    open_rows: NDArray[np.bool_],
    floors: Sequence[int] = (),
    per_capita: bool = False,
    favoured: int | None = None,
    joined: bool = False,
) -> Level:
    """Minimise the largest excess of the coalitions that are not settled (`open_rows` of those met so far).

    `floors` are the players that must get at least 0: what they earn alone. With a `favoured` player,
    the splits that are asked about are in turn the one that pays him most of equally good ones, and one
    half-way to the best so far, where coalitions cut deeper (Ben-Ameur & Neto 2007). Bases are `joined` by
    whoever asks for more where no level below 0 is looked for.
    """
    free = face.freedom
    joins = joined and favoured is not None
    rows = Joining(met, face, favoured) if joins and favoured is not None else OneByOne(met, face, per_capita)
    cost = np.zeros(free + 1 + rows.unknowns)
    second, lowest_payoffs = cost.copy(), np.zeros((len(floors), len(cost)))
    cost[free] = 1.0
    if favoured is not None:
        second[:free] = -face.directions[favoured]
    lowest_payoffs[:, :free] = face.directions[list(floors)]
    program = RankedProgram(cost, second, np.full(len(cost), ROOM))
    program.add(lowest_payoffs, -face.point[list(floors)])
    program.add(*rows.definitions())
    program.add(*rows.rows(np.flatnonzero(open_rows).tolist()))
    bound, best = np.inf, face.point
    lowest, centre = np.inf, face.point
    fruitful, proof = True, None
    for half_way in cycle((False, True) if favoured is not None else (False,)):
        ranked = favoured is not None and not half_way
        try:
            solution = program.solve() if ranked else program.first.solve()
        except StalledError:
            if proof is None:
                raise
            break
        excess = program.first.minimum
        proof = program.first.duals
        if bound - excess <= SETTLED:
            break
        point = face.point + face.directions @ solution[:free]
        if half_way:
            point = (centre + point) / 2
        level = float(solution[free]) + (SLACK if ranked else 0.0)
        payoffs, threshold = (point + level, 0.0) if per_capita else (point, level)
        before = len(met.masks)
        answer = met.claims(payoffs, threshold)
        if answer.largest < lowest:
            lowest, centre = answer.largest, point
        proven = level + answer.bound - threshold
        if proven < bound or bound == np.inf:
            bound, best = proven, point
        if not answer.new and not (half_way and fruitful):
            break
        fruitful = answer.new
        program.add(*rows.rows(range(before, len(met.masks))))
    if program.first.at_the_box:
        raise ArithmeticError("the game's amounts are too far apart for a split to be computed")
    assert proof is not None
    return Level(
        float(excess),
        best,
        rows.weights(proof[len(floors) :]),
        _carrying(floors, proof[: len(floors)]),
        float(bound),
    )


class OneByOne:
    """Writes coalitions met as rows over the free directions of a face and ε."""

    unknowns = 0

    def __init__(self, met: Coalitions, face: Face, per_capita: bool) -> None:
        self._met, self._face, self._per_capita = met, face, per_capita
        self._written: list[int] = []

    def definitions(self) -> tuple[Floats, Floats]:
        """Nothing needs to be defined."""
        return np.zeros((0, self._face.freedom + 1)), np.zeros(0)

    def rows(self, numbers: Sequence[int]) -> tuple[Floats, Floats]:
        """Rows for coalitions met, by number."""
        self._written.extend(numbers)
        members = self._met.members[list(numbers)]
        weights = members.sum(axis=1) if self._per_capita else np.ones(len(numbers))
        lefts = np.column_stack([members @ self._face.directions, weights])
        return lefts, self._met.worths[list(numbers)] - members @ self._face.point

    def weights(self, duals: Floats) -> dict[int, float]:
        """The coalitions that prices are positive of: those that are at ε in every split that reaches it."""
        return _carrying([self._met.masks[row] for row in self._written[: len(duals)]], duals)


def _carrying(names: Sequence[int], weights: Floats) -> dict[int, float]:
    return {name: float(weight) for name, weight in zip(names, weights, strict=True) if weight > CARRIES}
