"""Closed forms and flows where a game has a structure, each against the general algorithm."""

import re
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.allocation.bigboss import big_boss
from solver.allocation.closure import ProjectSelection
from solver.allocation.coalitions import indicators, members
from solver.allocation.convex import convex_room, is_convex
from solver.allocation.core import Core
from solver.allocation.families import PairSynergies
from solver.allocation.game import Game
from solver.allocation.nucleolus import nucleolus
from solver.allocation.projects import JointProjects, ProjectSeparator
from solver.allocation.shapley import from_table, shapley
from solver.allocation.split import certify
from solver.allocation.tau import tau_value


@st.composite
def tables(draw: st.DrawFn) -> Game:
    count = draw(st.integers(1, 4))
    v = draw(st.lists(st.integers(0, 4), min_size=2**count - 1, max_size=2**count - 1))
    size = np.array([mask.bit_count() for mask in range(2**count)])
    return Game(tuple("abcd"[:count]), np.array([0, *v]) + draw(st.sampled_from([0, 1, 3])) * size**2.0)


@st.composite
def joint_projects(draw: st.DrawFn) -> JointProjects:
    count = draw(st.integers(2, 5))
    groups = [group for size in range(1, count + 1) for group in combinations(range(count), size)]
    earnings = draw(st.dictionaries(st.sampled_from(groups), st.integers(0, 20), max_size=6))
    alone = draw(st.lists(st.integers(-5, 5), min_size=count, max_size=count))
    return JointProjects(alone, earnings)


@st.composite
def big_bosses(draw: st.DrawFn) -> Game:
    """The boss misses several who leave more than each of them; alone they are worth a little."""
    count = draw(st.integers(2, 6))
    boss = draw(st.integers(0, count - 1))
    alone = np.array(draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)), dtype=float)
    missed = np.array(draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))) + alone
    v = np.zeros(2**count)
    for mask in range(2**count):
        absent = [player for player in range(count) if not mask >> player & 1]
        loss = missed[absent].sum() + draw(st.integers(0, 4)) * (len(absent) > 1)
        v[mask] = 50 - loss if mask >> boss & 1 else alone[members(mask)].sum()
    return Game(tuple("abcdef"[:count]), v)


@given(tables())
def test_convex_is_what_the_definition_says(game: Game):
    v, everything = game.v, range(len(game.v))
    assert is_convex(game) == all(
        v[s | t] + v[s & t] >= v[s] + v[t] for s, t in product(everything, repeat=2)
    )


@given(joint_projects())
def test_joint_projects_are_convex_and_their_room_is_known(family: JointProjects):
    game = Game.of(family)
    assert is_convex(game)
    assert certify(game, shapley(family)).in_core
    closed, room = convex_room(game), Core(game).room()
    assert closed is not None
    assert room is not None
    assert closed.least == pytest.approx(room.least, abs=1e-6)
    assert closed.most == pytest.approx(room.most, abs=1e-6)


def test_no_closed_room_without_convexity():
    assert convex_room(Game.assignment([[1, 1]])) is None
    talmud = convex_room(Game.bankruptcy(200, [100, 200, 300]))
    assert talmud is not None
    assert talmud.most.tolist() == [100, 200, 200]


def test_small_number_types_do_not_overflow():
    v = np.array([0, 30000, 30000, -30000], dtype=np.int16)
    assert not is_convex(Game(("a", "b"), v))
    assert big_boss(Game(("a", "b"), v)) is None


@given(big_bosses())
def test_half_of_what_all_would_miss(game: Game):
    found, general = big_boss(game), nucleolus(game)
    assert found is not None
    assert general is not None
    assert found.nucleolus == pytest.approx(general.payoffs, abs=1e-8)
    assert found.nucleolus == pytest.approx(tau_value(game), abs=1e-8)
    room = Core(game).room()
    assert room is not None
    assert found.room.least == pytest.approx(room.least, abs=1e-6)
    assert found.room.most == pytest.approx(room.most, abs=1e-6)


@given(tables())
def test_a_boss_is_found_just_where_the_conditions_hold(game: Game):
    everyone = len(game.v) - 1
    marginal = np.array([game.grand - game.v[everyone ^ (1 << player)] for player in range(game.n)])

    def is_boss(boss: int) -> bool:
        others = [player for player in range(game.n) if player != boss]
        return all(marginal[player] >= game.alone[player] for player in others) and all(
            game.grand - game.v[mask] >= marginal[members(everyone ^ mask)].sum()
            if mask >> boss & 1
            else game.v[mask] == game.alone[members(mask)].sum()
            for mask in range(len(game.v))
        )

    found = big_boss(game)
    assert [player for player in range(game.n) if is_boss(player)][:1] == (
        [] if found is None else [found.player]
    )


