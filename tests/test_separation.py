"""Separation by program against a scan over all coalitions, on drawn instances with every rule."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.assessment.assessment import assess
from solver.driver import Cancel, SearchLimits
from solver.games.coalitions import Floats, everybody, indicators, members
from solver.games.core import Core
from solver.games.game import Game, UnprovenError
from solver.games.scan import Claims, largest_excess
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.sharing.excess import Engagement
from solver.sharing.members import Members
from solver.sharing.outside_options import OutsideOptions
from solver.sharing.programmed import Candidates, ProgrammedGame
from solver.sharing.separation import ProgramSeparator
from tests.alliances import members_of, portfolios
from tests.draw import documents
from tests.draw_coalitions import large_alliance
from tests.draw_entangled import entangled_documents
from tests.draw_risk import risky_documents
from tests.draws import draws
from tests.oracle.coalitions import worths

PAYOFFS = st.lists(st.sampled_from([-8.0, -2.5, -0.5, 0.0, 0.5, 1.0, 3.0, 7.5, 20.0]), min_size=8, max_size=8)
ROUNDING = 1e-5


class WithoutPivot:
    """A separator that does not know the hub for what it is."""

    def __init__(self, separator: ProgramSeparator) -> None:
        self._separator = separator

    def claims(self, payoffs: Floats, threshold: float, most: int) -> Claims:
        return self._separator.claims(payoffs, threshold, most)


def assert_separates(game: Game, separator: ProgramSeparator, payoffs: Floats) -> None:
    """The separator's answers about payoffs are those of a scan over the table."""
    mask, highest = largest_excess(game.v, payoffs) or (0, 0.0)
    rounding = ROUNDING * max(1.0, float(np.abs(game.v).max()))
    found = separator.largest_excess(payoffs)
    assert found.mask not in (None, 0, everybody(game.n))
    assert found.amount == pytest.approx(highest, abs=rounding), game.coalition(mask)
    assert found.bound == pytest.approx(highest, abs=rounding)
    assert game.worth(found.mask) - payoffs[members(found.mask)].sum() == pytest.approx(highest, abs=rounding)
    none = separator.claims(payoffs, highest + rounding, 10)
    assert not none
    assert none.bound <= highest + rounding
    claims = separator.claims(payoffs, highest - 2 * rounding, 10)
    assert claims
    assert claims.bound >= highest - rounding
    for claimed, worth in zip(claims.masks, claims.worths, strict=True):
        assert worth <= game.worth(claimed) + rounding


@pytest.mark.slow
@pytest.mark.parametrize("risky", [False, True])
@draws(20)
@given(data=st.data(), seed=st.integers(0, 2**16))
def test_separation_is_a_scan_over_all_coalitions(risky: bool, data: st.DataObject, seed: int) -> None:
    kinds = [risky_documents()] if risky else [documents(max_portfolios=2_000), entangled_documents()]
    document = data.draw(st.one_of(*kinds))
    instance = Instance.from_document(document)
    random = np.random.default_rng(seed)
    for portfolio in portfolios(instance):
        alliance = members_of(instance, portfolio)
        game = by_enumeration(document, portfolio, alliance)
        if game.n == 1:
            continue
        programmed = ProgrammedGame(Candidates.of(alliance, Formulation.of(instance)))
        mask = int(random.integers(1 << game.n))
        assert programmed.worth(mask) == pytest.approx(game.worth(mask), rel=1e-6, abs=1e-5)
        separator = ProgramSeparator(programmed)
        spread = max(1.0, float(np.abs(game.v).max())) / 2
        for payoffs in (np.round(random.uniform(-spread, spread, game.n), 1), game.alone):
            assert_separates(game, separator, payoffs)


def by_enumeration(document: dict[str, Any], portfolio: Any, alliance: Members) -> Game:
    """The game of a portfolio by looking at all its parts."""
    instance = alliance.selection.assessment.instance
    found = worths(document, portfolio, assess(instance) if instance.risk is not None else None)
    names = alliance.players
    v = [found[frozenset(names[player] for player in members(mask))] for mask in range(1 << len(names))]
    return Game(names, np.array([*v[:-1], alliance.value]))


@pytest.mark.slow
@draws(8)
@given(documents(max_portfolios=500))
def test_the_least_core_of_all_candidates_is_that_of_their_table(document: dict[str, Any]) -> None:
    instance = Instance.from_document(document)
    programmed = ProgrammedGame(Candidates.among(assess(instance), Formulation.of(instance)))
    masks = range(1 << len(programmed.players))
    game = Game(programmed.players, np.array([programmed.worth(mask) for mask in masks]))
    rounding = ROUNDING * max(1.0, float(np.abs(game.v).max()))
    by_table = Core(game).least()
    separator = ProgramSeparator(programmed)
    for one in (separator, WithoutPivot(separator)):
        by_program = Core(programmed, one).least()
        low, high = by_program.bounds
        assert low - rounding <= by_table.epsilon <= high + rounding
        assert high - low <= rounding
        if game.n > 1:
            assert (largest_excess(game.v, by_program.payoffs) or (0, 0.0))[1] <= high + rounding


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

    @cache
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
    nobody = Engagement.of(candidates, Selection(candidates.assessment, ()))
    assert nobody.excess(payoffs).mask == 0b10111
    assert found.mask not in (0, candidates.everybody)
    assert found.amount == pytest.approx(game.worth(found.mask) - payoffs[members(found.mask)].sum())


def test_asked_to_stop_the_separator_claims_no_proof():
    instance = large_alliance(12, 3, seed=1)
    cancel = Cancel()
    game = ProgrammedGame(Candidates.among(assess(instance), Formulation.of(instance)), Run(cancel=cancel))
    separator, payoffs = ProgramSeparator(game), np.full(13, game.grand / 13)
    assert game.alone.shape == (13,)
    cancel.cancel()
    claims = separator.claims(payoffs, 0.0, 10)
    assert not claims
    assert claims.bound == math.inf
    with pytest.raises(UnprovenError, match="cancelled"):
        game.worth(0b1011)


def test_time_limits_hold_over_all_programs_together():
    instance = large_alliance(12, 3, seed=1)
    candidates = Candidates.among(assess(instance), Formulation.of(instance))
    with pytest.raises(UnprovenError, match="time limit"):
        ProgrammedGame(candidates, Run(SearchLimits(seconds=0.0))).worth(0b1011)
