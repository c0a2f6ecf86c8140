"""The axioms that characterise rules, on drawn games: what must not matter, and what must."""

import json
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.games.allocate import allocate_game
from solver.games.coalitions import members, subset_sums
from solver.games.core import Core
from solver.games.game import Game
from solver.games.nucleolus import nucleolus, per_capita_nucleolus, prenucleolus
from solver.games.rules import RULES, Context
from solver.games.shapley import shapley
from solver.games.split import certify
from tests.draw_games import draw_game, superadditive
from tests.draws import draws
from tests.oracle.games import is_convex

COVARIANT = ["shapley", "nash", "tau", "nucleolus", "per_capita_nucleolus", "prenucleolus"]
UNIQUE = ["equal", "proportional", *COVARIANT]
DUMMY = ["shapley", "tau", "nucleolus", "prenucleolus"]
RATIONAL = ["nash", "tau", "nucleolus", "per_capita_nucleolus"]

games = st.integers(0, 100_000).map(lambda seed: draw_game(seed, fewest=2, most=5))


def named(v: np.ndarray) -> Game:
    return Game(tuple(f"p{player}" for player in range(len(v).bit_length() - 1)), v)


def near(game: Game) -> float:
    return 1e-7 * max(1.0, float(np.abs(game.v).max()))


def without(game: Game, player: int) -> Game:
    return named(game.v[[mask for mask in range(len(game.v)) if not mask >> player & 1]])


@pytest.mark.slow
@pytest.mark.parametrize("rule", COVARIANT)
@given(game=games, factor=st.floats(0.1, 10), gifts=st.lists(st.floats(-50, 50), min_size=5, max_size=5))
def test_neither_the_currency_nor_a_gift_matters(rule: str, game: Game, factor: float, gifts: list[float]):
    given_to = np.array(gifts[: game.n])
    moved = named(factor * game.v + subset_sums(given_to))
    before, after = RULES[rule](game, Context()), RULES[rule](moved, Context())
    # Rounding decides about games whose players earn alone just what they earn together.
    if abs(game.alone.sum() - game.grand) > near(game):
        assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after == pytest.approx(factor * before + given_to, abs=10 * near(moved))


@pytest.mark.slow
@pytest.mark.parametrize("rule", UNIQUE)
@given(game=games, random=st.randoms(use_true_random=False))
def test_a_players_number_does_not_matter(rule: str, game: Game, random):
    number = list(range(game.n))
    random.shuffle(number)
    v = np.zeros_like(game.v)
    for mask in range(len(v)):
        v[sum(1 << number[player] for player in members(mask))] = game.v[mask]
    before, after = RULES[rule](game, Context()), RULES[rule](named(v), Context())
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after[number] == pytest.approx(before, abs=near(game))


@pytest.mark.slow
@pytest.mark.parametrize("rule", UNIQUE)
@given(game=games)
def test_players_who_are_alike_get_the_same(rule: str, game: Game):
    v = game.v.copy()
    for mask in range(len(v)):
        if mask & 3 == 2:
            v[mask] = v[mask ^ 3]
    payoffs = RULES[rule](named(v), Context())
    if payoffs is not None:
        assert payoffs[0] == pytest.approx(payoffs[1], abs=near(game))


@pytest.mark.slow
@pytest.mark.parametrize("rule", DUMMY)
@given(game=games, alone=st.integers(-5, 5))
def test_a_dummy_gets_what_he_earns_alone(rule: str, game: Game, alone: int):
    payoffs = RULES[rule](named(np.concatenate([game.v, game.v + alone])), Context())
    if payoffs is not None:
        assert payoffs[-1] == pytest.approx(alone, abs=10 * near(game))


@pytest.mark.slow
@pytest.mark.parametrize("rule", RATIONAL)
@given(game=games)
def test_nobody_is_worse_off_than_alone(rule: str, game: Game):
    payoffs = RULES[rule](game, Context())
    assert payoffs is not None or rule == "tau" or game.alone.sum() > game.grand - near(game)
    if payoffs is not None:
        assert (payoffs >= game.alone - near(game)).all()


@given(games)
def test_nobody_is_worse_off_by_the_shapley_value_where_merging_never_hurts(game: Game):
    merged = named(superadditive(game.v))
    assert (shapley(merged) >= merged.alone - near(game)).all()
    if is_convex(merged.v, near(game)):
        assert certify(merged, shapley(merged)).in_core


