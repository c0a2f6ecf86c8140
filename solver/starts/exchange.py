"""A local search that adds, drops and exchanges options, worth what they are beside those chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats

ROUNDS = 150
TOLERATED_LOSS = 0.01
SHAKEN = 0.05, 0.3
LEAST_GAIN = 1e-9
TOLERANCE = 1e-9

Chosen = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Exchange:
    """max worth·x + ½ x·pairs·x over use·x ≤ room, x in {0, 1}, one option per element.

    `worth` and `element` have shape (O,), `pairs` (O, O), symmetric, `use` (R, O), `room` (R,).
    """

    worth: Floats
    pairs: Floats
    use: Floats
    room: Floats
    element: NDArray[np.int64]

    def value(self, chosen: Chosen) -> float:
        """What a choice is worth."""
        return float(self.worth @ chosen + chosen @ self.pairs @ chosen / 2)

    def fits(self, chosen: Chosen) -> bool:
        """Whether a choice keeps all limits."""
        return bool(np.all(self.use @ chosen <= self.room + TOLERANCE))

    def thinned(self) -> Chosen:
        """From one option of every element, drop what earns least for what it uses until all limits hold."""
        chosen = np.zeros(len(self.worth), dtype=bool)
        best_first = np.argsort(-self.worth, kind="stable")
        _, first = np.unique(self.element[best_first], return_index=True)
        chosen[best_first[first]] = True
        while chosen.any() and not self.fits(chosen):
            excess = np.maximum(self.use @ chosen - self.room, 0.0)
            relief = excess / max(float(excess.sum()), TOLERANCE) @ self.use
            earns = self.worth + self.pairs @ chosen
            droppable = chosen & (relief > 0)
            if not droppable.any():
                return np.zeros_like(chosen)
            chosen[np.argmin(np.where(droppable, earns / np.where(relief > 0, relief, 1.0), np.inf))] = False
        return chosen

    def climbed(self, chosen: Chosen) -> Chosen:
        """Make the best single change as long as one gains."""
        chosen = chosen.copy()
        while (change := self._best_change(chosen)) is not None:
            for option in change:
                chosen[option] = not chosen[option]
        return chosen

    def _best_change(self, chosen: Chosen) -> tuple[int, ...] | None:
        """The options to take or leave that gain most; None where nothing gains."""
        gain = self.worth + self.pairs @ chosen
        left = self.room - self.use @ chosen + TOLERANCE
        inside, outside = np.flatnonzero(chosen), np.flatnonzero(~chosen)
        taken = np.isin(self.element[outside], self.element[inside])
        adding = ~taken & np.all(self.use[:, outside] <= left[:, None], axis=0)
        moves = _best(np.where(adding, gain[outside], -np.inf)[:, None], outside)
        moves += _best(-gain[inside][:, None], inside)
        same = self.element[outside] == self.element[inside][:, None]
        swapped = gain[outside] - gain[inside][:, None] - self.pairs[np.ix_(inside, outside)]
        swapped[taken & ~same] = -np.inf
        for use, room in zip(self.use, left, strict=True):
            swapped[use[outside] - use[inside][:, None] > room] = -np.inf
        moves += _best(swapped, inside, outside)
        gained, change = max(moves, key=lambda move: move[0], default=(0.0, ()))
        return change if gained > LEAST_GAIN else None

    def shaken(self, chosen: Chosen, rng: np.random.Generator) -> Chosen:
        """Drop some of a choice at random, and take about as many others that fit."""
        shaken, inside = chosen.copy(), np.flatnonzero(chosen)
        count = int(np.ceil(rng.uniform(*SHAKEN) * len(inside)))
        shaken[rng.choice(inside, count, replace=False)] = False
        for option in rng.permutation(np.flatnonzero(~chosen))[:count]:
            if self.element[option] not in self.element[shaken]:
                shaken[option] = True
                shaken[option] = self.fits(shaken)
        return shaken


def _best(gains: Floats, *options: NDArray[np.int64]) -> list[tuple[float, tuple[int, ...]]]:
    """The highest of the gains with its options, where there are any."""
    if not gains.size:
        return []
    place = np.unravel_index(int(np.argmax(gains)), gains.shape)
    return [(float(gains[place]), tuple(int(o[k]) for o, k in zip(options, place, strict=False)))]


def searched(exchange: Exchange, rng: np.random.Generator) -> Chosen:
    """The best choice of a walk by small shakes that never strays far from it (iterated local search)."""
    best = base = exchange.climbed(exchange.thinned())
    for _ in range(ROUNDS if best.any() else 0):
        other = exchange.climbed(exchange.shaken(base, rng))
        best = max(best, other, key=exchange.value)
        least = exchange.value(best) - TOLERATED_LOSS * abs(exchange.value(best))
        base = other if exchange.value(other) >= least and other.any() else best
    return best
