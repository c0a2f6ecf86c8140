"""What the providers of a requirement keep going, bounded from above by linear functions of who is assigned.

A set of partners keeps a requirement in the scenarios in which enough of them deliver. Over all sets, the
least concave function above that is a small linear program in mixtures of sets, and its dual prices are the
tightest linear bound at a point (the Benders cut of a column for every set). Only the sets of partners that
are assigned at the point take part; the prices of the others are lifted one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.model.mixture import mixture_prices
from solver.model.teams import Truths

LARGEST_SET = 3
MOST_MIXED = 24
ASSIGNED = 1e-9

Integers = NDArray[np.int64]
SetWorth: TypeAlias = Mapping[int, Floats]
"""What sets are worth by their size: shapes (J,), (J, J) and (J, J, J) for one, two and three partners."""


@dataclass(frozen=True, eq=False)
class Provision:
    """A requirement that `providers` of at most `most` partners have to meet.

    `delivers` has shape (J, S): whether each of the partners that could be assigned delivers.
    """

    providers: int
    most: int
    delivers: Truths

    def cover(self, assigned: Floats) -> Floats:
        """Which part of the partners that it takes deliver, shape (S,); `assigned` has shape (J,)."""
        used = np.flatnonzero(assigned)
        return np.asarray(assigned[used] @ self.delivers[used]) / self.providers

    def only(self, partners: Integers) -> Provision:
        """The same with some of the partners."""
        return Provision(self.providers, self.most, self.delivers[partners])

    def worth(self, weights: Floats) -> SetWorth:
        """Σ_ω weights_ω · [enough of a set deliver] for the sets that may be assigned."""
        used = np.flatnonzero(weights)
        delivers, weights = self.delivers[:, used].astype(float), weights[used]
        one = delivers @ weights
        two = (delivers * weights) @ delivers.T
        sizes = range(self.providers, self.most + 1)
        found: dict[int, Floats] = {}
        if 1 in sizes:
            found[1] = one
        if 2 in sizes:
            found[2] = two if self.providers == 2 else one[:, None] + one[None, :] - two
        if LARGEST_SET in sizes:
            found[3] = self._of_three(one, two, _three(delivers, weights))
        return found

    def _of_three(self, one: Floats, two: Floats, three: Floats) -> Floats:
        """At least so many of three: by inclusion and exclusion."""
        pairs = two[:, :, None] + two[:, None, :] + two[None, :, :]
        if self.providers == LARGEST_SET:
            return three
        if self.providers == 2:
            return np.asarray(pairs - 2 * three)
        return np.asarray(one[:, None, None] + one[None, :, None] + one[None, None, :] - pairs + three)


def _three(delivers: Floats, weights: Floats) -> Floats:
    """Σ_ω weights_ω · [i, j and k deliver], shape (J, J, J)."""
    three = np.zeros((len(delivers),) * 3)
    for first in range(len(delivers)):
        rest = delivers[first:]
        both = (rest * (weights * delivers[first])) @ rest.T
        for axes in ((0, 1, 2), (1, 0, 2), (1, 2, 0)):
            place = [slice(first, None)] * 3
            place[axes.index(0)] = slice(first, first + 1)
            three[tuple(place)] = np.expand_dims(both, axes.index(0))
    return three


def ceiling(worth: SetWorth, launched: float, assigned: Floats) -> tuple[float, Floats]:
    """A constant and prices of the partners, shape (J,), all ≥ 0, that bound the worth of every set.

    constant + Σ_{j in K} price_j ≥ worth_K for every set K; at the mixture `launched`, `assigned` (J,) of
    sets their sum is the least there is.
    """
    support = np.flatnonzero(assigned > ASSIGNED)
    support = support[np.argsort(-assigned[support], kind="stable")][:MOST_MIXED]
    constant, prices = _mixture(worth, launched, assigned, support)
    lifted = _Lifting(worth, prices)
    for partner in support.tolist():
        lifted.take(partner)
    favour = np.argsort(-next(iter(worth.values())).reshape(len(assigned), -1).max(axis=1), kind="stable")
    for partner in favour[~np.isin(favour, support)].tolist():
        prices[partner] = max(0.0, lifted.most[partner] - constant)
        lifted.take(partner)
    return constant, prices


def _mixture(worth: SetWorth, launched: float, assigned: Floats, support: Integers) -> tuple[float, Floats]:
    """The dual prices of the best mixture of the sets within the support."""
    prices = np.zeros(len(assigned))
    sets = [places for size in worth for places in combinations(range(len(support)), size)]
    if not sets:
        return 0.0, prices
    gains = np.array([worth[len(places)][tuple(support[list(places)])] for places in sets])
    members = np.zeros((len(support) + 1, len(sets)))
    for number, places in enumerate(sets):
        members[list(places), number] = 1.0
    members[-1] = 1.0
    dual = mixture_prices(gains, members, np.append(assigned[support], launched))
    missing = float((gains - dual @ members).max())
    prices[support] = dual[:-1]
    return float(dual[-1]) + max(missing, 0.0), prices


class _Lifting:
    """What sets of one more partner and some of those taken are worth at the most beyond the others' prices.

    `most` has shape (J,), for the partners that were not taken.
    """

    def __init__(self, worth: SetWorth, prices: Floats) -> None:
        self._worth, self._prices = worth, prices
        self._taken: list[int] = []
        self.most = worth[1].copy() if 1 in worth else np.full(len(prices), -np.inf)

    def take(self, partner: int) -> None:
        """Sets may have this partner from now on, at its price."""
        price = self._prices[partner]
        if 2 in self._worth:
            np.maximum(self.most, self._worth[2][:, partner] - price, out=self.most)
        if LARGEST_SET in self._worth and self._taken:
            left = self._worth[LARGEST_SET][:, partner, self._taken] - self._prices[self._taken]
            np.maximum(self.most, left.max(axis=1) - price, out=self.most)
        self._taken.append(partner)
