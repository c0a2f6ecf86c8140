"""A local search over bundles that share elements: what several bundles need is used once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats


@dataclass(frozen=True)
class UnionEffort:
    """How long a union of needs is annealed, and how hot. Chosen on next releases."""

    rounds_per_bundle: int = 12
    most_rounds: int = 8000
    most_kicked: int = 8
    hottest: float = 0.2
    coolest: float = 0.02
    noise: float = 0.15


EFFORT = UnionEffort()

TOLERANCE = 1e-9

Chosen = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Bundles:
    """max worth·z over use·z ≤ room, where z marks the elements in the union of the chosen bundles.

    `members` has the elements of each of B bundles, none empty; `worth` has shape (E,), `use` (R, E) and is
    not negative, `room` (R,).

    """

    members: tuple[NDArray[np.int64], ...]
    worth: Floats
    use: Floats
    room: Floats

    def summed(self, amounts: Floats) -> Floats:
        """What amounts by element come to in each bundle, shape (B,)."""
        return np.asarray(np.add.reduceat(amounts[self._elements], self._begins))

    @cached_property
    def share(self) -> Floats:
        """How much of all the room each element uses, shape (E,)."""
        return np.asarray((self.use / np.maximum(self.room, TOLERANCE)[:, None]).sum(axis=0))

    @cached_property
    def holders(self) -> tuple[NDArray[np.int64], ...]:
        """The bundles in which each element is."""
        owner = np.repeat(np.arange(len(self.members)), [len(members) for members in self.members])
        order = np.argsort(self._elements, kind="stable")
        ends = np.cumsum(np.bincount(self._elements, minlength=len(self.worth)))
        return tuple(np.split(owner[order], ends[:-1]))

    @cached_property
    def _elements(self) -> NDArray[np.int64]:
        return np.concatenate(self.members)

    @cached_property
    def _begins(self) -> NDArray[np.int64]:
        return np.cumsum([0, *(len(members) for members in self.members[:-1])])


class Union:
    """Some chosen bundles, and how many of them hold each element."""

    def __init__(self, bundles: Bundles) -> None:
        self.bundles = bundles
        self.chosen: Chosen = np.zeros(len(bundles.members), dtype=bool)
        self.held = np.zeros(len(bundles.worth), dtype=np.int64)

    def copy(self) -> Union:
        """The same once more."""
        other = Union(self.bundles)
        other.chosen, other.held = self.chosen.copy(), self.held.copy()
        return other

    @property
    def value(self) -> float:
        """What the elements of the union are worth."""
        return float(self.bundles.worth @ (self.held > 0))

    @property
    def left(self) -> Floats:
        """The room that is left, shape (R,); negative where there is too much."""
        return np.asarray(self.bundles.room - self.bundles.use @ (self.held > 0))

    def turn(self, bundle: int) -> None:
        """Take a bundle, or leave it."""
        self.held[self.bundles.members[bundle]] += -1 if self.chosen[bundle] else 1
        self.chosen[bundle] = not self.chosen[bundle]

    def thin(self, liking: Floats) -> None:
        """Leave the bundles that are worth least for what only they use, until all fits."""
        while self.chosen.any() and (self.left < -TOLERANCE).any():
            alone = self.held == 1
            lost, freed = self._ratio_parts(alone)
            self.turn(int(np.argmin(np.where(self.chosen, liking * lost / freed, np.inf))))

    def fill(self, liking: Floats) -> None:
        """Take the bundles that are worth most for what they use anew, as long as one fits and gains."""
        while True:
            new = self.held == 0
            gained, added = self._ratio_parts(new)
            fits = ~self.chosen & (gained > 0)
            for use, left in zip(self.bundles.use, self.left, strict=True):
                fits &= self.bundles.summed(np.where(new, use, 0.0)) <= left + TOLERANCE
            if not fits.any():
                return
            self.turn(int(np.argmax(np.where(fits, liking * gained / added, -np.inf))))

    def kick(self, rng: np.random.Generator) -> None:
        """Take bundles that share an element, or any, or leave all that hold a rarely held one."""
        most = int(rng.integers(2, EFFORT.most_kicked))
        outside, kind = np.flatnonzero(~self.chosen), int(rng.integers(3))
        if kind == 0:
            held = np.flatnonzero(self.held)
            rarity = 1.0 / self.held[held]
            element = rng.choice(held, p=rarity / rarity.sum())
            turned = [b for b in self.bundles.holders[element] if self.chosen[b]]
        elif kind == 1 and len(outside):
            element = rng.choice(self.bundles.members[rng.choice(outside)])
            turned = [b for b in self.bundles.holders[element] if not self.chosen[b]][:most]
        else:
            turned = rng.permutation(outside)[:most].tolist()
        for bundle in turned:
            self.turn(int(bundle))

    def _ratio_parts(self, counted: Chosen) -> tuple[Floats, Floats]:
        """What the counted elements of each bundle are worth, and how much of the room they use."""
        bundles = self.bundles
        worth = bundles.summed(np.where(counted, bundles.worth, 0.0))
        return worth, bundles.summed(np.where(counted, bundles.share, 0.0)) + TOLERANCE


def searched(bundles: Bundles, rng: np.random.Generator) -> Chosen:
    """The best choice of a walk that tolerates less and less loss (simulated annealing, Kirkpatrick 1983)."""
    here = Union(bundles)
    even = np.ones(len(bundles.members))
    for bundle in range(len(bundles.members)):
        here.turn(bundle)
    here.thin(even)
    here.fill(even)
    if not here.chosen.any():
        return here.chosen
    best = here
    typical = here.value / int(here.chosen.sum())
    rounds = min(EFFORT.rounds_per_bundle * len(bundles.members), EFFORT.most_rounds)
    for heat in np.linspace(EFFORT.hottest, EFFORT.coolest, rounds) * typical:
        there, liking = here.copy(), np.exp(rng.normal(0.0, EFFORT.noise, len(bundles.members)))
        there.kick(rng)
        there.thin(liking)
        there.fill(liking)
        gain = there.value - here.value
        if there.chosen.any() and (gain >= 0 or rng.random() < np.exp(gain / heat)):
            here = there
            best = max(best, here, key=lambda union: union.value)
    return best.chosen
