"""Risk in the program: cuts, the textbook's rows for every scenario and brute force say the same."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given

import solver as pf
from benchmarks.peers.textbook.strategy import plain_program
from solver.assessment.assessment import assess
from solver.driver import run
from solver.errors import FormulationError
from solver.model.draft import Draft, Side
from solver.model.rule_rows import rule_rows
from solver.model.term_rows import quantity_rows
from solver.portfolio.plan import read_plan
from solver.portfolio.risks import losses, watched_risks
from solver.portfolio.rules import STRUCTURE
from solver.search.problem import Problem
from tests.draw_risk import LINEAR, risky_documents
from tests.draws import draws
from tests.oracle.risk import benefits
from tests.oracles import feasible_portfolios


@pytest.mark.slow
@draws(32)
@given(risky_documents(LINEAR))
def test_cuts_and_the_textbooks_rows_reach_the_same_optimum(document: dict) -> None:
    instance = pf.Instance.from_document(document)
    problem = Problem.of(instance)
    try:
        sheet, constant = plain_program(problem)
    except FormulationError:
        assert_the_textbook_may_refuse(instance)
        return
    by_cuts, by_rows = pf.solve(instance), run(sheet.problem)
    assert by_cuts.termination == by_rows.termination, (by_cuts.message, by_rows.message)
    assert by_cuts.termination in ("optimal", "infeasible")
    if by_cuts.has_portfolio:
        assert by_cuts.objective == pytest.approx(by_rows.objective + constant, rel=1e-5, abs=1e-5)
        assert by_cuts.verified
        for column in sheet.problem.variables():
            column.varValue = by_rows.value(column)
        assert problem.evaluate(sheet.selection()) == pytest.approx(by_cuts.objective, rel=1e-5, abs=1e-5)


def assert_the_textbook_may_refuse(instance: pf.Instance) -> None:
    (risk,) = watched_risks(instance)
    chances = {(row.partner, row.success) for row in instance.levels if row.success is not None}
    assert chances or not risk.measure.monotone


@pytest.mark.slow
@draws(48)
@given(risky_documents())
def test_the_optimum_under_risk_is_the_best_of_all_portfolios(document: dict) -> None:
    instance = pf.Instance.from_document(document)
    assessment = assess(instance)
    (risk,) = watched_risks(instance)
    probability = assessment.outlook.scenarios.probability
    best = -np.inf
    for portfolio in feasible_portfolios(document):
        gained = benefits(document, portfolio, assessment)
        measured = risk.measure.value(-gained, probability)
        if risk.limit is None or measured <= risk.limit + 1e-6 * max(1.0, abs(risk.limit)):
            best = max(best, float(probability @ gained) - risk.weight * measured)
    result = pf.solve(instance)
    if best == -np.inf:
        assert result.termination == "infeasible"
        return
    assert result.termination == "optimal", result.message
    assert result.objective == pytest.approx(best, rel=1e-5, abs=1e-5)


@pytest.mark.slow
@draws(24)
@given(risky_documents())
def test_every_scenario_is_worth_what_the_specification_says(document: dict) -> None:
    instance = pf.Instance.from_document(document)
    assessment = assess(instance)
    result = pf.solve(instance)
    if not result.has_portfolio:
        return
    selection = read_plan(assessment, result.portfolio.to_dict(), "portfolio").selection
    expected = benefits(document, result.portfolio.to_dict(), assessment)
    assert losses(selection, assessment.outlook) == pytest.approx(-expected, abs=1e-9)
    assert result.risk.expected == pytest.approx(float(expected.mean()), abs=1e-9)
    assert result.value == pytest.approx(result.risk.expected, abs=1e-9)
    total = sum(row.amount for row in result.risk.contributions)
    assert total == pytest.approx(result.risk.value, rel=1e-7, abs=1e-7)


@pytest.mark.slow
@draws(16)
@given(risky_documents())
def test_rows_and_plain_reading_of_a_measure_agree(document: dict) -> None:
    instance = pf.Instance.from_document(document)
    assessment = assess(instance)
    (risk,) = watched_risks(instance)
    term = pf.LossMeasure(risk.measure)
    for portfolio in islice(feasible_portfolios(document), 6):
        selection = read_plan(assessment, portfolio, "portfolio").selection
        draft = Draft(assessment)
        for rule in STRUCTURE:
            rule_rows(rule, draft)
        draft.maximise(quantity_rows(-term, draft, Side.ABOVE))
        for column, value in draft.values(selection).items():
            column.lowBound = column.upBound = value
        outcome = run(draft.problem, blocks=draft.blocks, lazies=draft.lazies, deciding=draft.deciding)
        assert outcome.objective is not None, outcome.message
        assert -outcome.objective == pytest.approx(term.amount(selection), rel=1e-6, abs=1e-6)
