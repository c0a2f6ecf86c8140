"""Shares of every pool, and what they pay: plain arithmetic, for whoever writes or checks a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.games.coalitions import Floats
from solver.games.contract.clauses import Clauses, Pool

HUB = 0
TOTAL = "total"


class NoSharesError(ValueError):
    """No shares at all keep the clauses, whatever anybody is paid."""


@dataclass(frozen=True)
class Sharing:
    """Who may share what, within which clauses.

    Shares come as parts, shape (pools, n): numbers of tiers, or shares of 1 where any share is possible.
    What the pools leave of `worth` is the hub's (player 0), of either sign. Raises ValueError where there is
    nothing to share, and NoSharesError with all contradictions where no shares keep the clauses.
    """

    count: int
    worth: float
    pools: tuple[Pool, ...]
    clauses: Clauses

    def __post_init__(self) -> None:
        if not self.worth > 0:
            raise ValueError(f"shares need something to share, but all together earn {self.worth:g}")
        strangers = [pool.name for pool in self.pools if not set(pool.sharers) <= set(range(self.count))]
        if strangers:
            raise ValueError(f"{', '.join(strangers)}: the sharers must be players, 0 to {self.count - 1}")
        names = [pool.name for pool in self.pools]
        if not names or len(set(names)) < len(names):
            raise ValueError("the pools need different names, and there must be at least one")
        reasons = [reason for pool in self.pools for reason in pool.contradictions(self.clauses)]
        if reasons:
            raise NoSharesError("; ".join(reasons))

    @classmethod
    def of(cls, count: int, worth: float, clauses: Clauses, pools: Sequence[Pool] | None) -> Sharing:
        """The sharing of the pools, or of the whole worth among everybody where none are given."""
        if pools is None and worth > 0:
            pools = [Pool(TOTAL, worth, tuple(range(count)))]
        return cls(count, worth, tuple(pools or ()), clauses)

    @property
    def amounts(self) -> Floats:
        """What each pool is worth; shape (pools,)."""
        return np.array([pool.amount for pool in self.pools])

    @property
    def rest(self) -> float:
        """What the pools leave to the hub; exactly 0 where there is one pool of everything."""
        return self.worth - sum(pool.amount for pool in self.pools)

    @property
    def whole(self) -> int:
        """How many parts make up a pool: the number of tiers, or 1 where any share is possible."""
        return self.clauses.tiers or 1

    def without_tiers(self) -> Sharing:
        """The same where any share between the smallest and the largest is possible."""
        clauses = replace(self.clauses, tier=0.0, floor=self.clauses.smallest, cap=self.clauses.largest)
        return replace(self, clauses=clauses)

    def payoffs(self, parts: Floats) -> Floats:
        """What everybody is paid; shape (n,)."""
        paid = self.amounts @ parts / self.whole
        paid[HUB] += self.rest
        return np.asarray(paid, dtype=float)

    def settled(self, parts: Floats) -> Floats:
        """The same parts without a solver's rounding: integral, or adding up to one.

        Where any share is possible, the largest one of a pool is what the others leave.
        """
        if self.clauses.tiers is not None:
            return np.round(parts)
        parts = np.clip(parts, 0.0, self.clauses.cap)
        for row in parts:
            largest = int(row.argmax())
            row[largest] = 1.0 - np.delete(row, largest).sum()
        return parts

    def rounded(self, wanted: Floats) -> Floats:
        """Parts that keep the clauses and pay about what is wanted.

        Every pool in proportion to the wanted payoffs, mixed with equal shares as far as floor and cap
        demand, then rounded by largest remainders (Hamilton's method).
        """
        parts = np.zeros((len(self.pools), self.count))
        for row, pool in zip(parts, self.pools, strict=True):
            row[list(pool.sharers)] = self._rounded(np.maximum(0.0, wanted[list(pool.sharers)]))
        return parts

    def _rounded(self, weights: Floats) -> Floats:
        equal = np.full(len(weights), 1 / len(weights))
        ideal = weights / weights.sum() if weights.any() else equal
        reach = _reach(equal, ideal, self.clauses.smallest, self.clauses.largest)
        mixed: Floats = equal + reach * (ideal - equal)
        if self.clauses.tiers is None:
            return mixed
        return _by_largest_remainders(mixed * self.clauses.tiers, self.clauses.tiers)


def _reach(start: Floats, aim: Floats, low: float, high: float) -> float:
    """How far one can go from a start within [low, high] towards an aim: 0 not at all, 1 all the way."""
    step = aim - start
    limits = np.where(step > 0, high, low) - start
    ratios: Floats = limits[step != 0] / step[step != 0]
    return float(np.clip(ratios.min(initial=1.0), 0.0, 1.0))


def _by_largest_remainders(quotas: Floats, total: int) -> Floats:
    whole = np.floor(quotas + 1e-9)
    left = total - int(whole.sum())
    whole[np.argsort(whole - quotas, kind="stable")[:left]] += 1
    return whole
