"""Whether a contract is what it says, read from its own words without an optimiser."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from solver.games.coalitions import Floats
from solver.games.contract.clauses import Clauses, Pool
from solver.games.contract.demands import Demands
from solver.games.contract.shares import HUB, Sharing

if TYPE_CHECKING:
    from solver.games.contract.contract import Contract

EXACT = 1e-9


def breaches(contract: Contract, sharing: Sharing, demands: Demands) -> tuple[str, ...]:
    """In what a contract breaks its clauses, or is wrong about what it pays and who is content."""
    found: list[str] = []
    for pool in sharing.pools:
        names = [demands.players[player] for player in pool.sharers]
        found += _broken_clauses(pool, names, contract.shares.get(pool.name, {}), sharing.clauses)
    return tuple(found) or (*_wrong_payoffs(contract, sharing, demands), *_wrong_claims(contract, demands))


def _broken_clauses(
    pool: Pool, names: list[str], shares: Mapping[str, float], clauses: Clauses
) -> Iterator[str]:
    if list(shares) != names:
        yield f"{pool.name}: the sharers are {', '.join(names)}, not {', '.join(shares)}"
    for name, share in shares.items():
        if not clauses.floor - EXACT <= share <= clauses.cap + EXACT:
            yield f"{pool.name}: {name}'s share {share:g} is not from {clauses.floor:g} to {clauses.cap:g}"
        if clauses.tiers is not None and round(share * clauses.tiers) / clauses.tiers != share:
            yield f"{pool.name}: {name}'s share {share:g} is no multiple of {clauses.tier:g}"
    if clauses.tiers is None:
        whole = abs(math.fsum(shares.values()) - 1.0) <= EXACT
    else:
        whole = sum(round(share * clauses.tiers) for share in shares.values()) == clauses.tiers
    if not whole:
        yield f"{pool.name}: the shares add up to {math.fsum(shares.values()):g}"


def _wrong_payoffs(contract: Contract, sharing: Sharing, demands: Demands) -> Iterator[str]:
    paid = dict.fromkeys(demands.players, 0.0)
    paid[demands.players[HUB]] = demands.grand - sum(pool.amount for pool in sharing.pools)
    for pool in sharing.pools:
        for name, share in contract.shares[pool.name].items():
            paid[name] += pool.amount * share
    for name, amount in paid.items():
        if not abs(contract.payoffs[name] - amount) <= EXACT * demands.size:
            yield f"{name}'s shares pay {amount:g}, not {contract.payoffs[name]:g}"


def _wrong_claims(contract: Contract, demands: Demands) -> Iterator[str]:
    payoffs: Floats = np.array([contract.payoffs[name] for name in demands.players])
    short = demands.shortfall(payoffs)
    if abs(payoffs.sum() - demands.grand) > demands.tolerance:
        yield f"the payoffs add up to {payoffs.sum():g}, but all together earn {demands.grand:g}"
    if short.missing > contract.epsilon + demands.tolerance:
        who = " + ".join(demands.coalition(short.mask))
        yield f"{who} misses {short.missing:g}, which is more than {contract.epsilon:g}"
    if contract.stable and short.bound > demands.tolerance:
        yield f"it is not stable: somebody may miss up to {short.bound:g}"
