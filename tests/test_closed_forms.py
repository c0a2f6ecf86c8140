"""Games whose core and nucleolus are known in closed form, each against the general algorithm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.games.coalitions import members
from solver.games.core import Core
from solver.games.families import PairSynergies
from solver.games.game import Game
from solver.games.nucleolus import nucleolus
from solver.games.shapley import from_table
from solver.games.split import certify
from solver.games.tau import tau_value
from tests.oracle.games import Listed, is_convex


@st.composite
def joint_projects(draw: st.DrawFn) -> tuple[Game, np.ndarray]:
    """Players alone, and projects that earn where all their players are there: a convex game.

    With it the Shapley value: what a project earns is shared equally by its players (Harsanyi 1963).
    """
    count = draw(st.integers(2, 5))
    everybody = np.arange(2**count)
    shares = np.array(draw(st.lists(st.integers(-5, 5), min_size=count, max_size=count)), dtype=float)
    v = sum(amount * (everybody >> player & 1) for player, amount in enumerate(shares))
    for project, earned in draw(
        st.dictionaries(st.integers(1, 2**count - 1), st.integers(0, 20), max_size=6)
    ).items():
        v = v + earned * (everybody & project == project)
        shares[members(project)] += earned / project.bit_count()
    return Game(tuple("abcde"[:count]), v), shares


@st.composite
def big_bosses(draw: st.DrawFn) -> tuple[Game, int]:
    """The boss misses several who leave more than each of them; without him all are worth little, alone."""
    count = draw(st.integers(2, 6))
    boss = draw(st.integers(0, count - 1))
    alone = np.array(draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)), dtype=float)
    missed = np.array(draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))) + alone
    v = np.zeros(2**count)
    for mask in range(2**count):
        absent = [player for player in range(count) if not mask >> player & 1]
        loss = missed[absent].sum() + draw(st.integers(0, 4)) * (len(absent) > 1)
        v[mask] = 50 - loss if mask >> boss & 1 else alone[members(mask)].sum()
    return Game(tuple("abcdef"[:count]), v), boss


def marginal(game: Game) -> np.ndarray:
    """What all others miss without each player."""
    everyone = len(game.v) - 1
    return game.grand - np.array([game.worth(everyone ^ 1 << player) for player in range(game.n)])


@given(joint_projects())
def test_in_a_convex_game_who_comes_first_gets_least_and_who_comes_last_most(drawn):
    """Shapley 1971: the corners of the core are what players add in some order."""
    game, shares = drawn
    assert is_convex(game.v)
    assert from_table(game) == pytest.approx(shares, abs=1e-9)
    assert certify(game, shares).in_core
    room = Core(game).room()
    assert room is not None
    assert room.least == pytest.approx(game.alone, abs=1e-6)
    assert room.most == pytest.approx(marginal(game), abs=1e-6)


@given(joint_projects())
def test_the_least_core_on_demand_is_that_of_the_table(drawn):
    game, _ = drawn
    pairs = PairSynergies([3, 1, 4, 1], {(0, 1): 3, (1, 2): -1, (0, 3): 2, (2, 3): 5})
    for family, table in ((game, game), (pairs, Game.of(pairs))):
        on_demand, by_table = Core(family, Listed(table.v)).least(), Core(table).least()
        assert on_demand.epsilon == pytest.approx(by_table.epsilon, abs=1e-6)


@pytest.mark.slow
@given(big_bosses())
def test_beside_a_big_boss_everybody_gets_half_of_what_all_would_miss(drawn):
    """Muto, Nakayama, Potters & Tijs 1988: between alone and marginal, the rest to the boss."""
    game, boss = drawn

    def with_rest_to_boss(payoffs: np.ndarray, others: np.ndarray) -> list[float]:
        paid = payoffs.copy()
        paid[boss] = game.grand - np.delete(others, boss).sum()
        return pytest.approx(paid, abs=1e-6)

    alone, missed = game.alone, marginal(game)
    middle, found, room = (alone + missed) / 2, nucleolus(game), Core(game).room()
    assert found is not None
    assert room is not None
    assert found.payoffs == with_rest_to_boss(middle, middle)
    assert tau_value(game) == with_rest_to_boss(middle, middle)
    assert room.least == with_rest_to_boss(alone, missed)
    assert room.most == with_rest_to_boss(missed, alone)


def test_the_employer_and_his_workers():
    """Without the employer nothing; each further worker adds less: 6, 4, 2 (Muto et al. 1988, the idea)."""
    made = [0, 6, 10, 12]
    game = Game.from_worths(
        ["boss", "x", "y", "z"], lambda team: made[len(team) - 1] if "boss" in team else 0
    )
    found, room = nucleolus(game), Core(game).room()
    assert found is not None
    assert room is not None
    assert found.payoffs == pytest.approx([9, 1, 1, 1])
    assert room.least == pytest.approx([6, 0, 0, 0], abs=1e-6)
    assert room.most == pytest.approx([12, 2, 2, 2])
