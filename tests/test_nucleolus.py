"""Nucleoli: textbook numbers, Kohlberg's criterion, axioms, and a second algorithm over all coalitions."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from solver.games.coalitions import members
from solver.games.core import Core
from solver.games.game import Game
from solver.games.kohlberg import check_stages, kohlberg
from solver.games.nucleolus import nucleolus, per_capita_nucleolus, prenucleolus
from solver.games.program import InfeasibleError, Program
from solver.games.scan import TableScan, largest_excess
from solver.games.spans import Span
from tests.exact_payoffs import in_fractions

EMPTY_CORE = [0, 0, 0, 8, 0, 9, 10, 12]


def named(v: object) -> Game:
    table = np.asarray(v)
    return Game(tuple(f"p{player}" for player in range(len(table).bit_length() - 1)), table)


def drawn(rng: np.random.Generator, players: int) -> Game:
    """A game of one of several kinds; ties and games without imputations are among them."""
    size = np.array([mask.bit_count() for mask in range(2**players)])
    v = [
        lambda: rng.integers(0, 30, 2**players).astype(float),
        lambda: rng.integers(0, 4, 2**players) * size / 2,
        lambda: (rng.random(2**players) < 0.4).astype(float),
        lambda: rng.normal(0, 5, 2**players) + size**1.5,
        lambda: size**2 + rng.integers(-2, 3, 2**players),
    ][rng.integers(5)]()
    v[0] = 0
    v[-1] = max(v[-1], v[1 << np.arange(players)].sum() + rng.integers(-1, 5))
    return named(v)


def slow_nucleolus(game: Game, per_capita: bool, imputations: bool) -> np.ndarray:
    """A linear program over all coalitions per level, by SciPy; those with a dual are fixed for good."""
    rows = np.array([[mask >> player & 1 for player in range(game.n)] for mask in range(1, len(game.v) - 1)])
    weights = rows.sum(axis=1) if per_capita else np.ones(len(rows))
    worths = game.v[1:-1].astype(float)
    equal = np.ones((1, game.n + 1))
    equal[0, -1] = 0
    paid = [game.grand]
    lows = list(game.alone) if imputations else [None] * game.n
    while True:
        rank = np.linalg.matrix_rank(equal)
        is_open = [
            np.linalg.matrix_rank(np.vstack([equal, np.append(row, 0)])) > rank for row in rows.astype(float)
        ]
        if not any(is_open):
            return np.linalg.lstsq(equal[:, :-1], np.array(paid), rcond=None)[0]
        found = linprog(
            np.append(np.zeros(game.n), 1.0),
            A_ub=-np.column_stack([rows, weights])[is_open],
            b_ub=-worths[is_open],
            A_eq=equal,
            b_eq=paid,
            bounds=[*((low, None) for low in lows), (None, None)],
        )
        assert found.status == 0, found.message
        tight = np.flatnonzero(is_open)[found.ineqlin.marginals < -1e-9]
        fixed = [(rows[row], worths[row] - weights[row] * found.fun) for row in tight]
        held = np.flatnonzero(found.lower.marginals[:-1] > 1e-9)
        fixed += [(np.eye(game.n)[player], game.alone[player]) for player in held]
        equal = np.vstack([equal, *(np.append(row, 0.0) for row, _ in fixed)])
        paid += [amount for _, amount in fixed]


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        (Game.bankruptcy(100, [100, 200, 300]), ["100/3", "100/3", "100/3"]),
        (Game.bankruptcy(200, [100, 200, 300]), ["50", "75", "75"]),
        (Game.bankruptcy(300, [100, 200, 300]), ["50", "100", "150"]),
        (Game.assignment([[1, 1]]), ["1", "0", "0"]),
        (Game.weighted_voting(4, [3, 1, 1, 1, 1]), ["3/7"] + ["1/7"] * 4),
        (Game.weighted_voting(4, [3, 2, 1, 1]), ["2/5", "1/5", "1/5", "1/5"]),
        (Game.weighted_voting(39, [7] * 5 + [1] * 10), ["1/5"] * 5 + ["0"] * 10),
        (Game.airport([12, 28, 30]), ["-6", "-11", "-13"]),
        (named([0, 1, 3, 6, 5, 7, 8, 12]), ["5/2", "4", "11/2"]),
        (Game.assignment([[5, 8, 2], [7, 9, 6], [2, 3, 0]]), ["4", "17/3", "1/3", "5/3", "4", "1/3"]),
        (Game.weighted_voting(51, [40, 22, 30, 9]), ["1/3", "1/3", "1/3", "0"]),
        (named(EMPTY_CORE), ["3", "4", "5"]),
        (named([0, 7]), ["7"]),
        (named([0.0, 0.0, 0.0, 0.0]), ["0", "0"]),
    ],
)
def test_textbook_values(game: Game, expected: list[str]):
    found = nucleolus(game)
    assert found is not None
    assert in_fractions(found, game) == tuple(map(Fraction, expected))
    assert found.payoffs == pytest.approx([float(Fraction(amount)) for amount in expected], abs=1e-12)
    assert check_stages(game, found).passes
    assert kohlberg(game, found.payoffs).passes


def test_decimals_stay_decimals():
    found = nucleolus(Game.from_dict({"players": ["a", "b"], "v": ["0", "0.1", "0.2", "0.7"]}))
    game = Game(("a", "b"), np.array([0, 0.1, 0.2, 0.7]))
    assert found is not None
    assert in_fractions(found, game) == (Fraction(3, 10), Fraction(4, 10))


def test_no_imputation_no_nucleolus():
    game = named([0, 3, 4, 5])
    assert nucleolus(game) is None
    assert per_capita_nucleolus(game) is None
    assert prenucleolus(game).payoffs == pytest.approx([2, 3])


def test_a_player_held_at_what_he_earns_alone():
    v = np.zeros(8)
    v[[0b011, 0b101, 0b110, 0b111]] = [10, 1, 1, 4]
    game = named(v)
    assert prenucleolus(game).payoffs[2] < 0
    found = nucleolus(game)
    assert found is not None
    assert found.payoffs == pytest.approx([2, 2, 0])
    assert any(2 in stage.floors for stage in found.stages)
    assert check_stages(game, found).passes
    assert not kohlberg(game, found.payoffs, imputations=False).passes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("solve", "per_capita", "imputations"),
    [(nucleolus, False, True), (prenucleolus, False, False), (per_capita_nucleolus, True, True)],
)
def test_drawn_games_against_all_coalitions_at_once(solve, per_capita: bool, imputations: bool):
    rng = np.random.default_rng(11)
    compared = 0
    while compared < 80:
        game = drawn(rng, int(rng.integers(2, 6)))
        found = solve(game)
        if found is None:
            assert game.alone.sum() > game.grand
            continue
        assert found.payoffs == pytest.approx(slow_nucleolus(game, per_capita, imputations), abs=1e-6)
        assert check_stages(game, found, imputations).passes
        assert kohlberg(game, found.payoffs, imputations, per_capita).passes
        compared += 1


@pytest.mark.parametrize("seed", range(6))
def test_tables_of_many_rows_pass_both_checks(seed: int):
    game = drawn(np.random.default_rng(seed), 14)
    found = nucleolus(game)
    assert found is not None
    assert check_stages(game, found).passes
    assert kohlberg(game, found.payoffs).passes


def test_small_number_types_give_the_same():
    v = np.random.default_rng(4).integers(0, 200, 2**13).astype(np.int16)
    v[0], v[1 << np.arange(13)], v[-1] = 0, 0, 900
    first, second = nucleolus(named(v)), nucleolus(named(v.astype(float)))
    assert first is not None
    assert second is not None
    assert first.payoffs == pytest.approx(second.payoffs, abs=1e-9)


def test_the_big_boss_halves_every_marginal_value():
    marginal = np.array([3.0, 5.0, 2.0, 8.0])
    v = np.zeros(32)
    for mask in range(16):
        shortage = sum(marginal[player] for player in range(4) if not mask >> player & 1)
        v[mask | 16] = 30 - shortage - (mask != 15)
    v[16 | 15] = 30
    marginal_of = np.array([30 - v[31 ^ (1 << player)] for player in range(4)])
    found = nucleolus(named(v))
    assert found is not None
    assert found.payoffs[:4] == pytest.approx(marginal_of / 2)


games = st.integers(0, 10_000).map(lambda seed: drawn(np.random.default_rng(seed), 2 + seed % 4))


@given(games, st.floats(0.1, 10), st.lists(st.floats(-50, 50), min_size=5, max_size=5))
def test_covariance(game: Game, factor: float, gifts: list[float]):
    found = prenucleolus(game).payoffs
    given_to = np.array([sum(gifts[player] for player in members(mask)) for mask in range(len(game.v))])
    moved = prenucleolus(named(factor * game.v + given_to)).payoffs
    assert moved == pytest.approx(factor * found + gifts[: game.n], abs=1e-6)


@given(games)
def test_it_is_in_the_core_where_there_is_one_and_in_the_least_core_always(game: Game):
    found = prenucleolus(game).payoffs
    excess = largest_excess(game.v, found)
    assert excess is not None
    least = Core(game).least()
    assert excess[1] == pytest.approx(least.epsilon, abs=1e-6)
    if not Core(game).empty:
        at_home = nucleolus(game)
        assert at_home is not None
        assert at_home.payoffs == pytest.approx(found, abs=1e-6)


@given(games)
def test_equal_players_are_paid_equally(game: Game):
    v = game.v.copy()
    for mask in range(len(v)):
        if mask & 3 == 2:
            v[mask] = v[mask ^ 3]
    found = prenucleolus(named(v)).payoffs
    assert found[0] == pytest.approx(found[1], abs=1e-6)


@given(games)
def test_a_player_who_adds_nothing_is_paid_nothing(game: Game):
    found = prenucleolus(named(np.concatenate([game.v, game.v]))).payoffs
    assert found == pytest.approx([*prenucleolus(game).payoffs, 0], abs=1e-6)


@given(games, st.data())
def test_another_split_fails_the_criterion_and_is_told_why(game: Game, data: st.DataObject):
    found = prenucleolus(game)
    winner, loser = data.draw(st.permutations(range(game.n)))[:2]
    payoffs = found.payoffs.copy()
    payoffs[winner] += 0.5
    payoffs[loser] -= 0.5
    verdict = kohlberg(game, payoffs, imputations=False)
    assert not verdict.passes
    assert verdict.improvement is not None
    better = payoffs + 1e-4 * verdict.improvement
    assert sorted_excesses(game, better) < sorted_excesses(game, payoffs)
    assert not check_stages(game, replace(found, payoffs=payoffs), imputations=False).passes


def sorted_excesses(game: Game, payoffs: np.ndarray) -> list[float]:
    paid = np.array([payoffs[members(mask)].sum() for mask in range(len(game.v))])
    return np.round(np.sort(game.v - paid)[::-1], 7).tolist()


def test_a_forged_proof_is_refused():
    game = Game.bankruptcy(200, [100, 200, 300])
    found = nucleolus(game)
    assert found is not None
    first = found.stages[0]
    forgeries = [
        replace(found, stages=found.stages[:-1]),
        replace(found, stages=(replace(first, weights={}), *found.stages[1:])),
        replace(found, stages=(replace(first, excess=first.excess - 1), *found.stages[1:])),
        replace(found, stages=(replace(first, weights=dict.fromkeys([1], 1.0)), *found.stages[1:])),
        replace(found, stages=found.stages[1:]),
        replace(found, payoffs=found.payoffs + 1),
        replace(found, payoffs=np.array([-1.0, 100.0, 101.0])),
    ]
    assert not any(check_stages(game, forgery).passes for forgery in forgeries)
    assert all(check_stages(game, forgery).why_not for forgery in forgeries)


def test_rank_is_that_of_the_rationals():
    rng = np.random.default_rng(2)
    for _ in range(60):
        players = int(rng.integers(2, 9))
        span, rows = Span(players), [np.ones(players)]
        for mask in rng.integers(1, 2**players, 12).tolist():
            row = np.array([mask >> player & 1 for player in range(players)], dtype=float)
            inside = np.linalg.matrix_rank(np.array([*rows, row])) == span.rank
            assert (mask in span) == inside
            assert span.covers(row[None])[0] == inside
            assert span.add(mask) != inside
            rows.append(row)


def test_scans_find_what_is_above_and_prove_what_is_not():
    rng = np.random.default_rng(9)
    players = 9
    v = rng.normal(0, 1, 2**players)
    scan, span = TableScan(v), Span(players)
    for turn in range(40):
        payoffs = rng.normal(0, 0.2, players)
        excess = v - np.array([payoffs[members(mask)].sum() for mask in range(2**players)])
        settled = [mask for mask in range(2**players) if mask in span]
        excess[settled] = -np.inf
        threshold = 1e-9 + float(np.quantile(excess[np.isfinite(excess)], rng.choice([0.9, 0.999, 1.0])))
        claims = scan.claims(payoffs, threshold, 5)
        assert bool(claims) == bool((excess > threshold).any())
        assert (excess[claims.masks] > threshold).all()
        assert claims.worths.tolist() == v[claims.masks].tolist()
        if turn % 8 == 7:
            span.add(int(rng.integers(1, 2**players)))
            scan.settle(span)


def test_growing_programs_agree_with_scipy():
    rng = np.random.default_rng(3)
    outcomes = set()
    for _ in range(60):
        unknowns = int(rng.integers(1, 6))
        cost = rng.integers(-3, 4, unknowns).astype(float)
        program = Program(cost, np.full(unknowns, 10.0))
        rows, least = np.zeros((0, unknowns)), np.zeros(0)
        floor, ceiling = np.where(cost < 0, -np.inf, -10.0), np.where(cost < 0, 10.0, np.inf)
        for _ in range(4):
            new, demanded = rng.integers(-2, 3, (3, unknowns)).astype(float), rng.integers(-6, 4, 3)
            program.add(new, demanded)
            rows, least = np.vstack([rows, new]), np.concatenate([least, demanded])
            peer = linprog(cost, A_ub=-rows, b_ub=-least, bounds=list(zip(floor, ceiling, strict=True)))
            outcomes.add(peer.status)
            if peer.status == 2:
                with pytest.raises(InfeasibleError):
                    program.solve()
                break
            assert cost @ program.solve() == pytest.approx(peer.fun, abs=1e-7)
            assert (rows @ program.solve() >= least - 1e-8).all()
            assert (program.duals >= 0).all()
    assert outcomes == {0, 2}


def test_players_who_gain_nothing_together_but_rounding():
    alone = np.array([0.1, 0.2, 0.3, 40])
    v = np.array([alone[members(mask)].sum() for mask in range(16)])
    v[7] += 1e-16
    for solve in (nucleolus, prenucleolus, per_capita_nucleolus):
        found = solve(named(v))
        assert found is not None
        assert found.payoffs == pytest.approx(alone, rel=1e-9)
