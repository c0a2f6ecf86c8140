"""Rules for a split, certificates, the core and its room, each against its definition."""

import json
import re
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from solver.games.coalitions import indicators, members
from solver.games.core import Core
from solver.games.families import Airport
from solver.games.game import Game
from solver.games.rules import RULES, Context
from solver.games.scan import Claims
from solver.games.split import Split, certify, split, typed_payoffs

TALMUD = Game.bankruptcy(200, [100, 200, 300], ["a", "b", "c"])
GLOVES = Game.assignment([[1, 1]])
EMPTY_CORE = Game(("a", "b", "c"), np.array([0, 0, 0, 8, 0, 9, 10, 12.0]))
LOSS = Game(("a", "b"), np.array([0.0, 3, 4, 5]))


def paid(game: Game, rule: str, **context: object) -> list[float]:
    found = split(game, rule, Context(**context))  # type: ignore[arg-type]
    assert found is not None
    return list(found.payoffs.values())


@st.composite
def games(draw: st.DrawFn) -> Game:
    count = draw(st.integers(2, 4))
    v = draw(st.lists(st.integers(0, 12), min_size=2**count - 1, max_size=2**count - 1))
    bonus = draw(st.integers(0, 30))
    return Game(tuple("abcd"[:count]), np.array([0, *v[:-1], v[-1] + bonus], dtype=float))


def excesses(game: Game, payoffs: np.ndarray) -> np.ndarray:
    """Of every coalition between nobody and everybody, by mask − 1."""
    return np.array([game.v[mask] - payoffs[members(mask)].sum() for mask in range(1, len(game.v) - 1)])


def over_the_core(game: Game, cost: np.ndarray, slack: float = 0.0) -> float | None:
    """The smallest cost·payoffs over the core by SciPy with all coalitions; None where it is empty."""
    rows = indicators(range(1, len(game.v) - 1), game.n)
    found = linprog(
        cost,
        A_ub=-rows,
        b_ub=-game.v[1:-1] + slack,
        A_eq=np.ones((1, game.n)),
        b_eq=[game.grand],
        bounds=(None, None),
    )
    return None if found.status == 2 else found.fun


@pytest.mark.parametrize(
    ("game", "rule", "context", "expected"),
    [
        (TALMUD, "equal", {}, [200 / 3] * 3),
        (TALMUD, "proportional", {"base": [0, 0, 0]}, [200 / 3] * 3),
        (TALMUD, "proportional", {"base": [1, 2, 5]}, [25, 50, 125]),
        (TALMUD, "shapley", {}, [100 / 3, 250 / 3, 250 / 3]),
        (TALMUD, "risk_corrected_shapley", {"risk": [0.5, 0.25, 0.25]}, [200 / 3, 200 / 3, 200 / 3]),
        (TALMUD, "nash", {}, [200 / 3] * 3),
        (TALMUD, "nash", {"floors": [20, 0, 30], "bargaining": [1, 1, 3]}, [50, 30, 120]),
        (TALMUD, "tau", {}, [40, 80, 80]),
        (TALMUD, "nucleolus", {}, [50, 75, 75]),
        (TALMUD, "prenucleolus", {}, [50, 75, 75]),
        (TALMUD, "equal_profit", {"base": [1, 2, 5]}, [25, 50, 125]),
        (GLOVES, "equal_profit", {"base": [1, 1, 1]}, [1, 0, 0]),
        (GLOVES, "tau", {}, [1, 0, 0]),
        (GLOVES, "least_core", {}, [1, 0, 0]),
        (GLOVES, "per_capita_nucleolus", {}, [1, 0, 0]),
        (LOSS, "prenucleolus", {}, [2, 3]),
    ],
)
def test_textbook_splits(game: Game, rule: str, context: dict[str, list[float]], expected: list[float]):
    assert paid(game, rule, **context) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("game", "rule"),
    [
        (LOSS, "nucleolus"),
        (LOSS, "per_capita_nucleolus"),
        (LOSS, "nash"),
        (LOSS, "tau"),
        (Game.weighted_voting(2, [1, 1, 1]), "tau"),
        (TALMUD, "risk_corrected_shapley"),
    ],
)
def test_rules_say_where_they_have_no_answer(game: Game, rule: str):
    assert split(game, rule) is None


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
@given(game=games())
def test_every_rule_splits_what_there_is_whatever_the_players_are_called(rule: str, game: Game):
    risk = np.arange(1.0, game.n + 1)
    found = split(game, rule, Context(risk=risk / risk.sum()))
    if found is not None:
        assert found.rule == rule
        assert found.efficient
        assert sum(found.payoffs.values()) == pytest.approx(game.grand, abs=1e-6)


@given(games())
def test_a_certificate_is_what_all_coalitions_say(game: Game):
    found = split(game, "shapley")
    assert found is not None
    payoffs = np.array(list(found.payoffs.values()))
    excess = excesses(game, payoffs)
    assert found.largest_excess == pytest.approx(excess.max(), abs=1e-9)
    assert found.tightest_coalition is not None
    assert excess[game.mask(found.tightest_coalition) - 1] == pytest.approx(excess.max(), abs=1e-9)
    assert found.in_core == (excess.max() <= 1e-6)
    assert found.blocking_coalition == (None if found.in_core else found.tightest_coalition)
    assert found.individually_rational == bool((payoffs >= game.alone - 1e-6).all())


