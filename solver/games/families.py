"""Games that are known by their structure: any coalition's worth without a table, and closed forms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from solver.games.coalitions import Floats, exact, members, subset_sums
from solver.games.names import Number, names_or_numbers
from solver.games.voting import pivots

Shares = tuple[Fraction, ...]


class Family(ABC):
    """A game with a structure; `players` are its names."""

    players: tuple[str, ...]

    @abstractmethod
    def worth(self, mask: int) -> float:
        """What the coalition with this bit mask is worth."""

    @abstractmethod
    def values(self) -> Floats:
        """What every coalition is worth, by bit mask; shape (2**n,)."""

    def shapley(self) -> Shares | None:
        """The Shapley value in exact fractions, None where the structure has no closed form."""
        return None

    def nucleolus(self) -> Shares | None:
        """The nucleolus in exact fractions, None where the structure has no closed form."""
        return None


class Airport(Family):
    """A runway as long as its neediest member demands: v(S) = −max cost in S, and a payoff is minus a charge.

    Costs are at least 0 (Littlechild & Owen 1973). Raises ValueError.
    """

    def __init__(self, costs: Sequence[Number], players: Sequence[str] = ()) -> None:
        self.players = names_or_numbers(players, len(costs))
        self.costs = tuple(map(exact, costs))
        if min(self.costs) < 0:
            raise ValueError(f"costs must be at least 0, not {float(min(self.costs)):g}")

    def worth(self, mask: int) -> float:
        return float(-max((self.costs[player] for player in members(mask)), default=Fraction(0)))

    def values(self) -> Floats:
        values = np.zeros(1)
        for cost in self.costs:
            values = np.concatenate([values, np.minimum(values, -float(cost))])
        return values

    def shapley(self) -> Shares:
        """All who need a stretch of the runway pay equally for it (Littlechild & Owen 1973)."""
        order = self._by_cost()
        costs = [Fraction(0)] + [self.costs[player] for player in order]
        charge = Fraction(0)
        charges: dict[int, Fraction] = {}
        for place, (shorter, longer) in enumerate(pairwise(costs)):
            charge += (longer - shorter) / (len(order) - place)
            charges[order[place]] = charge
        return tuple(-charges[player] for player in range(len(order)))

    def nucleolus(self) -> Shares:
        """Step by step from the smallest cost on (Littlechild 1974)."""
        order = self._by_cost()
        costs = [self.costs[player] for player in order]
        charges: list[Fraction] = []
        paid_up_to = charge = Fraction(0)
        while len(charges) < len(costs):
            done = len(charges)
            open_cost = [cost - paid_up_to + charge for cost in costs[done:]]
            levels = [cost / (place + 2) for place, cost in enumerate(open_cost[:-1])]
            levels.append(open_cost[-1] / len(open_cost))
            charge = min(levels)
            last = max(place for place, level in enumerate(levels) if level == charge)
            charges.extend([charge] * (last + 1))
            paid_up_to = costs[done + last]
        by_player = dict(zip(order, charges, strict=True))
        return tuple(-by_player[player] for player in range(len(order)))

    def _by_cost(self) -> list[int]:
        return sorted(range(len(self.costs)), key=self.costs.__getitem__)


class Bankruptcy(Family):
    """What is left of an estate when all claims outside the coalition are paid (O'Neill 1982).

    v(S) = max(0, estate − claims outside S). Raises ValueError unless 0 ≤ estate ≤ sum of the claims ≥ 0.
    """

    def __init__(self, estate: Number, claims: Sequence[Number], players: Sequence[str] = ()) -> None:
        self.players = names_or_numbers(players, len(claims))
        self.estate = exact(estate)
        self.claims = tuple(map(exact, claims))
        if min(self.claims) < 0:
            raise ValueError(f"claims must be at least 0, not {float(min(self.claims)):g}")
        if not 0 <= self.estate <= sum(self.claims):
            raise ValueError(
                f"the estate must be between 0 and the sum of the claims, {float(sum(self.claims)):g}, "
                f"not {float(self.estate):g}"
            )

    def worth(self, mask: int) -> float:
        outside = sum(claim for player, claim in enumerate(self.claims) if not mask >> player & 1)
        return float(max(Fraction(0), self.estate - outside))

    def values(self) -> Floats:
        claimed = subset_sums(np.array(self.claims, dtype=float))
        values = np.maximum(0.0, float(self.estate) - claimed[::-1])
        values[0] = 0.0
        return values

    def nucleolus(self) -> Shares:
        """Equal gains up to half the claims, equal losses beyond: the Talmud (Aumann & Maschler 1985)."""
        halves = [claim / 2 for claim in self.claims]
        if self.estate <= sum(halves):
            return _equal_awards(self.estate, halves)
        losses = _equal_awards(sum(self.claims, Fraction(0)) - self.estate, halves)
        return tuple(claim - loss for claim, loss in zip(self.claims, losses, strict=True))


class WeightedVoting(Family):
    """1 for every coalition whose weight reaches the quota, 0 for the others.

    Quota and weights are whole numbers, the quota above 0. Raises ValueError.
    """

    def __init__(self, quota: int, weights: Sequence[int], players: Sequence[str] = ()) -> None:
        self.players = names_or_numbers(players, len(weights))
        if any(int(amount) != amount for amount in (quota, *weights)):
            raise ValueError("quota and weights must be whole numbers")
        if quota <= 0:
            raise ValueError(f"the quota must be above 0, not {quota}: no players at all win nothing")
        if min(weights) < 0:
            raise ValueError(f"weights must be at least 0, not {min(weights)}")
        self.quota = int(quota)
        self.weights = tuple(map(int, weights))

    def worth(self, mask: int) -> float:
        return float(sum(self.weights[player] for player in members(mask)) >= self.quota)

    def values(self) -> Floats:
        reached = subset_sums(np.array(self.weights, dtype=np.int64)) >= self.quota
        return np.asarray(reached, dtype=float)

    def shapley(self) -> Shares:
        """How often a player turns a loss into a win (Shapley & Shubik 1954), by counting coalitions."""
        return pivots(self.quota, self.weights)


class Assignment(Family):
    """The best pairing of the coalition's buyers and sellers (Shapley & Shubik 1971).

    `gains` has one row per buyer and one column per seller; buyers come first among the players, and a loss
    is not traded. Raises ValueError where rows differ in length.
    """

    def __init__(self, gains: Sequence[Sequence[Number]], players: Sequence[str] = ()) -> None:
        if not gains or len({len(row) for row in gains}) != 1:
            raise ValueError("gains need one row per buyer, all with one number per seller")
        self.gains = np.maximum(0.0, np.array([[float(gain) for gain in row] for row in gains]))
        self.buyers, self.sellers = self.gains.shape
        self.players = names_or_numbers(players, self.buyers + self.sellers)

    def worth(self, mask: int) -> float:
        from scipy.optimize import linear_sum_assignment

        present = members(mask)
        buyers = [player for player in present if player < self.buyers]
        sellers = [player - self.buyers for player in present if player >= self.buyers]
        gains = self.gains[np.ix_(buyers, sellers)]
        return float(gains[linear_sum_assignment(gains, maximize=True)].sum())

    def values(self) -> Floats:
        """By one more buyer at a time: he stays alone or takes one of the coalition's sellers."""
        groups = np.arange(1 << self.sellers)
        values = np.zeros((1, len(groups)))
        for gains in self.gains:
            joined = values.copy()
            for seller, gain in enumerate(gains):
                there = groups[groups >> seller & 1 == 1]
                paired = values[:, there ^ (1 << seller)] + gain
                joined[:, there] = np.maximum(joined[:, there], paired)
            values = np.concatenate([values, joined])
        return np.ascontiguousarray(values.T).ravel()


class PairSynergies(Family):
    """v(S) = what its players are worth alone + its pairs' synergies of any sign (Deng & Papadimitriou 1994).

    `synergies` are by pair of player numbers. Raises ValueError for a pair of unknown or equal players.
    """

    def __init__(
        self,
        values: Sequence[Number],
        synergies: Mapping[tuple[int, int], Number],
        players: Sequence[str] = (),
    ) -> None:
        self.players = names_or_numbers(players, len(values))
        self.alone = tuple(map(exact, values))
        self.synergies = {pair: exact(amount) for pair, amount in synergies.items()}
        for first, second in self.synergies:
            if first == second or not {first, second} <= set(range(len(values))):
                raise ValueError(
                    f"synergies are between two of the {len(values)} players, not {first} and {second}"
                )

    def worth(self, mask: int) -> float:
        alone = sum(self.alone[player] for player in members(mask))
        together = sum(
            amount for (first, second), amount in self.synergies.items() if mask >> first & mask >> second & 1
        )
        return float(alone + together)

    def values(self) -> Floats:
        count = len(self.alone)
        with_earlier = np.zeros((count, count))
        for (first, second), amount in self.synergies.items():
            with_earlier[max(first, second), min(first, second)] += float(amount)
        values = np.zeros(1)
        for player, alone in enumerate(self.alone):
            added = subset_sums(with_earlier[player, :player])
            values = np.concatenate([values, values + float(alone) + added])
        return values

    def shapley(self) -> Shares:
        """Every synergy is halved between its two players."""
        shares = list(self.alone)
        for pair, amount in self.synergies.items():
            for player in pair:
                shares[player] += amount / 2
        return tuple(shares)

    def nucleolus(self) -> Shares | None:
        """The Shapley value where it leaves nobody worse off than alone (Deng & Papadimitriou 1994).

        A coalition and its complement have the same excess at it, so it is the prenucleolus.
        """
        shares = self.shapley()
        content = all(share >= alone for share, alone in zip(shares, self.alone, strict=True))
        return shares if content else None


def _equal_awards(estate: Fraction, claims: Sequence[Fraction]) -> Shares:
    """Everybody gets the same, but nobody more than his claim."""
    rest = estate
    awards = dict.fromkeys(range(len(claims)), Fraction(0))
    order = sorted(range(len(claims)), key=claims.__getitem__)
    for place, player in enumerate(order):
        awards[player] = min(claims[player], rest / (len(order) - place))
        rest -= awards[player]
    return tuple(awards.values())
