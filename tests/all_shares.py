"""A contract's question with a second reading: all shares in tiers and all coalitions, one by one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.games.contract.check import breaches
from solver.games.contract.clauses import Clauses, Pool
from solver.games.contract.contract import Contract, contract
from solver.games.contract.demands import Demands
from solver.games.contract.shares import Sharing
from solver.games.game import Game

EMPTY_CORE = (0, 0, 0, 8, 0, 9, 10, 12)


def named(v: object) -> Game:
    table = np.asarray(v, dtype=float)
    return Game(("hub", *(f"p{player}" for player in range(1, len(table).bit_length() - 1))), table)


@dataclass(frozen=True)
class Case:
    game: Game
    wanted: np.ndarray
    clauses: Clauses
    floors: np.ndarray | None = None
    pools: tuple[Pool, ...] | None = None

    def contract(self, **more: Any) -> Contract:
        return contract(self.game, self.wanted, self.clauses, floors=self.floors, pools=self.pools, **more)

    def breaches(self, written: Contract) -> tuple[str, ...]:
        demands = Demands(self.game, self.floors)
        sharing = Sharing.of(self.game.n, self.game.grand, self.clauses, self.pools)
        return breaches(written, sharing, demands)

    # Another reading of the same things, all coalitions and all shares at once.

    def distance(self, payoffs: np.ndarray) -> np.ndarray:
        away = np.abs(payoffs - self.wanted)
        return away.sum(axis=-1) if self.clauses.nearest == "sum" else away.max(axis=-1)

    def missing(self, payoffs: np.ndarray) -> np.ndarray:
        """The most that a coalition misses, or a player of his floor."""
        masks = np.arange(1, len(self.game.v) - 1)
        inside = masks[:, None] >> np.arange(self.game.n) & 1
        worst = (self.game.v[masks] - payoffs @ inside.T).max(axis=-1)
        if self.floors is not None:
            worst = np.maximum(worst, (self.floors - payoffs).max(axis=-1))
        return worst

    def every_payoffs(self) -> np.ndarray:
        pools = self.pools or (Pool("total", self.game.grand, tuple(range(self.game.n))),)
        rest = self.game.grand - sum(pool.amount for pool in pools)
        by_pool = []
        for pool in pools:
            paid = np.zeros((len(shares := every_shares(len(pool.sharers), self.clauses)), self.game.n))
            paid[:, list(pool.sharers)] = pool.amount * shares
            by_pool.append(paid)
        payoffs = np.array([np.sum(chosen, axis=0) for chosen in itertools.product(*by_pool)])
        if len(payoffs):
            payoffs[:, 0] += rest
        return payoffs


def every_shares(count: int, clauses: Clauses) -> np.ndarray:
    whole = round(1 / clauses.tier)
    allowed = [k for k in range(whole + 1) if clauses.floor - 1e-9 <= k / whole <= clauses.cap + 1e-9]
    rows = [
        (*first, last)
        for first in itertools.product(allowed, repeat=count - 1)
        if (last := whole - sum(first)) in allowed
    ]
    return np.array(rows, dtype=float).reshape(-1, count) / whole