def test_a_split_as_plain_values():
    found = split(EMPTY_CORE, "equal")
    assert found is not None
    assert found.to_dict() == {
        "payoffs": {"a": 4.0, "b": 4.0, "c": 4.0},
        "rule": "equal",
        "efficient": True,
        "individually_rational": True,
        "largest_excess": 2.0,
        "tightest_coalition": ["b", "c"],
        "blocking_coalition": ["b", "c"],
        "in_core": False,
        "excess_bound": 2.0,
        "kohlberg": None,
        "half_widths": None,
    }


def test_floors_above_what_a_player_earns_alone_count():
    floors = np.array([60.0, 0, 0])
    assert not certify(TALMUD, np.array([50.0, 75, 75]), floors=floors).individually_rational
    assert certify(TALMUD, np.array([60.0, 70, 70]), floors=floors).individually_rational


def test_a_split_that_does_not_add_up_is_no_split_in_the_core():
    found = certify(GLOVES, np.array([2.0, 0, 0]))
    assert not found.efficient
    assert not found.in_core
    assert found.blocking_coalition is None


def test_one_player_alone():
    found = certify(Game(("a",), np.array([0.0, 5.0])), np.array([5.0]))
    assert found.in_core
    assert found.largest_excess is None
    for rule in RULES:
        alone = split(Game(("a",), np.array([0.0, 5.0])), rule, Context(base=np.ones(1), risk=np.ones(1)))
        assert alone is not None
        assert alone.payoffs == {"a": pytest.approx(5.0)}


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ({"a": 1.0, "b": 2.0, "x": 3.0}, "x is no player; c has no payoff"),
        ({"a": 1.0, "b": 2.0, "c": float("nan")}, "c's payoff is no finite number"),
        ({"a": 1.0, "b": 2.0, "c": 3.0}, "the payoffs add up to 6, but all together earn 200"),
    ],
)
def test_typed_payoffs_that_cannot_be(amounts: dict[str, float], words: str):
    with pytest.raises(ValueError, match=re.escape(words)):
        typed_payoffs(TALMUD, amounts)


def test_typed_payoffs_come_in_the_order_of_the_players():
    assert typed_payoffs(TALMUD, {"c": 120, "a": 30, "b": 50}).tolist() == [30, 50, 120]


@pytest.mark.parametrize(
    ("rule", "context", "words"),
    [
        ("fair", {}, "there is no rule 'fair'; known are equal, proportional"),
        ("equal", {"base": [1, 2]}, "base needs 3 numbers, one per player, not 2"),
        ("equal", {"base": [1, -2, 3]}, "base must be at least 0, not -2"),
        ("equal", {"floors": [1, np.inf, 3]}, "floors needs a finite number for every player"),
        ("equal", {"risk": [0.5, 0.2, 0.2]}, "shares of the risk must add up to 1, not 0.9"),
        ("equal", {"bargaining": [0, 0, 0]}, "at least one bargaining weight must be above 0"),
    ],
)
def test_what_no_rule_can_use_is_refused(rule: str, context: dict[str, list[float]], words: str):
    with pytest.raises(ValueError, match=re.escape(words)):
        split(TALMUD, rule, Context(**context))  # type: ignore[arg-type]


def test_a_player_without_a_base_has_no_ratio():
    """Only b and c have ratios, and in the core they can be the same."""
    a, b, c = paid(TALMUD, "equal_profit", base=[0, 2, 4])
    assert b / 2 == pytest.approx(c / 4)
    assert 0 <= a <= 100


