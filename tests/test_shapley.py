"""The Shapley value: textbook numbers, the axioms, the definition itself, dividends and samples."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.games.coalitions import members
from solver.games.families import Airport, Bankruptcy, PairSynergies, WeightedVoting
from solver.games.game import Game
from solver.games.sampling import sampled_shapley
from solver.games.shapley import from_dividends, from_table, shapley

SECURITY_COUNCIL = [7] * 5 + [1] * 10


def named(v: object) -> Game:
    table = np.asarray(v, dtype=float)
    return Game(tuple(f"p{player}" for player in range(len(table).bit_length() - 1)), table)


@st.composite
def tables(draw: st.DrawFn, most: int = 5) -> np.ndarray:
    players = draw(st.integers(1, most))
    values = draw(st.lists(st.integers(-20, 20), min_size=2**players - 1, max_size=2**players - 1))
    return np.array([0, *values], dtype=float)


def by_definition(game: Game) -> list[Fraction]:
    """The average contribution over all orders of joining."""
    totals = [Fraction(0)] * game.n
    orders = list(permutations(range(game.n)))
    for order in orders:
        mask = 0
        for player in order:
            totals[player] += Fraction(game.worth(mask | 1 << player)) - Fraction(game.worth(mask))
            mask |= 1 << player
    return [total / len(orders) for total in totals]


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        (Game.bankruptcy(100, [100, 200, 300]), [100 / 3] * 3),
        (Game.bankruptcy(200, [100, 200, 300]), [100 / 3, 250 / 3, 250 / 3]),
        (Game.bankruptcy(300, [100, 200, 300]), [50, 100, 150]),
        (Game.assignment([[1, 1]]), [2 / 3, 1 / 6, 1 / 6]),
        (Game.weighted_voting(4, [3, 1, 1, 1, 1]), [3 / 5, 1 / 10, 1 / 10, 1 / 10, 1 / 10]),
        (Game.weighted_voting(39, SECURITY_COUNCIL), [421 / 2145] * 5 + [4 / 2145] * 10),
        (Game.airport([12, 28, 30]), [-4, -12, -14]),
        (Game.weighted_voting(51, [40, 22, 30, 9]), [1 / 3, 1 / 3, 1 / 3, 0]),
    ],
)
def test_textbook_values(game: Game, expected: list[float]):
    assert from_table(game) == pytest.approx(expected, rel=1e-13)


def test_textbook_values_in_fractions():
    assert set(WeightedVoting(39, SECURITY_COUNCIL).shapley()) == {Fraction(421, 2145), Fraction(4, 2145)}
    assert Airport([12, 28, 30]).shapley() == (-4, -12, -14)


@given(tables(4))
def test_it_is_the_average_over_all_orders(v: np.ndarray):
    game = named(v)
    assert from_table(game) == pytest.approx(np.array(by_definition(game), dtype=float), abs=1e-12)


@given(tables())
def test_efficiency(v: np.ndarray):
    assert shapley(named(v)).sum() == pytest.approx(v[-1], abs=1e-12)


@given(tables(), st.data())
def test_additivity(v: np.ndarray, data: st.DataObject):
    other = np.array([0, *data.draw(st.lists(st.integers(-9, 9), min_size=len(v) - 1, max_size=len(v) - 1))])
    assert shapley(named(v + other)) == pytest.approx(shapley(named(v)) + shapley(named(other)), abs=1e-12)


@given(tables())
def test_a_player_who_only_adds_what_he_earns_alone_gets_that(v: np.ndarray):
    with_dummy = np.concatenate([v, v + 3])
    assert shapley(named(with_dummy))[-1] == pytest.approx(3)
    assert shapley(named(with_dummy))[:-1] == pytest.approx(shapley(named(v)), abs=1e-12)


@given(tables(), st.randoms(use_true_random=False))
def test_a_player_does_not_depend_on_his_number(v: np.ndarray, random):
    count = len(v).bit_length() - 1
    number = list(range(count))
    random.shuffle(number)
    renumbered = np.zeros_like(v)
    for mask in range(len(v)):
        renumbered[sum(1 << number[player] for player in members(mask))] = v[mask]
    assert shapley(named(renumbered))[number] == pytest.approx(shapley(named(v)), abs=1e-12)


@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.float64])
def test_rows_of_a_longer_table(dtype: type):
    rng = np.random.default_rng(5)
    players = 14
    v = rng.integers(0, 100, 2**players).astype(dtype)
    v[0] = 0
    game = Game(tuple(map(str, range(players))), v)
    masks = np.arange(2**players)
    size = np.array([mask.bit_count() for mask in masks.tolist()])
    orders = np.array([1.0, *np.cumprod(np.arange(1.0, players + 1))])
    for player in range(players):
        without = masks[masks >> player & 1 == 0]
        gains = v[without | 1 << player].astype(float) - v[without]
        weights = orders[size[without]] * orders[players - 1 - size[without]] / orders[players]
        assert from_table(game)[player] == pytest.approx(weights @ gains, rel=1e-10)


@given(tables(4))
def test_dividends_are_shared_equally(v: np.ndarray):
    game = named(v)
    dividends = v.copy()
    for player in range(game.n):
        having = np.array([mask for mask in range(len(v)) if mask >> player & 1])
        dividends[having] -= dividends[having ^ (1 << player)]
    shares = from_dividends(game.n, [(members(mask), dividends[mask]) for mask in range(len(v))])
    assert shares == pytest.approx(shapley(game), abs=1e-10)


def test_dividends_of_many_players():
    chain = [((player, player + 1), 2.0) for player in range(999)]
    assert from_dividends(1000, chain).tolist() == [1.0] + [2.0] * 998 + [1.0]


def test_a_family_without_a_closed_form_goes_through_its_table():
    family = Bankruptcy(200, [100, 200, 300])
    assert shapley(family) == pytest.approx([100 / 3, 250 / 3, 250 / 3])


def test_samples_stop_at_the_wanted_precision_and_cover_the_truth():
    family = WeightedVoting(30, [9, 8, 7, 6, 5, 5, 4, 4, 3, 2])
    found = sampled_shapley(Game.of(family), precision=0.004, seed=3)
    truth = np.array(family.shapley(), dtype=float)
    assert found.settled
    assert found.half_widths.max() <= 0.004
    assert found.payoffs.sum() == pytest.approx(1.0)
    assert (np.abs(found.payoffs - truth) <= 2 * found.half_widths).all()


@pytest.mark.slow
def test_intervals_cover_as_often_as_they_promise():
    game = Game.weighted_voting(14, [6, 5, 4, 3, 2, 1])
    truth = shapley(game)
    covered = [
        np.abs(found.payoffs - truth) <= found.half_widths + 1e-12
        for found in (sampled_shapley(game, 1.0, seed=seed) for seed in range(120))
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.04)


@pytest.mark.slow
def test_samples_of_a_hundred_players_without_a_table():
    family = Airport(range(1, 101))
    found = sampled_shapley(family, precision=0.0, evaluations=20_000, seed=1)
    truth = np.array(family.shapley(), dtype=float)
    assert not found.settled
    assert found.payoffs.sum() == pytest.approx(-100)
    assert np.mean(np.abs(found.payoffs - truth) <= found.half_widths) > 0.85


def test_a_control_leaves_only_the_difference_to_chance():
    pairs = PairSynergies([1, 2, 3, 4], {(0, 1): 5, (2, 3): -2})
    threefold = Game(pairs.players, pairs.values() + np.array([0.0] * 15 + [4.0]))
    found = sampled_shapley(threefold, precision=0.0, evaluations=15, seed=1, control=pairs)
    assert found.payoffs == pytest.approx(np.array(pairs.shapley(), dtype=float) + 1.0)
    exact = sampled_shapley(pairs, precision=0.0, seed=1, control=pairs)
    assert exact.settled
    assert exact.half_widths.max() == 0


def test_the_same_seed_draws_the_same():
    game = Game.airport([1, 5, 7, 12])
    first, second = (sampled_shapley(game, 0.1, seed=8) for _ in range(2))
    assert first.payoffs.tolist() == second.payoffs.tolist()


@pytest.mark.parametrize("wrong", [{"precision": -1.0}, {"confidence": 1.0}, {"evaluations": 0}])
def test_samples_refuse_what_cannot_be(wrong: dict[str, float]):
    with pytest.raises(ValueError, match="precision must be at least 0"):
        sampled_shapley(Game.airport([1, 2]), **{"precision": 0.1, **wrong})
