"""Faults planted in rows, objective, rules on demand, judge, start and back end all end as an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import solver as pf
from solver.driver import Row, Rows, WideRule, backends, engine
from solver.driver.highs import HighsSession
from solver.driver.pulpsession import PulpSession
from solver.driver.session import Answer
from solver.instance.instance import Instance
from solver.model import build as build_module
from solver.model import synergy_rows
from solver.model.draft import Draft
from solver.model.linear import Linear
from solver.model.loss_rows import LossCuts
from solver.model.market_rows import Hypograph
from solver.model.team_rows import TeamWorth
from solver.portfolio import rules
from solver.search.problem import Problem
from tests import test_golden
from tests.test_golden import BEST_KNOWN, HARD, INSTANCES

PLAIN: dict[str, Any] = {
    "limits": {"budget": 190},
    "partners": [
        {"id": "a", "revenue": 100, "cost": 50},
        {"id": "b", "revenue": 80, "cost": 60},
        {"id": "c", "revenue": 60, "cost": 40},
        {"id": "d", "revenue": 50, "cost": 40},
        {"id": "e", "revenue": 30, "cost": 36},
    ],
    "pairs": [{"first": "a", "second": "c", "kind": "synergy", "value": 12}],
}
"""Rows only: HiGHS searches this alone."""

MARKET: dict[str, Any] = {
    **PLAIN,
    "segments": [
        {"id": "home", "name": "home", "demand": 300, "hub_attraction": 1, "rival_attraction": 6},
        {"id": "away", "name": "away", "demand": 200, "hub_attraction": 1, "rival_attraction": 9},
    ],
    "attractions": [
        {"source": id_, "segment": segment, "attraction": attraction}
        for id_, segment, attraction in (
            ("a", "home", 1), ("b", "home", 2), ("c", "away", 3), ("d", "away", 4), ("e", "home", 5)
        )
    ],
}  # fmt: skip
"""With tangents on demand: the search tree, too."""

RISKY: dict[str, Any] = {
    "limits": {"budget": 60, "retained_value": 0.4},
    "risk": {"measure": "cvar", "level": 0.8, "weight": 0.3, "scenarios": 64},
    "technologies": [{"id": "q", "name": "q"}],
    "partners": [
        {"id": "a", "revenue": 12, "cost": 5, "success": 0.8, "revenue_cv": 0.3},
        {"id": "b", "revenue": 11, "cost": 6, "success": 0.7, "revenue_cv": 0.3},
        {"id": "c", "revenue": 8, "cost": 4, "success": 0.9},
    ],
    "capabilities": [{"holder": id_, "technology": "q", "level": 0.9} for id_ in "abc"],
    "applications": [
        {"id": "x", "revenue": 40, "cost": 10, "success": 0.9},
        {"id": "y", "revenue": 30, "cost": 12, "success": 0.8},
    ],
    "requirements": [
        {"application": "x", "technology": "q", "level": 0.5},
        {"application": "y", "technology": "q", "level": 0.5, "providers": 2},
    ],
}
"""With teams, cuts for the risk and the rows of N−1."""

Fault = Callable[[pytest.MonkeyPatch], None]


def solved(document: dict[str, Any], backend: str = "HiGHS", **options: Any) -> pf.Result:
    instance = Instance.from_document(document)
    return pf.solve(instance, split=False, limits=pf.SearchLimits(backend=backend), **options)


def faulted(document: dict[str, Any], fault: Fault, start: bool = False, **options: Any) -> pf.Result:
    """What becomes of a solve with a fault planted, begun from the true optimum where that is asked for.

    Without the fault the same solve proves its optimum, so that it is the fault that is caught.
    """
    true = solved(document, **options)
    assert true.termination == "optimal"
    given = {"start": true.portfolio} if start else {}
    with pytest.MonkeyPatch.context() as patch:
        fault(patch)
        result = solved(document, **given, **options)
    assert (result.termination, result.bound, result.gap) == ("error", None, None), result.message
    if start:
        assert result.verified
        assert result.objective == pytest.approx(true.objective, rel=1e-6)
    return result


def drafts(change: Callable[[Draft], None]) -> Fault:
    """The fault of a program that is changed once it is built."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        def changed(*arguments: Any, **options: Any) -> Draft:
            draft = build_module.build(*arguments, **options)
            change(draft)
            return draft

        patch.setattr("solver.study.models.build", changed)

    return plant


def rule_read_as(kind: type[rules.Rule], other: Callable[[Any], rules.Rule]) -> Fault:
    """The fault of a rule whose rows are those of another."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        true = build_module.rule_rows
        patch.setattr(
            build_module,
            "rule_rows",
            lambda rule, d: true(other(rule) if isinstance(rule, kind) else rule, d),
        )

    return plant


def back_end(answer: Callable[[HighsSession, Answer], Answer]) -> Fault:
    """The fault of a HiGHS that says something else of the whole program than it found."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        class Lying(HighsSession):
            def search(self, *arguments: Any) -> Answer:
                return answer(self, super().search(*arguments))

        patch.setattr(engine, "HighsSession", Lying)

    return plant


