"""The best portfolio that has a contract, by trying every portfolio with every split (spec §6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog

from .coalitions import Coalition, worths
from .facts import Document, Facts
from .risk import benefits
from .search import feasible_portfolios
from .worth import Plan, resolve, value_of

TOLERANCE = 1e-6


class Clauses(NamedTuple):
    """What a contract may say; `tier` 0 stands for any share."""

    tier: float = 0.0
    floor: float = 0.0
    cap: float = 1.0


class Demands(NamedTuple):
    """What the players of a portfolio have to be paid, by coalition, and what there is to pay."""

    players: tuple[str, ...]
    worth: float
    least: Mapping[Coalition, float]


def best_with_contract(document: Document, clauses: Clauses) -> float | None:
    """The largest objective of a feasible portfolio that has a contract; None where none has."""
    facts = Facts(document)
    valued = (
        (value_of(facts, resolve(facts, one))["objective"], one) for one in feasible_portfolios(document)
    )
    return first_with_contract(document, clauses, valued)


def first_with_contract(
    document: Document,
    clauses: Clauses,
    valued: Iterable[tuple[float, Mapping[str, Any]]],
    assessment: Any = None,
    worths_of: Callable[[Mapping[str, Any]], dict[Coalition, float]] | None = None,
) -> float | None:
    """The largest of the objectives whose portfolio has a contract."""
    known: dict[str, dict[Coalition, float]] = {}
    for objective, portfolio in sorted(valued, key=lambda pair: -pair[0]):
        # Who provides what changes the worth of the whole only.
        key = repr((portfolio["partners"], portfolio["applications"]))
        if key not in known:
            known[key] = worths_of(portfolio) if worths_of else worths(document, portfolio, assessment)
        demands = demands_of(document, portfolio, known[key], assessment)
        if demands.worth > TOLERANCE and has_contract(demands, clauses):
            return float(objective)
    return None


def demands_of(
    document: Document,
    portfolio: Mapping[str, Any],
    found: Mapping[Coalition, float] | None = None,
    assessment: Any = None,
) -> Demands:
    """What a contract of this portfolio has to pay; expected over the scenarios of an assessment."""
    facts = Facts(document)
    plan = resolve(facts, portfolio)
    found = found or worths(document, portfolio, assessment)
    players = (facts.hub, *(choice.id for choice in plan.partners))
    least = {coalition: worth for coalition, worth in found.items() if 0 < len(coalition) < len(players)}
    for player, minimum in minimum_payoffs(facts, plan).items():
        least[frozenset({player})] = max(minimum, least.get(frozenset({player}), minimum))
    if assessment is None:
        return Demands(players, value_of(facts, plan)["total"], least)
    expected = assessment.outlook.scenarios.probability @ benefits(document, portfolio, assessment)
    return Demands(players, float(expected), least)


def minimum_payoffs(facts: Facts, plan: Plan) -> dict[str, float]:
    """What the hub and every chosen partner must at least have."""
    return {facts.hub: facts.hub_minimum} | {choice.id: choice.minimum_payoff for choice in plan.partners}


def has_contract(demands: Demands, clauses: Clauses) -> bool:
    """Whether shares exist that nobody has reason to refuse."""
    if clauses.tier == 0:
        return _any_share(demands, clauses)
    return any(stands(demands, clauses, shares) for shares in splits(len(demands.players), clauses))


def splits(players: int, clauses: Clauses) -> Iterator[tuple[float, ...]]:
    """All ways to share in tiers between floor and cap."""
    whole = round(1 / clauses.tier)
    allowed = [
        step for step in range(whole + 1) if clauses.floor - 1e-9 <= step * clauses.tier <= clauses.cap + 1e-9
    ]

    def rest(players: int, left: int) -> Iterator[tuple[int, ...]]:
        if players == 0:
            if left == 0:
                yield ()
            return
        for step in allowed:
            if step <= left:
                yield from ((step, *others) for others in rest(players - 1, left - step))

    for steps in rest(players, whole):
        yield tuple(step * clauses.tier for step in steps)


def stands(demands: Demands, clauses: Clauses, shares: tuple[float, ...]) -> bool:
    """Whether shares keep the clauses and pay every coalition what it is worth."""
    tolerated = TOLERANCE * max(1.0, demands.worth)
    paid = dict(zip(demands.players, shares, strict=True))
    within = all(clauses.floor - TOLERANCE <= share <= clauses.cap + TOLERANCE for share in shares)
    tiered = clauses.tier == 0 or all(
        abs(share / clauses.tier - round(share / clauses.tier)) < TOLERANCE for share in shares
    )
    content = all(
        demands.worth * sum(paid[player] for player in coalition) >= least - tolerated
        for coalition, least in demands.least.items()
    )
    return within and tiered and abs(sum(shares) - 1) < TOLERANCE and content


def _any_share(demands: Demands, clauses: Clauses) -> bool:
    member = np.array([[player in one for player in demands.players] for one in demands.least], dtype=float)
    count = len(demands.players)
    found = linprog(
        np.zeros(count),
        A_ub=-demands.worth * member,
        b_ub=-np.array([*demands.least.values()]),
        A_eq=np.ones((1, count)),
        b_eq=[1.0],
        bounds=[(clauses.floor, clauses.cap)] * count,
        method="highs",
    )
    return bool(found.status == 0)