def test_the_employer_and_his_workers():
    """Without the employer nothing; each further worker adds less: 6, 4, 2 (Muto et al. 1988, the idea)."""
    made = [0, 6, 10, 12]
    game = Game.from_worths(
        ["boss", "x", "y", "z"], lambda team: made[len(team) - 1] if "boss" in team else 0
    )
    found = big_boss(game)
    assert found is not None
    assert (found.player, found.nucleolus.tolist()) == (0, [9, 1, 1, 1])
    assert (found.room.least.tolist(), found.room.most.tolist()) == ([6, 0, 0, 0], [12, 2, 2, 2])


@given(joint_projects())
def test_joint_projects_by_table_and_by_structure(family: JointProjects):
    game = Game.of(family)
    assert game.v.tolist() == [family.worth(mask) for mask in range(len(game.v))]
    assert np.array(family.shapley(), dtype=float) == pytest.approx(from_table(game), abs=1e-9)


def test_pairs_are_joint_projects_of_two():
    synergies = {(0, 1): 3, (1, 2): -1, (0, 3): 2, (2, 3): 5}
    pairs, projects = PairSynergies([1, 2, 0, 4], synergies), JointProjects([1, 2, 0, 4], synergies)
    assert projects.values().tolist() == pairs.values().tolist()
    assert projects.shapley() == pairs.shapley() == (Fraction(7, 2), 3, 2, Fraction(15, 2))


@given(joint_projects(), st.data())
def test_separation_by_flow_misses_no_coalition(family: JointProjects, data: st.DataObject):
    count = len(family.players)
    payoffs = np.array(data.draw(st.lists(st.floats(-20, 20), min_size=count, max_size=count)))
    threshold = data.draw(st.sampled_from([-8.0, -0.5, 0.0, 3.0]))
    masks = range(1, 2**count - 1)
    excess = family.values()[1:-1] - indicators(masks, count) @ payoffs
    claims = ProjectSeparator(family).claims(payoffs, threshold, count)
    assert bool(claims) == bool((excess > threshold).any())
    found = [excess[mask - 1] for mask in claims.masks]
    assert all(excess > threshold for excess in found)
    assert found == sorted(found, reverse=True)
    assert claims.worths.tolist() == [family.worth(mask) for mask in claims.masks]


@given(joint_projects())
def test_the_least_core_by_flows(family: JointProjects):
    by_flows, by_table = Core(family, ProjectSeparator(family)).least(), Core(Game.of(family)).least()
    assert by_flows.epsilon == pytest.approx(by_table.epsilon, abs=1e-6)


def test_membership_of_five_hundred_players():
    rng = np.random.default_rng(1)
    groups = [tuple(rng.choice(500, rng.integers(2, 6), replace=False).tolist()) for _ in range(2000)]
    family = JointProjects(rng.integers(0, 20, 500).tolist(), dict(zip(groups, range(1, 2001), strict=True)))
    separator, payoffs = ProjectSeparator(family), np.array(family.shapley(), dtype=float)
    assert not separator.claims(payoffs, 1e-6, 500)
    payoffs[0] += payoffs[1] + 1
    payoffs[1] = -1
    assert list(separator.claims(payoffs, 1e-6, 1).masks)


def test_the_best_selection_of_projects():
    rng = np.random.default_rng(0)
    for _ in range(150):
        items, projects = int(rng.integers(2, 6)), int(rng.integers(0, 6))
        needs = [rng.permutation(items)[: rng.integers(1, items + 1)].tolist() for _ in range(projects)]
        earnings, prices = rng.uniform(0, 10, projects), rng.normal(1, 5, items)
        bought = [int(rng.integers(items))][: rng.integers(2)]
        barred = [(item + 1) % items for item in bought]

        def profit(there, needs=needs, earnings=earnings, prices=prices) -> float:
            earned = [amount for group, amount in zip(needs, earnings, strict=True) if there[group].all()]
            return sum(earned) - prices[there].sum()

        choices = [np.array(choice, dtype=bool) for choice in product((False, True), repeat=items)]
        allowed = [choice for choice in choices if choice[bought].all() and not choice[barred].any()]
        found = ProjectSelection(items, needs, earnings).best(prices, bought, barred)
        assert any((found == choice).all() for choice in allowed)
        assert profit(found) == pytest.approx(max(map(profit, allowed)), abs=1e-12)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: JointProjects([1, 2], {(0, 2): 1}), "different players, by number below 2, not (0, 2)"),
        (lambda: JointProjects([1, 2], {(1, 1): 1}), "not (1, 1)"),
        (lambda: JointProjects([1, 2], {(): 1}), "not ()"),
        (lambda: ProjectSeparator(JointProjects([1, 2], {(0, 1): -3})), "must earn at least 0, not -3"),
        (lambda: ProjectSeparator(JointProjects([1], {})), "one player alone"),
    ],
)
def test_projects_that_cannot_be_are_refused_in_words(build, words: str):
    with pytest.raises(ValueError, match=re.escape(words)):
        build()