def at_most_one(draft: Draft) -> None:
    draft.at_most(Linear.of(draft.options), 1.0)


def less(draft: Draft, amount: float = 50.0) -> None:
    draft.objective.constant -= amount
    draft.maximise(draft.objective)


# Rows


def test_a_row_too_many_is_named_by_the_start_it_refuses() -> None:
    result = faulted(PLAIN, drafts(at_most_one), start=True)
    assert "row_" in result.message
    assert "refuse a portfolio that the checker passes" in result.message


def test_a_rule_with_too_strict_rows_is_named() -> None:
    result = faulted(PLAIN, rule_read_as(rules.Budget, lambda rule: replace(rule, limit=80.0)), start=True)
    assert "the rows of Budget(" in result.message
    assert result.contradiction is not None
    (row,) = result.contradiction["rows"]
    assert sorted(row["coefficients"].values()) == [36, 40, 40, 50, 60]
    assert "a, standard, period 1" in result.contradiction["columns"].values()


@pytest.mark.parametrize("start", [False, True])
def test_a_lock_with_reversed_rows_is_named(start: bool) -> None:
    reversed_ = rule_read_as(rules.Lock, lambda rule: rules.Lock(rule.id, not rule.chosen))
    result = faulted(PLAIN, reversed_, start=start, include=["a"])
    assert "Lock(" in result.message


def test_missing_rows_of_a_rule_are_named_by_the_portfolio_they_let_pass() -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("solver.model.rule_rows.retained_value_rows", lambda draft, share, slack: None)

    limits = {"budget": 60, "retained_value": 0.5, "max_partners": 1}
    result = faulted({**RISKY, "limits": limits}, plant)
    assert "the checker refuses" in result.message
    assert "retained_value lacks rows" in result.message


def test_a_row_that_cuts_off_the_known_optimum_of_the_hard_instance_is_named() -> None:
    instance, known = pf.read(INSTANCES / HARD), BEST_KNOWN[HARD]["portfolio"]

    def cut_off(draft: Draft) -> None:
        draft.at_most(Linear.of(draft.options), len(known["partners"]) + len(known["applications"]) - 1.0)

    with pytest.MonkeyPatch.context() as patch:
        drafts(cut_off)(patch)
        result = pf.solve(instance, start=known, limits=pf.SearchLimits(seconds=20))
        with pytest.raises(AssertionError):
            test_golden.test_no_bound_of_the_hard_one_falls_below_its_optimum()
    assert (result.termination, result.bound) == ("error", None)
    assert "which no rule owns" in result.message


# Objective


@pytest.mark.parametrize("amount", [50.0, 0.02])
@pytest.mark.parametrize("document", [PLAIN, MARKET], ids=["rows", "tree"])
def test_an_objective_row_that_understates_is_named_with_the_amount(
    document: dict[str, Any], amount: float
) -> None:
    result = faulted(document, drafts(lambda draft: less(draft, amount)))
    assert f"understates the sum of its terms by {amount:g}" in result.message


@pytest.mark.parametrize("start", [False, True])
def test_synergies_of_the_wrong_sign_are_named(start: bool) -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        true = synergy_rows.expected_synergies
        wrong = lambda draft, side: true(draft, side).scaled(-1.0)  # noqa: E731
        patch.setattr("solver.model.term_rows.expected_synergies", wrong)

    result = faulted(PLAIN, plant, start=start)
    assert "the rows of Synergy() understate it by" in result.message


def test_recourse_that_survives_too_seldom_is_named() -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        true = TeamWorth.coefficients
        patch.setattr(TeamWorth, "coefficients", lambda self, weights: 0.8 * true(self, weights))

    nominal = {key: value for key, value in RISKY.items() if key != "limits"}
    document = {**nominal, "risk": {"measure": "cvar", "level": 0.8, "scenarios": 64}}
    result = faulted(document, plant)
    assert "the rows of ApplicationBenefit() understate it by" in result.message


# Rows on demand


def test_a_market_tangent_too_low_is_named() -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        true = Hypograph.tangent

        def low(self: Hypograph, point: float) -> Row:
            row = true(self, point)
            return Row(row.coefficients, row.sense, row.rhs - 5.0, row.label)

        patch.setattr(Hypograph, "tangent", low)

    result = faulted(MARKET, plant)
    assert "the rows of MarketValue() understate it by" in result.message


@pytest.mark.parametrize("start", [False, True])
def test_a_cut_for_the_risk_of_the_wrong_sign_is_named(start: bool) -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        true = LossCuts.violated_at

        def flipped(self: LossCuts, values: Any) -> Rows:
            rows = true(self, values)
            return replace(rows, data=np.concatenate([rows.data[:1], -rows.data[1:]])) if len(rows) else rows

        patch.setattr(LossCuts, "violated_at", flipped)

    result = faulted(RISKY, plant, start=start)
    assert "the rows of" in result.message
    assert "cvar" in result.message.casefold()


