"""What the program leaves out or holds tighter than its definition changes no optimum."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

import solver as pf
from solver import driver
from solver.assessment.assessment import Assessment, assess
from solver.assessment.market import Market
from solver.instance.tables import Pair
from solver.model import workload_rows
from solver.model.build import build
from solver.model.draft import Draft
from solver.model.form import Form
from solver.model.growing_block import RowsOnDemand
from solver.model.market_rows import Hypograph, written_steps
from solver.portfolio.checker import keeps
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue, LicenceCosts, Synergy
from solver.run import Run
from solver.search import opening as begins
from solver.search.drafts import search_draft
from solver.search.first import try_first_portfolios
from solver.search.heuristics.local_search import searched
from solver.search.incumbent import Incumbent
from solver.search.problem import Problem
from solver.search.program import SelectionProgram


def assessed(seed: int, partners: int = 8) -> Assessment:
    return assess(pf.generate(partners=partners, applications=partners // 2, periods=3, seed=seed))


def staffed(assessment: Assessment, seed: int, count: int) -> list[Selection]:
    """Portfolios that keep every rule, some with more providers than they need."""
    problem, rng, found = Problem(assessment, Formulation.of(assessment.instance)), random.Random(seed), []
    for _ in range(40 * count):
        chosen = [e for e in range(len(assessment.elements)) if rng.random() < rng.choice([0.3, 0.6])]
        selection = problem.staffed([rng.choice(own) for e in chosen if (own := assessment.options.of(e))])
        more = [
            (need, partner)
            for need, row in enumerate(assessment.needs)
            for partner in row.capable
            if selection.chosen[row.application] and selection.chosen[partner] and rng.random() < 0.5
        ]
        richer = replace(selection, assigned=selection.assigned | frozenset(more))
        found += [one for one in (richer, selection) if keeps(problem.formulation, one)][:1]
    return found[:count]


@pytest.mark.parametrize("rival", [0.5, 30.0])
def test_steps_are_the_lowest_of_the_tangents(rival: float) -> None:
    market = Market(np.array([100.0]), np.array([4.0]), np.array([rival]), np.zeros((1, 0)))
    draft = Draft(assessed(1))
    gain, attraction = (draft.amount(name, high=200.0)[0] for name in ("gain", "attraction"))
    hypograph = Hypograph(market, 0, gain, attraction)
    points = hypograph.grid(4.0, 90.0, 7)
    written_steps(draft, hypograph, points)
    draft.problem.setObjective(driver.expression({gain: 1.0}, 0.0))
    for at in np.linspace(4.0, 90.0, 23):
        attraction.lowBound = attraction.upBound = float(at)
        lowest = min(market.gain(0, p) + market.slope(0, p) * (at - p) for p in points)
        assert driver.run(draft.problem).objective == pytest.approx(lowest, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_what_spares_are_left_out_nobody_misses(seed: int) -> None:
    assessment = assessed(seed)
    wanted = Formulation.of(assessment.instance)
    form = Form.of(wanted, assessment)
    assert not form.spares
    lean, whole = (build(wanted, assessment, form=replace(form, spares=some)) for some in (False, True))
    assert search_draft(lean, Run()).objective == pytest.approx(search_draft(whole, Run()).objective)
    selections = staffed(assessment, seed, 4)
    assert selections
    for selection in selections:
        for column, value in (values := lean.values(selection)).items():
            column.lowBound = column.upBound = value
        outcome = search_draft(lean, Run())
        assert outcome.objective == pytest.approx(float(wanted.maximise.amount(selection)))
        for column in values:
            column.lowBound, column.upBound = 0, 1


def test_spares_stay_where_they_may_be_worth_something() -> None:
    alone = pf.generate(partners=8, applications=4, seed=1)
    there = Pair(first="p1", second="p2", kind="synergy", value=1.0, application="a1")
    for instance, wanted in (
        (alone.model_copy(update={"pairs": (*alone.pairs, there)}), Formulation(AllianceValue())),
        (alone, Formulation(AllianceValue() - 2.0 * LicenceCosts())),
    ):
        assert Form.of(wanted, assess(instance)).spares
    assert not Form.of(Formulation(1.0 * Synergy()), assess(alone)).spares


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_portfolio_breaks_a_workload_by_period(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workload_rows, "FEWEST_TIMED", 1)
    assessment = assessed(seed, partners=20)
    draft = build(Formulation.of(assessment.instance), assessment)
    (timed,) = (rule for rule in draft.tightenings if isinstance(rule, RowsOnDemand))
    assert len(timed.block.lower)
    for selection in staffed(assessment, seed, 8):
        values = {column.name: value for column, value in draft.values(selection).items()}
        point = np.array([values[column.name] for column in timed.variables])
        assert not len(timed.violated_at(point))


@pytest.mark.slow
def test_where_first_portfolios_lead_nowhere_the_opening_begins_with_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patient = replace(begins.EFFORT, most_seconds=math.inf)
    monkeypatch.setattr(begins, "EFFORT", patient)
    problem = Problem.of(pf.generate(partners=50, density=0.05, tightness=0.2, seed=7))
    run = Run()
    best = Incumbent(problem, run)
    try_first_portfolios(problem, run, best)
    assert searched(problem, best.selection, run, patient.rounds, patient.rounds_in_vain) is best.selection
    begun = begins.opening(problem, SelectionProgram(problem, run), run, best.selection)
    assert begun.gave["local-search"] > 2 * best.worth
