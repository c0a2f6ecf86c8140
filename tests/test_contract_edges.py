"""Contracts at their edges: who is exactly content, who cannot be, clauses without shares, time that ends."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from solver.driver import Cancel, Progress, SearchLimits, Termination
from solver.games.contract.clauses import Clauses, Pool
from solver.games.contract.contract import Contract, contract
from solver.games.contract.shares import NoSharesError
from solver.games.game import Game
from solver.games.nucleolus import nucleolus
from solver.games.scan import Claims, TableScan
from solver.run import Run
from tests.all_shares import EMPTY_CORE, Case, named


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
    assert (found.epsilon, found.bound) == (pytest.approx(2.0), pytest.approx(2.0, abs=1e-5))
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
        (
            Clauses(0.05, floor=0.05),
            21,
            r"21 shares of at least 0\.05 are more than the whole: use a floor of at most 0$",
        ),
        (Clauses(0.1, floor=0.01), 11, r"at least 0\.1 \(0\.01 in tiers of 0\.1\) .* at most 0$"),
        (Clauses(0.0, cap=0.3), 3, r"less than the whole: use a cap of at least 0\.3334$"),
        (Clauses(0.25, cap=0.45), 3, r"at most 0\.25 \(0\.45 in tiers of 0\.25\) .* at least 0\.5$"),
        (Clauses(0.5, floor=0.1, cap=0.4), 2, r"no multiple of 0\.5 lies between .* use a smaller tier"),
    ],
)
def test_clauses_that_leave_no_shares_are_refused_in_words(
    clauses: Clauses, players: int, words: str
) -> None:
    v = np.zeros(2**players, dtype=np.int16)
    v[-1] = 1
    game, equal = Game(tuple(map(str, range(players))), v), np.full(players, 1 / players)
    with pytest.raises(NoSharesError, match=words) as refused:
        contract(game, equal, clauses)
    remedy = re.search(r"use a (floor|cap) of at (?:least|most) (\S+)$", str(refused.value))
    if remedy is not None:
        assert contract(game, equal, replace(clauses, **{remedy[1]: float(remedy[2])})).stable


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
    found = case.contract(run=Run(SearchLimits(seconds=0.0)))
    assert found.termination is Termination.time_limit
    assert found.stable == core
    assert case.breaches(found) == ()
    full = case.contract()
    assert found.bound <= full.bound <= (full.distance if core else full.epsilon) + 1e-9
    assert found.distance >= full.distance or found.epsilon >= full.epsilon


def test_a_cancelled_search_stops_for_good() -> None:
    cancel = Cancel()
    cancel.cancel()
    found = Case(named(EMPTY_CORE), np.full(3, 4.0), Clauses(0.1)).contract(run=Run(cancel=cancel))
    assert found.termination is Termination.cancelled
    assert found.bound == 0.0 < found.epsilon


def test_progress_is_told_in_money() -> None:
    told: list[Progress] = []
    found = Case(named(EMPTY_CORE), np.full(3, 4.0), Clauses(0.25)).contract(run=Run(None, told.append))
    incumbents = [news.incumbent for news in told if news.incumbent is not None]
    assert found.epsilon in [pytest.approx(incumbent) for incumbent in incumbents]
    assert incumbents[-1] == pytest.approx(found.distance)


def test_a_contract_survives_json() -> None:
    for v in (EMPTY_CORE, [0, 0, 0, 6, 0, 6, 6, 12]):
        found = contract(named(v), np.full(3, 4.0), Clauses(0.1))
        assert Contract.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_the_same_question_has_the_same_answer() -> None:
    case = Case(named(EMPTY_CORE), np.array([5.0, 4, 3]), Clauses(0.05, cap=0.4))
    assert case.contract() == case.contract()


class OutOfTime:
    """A separator that finds what it finds, and proves little."""

    def __init__(self, game: Game, proven: float = 1.5) -> None:
        self._scan, self._proven = TableScan(game.v), proven

    def claims(self, payoffs: np.ndarray, threshold: float, most: int) -> Claims:
        return self._scan.claims(payoffs, threshold, most)._replace(bound=max(self._proven, threshold))


def test_what_a_separator_does_not_prove_is_not_called_stable() -> None:
    game = named([0, 0, 0, 6, 0, 6, 6, 12])
    found = contract(game, np.full(3, 4.0), Clauses(0.25), separator=OutOfTime(game))
    assert (found.stable, found.epsilon, found.blocking_coalition) == (False, 0.0, None)
    assert found.excess_bound == 1.5


def test_where_nothing_is_proven_no_number_says_so() -> None:
    game = named([0, 0, 0, 6, 0, 6, 6, 12])
    found = contract(game, np.full(3, 4.0), Clauses(0.25), separator=OutOfTime(game, math.inf))
    assert (found.stable, found.excess_bound) == (False, None)
    assert 0.0 <= found.bound < math.inf
    json.dumps(found.to_dict(), allow_nan=False)


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
