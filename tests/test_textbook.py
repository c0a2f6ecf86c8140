"""The textbook's program: as good as the exact one wherever CBC comes to an end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, reject

import solver as pf
from benchmarks.peers.textbook import textbook
from benchmarks.peers.textbook.cbc import said
from solver.bench.sources import AbsentError, changed
from solver.driver import Progress, SearchLimits
from solver.driver.backends import available
from solver.instance.generator import generate
from solver.run import Run
from solver.search.problem import Problem
from tests.by_hand import pair_of
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import draws
from tests.oracles import best

needs_cbc = pytest.mark.skipif("CBC" not in available(), reason="no CBC on this machine")
DRAWN = draws(16)
TANGENTS = 1e-4
SCENARIOS = "risk.scenarios=40"
RISKS: list[list[str]] = [
    [],
    ["risk.measure=cvar", "risk.weight=0.3", SCENARIOS],
    ["risk.measure=cvar", "risk.limit=5", SCENARIOS],
    ["risk.measure=worst_case", "risk.weight=0.3", SCENARIOS],
    ["risk.measure=mad", "risk.kappa=0.4", "risk.weight=0.3", SCENARIOS],
    ["risk.measure=var", "risk.level=0.8", "risk.limit=8", SCENARIOS],
]


def near(worth: float) -> Any:
    return pytest.approx(worth, rel=TANGENTS, abs=TANGENTS)


@pytest.mark.slow
@needs_cbc
@DRAWN
@given(document=documents(max_portfolios=3000))
def test_every_rule_and_every_value_is_read_alike(document: dict[str, Any]) -> None:
    problem, found = Problem.of(pf.Instance.from_document(document)), best(document)
    selection = textbook(problem, Run(SearchLimits(seconds=20)))
    if found is None:
        assert selection is None
    else:
        assert problem.evaluate(selection) == near(found[0])


@pytest.mark.slow
@needs_cbc
@DRAWN
@given(document=risky_documents(measures=("cvar", "worst_case", "mad")))
def test_every_risk_is_read_alike(document: dict[str, Any]) -> None:
    instance = pf.Instance.from_document(document)
    problem = Problem.of(instance)
    try:
        selection = textbook(problem, Run(SearchLimits(seconds=20)))
    except AbsentError:
        reject()  # levels that differ in their chance to deliver
    proven = pf.solve(instance)
    if proven.objective is None:
        assert selection is None
    else:
        assert problem.evaluate(selection) == near(proven.objective)


@pytest.mark.slow
@needs_cbc
@pytest.mark.parametrize("risk", RISKS, ids=" ".join)
@pytest.mark.parametrize("seed", range(2))
def test_alliances_with_recourse_markets_and_teams(risk: list[str], seed: int) -> None:
    recipe = generate(partners=8, applications=3, periods=2, tightness=0.6, retained_value=0.3, seed=seed)
    instance = changed(recipe, risk)
    problem, proven = Problem.of(instance), pf.solve(instance)
    selection = textbook(problem, Run(SearchLimits(seconds=20)))
    assert proven.objective is not None
    assert problem.evaluate(selection) == near(proven.objective)


@pytest.mark.slow
@needs_cbc
def test_what_it_finds_and_proves_is_told() -> None:
    told: list[Progress] = []
    problem = Problem.of(generate(partners=8, applications=3, seed=1))
    worth = problem.evaluate(textbook(problem, Run(SearchLimits(seconds=20), told.append)))
    assert told[0].phase == "built"
    assert max(report.incumbent for report in told if report.incumbent is not None) == near(worth)
    assert min(report.bound for report in told if report.bound is not None) == near(worth)


def test_the_log_is_read() -> None:
    found = (
        "Cbc0012I Integer solution of -90.3 found by DiveCoefficient after 0 iterations and 0 nodes (0.2 s)"
    )
    root = "Cbc0013I At root node, 11 cuts changed objective from -92.1 to -90.6 in 7 passes"
    on = "Cbc0010I After 9 nodes, 2 on tree, 1e+50 best solution, best possible -1.7976931e+308 (0.1 seconds)"
    end = (
        "Cbc0005I Partial search - best objective -90.3 (best possible -91.5), took 1 iterations (8 seconds)"
    )
    assert [list(said(line)) for line in (found, root, on, end)] == [
        [(90.3, None)],
        [],
        [],
        [(None, 91.5)],
    ]


@pytest.mark.parametrize(
    ("measure", "why"), [("entropic", "no linear form"), ("mean_std", "can rise with an income")]
)
def test_risk_that_no_linear_rows_describe_is_refused_in_words(measure: str, why: str) -> None:
    document = pair_of(risk={"measure": measure, "weight": 0.1, "scenarios": 16})
    with pytest.raises(AbsentError, match=why):
        textbook(Problem.of(pf.Instance.from_document(document)), Run())