@given(games)
def test_nucleoli_are_in_the_core_where_there_is_one(game: Game):
    if not Core(game).empty:
        for solve in (nucleolus, per_capita_nucleolus, prenucleolus):
            found = solve(game)
            assert found is not None
            assert certify(game, found.payoffs).in_core


@given(games)
def test_a_nucleolus_has_the_smallest_largest_excess(game: Game):
    epsilon = Core(game).least().epsilon
    found = certify(game, prenucleolus(game).payoffs)
    assert found.largest_excess == pytest.approx(epsilon, abs=near(game))
    at_home = nucleolus(game)
    if at_home is not None:
        excess = certify(game, at_home.payoffs).largest_excess
        assert excess is not None
        assert excess >= epsilon - near(game)


@given(games, st.data())
def test_some_of_the_players_would_split_their_part_alike(game: Game, data: st.DataObject):
    """The reduced game property of the prenucleolus (Davis & Maschler 1965; Sobolev 1975)."""
    payoffs = prenucleolus(game).payoffs
    leaving = data.draw(st.integers(0, game.n - 1))
    here, there = (
        without(game, leaving).v,
        game.v[[mask for mask in range(len(game.v)) if mask >> leaving & 1]],
    )
    reduced = np.maximum(here, there - payoffs[leaving])
    reduced[0], reduced[-1] = 0, game.grand - payoffs[leaving]
    assert prenucleolus(named(reduced)).payoffs == pytest.approx(np.delete(payoffs, leaving), abs=near(game))


@given(games, st.data())
def test_what_two_players_owe_to_each_other_is_the_same(game: Game, data: st.DataObject):
    """Balanced contributions (Myerson 1980) characterise the Shapley value."""
    first, second = sorted(data.draw(st.permutations(range(game.n)))[:2])
    payoffs = shapley(game)
    lost_by_first = payoffs[first] - shapley(without(game, second))[first]
    lost_by_second = payoffs[second] - shapley(without(game, first))[second - 1]
    assert lost_by_first == pytest.approx(lost_by_second, abs=near(game))


@given(games)
def test_gains_and_losses_are_split_alike(game: Game):
    """The Shapley value is that of the dual game, in which coalitions get what others cannot deny them."""
    assert shapley(named(game.grand - game.v[::-1])) == pytest.approx(shapley(game), abs=near(game))


@given(games, st.floats(0, 20), st.data())
def test_a_coalition_that_is_worth_more_gets_more(game: Game, rise: float, data: st.DataObject):
    mask = data.draw(st.integers(1, len(game.v) - 1))
    v = game.v.copy()
    v[mask] += rise
    change = shapley(named(v)) - shapley(game)
    inside = members(mask)
    assert change[inside] == pytest.approx(rise / len(inside) / comb(game.n, len(inside)), abs=near(game))
    assert (np.delete(change, inside) <= near(game)).all()


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1e-9, 1e-6, 1e-3, 1e3, 1e6, 1e9])
@given(seed=st.integers(0, 100_000))
@draws(5)
def test_what_is_said_of_a_split_does_not_depend_on_the_unit_of_money(factor: float, seed: int):
    game = draw_game(seed, fewest=2, most=4)
    moved, size = named(factor * game.v), factor * float(np.abs(game.v).max())
    spread = np.random.default_rng(seed).random(game.n)
    before, after = (
        allocate_game(one, RULES, Context(base=spread * unit, risk=spread / spread.sum()))
        for one, unit in ((named(game.v), 1.0), (moved, factor))
    )
    assert (before.unanswered, before.core_is_empty) == (after.unanswered, after.core_is_empty)
    for one, other in zip(before.splits, after.splits, strict=True):
        if one.rule not in ("least_core", "equal_profit"):  # which are often one of many
            paid = [factor * amount for amount in one.payoffs.values()]
            assert [*other.payoffs.values()] == pytest.approx(paid, abs=1e-6 * size)
        assert other.largest_excess == pytest.approx(factor * one.largest_excess, abs=1e-6 * size)
        certain = "efficient", "individually_rational", "in_core", "kohlberg"
        assert [getattr(one, name) for name in certain] == [getattr(other, name) for name in certain]


def test_the_tau_value_of_a_tiny_game_adds_up():
    path = Path(__file__).parent / "cases" / "tiny_game.json"
    game = Game.from_dict(json.loads(path.read_text(encoding="utf-8")))
    found = RULES["tau"](game, Context())
    assert found is not None
    assert found.sum() == pytest.approx(1.1313708498984763e-08, rel=1e-12)
    assert found == pytest.approx([5.156854249e-09, 6.156854249e-09], rel=1e-6)
