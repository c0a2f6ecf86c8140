"""Contracts: all shares in tiers counted one by one, linear programs where any share is possible, the edges."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.optimize import linprog

from solver.allocation.clauses import Clauses, Pool
from solver.allocation.contract import Contract, contract
from solver.allocation.contract_check import breaches
from solver.allocation.contract_demands import Demands
from solver.allocation.contract_shares import NoSharesError, Sharing
from solver.allocation.game import Game
from solver.allocation.nucleolus import nucleolus
from solver.allocation.scan import Claims, TableScan
from solver.allocation.split import certify
from solver.driver import Cancel, Progress, SearchLimits, Termination

TIERS = (1 / 2, 1 / 3, 0.25, 0.2, 0.1, 0.05)
SAME = 1e-6
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

    def contract(self, **more: object) -> Contract:
        return contract(self.game, self.wanted, self.clauses, floors=self.floors, pools=self.pools, **more)  # type: ignore[arg-type]

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


@pytest.mark.parametrize("seed", range(180))
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
    for seed in range(180):
        case = drawn(seed)
        payoffs = case.every_payoffs()
        kinds.add((case.clauses.nearest, "none" if not len(payoffs) else case.missing(payoffs).min() <= 1e-6))
    assert kinds == {(nearest, kind) for nearest in ("sum", "largest") for kind in ("none", True, False)}


@pytest.mark.parametrize("seed", range(60))
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


@pytest.mark.parametrize("seed", range(60))
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


@pytest.mark.parametrize("nearest", ["sum", "largest"])
def test_a_nucleolus_in_the_core_is_a_contract_as_it_is(nearest: str) -> None:
    game = named([0, 1, 2, 6, 3, 7, 8, 18])
    split = nucleolus(game)
    assert split is not None
    found = contract(game, split.payoffs, Clauses(nearest=nearest))  # type: ignore[arg-type]
    assert found.stable
    assert found.distance == pytest.approx(0.0, abs=1e-8)
    assert [*found.payoffs.values()] == pytest.approx(split.payoffs.tolist(), abs=1e-8)


def test_a_coalition_that_is_exactly_content_is_not_cut_off() -> None:
    """Every coalition of two gets 2/3 of all, which no binary fraction is, and asks for exactly that."""
    for grand in (0.3, 1.1, 123456.7, 3e9):
        pair = 2 * grand / 3
        found = contract(named([0, 0, 0, pair, 0, pair, pair, grand]), np.zeros(3), Clauses(1 / 3))
        assert found.stable
        assert [*found.shares["total"].values()] == [1 / 3, 1 / 3, 1 / 3]
        more = pair * (1 + 1e-6)
        missed = contract(named([0, 0, 0, more, 0, more, more, grand]), np.zeros(3), Clauses(1 / 3))
        assert not missed.stable
        assert missed.epsilon == pytest.approx(more - pair, rel=1e-3)


def test_a_game_without_a_core_names_who_misses_what() -> None:
    found = contract(named(EMPTY_CORE), np.full(3, 4.0), Clauses(0.25))
    assert not found.stable
    assert found.epsilon == found.bound == pytest.approx(2.0)
    assert found.blocking_coalition in {("hub", "p1"), ("hub", "p2"), ("p1", "p2")}
    paid = sum(found.payoffs[player] for player in found.blocking_coalition or ())
    assert found.epsilon + paid in EMPTY_CORE


def test_a_floor_that_cannot_be_paid_blocks_by_itself() -> None:
    found = contract(
        named([0, 0, 0, 10]), np.full(2, 5.0), Clauses(0.1, cap=0.6), floors=np.array([0.0, 8.0])
    )
    assert (found.blocking_coalition, found.epsilon) == (("p1",), pytest.approx(2.0))


def test_whoever_has_no_share_is_heard_all_the_same() -> None:
    pool = Pool("a1", 10.0, (0, 1))
    found = contract(named([0, 0, 0, 0, 3, 0, 0, 10]), np.zeros(3), Clauses(0.1), pools=[pool])
    assert (found.blocking_coalition, found.epsilon) == (("p2",), pytest.approx(3.0))
    assert "p2" not in found.shares["a1"]


def test_the_hub_bears_what_pools_are_worth_beyond_the_whole() -> None:
    found = contract(
        named([0, 0, 0, 6]), np.array([3.0, 3.0]), Clauses(0.1), pools=[Pool("a1", 10.0, (0, 1))]
    )
    assert found.shares == {"a1": {"hub": 0.7, "p1": 0.3}}
    assert found.payoffs == pytest.approx({"hub": 3.0, "p1": 3.0})


@pytest.mark.parametrize(
    ("clauses", "players", "words"),
    [
        (Clauses(0.05, floor=0.05), 21, r"21 shares of at least 0\.05 are more than the whole: a floor of"),
        (Clauses(0.1, floor=0.01), 11, r"at least 0\.1 \(0\.01 in tiers of 0\.1\)"),
        (Clauses(0.0, cap=0.3), 3, r"less than the whole: a cap of at least 0\.3333 is needed"),
        (Clauses(0.25, cap=0.45), 3, r"at most 0\.25 \(0\.45 in tiers of 0\.25\)"),
        (Clauses(0.5, floor=0.1, cap=0.4), 2, r"no multiple of 0\.5 lies between .* choose a smaller tier"),
    ],
)
def test_clauses_that_leave_no_shares_are_refused_in_words(
    clauses: Clauses, players: int, words: str
) -> None:
    v = np.zeros(2**players, dtype=np.int16)
    v[-1] = 1
    names = tuple(map(str, range(players)))
    with pytest.raises(NoSharesError, match=words):
        contract(Game(names, v), np.full(players, 1 / players), clauses)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"tier": 0.3}, "tier must divide 1"),
        ({"tier": -0.1}, "tier must be from 0 to 1"),
        ({"floor": 0.5, "cap": 0.4}, "cap must be at least floor, which is 0.5, not 0.4"),
        ({"floor": float("nan"), "cap": 2.0}, "floor must be .*; cap must be from 0 to 1, not 2"),
        ({"nearest": "mean"}, "nearest must be sum or largest"),
    ],
)
def test_clauses_that_make_no_sense_are_refused(said: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Clauses(**said)  # type: ignore[arg-type]


def test_what_cannot_be_shared_is_refused() -> None:
    game, wanted = named([0, 0, 0, 6]), np.full(2, 3.0)
    with pytest.raises(ValueError, match="all together earn 0"):
        contract(named([0, -1, 0, 0]), wanted, Clauses())
    with pytest.raises(ValueError, match="must be players, 0 to 1"):
        contract(game, wanted, Clauses(), pools=[Pool("a1", 3.0, (0, 2))])
    with pytest.raises(ValueError, match="different names"):
        contract(game, wanted, Clauses(), pools=[Pool("a1", 3.0, (0,)), Pool("a1", 3.0, (1,))])
    with pytest.raises(ValueError, match="a1: shares need an amount above 0, not -3"):
        Pool("a1", -3.0, (0, 1))
    with pytest.raises(ValueError, match="different players, at least one"):
        Pool("a1", 3.0, (1, 1))
    with pytest.raises(ValueError, match="2 finite numbers"):
        contract(game, np.array([1.0, np.nan]), Clauses())
    with pytest.raises(ValueError, match="floors need 2 numbers"):
        contract(game, wanted, Clauses(), floors=np.zeros(3))


def test_one_player_alone_has_it_all() -> None:
    found = contract(named([0, 5]), np.array([5.0]), Clauses(0.05))
    assert (found.shares, found.stable, found.distance) == ({"total": {"hub": 1.0}}, True, 0.0)


def test_twenty_players_share_in_twentieths() -> None:
    size = np.array([mask.bit_count() for mask in range(2**20)])
    v = size**1.5 * np.random.default_rng(3).uniform(0.6, 1.0, 2**20)
    v[-1] = 20**1.5
    game = Game(tuple(map(str, range(20))), v)
    everybody_one = Case(game, np.full(20, v[-1] / 20), Clauses(0.05, floor=0.05))
    assert set(everybody_one.contract().shares["total"].values()) == {0.05}
    free = replace(everybody_one, clauses=Clauses(0.05), wanted=np.linspace(0, 2, 20) * v[-1] / 20)
    found = free.contract()
    assert found.termination is Termination.optimal
    assert sum(round(20 * share) for share in found.shares["total"].values()) == 20
    assert free.breaches(found) == ()


@pytest.mark.parametrize("core", [True, False])
def test_without_time_the_contract_in_hand_is_certified_all_the_same(core: bool) -> None:
    case = Case(named([0, 0, 0, 6, 0, 6, 6, 12] if core else EMPTY_CORE), np.array([5.0, 4, 3]), Clauses(0.1))
    found = case.contract(limits=SearchLimits(seconds=0.0))
    assert found.termination is Termination.time_limit
    assert found.stable == core
    assert case.breaches(found) == ()
    full = case.contract()
    assert found.bound <= full.bound <= (full.distance if core else full.epsilon) + 1e-9
    assert found.distance >= full.distance or found.epsilon >= full.epsilon


def test_a_cancelled_search_stops_for_good() -> None:
    cancel = Cancel()
    cancel.cancel()
    found = Case(named(EMPTY_CORE), np.full(3, 4.0), Clauses(0.1)).contract(cancel=cancel)
    assert found.termination is Termination.cancelled
    assert found.bound == 0.0 < found.epsilon


def test_progress_is_told_in_money() -> None:
    told: list[Progress] = []
    found = Case(named(EMPTY_CORE), np.full(3, 4.0), Clauses(0.25)).contract(progress=told.append)
    incumbents = [news.incumbent for news in told if news.incumbent is not None]
    assert found.epsilon in [pytest.approx(incumbent) for incumbent in incumbents]
    assert incumbents[-1] == pytest.approx(found.distance)


def test_a_contract_survives_json() -> None:
    for v in (EMPTY_CORE, [0, 0, 0, 6, 0, 6, 6, 12]):
        found = contract(named(v), np.full(3, 4.0), Clauses(0.1))
        assert Contract.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_the_same_question_has_the_same_answer() -> None:
    case = drawn(5)
    assert case.contract() == case.contract()


class OutOfTime:
    """A separator that finds what it finds, and proves little."""

    def __init__(self, game: Game) -> None:
        self._scan = TableScan(game.v)

    def claims(self, payoffs: np.ndarray, threshold: float, most: int) -> Claims:
        return self._scan.claims(payoffs, threshold, most)._replace(bound=max(1.5, threshold))


def test_what_a_separator_does_not_prove_is_not_called_stable() -> None:
    game = named([0, 0, 0, 6, 0, 6, 6, 12])
    found = contract(game, np.full(3, 4.0), Clauses(0.25), separator=OutOfTime(game))
    assert (found.stable, found.epsilon, found.blocking_coalition) == (False, 0.0, None)
    assert found.excess_bound == 1.5


def test_the_check_sees_every_breach() -> None:
    case = Case(named([0, 0, 0, 6, 0, 6, 6, 12]), np.array([5.0, 4, 3]), Clauses(0.25, cap=0.5))
    right = case.contract()
    assert right.shares["total"] == {"hub": 0.5, "p1": 0.25, "p2": 0.25}

    def seen(**changes: object) -> str:
        return "; ".join(case.breaches(replace(right, **changes)))  # type: ignore[arg-type]

    def shares(*numbers: float) -> dict[str, dict[str, float]]:
        return {"total": dict(zip(case.game.players, numbers, strict=True))}

    assert "no multiple of 0.25" in seen(shares=shares(0.5, 0.3, 0.2))
    assert "not from 0 to 0.5" in seen(shares=shares(0.75, 0.25, 0.0))
    assert "add up to 0.75" in seen(shares=shares(0.25, 0.25, 0.25))
    assert "the sharers are" in seen(shares={"total": {"hub": 1.0}})
    assert "pay 6, not 5" in seen(payoffs=dict(right.payoffs, hub=5.0))
    unfair = dict(zip(case.game.players, (6.0, 6.0, 0.0), strict=True))
    assert seen(shares=shares(0.5, 0.5, 0.0), payoffs=unfair) == ""
    strict = replace(case, game=named([0, 0, 0, 6, 1, 6, 6, 12]))
    wrong = replace(right, shares=shares(0.5, 0.5, 0.0), payoffs=unfair)
    assert "p2 misses 1, which is more than 0" in "; ".join(strict.breaches(wrong))
