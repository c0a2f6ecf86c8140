"""Contracts against all shares in tiers, one by one, and against linear programs where any will do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pulp import LpVariable
from scipy.optimize import linprog

from solver.driver import Termination
from solver.games.contract.clauses import Clauses, Pool
from solver.games.contract.contract import Contract, contract
from solver.games.contract.demands import Demands
from solver.games.contract.program import Nearest
from solver.games.contract.shares import NoSharesError, Sharing
from solver.games.game import Game
from solver.games.scan import Claims
from solver.games.split import certify
from tests.all_shares import Case, named
from tests.oracle.games import Listed

TIERS = (1 / 2, 1 / 3, 0.25, 0.2, 0.1, 0.05)
SAME = 1e-6


def drawn_game(rng: np.random.Generator, players: int) -> Game:
    """Round numbers, so that tiers content many coalitions exactly; a good part has no core."""
    size = np.array([mask.bit_count() for mask in range(2**players)])
    v = [
        lambda: rng.integers(0, 12, 2**players) * 5.0 * (size > 1),
        lambda: size**2 * 4 + rng.integers(-4, 5, 2**players),
        lambda: rng.integers(0, 25, 2**players) * (np.arange(2**players) & 1) * size / 2,
        lambda: rng.normal(0, 5, 2**players) + 3 * size**1.5,
    ][rng.integers(4)]()
    v[0] = 0
    v[-1] = max(1, [20, 100, v.max(), v.max() * 1.2 + 10][rng.integers(4)])
    return named(v)


def drawn(seed: int, most: int = 5) -> Case:
    rng = np.random.default_rng(seed)
    game = drawn_game(rng, int(rng.integers(2, most + 1)))
    clauses = Clauses(
        tier=TIERS[rng.integers(len(TIERS))],
        floor=[0.0, 0.0, 0.05, 0.1, 0.25][rng.integers(5)],
        cap=[1.0, 1.0, 0.6, 0.5, 0.35][rng.integers(5)],
        nearest=("sum", "largest")[seed % 2],
    )
    wanted = rng.dirichlet(np.ones(game.n)) * game.grand
    floors = None if rng.random() < 0.5 else np.round(rng.random(game.n) * game.grand / game.n)
    return Case(game, wanted, clauses, floors)


def agrees_with_all_shares(case: Case) -> Contract | None:
    """Hold a contract against all shares there are; None where there are none."""
    payoffs = case.every_payoffs()
    if not len(payoffs):
        with pytest.raises(NoSharesError):
            case.contract()
        return None
    found = case.contract()
    missing, distance = case.missing(payoffs), case.distance(payoffs)
    least = missing.min()
    tolerance = SAME * np.abs(case.game.v).max()
    assert found.stable == (least <= tolerance)
    assert found.epsilon == pytest.approx(max(0.0, least), abs=tolerance)
    nearest = distance[missing <= max(0.0, least) + tolerance].min()
    assert found.distance == pytest.approx(nearest, abs=10 * tolerance)
    assert found.bound == pytest.approx(found.distance if found.stable else found.epsilon, abs=tolerance)
    assert found.termination is Termination.optimal
    assert case.breaches(found) == ()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(80))
def test_a_contract_is_the_best_of_all_shares(seed: int) -> None:
    case = drawn(seed)
    found = agrees_with_all_shares(case)
    if found is None:
        return
    paid = np.array([found.payoffs[player] for player in case.game.players])
    assert case.missing(paid) == pytest.approx(found.epsilon, abs=1e-9) or found.stable
    if found.blocking_coalition is None:
        assert found.stable
        assert certify(case.game, paid, floors=case.floors).in_core
    else:
        members = case.game.mask(found.blocking_coalition)
        worths = [case.game.worth(members)]
        if len(found.blocking_coalition) == 1 and case.floors is not None:
            worths.append(case.floors[case.game.players.index(found.blocking_coalition[0])])
        misses = max(worths) - sum(found.payoffs[player] for player in found.blocking_coalition)
        assert misses == pytest.approx(found.epsilon, abs=1e-9)


def test_the_drawn_contracts_are_of_every_kind() -> None:
    kinds = set()
    for seed in range(60):
        case = drawn(seed)
        payoffs = case.every_payoffs()
        kinds.add((case.clauses.nearest, "none" if not len(payoffs) else case.missing(payoffs).min() <= 1e-6))
    assert kinds == {(nearest, kind) for nearest in ("sum", "largest") for kind in ("none", True, False)}


@pytest.mark.parametrize("seed", range(30))
def test_several_pools_are_shared_as_well_as_all_shares_allow(seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    case = drawn(seed, most=4)
    others = range(1, case.game.n)
    pools = tuple(
        Pool(
            f"a{number}", part * case.game.grand, (0, *sorted(rng.permutation(others)[: 1 + number].tolist()))
        )
        for number, part in enumerate(rng.choice([0.2, 0.35, 0.5, 0.7], 2))
    )
    tier = max(0.1, case.clauses.tier)
    agrees_with_all_shares(replace(case, pools=pools, clauses=replace(case.clauses, tier=tier)))


@pytest.mark.parametrize("seed", range(20))
def test_rows_on_demand_say_what_the_plain_reading_says(seed: int) -> None:
    case = drawn(seed)
    payoffs = case.every_payoffs()
    if not len(payoffs):
        return
    sharing = Sharing.of(case.game.n, case.game.grand, case.clauses, None)
    program = Nearest(sharing, Demands(case.game, case.floors), case.wanted)
    parts = np.round(payoffs / case.game.grand * sharing.whole)
    tolerance = SAME * np.abs(case.game.v).max()
    unhappy = replace(case, floors=None).missing(payoffs) > tolerance
    stable = parts[case.missing(payoffs) <= tolerance]

    def at(point: np.ndarray) -> Callable[[LpVariable], float]:
        values = {column.name: value for column, value in program.start(point[None]).items()}
        return lambda column: values[column.name]

    for place in np.random.default_rng(seed).choice(len(parts), 15):
        rows = list(program.violated(at(parts[place])))
        assert bool(rows) == unhappy[place]
        for row in rows:
            sums = [
                sum(factor * at(point)(column) for column, factor in row.coefficients.items())
                for point in (parts[place], *stable[:20])
            ]
            assert sums[0] < row.rhs <= min(sums[1:], default=np.inf) + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_any_share_is_a_linear_program(seed: int) -> None:
    case = drawn(seed)
    case = replace(case, clauses=replace(case.clauses, tier=0.0, cap=max(case.clauses.cap, 0.5), floor=0.1))
    found = case.contract()
    n, v = case.game.n, case.game.v
    masks = np.arange(1, len(v) - 1)
    rows = np.vstack([masks[:, None] >> np.arange(n) & 1, np.eye(n)])
    floors = np.full(n, -np.inf) if case.floors is None else case.floors
    least = np.concatenate([v[masks], np.maximum(floors, case.game.alone)])
    deviations = n if case.clauses.nearest == "sum" else 1
    shown = np.eye(n) if deviations == n else np.ones((n, 1))
    bounds = [(0.1 * v[-1], case.clauses.cap * v[-1])] * n + [(0, None)] * deviations
    whole = np.concatenate([np.ones(n), np.zeros(deviations)])[None]

    def best(cost: np.ndarray, allowance: float, column: int) -> float | None:
        blocks = [
            np.hstack([-rows, np.zeros((len(rows), deviations))]),
            np.hstack([np.eye(n), -shown]),
            np.hstack([-np.eye(n), -shown]),
        ]
        extra = np.concatenate([-np.full(len(rows), column), np.zeros(2 * n)])[:, None]
        answer = linprog(
            np.append(cost, 1.0 if column else 0.0),
            A_ub=np.hstack([np.vstack(blocks), extra]),
            b_ub=np.concatenate([allowance - least, case.wanted, -case.wanted]),
            A_eq=np.hstack([whole, [[0.0]]]),
            b_eq=[v[-1]],
            bounds=[*bounds, (0, None)],
        )
        return None if answer.status == 2 else float(answer.fun)

    away = np.concatenate([np.zeros(n), np.ones(deviations)])
    nearest = best(away, 0.0, 0)
    tolerance = SAME * np.abs(v).max()
    assert found.stable == (nearest is not None)
    if nearest is None:
        epsilon = best(0 * away, 0.0, 1)
        assert epsilon is not None
        assert found.epsilon == pytest.approx(epsilon, abs=tolerance)
        nearest = best(away, epsilon + tolerance, 0)
    assert found.distance == pytest.approx(nearest, abs=20 * tolerance)
    assert case.breaches(found) == ()


class Computed(Listed):
    """What it proves comes out of NumPy."""

    def claims(self, payoffs: np.ndarray, threshold: float, most: int) -> Claims:
        found = super().claims(payoffs, threshold, most)
        return Claims(found.masks, found.worths, np.float64(threshold))


def test_a_contract_of_a_game_that_is_searched_is_plain_values() -> None:
    game = Game(tuple("abc"), np.array([0, 0, 0, 8, 0, 6, 4, 12.0]))
    found = contract(game, np.array([5.0, 4, 3]), Clauses(), separator=Computed(game.v))
    assert found.stable
    assert Contract.from_dict(json.loads(json.dumps(found.to_dict()))) == found