class CutsOff(WideRule):
    """Says of a column that it is 0."""

    def __init__(self, column: Any) -> None:
        self._column = column

    @property
    def variables(self) -> list[Any]:
        return [self._column]

    def violated_at(self, values: Any) -> Rows:
        if values[0] < 1e-6:
            return Rows.stacked([])
        return Rows(
            np.array([0, 1], np.int32), np.zeros(1, np.int32), np.ones(1), np.array([-np.inf]), np.zeros(1)
        )


@pytest.mark.parametrize("kind", ["tightenings", "lazies"])
def test_a_rule_on_demand_that_cuts_off_the_optimum_is_named(kind: str) -> None:
    def cut_off(draft: Draft) -> None:
        with draft.writing(rules.Requires()):
            getattr(draft, kind).append(CutsOff(draft.options[0]))

    result = faulted(PLAIN, drafts(cut_off), start=True)
    assert "the rows of Requires() refuse a portfolio that the checker passes" in result.message


# Judge


@pytest.mark.parametrize("amount", [10.0, -10.0], ids=["overstates", "understates"])
@pytest.mark.parametrize("document", [PLAIN, MARKET], ids=["rows", "tree"])
def test_a_judge_that_disagrees_with_the_terms_is_named(document: dict[str, Any], amount: float) -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        true = Problem.evaluate

        def wrong(self: Problem, selection: Any) -> float | None:
            worth = true(self, selection)
            return None if worth is None else worth + amount

        patch.setattr(Problem, "evaluate", wrong)

    result = faulted(document, plant)
    assert "the judge says" in result.message
    assert "where the terms add up to" in result.message


def test_a_judge_that_refuses_what_the_checker_passes_is_named() -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(Problem, "evaluate", lambda self, selection: None)

    assert "the judge refuses a portfolio that the checker passes" in faulted(PLAIN, plant).message


# Start


def test_a_start_that_reaches_no_row_is_held_against_the_end_all_the_same() -> None:
    """The best team is left out of the program, and the start is not written down: the end is still seen."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(Draft, "values", lambda self, selection: {})
        drafts(at_most_one)(patch)

    result = faulted(PLAIN, plant, start=True)
    assert "the search says that nothing is worth more than" in result.message


# The back end's word


def test_infeasible_beside_a_checked_portfolio_is_an_error() -> None:
    denying = back_end(lambda session, true: Answer(pf.Termination.infeasible, message="HiGHS: Infeasible"))
    result = faulted(PLAIN, denying, start=True)
    assert "HiGHS says that no solution exists" in result.message
    assert "the back end is wrong" in result.message


def test_no_bound_is_never_believed() -> None:
    boundless = back_end(lambda session, true: Answer(pf.Termination.unbounded, message="Unbounded"))
    for start in (False, True):
        assert "unbounded" in faulted(PLAIN, boundless, start=start).message.casefold()


@pytest.mark.parametrize("start", [False, True])
def test_a_bound_below_a_known_portfolio_is_an_error(start: bool) -> None:
    low = back_end(lambda session, true: replace(true, bound=true.bound - 10))
    result = faulted(PLAIN, low, start=start)
    assert "HiGHS says that nothing comes to more than" in result.message
    assert "the back end is wrong" in result.message


def test_a_presolve_that_proves_a_worse_optimum_is_found_out_by_the_start() -> None:
    worse = back_end(lambda s, true: replace(true, points=(np.zeros_like(true.points[-1]),), bound=0.0))
    assert "the back end is wrong" in faulted(PLAIN, worse, start=True).message


def test_a_point_that_breaks_rows_is_no_solution() -> None:
    everything = back_end(lambda s, true: replace(true, points=(np.ones_like(true.points[-1]),), bound=1e9))
    result = faulted(PLAIN, everything)
    assert "breaks the rows of Budget(" in result.message
    assert result.bound is None


def test_relaxations_that_promise_too_little_are_an_error() -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        true = HighsSession.relax_within

        def less(self: HighsSession, *arguments: Any) -> Any:
            vertex = true(self, *arguments)
            return None if vertex is None else replace(vertex, bound=0.9 * vertex.bound)

        patch.setattr(HighsSession, "relax_within", less)

    result = faulted(MARKET, plant, start=True)
    assert "the search tree says that nothing comes to more than" in result.message


@pytest.mark.skipif("CBC" not in backends.available(), reason="no CBC on this machine")
def test_another_back_ends_bound_is_held_against_its_own_solution() -> None:
    def plant(patch: pytest.MonkeyPatch) -> None:
        true = PulpSession._proven_bound
        patch.setattr(PulpSession, "_proven_bound", lambda *arguments: 0.99 * true(*arguments))

    assert "CBC_CMD says that nothing comes to more than" in faulted(PLAIN, plant, backend="CBC").message
