"""There is something before scenarios are drawn: an empty portfolio is judged without any."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import solver as pf
from solver.assessment.assessment import Assessment
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.risks import LossMeasure, losses, outlook_for
from solver.portfolio.rules import Workload
from solver.portfolio.selection import Selection
from solver.portfolio.terms import UNCERTAIN
from solver.risk.measures import CVaR
from solver.run import Cancel, Progress, Run, Termination
from solver.search import first
from solver.search.exact import search_exactly
from solver.search.incumbent import Incumbent
from solver.search.problem import Problem
from solver.study.proven import Proven
from solver.study.results import checked_result

MEASURES: dict[str, dict[str, Any]] = {
    "shown": {"measure": "cvar", "level": 0.9},
    "limited": {"measure": "cvar", "level": 0.9, "limit": 50},
    "priced": {"measure": "evar", "level": 0.9, "weight": 0.5},
    "by chance": {"measure": "var", "level": 0.9, "limit": 50},
    "deviating": {"measure": "mean_std", "kappa": 0.5, "limit": 50},
    "absolutely deviating": {"measure": "mad", "kappa": 0.5, "limit": 50},
    "worst case": {"measure": "worst_case", "limit": 50},
    "entropic": {"measure": "entropic", "theta": 0.1, "limit": 50},
    "spectral": {
        "measure": "spectral",
        "spectrum_levels": [0.0, 0.9],
        "spectrum_weights": [0.5, 0.5],
        "limit": 50,
    },
    "semideviation": {"measure": "mean_semideviation", "kappa": 0.5, "limit": 50},
}


def alliance(**risk: Any) -> pf.Instance:
    """One that runs, one that may fail, and an application that needs them."""
    return pf.Instance(
        partners=[
            {"id": "a", "revenue": 40, "cost": 10, "success": 0.8, "revenue_cv": 0.3},
            {"id": "b", "revenue": 30, "cost": 12, "success": 0.7, "status": "running", "exit_cost": 5},
        ],
        risk={"scenarios": 64, **risk},
    )


def are_drawn(assessment: Assessment) -> bool:
    return "outlook" in vars(assessment)


@pytest.mark.parametrize("risk", MEASURES.values(), ids=MEASURES)
def test_the_first_portfolio_is_there_before_scenarios_are_drawn(risk: dict[str, Any]) -> None:
    problem, cancel, drawn = Problem.of(alliance(**risk)), Cancel(), list[bool]()

    def stop_at_the_first(news: Progress) -> None:
        if news.incumbent is not None and not drawn:
            drawn.append(are_drawn(problem.assessment))
            cancel.cancel()

    run = Run(None, stop_at_the_first, cancel)
    best = Incumbent(problem, run)
    search = search_exactly(problem, run, best)
    assert drawn == [False]
    assert search.selection is not None
    assert not are_drawn(problem.assessment)


@pytest.mark.parametrize("risk", MEASURES.values(), ids=MEASURES)
def test_the_empty_portfolio_is_the_same_with_and_without_scenarios(risk: dict[str, Any]) -> None:
    problem = Problem.of(alliance(**risk))
    empty = Selection(problem.assessment, ())
    judged = check(problem.formulation, empty)
    ended = Proven(Termination.cancelled, None)
    assert checked_result(problem.formulation, ended, empty, Run()).verified
    assert not are_drawn(problem.assessment)
    outlook = outlook_for(LossMeasure(CVaR(0.5)), empty)
    assert all(not term.realised(empty, outlook).any() for term in UNCERTAIN)
    assert losses(empty, outlook) == pytest.approx(np.full(64, 5.0), abs=1e-12)
    of_risk = [term for term in problem.formulation.maximise.weights() if isinstance(term, LossMeasure)]
    for term in (*of_risk, *(LossMeasure(one.measure) for one in watched(problem))):
        assert term.amount(empty) == pytest.approx(term.over(empty, outlook), abs=1e-9)
    assert check(problem.formulation, empty).objective == pytest.approx(judged.objective, abs=1e-9)


def test_what_breaks_a_plain_rule_draws_no_scenarios() -> None:
    limited = alliance(**MEASURES["limited"]).with_("limits.budget=5")
    problem = Problem.of(limited)
    assert problem.evaluate(problem.staffed([0])) is None
    assert not are_drawn(problem.assessment)


def watched(problem: Problem) -> Any:
    return Formulation.of(problem.assessment.instance).watched(problem.assessment.instance)


def test_a_measure_is_refused_for_nothing_too_where_nothing_is_said_about_risk() -> None:
    problem = Problem.of(pf.Instance(partners=[{"id": "a", "revenue": 2, "cost": 1}]))
    with pytest.raises(pf.FormulationError, match="needs scenarios"):
        LossMeasure(CVaR(0.5)).amount(Selection(problem.assessment, ()))


@pytest.mark.parametrize("seed", range(3))
def test_of_very_many_options_those_that_gain_most_are_tried_before_the_program(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem.of(pf.generate(partners=20, applications=12, tightness=0.3, seed=seed))
    found = []
    for most in (math.inf, 0):
        monkeypatch.setattr(first, "EFFORT", replace(first.EFFORT, large=most))
        best = Incumbent(problem, Run())
        first.try_first_portfolios(problem, Run(), best)
        found.append(best)
    few, many = found
    assert few.selection is not None
    assert not few.selection.applications
    assert many.selection is not None
    assert many.selection.applications
    assert many.worth > few.worth


@pytest.mark.parametrize("seed", [0, 8, 9])
def test_applications_that_overload_their_providers_are_left_out(seed: int) -> None:
    problem = Problem.of(pf.generate(partners=8, applications=30, seed=seed))
    everybody = {int(element): option for option, element in enumerate(problem.assessment.options.element)}
    whole = problem.staffed(everybody.values())
    carried = problem.staffing.carried(tuple(everybody.values()))
    assert not all(reading.holds for reading in Workload().readings(whole))
    assert all(reading.holds for reading in Workload().readings(carried))
    assert carried.partners == whole.partners
    assert set() < set(carried.applications) < set(whole.applications)
