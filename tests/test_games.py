"""Games: what is refused and in which words, masks and names, and families against their own tables."""

import re
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.games.coalitions import indicators, mask_of, members, sizes, subset_sums
from solver.games.families import Airport, Assignment, Bankruptcy, PairSynergies, WeightedVoting
from solver.games.game import Game
from solver.games.nucleolus import nucleolus, prenucleolus
from solver.games.shapley import from_table

AMOUNTS = st.integers(0, 30)
TWO = {"players": ["a", "b"], "v": [0, 1, "2.5", 4]}


@pytest.mark.parametrize(
    ("players", "v", "words"),
    [
        (("a", "b"), [0, 1, 2], "v must have 4 values, one for each coalition of 2 players, not 3"),
        (("a", "b"), [[0, 1], [2, 3]], "not a shape of (2, 2)"),
        (("a", "b"), [1, 1, 2, 3], "v[0], the worth of no players at all, must be 0, not 1"),
        (("a", "b"), [0, float("nan"), 2, float("inf")], "finite number: v[1] is nan, v[3] is inf"),
        (("a", "a"), [0, 1, 2, 3], "players need different names: a stands there more than once"),
        (("a", " "), [0, 1, 2, 3], "every player needs a name in text, not ' '"),
        ((), [0], "a game needs at least one player"),
        ("ab", [0, 1, 2, 3], "players must be a list of names"),
        (tuple(map(str, range(40))), [0], "a table is possible for at most 28 players, not 40"),
    ],
)
def test_what_is_no_game_is_refused_in_words(players: object, v: object, words: str):
    with pytest.raises(ValueError, match=re.escape(words)):
        Game(players, v)  # type: ignore[arg-type]


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ValueError, match=r"v\[1\] is nan; v\[0\], the worth of no players at all"):
        Game(("a", "b"), [3.0, float("nan"), 1.0, 1.0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([1], 'an object with "players" and "v" is needed'),
        ({"players": ["a"]}, 'an object with "players" and "v" is needed'),
        (TWO | {"worth": 1}, 'only "players", "v" and "base" are known, not worth'),
        (TWO | {"v": 3}, "v must be a list of numbers"),
        (TWO | {"v": [0, "x", None, True]}, "v[1] is 'x', v[2] is None, v[3] is True"),
        (TWO | {"players": [str(i) for i in range(40)]}, "at most 28 players, not 40"),
    ],
)
def test_a_document_that_is_no_game_is_refused_in_words(document: object, words: str):
    with pytest.raises(ValueError, match=re.escape(words)):
        Game.from_dict(document)


def test_a_document_comes_back():
    game = Game.from_dict(TWO)
    assert game.to_dict() == {"players": ["a", "b"], "v": [0.0, 1.0, 2.5, 4.0]}
    assert Game.from_dict(game.to_dict()).to_dict() == game.to_dict()


def test_a_game_by_worths_of_names():
    game = Game.from_worths(["a", "b", "c"], lambda names: len(names) ** 2 + ("b" in names))
    assert game.worth(game.mask(["b", "c"])) == 5
    assert game.coalition(6) == ("b", "c")
    assert game.alone.tolist() == [1, 2, 1]
    assert game.grand == 10


def test_small_tables_stay_small_and_cannot_be_changed():
    table = np.array([0, 1, 2, 4], dtype=np.int16)
    game = Game(("a", "b"), table)
    assert game.v.base is table
    with pytest.raises(ValueError, match="read-only"):
        game.v[1] = 3


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=8))
def test_sums_by_mask_are_sums_of_members(amounts: list[int]):
    sums = subset_sums(np.array(amounts))
    masks = range(1 << len(amounts))
    assert sums.tolist() == [sum(amounts[player] for player in members(mask)) for mask in masks]
    assert sizes(len(amounts)).tolist() == [mask.bit_count() for mask in masks]
    assert (indicators(masks, len(amounts)) @ np.array(amounts)).tolist() == sums.tolist()
    assert [mask_of(members(mask)) for mask in masks] == list(masks)


def test_indicators_of_more_players_than_a_machine_word_has_bits():
    assert indicators([1 << 99 | 1], 100).nonzero()[1].tolist() == [0, 99]


