"""What would content unhappy coalitions, against SciPy with all coalitions and by duality."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from solver.games.coalitions import indicators
from solver.games.core import Core
from solver.games.families import PairSynergies
from solver.games.game import Game
from solver.games.nucleolus import prenucleolus
from solver.games.relief import Relief, least_subsidy, least_transfers, relief, unhappy
from solver.games.split import certify
from tests.oracle.games import Listed

EMPTY_CORE = Game(("a", "b", "c"), np.array([0, 0, 0, 8, 0, 9, 10, 12.0]))
TALMUD = Game.bankruptcy(200, [100, 200, 300], ["a", "b", "c"])


@st.composite
def games_and_payoffs(draw: st.DrawFn) -> tuple[Game, np.ndarray]:
    count = draw(st.integers(1, 5))
    v = draw(st.lists(st.integers(-5, 15), min_size=2**count - 1, max_size=2**count - 1))
    bonus = draw(st.sampled_from([0, 20, 60]))
    parts = np.array(draw(st.lists(st.integers(0, 6), min_size=count, max_size=count))) + 0.5
    game = Game(tuple("abcde"[:count]), np.array([0, *v[:-1], v[-1] + bonus], dtype=float))
    return game, game.grand * parts / parts.sum()


def excesses(game: Game, payoffs: np.ndarray) -> np.ndarray:
    """Of every coalition between nobody and everybody, by mask − 1."""
    return game.v[1:-1] - indicators(range(1, len(game.v) - 1), game.n) @ payoffs


def amounts(by_name: dict[str, float], game: Game) -> np.ndarray:
    return np.array([by_name.get(name, 0.0) for name in game.players])


def test_who_is_unhappy_and_what_is_missing():
    found = unhappy(EMPTY_CORE, np.array([6.0, 3, 3]))
    assert [(row.coalition, row.worth, row.paid, row.missing) for row in found] == [(("b", "c"), 10, 6, 4)]
    assert [row.missing for row in unhappy(EMPTY_CORE, np.array([12.0, 0, 0]), most=1)] == [10]
    assert unhappy(TALMUD, np.array([50.0, 75, 75])) == ()


def test_contenting_the_empty_core_costs_what_its_best_balance_asks():
    """Each pair's weight is a half: (8 + 9 + 10) / 2 is what all need, 12 is what there is."""
    found = relief(EMPTY_CORE, np.array([4.0, 4, 4]))
    assert found.transfers is None
    assert found.subsidy.total == pytest.approx(2.0)
    best = least_subsidy(EMPTY_CORE, np.array([3.0, 4, 5]))
    assert best.total == pytest.approx(1.5)
    assert best.extra == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.5})
    assert {row.coalition: row.weight for row in best.proof} == {
        ("a", "b"): pytest.approx(0.5),
        ("a", "c"): pytest.approx(0.5),
        ("b", "c"): pytest.approx(0.5),
    }


def test_what_must_change_hands_in_the_talmud():
    found = least_transfers(TALMUD, np.array([150.0, 50, 0]))
    assert found is not None
    assert found.total == pytest.approx(50.0)
    assert found.gives == {"a": pytest.approx(50.0)}
    assert sum(found.gets.values()) == pytest.approx(50.0)
    assert certify(TALMUD, amounts(found.payoffs, TALMUD)).in_core


@given(games_and_payoffs())
def test_the_unhappiest_come_first(drawn: tuple[Game, np.ndarray]):
    game, payoffs = drawn
    excess = excesses(game, payoffs)
    wanted = np.sort(excess[excess > 1e-6])[::-1][:4]
    found = unhappy(game, payoffs, most=4)
    assert [row.missing for row in found] == pytest.approx(wanted.tolist(), abs=1e-9)
    assert all(row.missing == pytest.approx(excess[game.mask(row.coalition) - 1], abs=1e-9) for row in found)
    assert (certify(game, payoffs).blocking_coalition is None) == (not found)


@given(games_and_payoffs())
def test_no_smaller_subsidy_contents_everybody(drawn: tuple[Game, np.ndarray]):
    game, payoffs = drawn
    found = least_subsidy(game, payoffs)
    extra = amounts(found.extra, game)
    assert (extra >= 0).all()
    assert extra.sum() == pytest.approx(found.total)
    excess = excesses(game, payoffs)
    assert excesses(game, payoffs + extra).max(initial=0.0) <= 1e-6
    weights = np.array([row.weight for row in found.proof])
    masks = [game.mask(row.coalition) for row in found.proof]
    assert (weights @ indicators(masks, game.n) <= 1 + 1e-9).all()
    assert weights @ excess[np.array(masks, dtype=int) - 1] == pytest.approx(found.total, abs=1e-6)


@given(games_and_payoffs())
def test_no_less_changes_hands(drawn: tuple[Game, np.ndarray]):
    game, payoffs = drawn
    found = least_transfers(game, payoffs)
    rows = indicators(range(1, len(game.v) - 1), game.n)
    each, none = np.eye(game.n), np.zeros_like(rows)
    peer = linprog(
        np.concatenate([np.zeros(game.n), np.ones(game.n)]),
        A_ub=np.vstack([np.hstack([-rows, none]), np.hstack([each, -each]), np.hstack([-each, -each])]),
        b_ub=np.concatenate([-game.v[1:-1], payoffs, -payoffs]),
        A_eq=np.concatenate([np.ones(game.n), np.zeros(game.n)])[None],
        b_eq=[game.grand],
        bounds=(None, None),
    )
    if found is None:
        assert peer.status == 2
        return
    assert 2 * found.total == pytest.approx(peer.fun, abs=1e-5)
    assert sum(found.gives.values()) == pytest.approx(found.total, abs=1e-6)
    moved = payoffs - amounts(found.gives, game) + amounts(found.gets, game)
    assert moved == pytest.approx(amounts(found.payoffs, game))
    assert excesses(game, moved).max(initial=0.0) <= 1e-5
    assert not set(found.gives) & set(found.gets)


@given(games_and_payoffs())
def test_a_subsidy_is_free_just_in_the_core(drawn: tuple[Game, np.ndarray]):
    game, payoffs = drawn
    free = least_subsidy(game, payoffs).total == 0
    assert free == certify(game, payoffs).in_core
    if not Core(game).empty:
        assert least_subsidy(game, prenucleolus(game).payoffs).total == 0


def test_a_relief_comes_back_from_json():
    for payoffs in ([100.0, 100, 0], [50.0, 75, 75]):
        found = relief(TALMUD, np.array(payoffs))
        assert Relief.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    hopeless = relief(EMPTY_CORE, np.array([4.0, 4, 4]))
    assert Relief.from_dict(json.loads(json.dumps(hopeless.to_dict()))) == hopeless


def test_games_without_a_table_are_relieved_by_separation():
    family = PairSynergies([0, 0, 0, 0], {(0, 1): 4, (1, 2): 5, (1, 3): 4, (0, 3): 2}, list("abcd"))
    game, payoffs = Game.of(family), np.array([15.0, 0, 0, 0])
    separator = Listed(game.v)
    assert least_subsidy(family, payoffs, separator).total == pytest.approx(
        least_subsidy(game, payoffs).total
    )
    ours, by_table = least_transfers(family, payoffs, separator), least_transfers(game, payoffs)
    assert ours is not None
    assert by_table is not None
    assert ours.total == pytest.approx(by_table.total)
    with pytest.raises(ValueError, match="needs a separator"):
        least_subsidy(family, payoffs)
