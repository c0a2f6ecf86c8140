"""Separation by program against a scan over all coalitions, on drawn instances with every rule."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.agreement.excess import Engagement
from solver.agreement.members import Members
from solver.agreement.outside_options import OutsideOptions
from solver.agreement.programmed import Candidates, ProgrammedGame
from solver.agreement.separation import ProgramSeparator
from solver.allocation.coalitions import everybody, indicators, members
from solver.allocation.core import Core
from solver.allocation.game import Game, UnprovenError
from solver.allocation.scan import largest_excess
from solver.assessment.assessment import assess
from solver.driver import Cancel, SearchLimits, run
from solver.instance.document import parse
from solver.model.build import build
from solver.portfolio.formulation import Formulation
from tests.draw import documents
from tests.draw_coalitions import large_alliance

PAYOFFS = st.lists(st.sampled_from([-8.0, -2.5, -0.5, 0.0, 0.5, 1.0, 3.0, 7.5, 20.0]), min_size=8, max_size=8)
ROUNDING = 1e-5


def all_candidates(document) -> Candidates:
    instance = parse(document)
    return Candidates.among(assess(instance), Formulation.of(instance))


def of_the_best(document) -> Candidates:
    """The members of the instance's best portfolio; a document without one is not asked for."""
    instance = parse(document)
    formulation, assessment = Formulation.of(instance), assess(instance)
    draft = build(formulation, assessment)
    outcome = run(draft.problem, blocks=draft.blocks, lazies=draft.lazies)
    assume(outcome.values is not None)
    return Candidates.of(Members(draft.selection(outcome.value)), formulation)


def table(candidates: Candidates) -> Game:
    """Every coalition asked one by one."""
    game = ProgrammedGame(candidates)
    return Game(game.players, np.array([game.worth(mask) for mask in range(candidates.everybody + 1)]))


def excess(game: Game, mask: int, payoffs: np.ndarray) -> float:
    return game.worth(mask) - float(payoffs[members(mask)].sum())


@pytest.mark.parametrize("candidates_of", [all_candidates, of_the_best])
@settings(max_examples=60)
@given(document=documents(max_portfolios=2_000), drawn=PAYOFFS, second=PAYOFFS)
def test_separation_is_a_scan_over_all_coalitions(candidates_of, document, drawn, second):
    candidates = candidates_of(document)
    game = table(candidates)
    assume(game.n > 1)
    size = max(1.0, float(np.abs(game.v).max()))
    separator = ProgramSeparator(ProgrammedGame(candidates))
    for amounts in (drawn, second):
        payoffs = np.array(amounts[: game.n])
        mask, highest = largest_excess(game.v, payoffs)
        found = separator.largest_excess(payoffs)
        assert found.amount == pytest.approx(highest, abs=ROUNDING * size)
        assert highest - ROUNDING * size <= found.bound <= highest + ROUNDING * size
        assert 0 < found.mask < everybody(game.n)
        assert excess(game, found.mask, payoffs) == pytest.approx(highest, abs=ROUNDING * size)
        none = separator.claims(payoffs, highest + ROUNDING * size, 10)
        assert not none and none.bound <= highest + ROUNDING * size
        claims = separator.claims(payoffs, highest - 2 * ROUNDING * size, 10)
        assert claims and claims.bound >= highest - ROUNDING * size
        for claimed, worth in zip(claims.masks, claims.worths, strict=True):
            assert worth <= game.worth(claimed) + ROUNDING * size


@settings(max_examples=40)
@given(document=documents(max_portfolios=2_000))
def test_the_least_core_by_separation_is_that_of_the_table(document):
    candidates = all_candidates(document)
    game = table(candidates)
    programmed = ProgrammedGame(candidates)
    size = max(1.0, float(np.abs(game.v).max()))
    by_table = Core(game).least()
    for favoured in (None, 0):
        by_program = Core(programmed, ProgramSeparator(programmed), favoured=favoured).least()
        low, high = by_program.bounds
        assert low - ROUNDING * size <= by_table.epsilon <= high + ROUNDING * size
        assert high - low <= ROUNDING * size
        if game.n > 1:
            assert largest_excess(game.v, by_program.payoffs)[1] <= high + ROUNDING * size


@given(
    st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=6, max_size=6),
    st.lists(st.tuples(st.integers(1, 31), st.sampled_from([1.0, 3.0, 4.5, 8.0])), max_size=6),
    PAYOFFS,
)
def test_outside_options_pack_as_the_best_division_does(alone, groups, drawn):
    options = OutsideOptions(np.array(alone), tuple((mask << 1, value) for mask, value in groups))
    value = {1 << player: alone[player] for player in range(6)}
    for mask, amount in options.groups:
        value[mask] = max(amount, value.get(mask, 0.0))

    @lru_cache(maxsize=None)
    def best(mask: int) -> float:
        return max((value[part] + best(mask & ~part) for part in value if part & ~mask == 0), default=0.0)

    masks = range(2, 64, 2)
    for mask in masks:
        assert options.worth(mask) == pytest.approx(best(mask))
    payoffs = np.array(drawn[:6])
    found, worth = options.most_excessive(payoffs, 62)
    highest = max(best(mask) - payoffs @ indicators([mask], 6)[0] for mask in masks)
    assert worth - payoffs @ indicators([found], 6)[0] == pytest.approx(highest)


def test_whoever_is_paid_less_than_nothing_belongs_to_the_coalition_but_never_everybody():
    instance = large_alliance(4, 0, seed=3)
    candidates = Candidates.among(assess(instance), Formulation.of(instance))
    game = ProgrammedGame(candidates)
    payoffs = np.array([0.0, -3.0, -2.0, -1.0, -4.0])
    found = ProgramSeparator(game).largest_excess(payoffs)
    nobody = Engagement.of(
        candidates, build(candidates.formulation, candidates.assessment).selection(lambda _: 0)
    )
    assert nobody.excess(payoffs).mask == 0b10111
    assert found.mask not in (0, candidates.everybody)
    assert found.amount == pytest.approx(game.worth(found.mask) - payoffs[members(found.mask)].sum())


def test_asked_to_stop_the_separator_claims_no_proof():
    instance = large_alliance(12, 3, seed=1)
    cancel = Cancel()
    game = ProgrammedGame(Candidates.among(assess(instance), Formulation.of(instance)), cancel=cancel)
    separator, payoffs = ProgramSeparator(game), np.full(13, game.grand / 13)
    assert game.alone.shape == (13,)
    cancel.cancel()
    claims = separator.claims(payoffs, 0.0, 10)
    assert not claims and claims.bound == math.inf
    with pytest.raises(UnprovenError, match="cancelled"):
        game.worth(0b1011)


def test_time_limits_hold_over_all_programs_together():
    instance = large_alliance(12, 3, seed=1)
    candidates = Candidates.among(assess(instance), Formulation.of(instance))
    with pytest.raises(UnprovenError, match="time_limit"):
        ProgrammedGame(candidates, SearchLimits(seconds=0.0)).worth(0b1011)