@given(games(), st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_equal_profit_has_the_smallest_difference_between_ratios(game: Game, drawn: list[int]):
    base = np.array(drawn[: game.n], dtype=float)
    payoffs = np.array(paid(game, "equal_profit", base=base))
    slack = max(0.0, Core(game).least().epsilon)
    assert excesses(game, payoffs).max() <= slack + 1e-6
    rows = indicators(range(1, len(game.v) - 1), game.n)
    pairs = [
        np.eye(game.n)[first] / base[first] - np.eye(game.n)[second] / base[second]
        for first, second in permutations(range(game.n), 2)
    ]
    peer = linprog(
        np.append(np.zeros(game.n), 1.0),
        A_ub=np.vstack(
            [np.column_stack([pairs, -np.ones(len(pairs))]), np.column_stack([-rows, np.zeros(len(rows))])]
        ),
        b_ub=np.concatenate([np.zeros(len(pairs)), slack - game.v[1:-1]]),
        A_eq=np.append(np.ones(game.n), 0.0)[None],
        b_eq=[game.grand],
        bounds=(None, None),
    )
    assert np.ptp(payoffs / base) == pytest.approx(peer.fun, abs=1e-6)


@pytest.mark.slow
@given(games())
def test_room_is_the_smallest_and_largest_payoff_over_the_core(game: Game):
    core = Core(game)
    room = core.room()
    each = np.eye(game.n)
    if room is None:
        assert over_the_core(game, each[0]) is None
        assert core.empty
        return
    slack = max(0.0, core.least().epsilon)
    assert room.least == pytest.approx([over_the_core(game, row, slack) for row in each], abs=1e-6)
    assert room.most == pytest.approx([-over_the_core(game, -row, slack) for row in each], abs=1e-6)


@given(games())
def test_the_least_core_is_reached_and_its_weights_prove_it(game: Game):
    least = Core(game).least()
    assert least.payoffs.sum() == pytest.approx(game.grand, abs=1e-6)
    assert excesses(game, least.payoffs).max() == pytest.approx(least.epsilon, abs=1e-6)
    weights = np.array(list(least.weights.values()))
    assert (weights > 0).all()
    assert weights.sum() == pytest.approx(1.0)
    per_player = weights @ indicators(list(least.weights), game.n)
    assert per_player == pytest.approx(per_player[0])
    worths = np.array([game.v[mask] for mask in least.weights])
    assert weights @ worths - per_player[0] * game.grand == pytest.approx(least.epsilon, abs=1e-6)


def test_the_textbook_core_that_is_empty():
    core = Core(EMPTY_CORE)
    assert core.empty
    assert core.least().epsilon == pytest.approx(1.0)
    assert core.room() is None


def test_room_at_the_textbook_games():
    gloves, talmud = Core(GLOVES).room(), Core(TALMUD).room()
    assert gloves is not None
    assert talmud is not None
    assert [gloves.least.tolist(), gloves.most.tolist()] == [
        pytest.approx([1, 0, 0]),
        pytest.approx([1, 0, 0]),
    ]
    assert [talmud.least.tolist(), talmud.most.tolist()] == [
        pytest.approx([0, 0, 0], abs=1e-9),
        pytest.approx([100, 200, 200]),
    ]


def test_games_without_a_table_are_separated_by_whoever_can():
    """An airport's most excessive coalition takes, up to some cost, everybody who is charged more than 0."""
    family = Airport([12, 28, 30, 40, 55, 70])

    class Cheapest:
        def claims(self, payoffs: np.ndarray, threshold: float, most: int) -> Claims:
            candidates = [
                sum(1 << player for player in range(last + 1) if payoffs[player] < 0 or player == last)
                for last in range(6)
            ]
            candidates += [mask ^ 1 << player for mask in (63,) for player in range(6)]
            found = [
                mask
                for mask in candidates
                if mask != 63 and family.worth(mask) - payoffs[members(mask)].sum() > threshold
            ]
            return Claims(found, np.array([family.worth(mask) for mask in found]))

    by_separation, by_table = Core(family, Cheapest()), Core(Game.of(family))
    assert by_separation.least().epsilon == pytest.approx(by_table.least().epsilon)
    ours, theirs = by_separation.room(), by_table.room()
    assert ours is not None
    assert theirs is not None
    assert ours.least == pytest.approx(theirs.least)
    assert ours.most == pytest.approx(theirs.most)
    with pytest.raises(ValueError, match="needs a separator"):
        Core(family)


@given(games())
def test_tau_lies_between_minimal_rights_and_marginal_values(game: Game):
    found = split(game, "tau")
    everyone = len(game.v) - 1
    marginal = np.array([game.grand - game.v[everyone ^ (1 << player)] for player in range(game.n)])
    rights = np.array(
        [
            max(
                game.worth(1 << player | sum(1 << other for other in group)) - marginal[list(group)].sum()
                for size in range(game.n)
                for group in combinations(set(range(game.n)) - {player}, size)
            )
            for player in range(game.n)
        ]
    )
    balanced = (
        rights <= marginal + 1e-9
    ).all() and rights.sum() - 1e-9 <= game.grand <= marginal.sum() + 1e-9
    assert (found is not None) == balanced
    if found is not None:
        payoffs = np.array(list(found.payoffs.values()))
        assert np.linalg.matrix_rank(np.array([payoffs - rights, marginal - rights]), tol=1e-6) <= 1
        assert (payoffs >= rights - 1e-6).all()
        assert (payoffs <= marginal + 1e-6).all()


@pytest.mark.slow
@given(games())
def test_nucleoli_bring_their_proof(game: Game):
    for rule in RULES:
        found = split(game, rule)
        if found is not None:
            assert found.kohlberg is (True if "nucleolus" in rule else None)


def test_payoffs_are_no_nucleolus_by_being_called_one():
    assert certify(TALMUD, np.array([50.0, 75, 75]), "nucleolus").kohlberg is True
    assert certify(TALMUD, np.array([40.0, 80, 80]), "nucleolus").kohlberg is False
    many = Game(tuple(map(str, range(21))), np.zeros(2**21, dtype=np.int16))
    assert certify(many, np.zeros(21), "nucleolus").kohlberg is None


def test_a_split_comes_back_from_json():
    for rule in ("nucleolus", "equal"):
        found = split(EMPTY_CORE, rule)
        assert found is not None
        assert Split.from_dict(json.loads(json.dumps(found.to_dict()))) == found