def families() -> list[object]:
    return [
        Airport([12, "28.5", 30, 5]),
        Bankruptcy(200, [100, 200, 300]),
        WeightedVoting(51, [40, 22, 30, 9]),
        Assignment([[5, 8, 2], [7, 9, 6]]),
        Assignment([[1], [2], [-3]]),
        PairSynergies([1, 2, 0, 4], {(0, 1): 3, (2, 1): -1, (0, 2): 2, (2, 3): 5}),
    ]


@pytest.mark.parametrize("family", families(), ids=lambda family: type(family).__name__)
def test_a_table_agrees_with_every_single_worth(family):
    assert family.values().tolist() == [family.worth(mask) for mask in range(1 << len(family.players))]


@given(st.lists(st.lists(AMOUNTS, min_size=2, max_size=2), min_size=1, max_size=3))
def test_the_best_pairing_is_found(gains: list[list[int]]):
    family = Assignment(gains)
    assert family.values().tolist() == [family.worth(mask) for mask in range(1 << len(family.players))]


@given(st.lists(AMOUNTS, min_size=1, max_size=6))
def test_airport_charges_in_closed_form(costs: list[int]):
    family, game = Airport(costs), Game.airport(costs)
    assert np.array(family.shapley(), dtype=float) == pytest.approx(from_table(game))
    assert np.array(family.nucleolus(), dtype=float) == pytest.approx(nucleolus(game).payoffs, abs=1e-9)


@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.fractions(0, 1, max_denominator=20))
def test_bankruptcy_awards_in_closed_form(claims: list[int], part: Fraction):
    estate = part * sum(claims)
    awards = np.array(Bankruptcy(estate, claims).nucleolus(), dtype=float)
    assert awards == pytest.approx(nucleolus(Game.bankruptcy(estate, claims)).payoffs, abs=1e-8)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=7), st.integers(1, 30))
def test_voting_power_in_closed_form(weights: list[int], quota: int):
    exact = WeightedVoting(quota, weights).shapley()
    assert np.array(exact, dtype=float) == pytest.approx(from_table(Game.weighted_voting(quota, weights)))


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=5), st.data())
def test_pair_synergies_in_closed_form(alone: list[int], data: st.DataObject):
    pairs = list(combinations(range(len(alone)), 2))
    synergies = {pair: data.draw(st.integers(-9, 9)) for pair in pairs}
    family, game = PairSynergies(alone, synergies), Game.pair_synergies(alone, synergies)
    shares = np.array(family.shapley(), dtype=float)
    assert shares == pytest.approx(from_table(game))
    assert shares == pytest.approx(prenucleolus(game).payoffs, abs=1e-8)
    if family.nucleolus() is not None:
        assert shares == pytest.approx(nucleolus(game).payoffs, abs=1e-8)


def test_the_textbook_pairs():
    family = PairSynergies([1, 2, 0, 4], {(0, 1): 3, (1, 2): -1, (0, 3): 2, (2, 3): 5})
    assert family.shapley() == (Fraction(7, 2), 3, 2, Fraction(15, 2))
    assert family.nucleolus() == family.shapley()


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Airport([1, -2]), "costs must be at least 0, not -2"),
        (lambda: Airport([1, 2], ["a"]), "2 players need 2 names, not 1"),
        (lambda: Bankruptcy(7, [1, 2]), "between 0 and the sum of the claims, 3, not 7"),
        (lambda: Bankruptcy(1, [-1, 2]), "claims must be at least 0, not -1"),
        (lambda: WeightedVoting(0, [1]), "the quota must be above 0, not 0"),
        (lambda: WeightedVoting(1.5, [1]), "quota and weights must be whole numbers"),
        (lambda: WeightedVoting(1, [2, -1]), "weights must be at least 0, not -1"),
        (lambda: Assignment([[1, 2], [3]]), "all with one number per seller"),
        (lambda: PairSynergies([1, 2], {(0, 0): 1}), "between two of the 2 players, not 0 and 0"),
        (lambda: Game.airport([1] * 40), "at most 28 players, not 40"),
    ],
)
def test_a_family_refuses_in_words(build, words: str):
    with pytest.raises(ValueError, match=words):
        build()
