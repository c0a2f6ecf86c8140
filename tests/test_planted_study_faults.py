"""Faults planted in what is kept between questions, in coalitions and in rows never made end as an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import solver as pf
from solver.driver import Rows, backends
from solver.driver.handover import Columns
from solver.driver.memory import Memory
from solver.driver.pulpsession import PulpSession
from solver.driver.separation import Origin
from solver.games.contract.clauses import Clauses
from solver.instance.instance import Instance
from solver.model import synergy_rows
from solver.model.draft import Draft
from solver.model.loss_rows import LossCuts
from solver.model.market_rows import Hypograph
from solver.portfolio.rules import Budget
from solver.sharing.bulk.engaged import Engaged
from solver.sharing.stable.blocking import BlockingSearch
from solver.study.ledger import Ledger
from solver.study.pool import Pool
from tests.test_planted_faults import MARKET, PLAIN, RISKY, Fault, faulted

Question = Callable[[pf.Study], pf.Study]


def within(money: float) -> Question:
    return lambda study: study.limited(Budget(money))


def without_a(study: pf.Study) -> pf.Study:
    return study.locked(exclude=["a"])


def as_it_is(study: pf.Study) -> pf.Study:
    return study


def attribute(target: Any, name: str, value: Any) -> Fault:
    return lambda patch: patch.setattr(target, name, value)


def everything_is(name: str, value: Any) -> Fault:
    """The fault of a function that says the same of everything."""
    return lambda patch: patch.setattr(name, lambda *arguments: value)


def asked(*questions: Question) -> pf.Result:
    """The answer to the last of some questions to one study."""
    study = pf.Study(Instance.from_document(PLAIN))
    return [question(study).solve(split=False) for question in questions][-1]


def assert_seen(fault: Fault, *questions: Question) -> str:
    """The message of the error that the last question ends in; without the fault it is answered right."""
    true = asked(questions[-1])
    assert asked(*questions).objective == true.objective
    with pytest.MonkeyPatch.context() as patch:
        fault(patch)
        result = asked(*questions)
    assert (result.termination, result.bound, result.gap) == ("error", None, None), result.objective
    return result.message


# What is kept


def test_a_bound_that_was_noted_too_low_is_refuted_by_the_portfolio() -> None:
    true = Ledger.note
    low = attribute(Ledger, "note", lambda self, wanted, bound: true(self, wanted, bound - 5.0))
    assert "says that nothing is worth more than 154.5, against" in assert_seen(low, as_it_is)


@pytest.mark.parametrize("last", [as_it_is, within(120), without_a])
def test_a_bound_of_a_tighter_question_is_refuted_before_it_is_believed(last: Question) -> None:
    message = assert_seen(everything_is("solver.study.ledger.is_tighter", True), within(80), last)
    assert "Budget(limit=80" in message


def test_a_pool_that_vouches_for_what_breaks_a_rule_is_no_answer() -> None:
    vouching = attribute(Pool, "keeps", lambda self, rules, selection: True)
    assert "did not pass the check: total spend: 190" in assert_seen(vouching, as_it_is, within(80))


def test_a_model_that_keeps_the_rows_of_a_variant_is_named_by_what_they_refuse() -> None:
    @contextmanager
    def for_good(self: Draft, formulation: pf.Formulation, run: Any) -> Iterator[None]:
        before, self._trying, self.formulation = self.formulation, True, formulation
        yield
        self._trying, self.formulation = False, before

    message = assert_seen(attribute(Draft, "trying", for_good), within(80), within(120), without_a)
    assert "the rows of Budget(limit=120" in message


def test_a_model_of_a_tighter_question_is_named_by_what_it_refuses() -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        everything_is("solver.study.models.is_tighter", True)(patch)
        everything_is("solver.study.models.further_rules", ())(patch)

    message = assert_seen(plant, within(80), within(120))
    assert "the rows of Budget(limit=80" in message
    assert "refuse a portfolio that the checker passes" in message


def test_a_model_that_lacks_what_is_asked_beyond_it_is_named_by_what_it_allows() -> None:
    forgetful = everything_is("solver.study.models.further_rules", ())
    assert "lock lacks rows" in assert_seen(forgetful, as_it_is, without_a)


def test_a_kept_row_that_held_for_an_old_limit_only_is_named_by_what_it_refuses() -> None:
    """Of a market whose budget goes down and up, tangents are kept, and with them a row of the low one."""
    true = Memory.rows

    def with_the_old_limit(self: Memory, columns: Columns) -> Iterator[tuple[Rows, Origin]]:
        options = [place for place, name in enumerate(columns.names) if name.startswith("option")]
        for row, origin in true(self, columns):
            yield row, origin
            yield fewer_than(1.0, options), origin

    def last_of(*budgets: float) -> pf.Result:
        study = pf.Study(Instance.from_document(MARKET))
        return [study.limited(Budget(money)).solve(split=False) for money in budgets][-1]

    most = last_of(150)
    assert most.portfolio is not None
    assert len(most.portfolio.partners) > 1
    assert last_of(190, 60, 150).objective == most.objective
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Memory, "rows", with_the_old_limit)
        result = last_of(190, 60, 150)
    assert (result.termination, result.bound) == ("error", None), result.objective
    assert "refuse a portfolio that the checker passes" in result.message


def fewer_than(most: float, columns: list[int]) -> Rows:
    """The row that the columns add up to so much at the most."""
    count = len(columns)
    places = np.array([0, count], dtype=np.int32), np.array(columns, dtype=np.int32)
    return Rows(*places, np.ones(count), np.array([-np.inf]), np.array([most]))


# Rows


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_synergies_at_another_amount_are_named(factor: float) -> None:
    true = synergy_rows.expected_synergies
    scaled = lambda draft, side: true(draft, side).scaled(factor)  # noqa: E731
    result = faulted(PLAIN, lambda patch: patch.setattr("solver.model.term_rows.expected_synergies", scaled))
    assert f"the rows of Synergy() {'understate' if factor < 1 else 'overstate'} it by" in result.message


def test_cuts_for_the_risk_that_never_come_are_named() -> None:
    never = attribute(LossCuts, "violated_at", lambda self, values: Rows.stacked([]))
    message = faulted(RISKY, never).message
    assert "the rows of LossMeasure(measure=CVaR(level=0.8)) overstate it by" in message


def test_tangents_that_never_come_are_named() -> None:
    """Where some are missing: with all the steps that are written, what is left is a rounding."""

    def never(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("solver.model.market_rows.FIRST_TANGENTS", 12)
        attribute(Hypograph, "violated", lambda self, value: [])(patch)

    assert "the rows of MarketValue() overstate it by" in faulted(MARKET, never).message


# The back end's word


@pytest.mark.skipif("CBC" not in backends.available(), reason="no CBC on this machine")
def test_a_solver_that_stopped_early_and_is_read_as_if_it_had_proven_is_refuted() -> None:
    nothing = lambda self, problem: (np.zeros(len(self._program.cost)),)  # noqa: E731
    message = faulted(PLAIN, attribute(PulpSession, "_points", nothing), backend="CBC").message
    assert "CBC_CMD says that nothing comes to more than 0, against a portfolio" in message


# Coalitions


def test_a_table_of_coalitions_that_gives_all_together_too_little_is_refuted() -> None:
    split = Instance.from_document({**PLAIN, "split": {"rule": "shapley"}})
    assert pf.solve(split).split is not None
    true = Engaged.values
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engaged, "values", lambda self, late: true(self, late) - 5.0)
        result = pf.solve(split)
    assert result.termination == "optimal"
    assert result.contradiction is not None
    assert "the table of coalitions says that all together are worth" in " ".join(result.warnings)


def test_a_search_for_who_blocks_that_misses_coalitions_is_refuted_by_looking_at_all() -> None:
    instance, wishes = Instance.from_document(PLAIN), Clauses(cap=0.3)
    assert pf.select_stably(instance, wishes).verified
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BlockingSearch, "worst", lambda self, selection, payoffs: None)
        found = pf.select_stably(instance, wishes)
    assert found.result.termination == "error"
    assert "a coalition is paid" in found.result.message
