"""The nucleolus without a table: coalitions outside what is settled, found and excluded by a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.driver import Cancel
from solver.games.coalitions import Floats, everybody, indicators
from solver.games.game import Game, UnprovenError
from solver.games.nucleolus import Nucleolus, nucleolus, prenucleolus
from solver.games.spans import Span
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.run import Run
from solver.sharing.outside_options import OutsideOptions
from solver.sharing.programmed import Candidates, ProgrammedGame
from solver.sharing.separation import ProgramSeparator
from tests.alliances import members_of as members_in
from tests.alliances import portfolios
from tests.draw import documents
from tests.draw_entangled import entangled_documents
from tests.draws import draws
from tests.test_large_cores import CutShort, candidates_of, members_of
from tests.test_separation import by_enumeration

AMOUNTS = st.sampled_from([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 4.0])
COALITIONS = st.lists(st.integers(1, 63), max_size=6)
either = pytest.mark.parametrize("rule", [nucleolus, prenucleolus])
Rule = Callable[..., Nucleolus | None]


def spanned(masks: list[int], count: int) -> Span:
    span = Span(count)
    for mask in masks:
        span.add(mask)
    return span


@pytest.fixture(scope="module")
def small() -> tuple[ProgrammedGame, Game]:
    """A game of six players, asked by program and by table."""
    game = ProgrammedGame(candidates_of(5, 2, 3))
    return game, Game(game.players, np.array([game.worth(mask) for mask in range(64)]))


def largest_outside(game: Game, payoffs: Floats, span: Span) -> float:
    """The largest excess of a coalition outside a span, by looking at all of them."""
    outside = [mask for mask in range(1, everybody(game.n)) if mask not in span]
    return float((game.v[outside] - indicators(outside, game.n) @ payoffs).max())


@pytest.mark.slow
@draws(6)
@given(st.one_of(documents(max_portfolios=2_000), entangled_documents()))
def test_it_is_the_nucleolus_of_the_table(document: dict[str, Any]) -> None:
    instance = Instance.from_document(document)
    for portfolio in portfolios(instance):
        alliance = members_in(instance, portfolio)
        game = by_enumeration(document, portfolio, alliance)
        programmed = ProgrammedGame(Candidates.of(alliance, Formulation.of(instance)))
        for rule in (nucleolus, prenucleolus):
            by_table, by_program = rule(game), rule(programmed, ProgramSeparator(programmed))
            assert (by_table is None) == (by_program is None)
            if by_table is not None and by_program is not None:
                apart = np.abs(by_table.payoffs - by_program.payoffs).max()
                assert apart <= 1e-6 * max(1.0, float(np.abs(game.v).max()))


@pytest.mark.slow
@either
def test_thirty_players_are_split_and_the_proof_holds(rule: Rule) -> None:
    game = ProgrammedGame(members_of(29, 6, 1))
    found = rule(game, ProgramSeparator(game))
    assert found is not None
    rounding = 1e-6 * game.grand
    separator, span = ProgramSeparator(game), Span(len(game.players))
    assert found.payoffs.sum() == pytest.approx(game.grand)
    for stage in found.stages:
        separator.settle(span)
        assert separator.largest_excess(found.payoffs).bound <= stage.excess + rounding
        excesses = [
            game.worth(mask) - indicators([mask], span.count)[0] @ found.payoffs for mask in stage.weights
        ]
        assert excesses == pytest.approx([stage.excess] * len(excesses), abs=rounding)
        for mask in [*stage.weights, *(1 << player for player in stage.floors)]:
            span.add(mask)
    assert span.rank == span.count


@pytest.mark.slow
@either
@pytest.mark.parametrize("questions", [0, 1, 3, 5, 8])
def test_no_split_is_given_where_time_ends_first(rule: Rule, questions: int) -> None:
    candidates = members_of(9, 3, 2)
    cancel = Cancel()
    game = ProgrammedGame(candidates, Run(cancel=cancel))
    with pytest.raises(UnprovenError):
        rule(game, CutShort(game, questions, cancel))


@pytest.mark.slow
@draws(24)
@given(masks=COALITIONS, paid=st.lists(AMOUNTS, min_size=6, max_size=6))
def test_a_program_finds_the_largest_excess_outside_a_span(
    small: tuple[ProgrammedGame, Game], masks: list[int], paid: list[float]
) -> None:
    game, table = small
    span = spanned(masks, 6)
    payoffs = 3 * np.array(paid)
    if span.rank == 6:
        return
    separator = ProgramSeparator(game)
    separator.settle(span)
    found = separator.largest_excess(payoffs)
    highest = largest_outside(table, payoffs, span)
    assert found.mask is not None
    assert found.mask not in span
    assert found.amount == pytest.approx(highest, abs=1e-6)
    assert found.bound == pytest.approx(highest, abs=1e-6)


@given(
    COALITIONS,
    st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=6, max_size=6),
    st.lists(st.tuples(st.integers(1, 31), st.sampled_from([1.0, 3.0, 4.5, 8.0])), max_size=6),
    st.lists(AMOUNTS, min_size=6, max_size=6),
)
def test_outside_options_pack_outside_a_span(masks, alone, groups, paid) -> None:
    span, payoffs = spanned(masks, 6), np.array(paid)
    options = OutsideOptions(np.array(alone), tuple((mask << 1, value) for mask, value in groups))
    outside = [mask for mask in range(2, 64, 2) if mask not in span]
    found = options.most_excessive(payoffs, 62, span)
    if not outside:
        assert found is None
        return
    assert found is not None
    mask, worth = found
    assert mask in outside
    excesses = [options.worth(one) - indicators([one], 6)[0] @ payoffs for one in outside]
    assert worth - indicators([mask], 6)[0] @ payoffs == pytest.approx(max(excesses))


@given(st.integers(6, 70), st.lists(st.integers(1, 2**70), max_size=8))
def test_the_equations_of_a_span_hold_for_its_coalitions_only(count: int, numbers: list[int]) -> None:
    masks = [number % everybody(count) for number in numbers]
    span = spanned(masks, count)
    equations = span.equations()
    asked = [*masks, *range(1, 64), everybody(count)]
    rows = indicators(asked, count)
    follows = ~(rows.astype(np.int64) @ equations.T).any(axis=1)
    assert len(equations) == count - span.rank
    assert follows.tolist() == [mask in span for mask in asked]
    assert span.covers(rows).tolist() == follows.tolist()
