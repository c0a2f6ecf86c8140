"""Every strategy keeps every rule, is never better than the best there is, and ends in time."""

from __future__ import annotations

import importlib.util
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import solver as pf
from benchmarks.peers.genetic import genetic
from benchmarks.peers.textbook import textbook
from solver.bench.sources import AbsentError
from solver.driver import Cancel, Progress, SearchLimits, Termination
from solver.driver.backends import available
from solver.errors import BackendError
from solver.instance.generator import generate
from solver.run import Run
from solver.search.catalogue import STRATEGIES
from solver.search.exact import search_exactly
from solver.search.incumbent import Incumbent
from solver.search.opening import opening
from solver.search.problem import Problem
from solver.search.program import SelectionProgram
from tests.by_hand import launch, pair_of
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import draws
from tests.oracles import best, broken

PYMOO = importlib.util.find_spec("pymoo") is not None
CHOOSERS = {**STRATEGIES, "genetic": genetic, "textbook": textbook}
"""The catalogue, and two peers that can do every instance."""
MISSING = {"genetic": not PYMOO, "textbook": "CBC" not in available()}
AT_HAND = [name for name in CHOOSERS if not MISSING.get(name)]
STRONG = ["greedy", "local-search", "large-neighbourhood", "exact"]
REPEATABLE = ["ranking", "value-for-money", "greedy", "relax-and-round", "local-search", "exact"]
DRAWN = draws(10)
BRIEFLY = SearchLimits(seconds=0.3)

every_strategy = pytest.mark.parametrize("name", AT_HAND)


def problem_of(document: dict[str, Any]) -> Problem:
    return Problem.of(pf.Instance.from_document(document))


def worth_of(name: str, problem: Problem, limits: SearchLimits = BRIEFLY) -> float | None:
    selection = CHOOSERS[name](problem, Run(limits))
    return None if selection is None else problem.evaluate(selection)


def knapsack(seed: int, items: int = 12) -> dict[str, Any]:
    """Items with a profit, two weights each, and pairs that are worth something together."""
    random = np.random.default_rng(seed)
    weights = random.integers(5, 30, size=(2, items))
    names = [f"i{n}" for n in range(items)]
    return {
        "roi_rate": 1.0,
        "partners": [{"id": name, "revenue": int(random.integers(5, 40)), "cost": 0} for name in names],
        "resources": [{"id": f"w{k}", "max": float(weights[k].sum() // 3)} for k in range(2)],
        "usage": [
            {"id": names[n], "resource": f"w{k}", "amount": int(weights[k, n])}
            for k, n in product(range(2), range(items))
        ],
        "pairs": [
            {
                "first": names[n],
                "second": names[n + 1],
                "kind": "synergy",
                "value": int(random.integers(-15, 25)),
            }
            for n in range(0, items - 1, 2)
        ],
    }


def optimum(document: dict[str, Any]) -> float:
    """The best of all subsets of a knapsack."""
    names = [row["id"] for row in document["partners"]]
    choices = np.array(list(product([0, 1], repeat=len(names))))
    worth = choices @ np.array([row["revenue"] for row in document["partners"]], dtype=float)
    for pair in document["pairs"]:
        both = choices[:, names.index(pair["first"])] * choices[:, names.index(pair["second"])]
        worth += pair["value"] * both
    for resource in document["resources"]:
        taken = {row["id"]: row["amount"] for row in document["usage"] if row["resource"] == resource["id"]}
        worth[choices @ np.array([taken[name] for name in names]) > resource["max"]] = -np.inf
    return float(worth.max())


@pytest.mark.slow
@DRAWN
@given(document=documents(max_portfolios=3000))
def test_no_rule_is_broken_and_nothing_beats_the_best_there_is(document: dict[str, Any]) -> None:
    problem = problem_of(document)
    found = best(document)
    for name in AT_HAND:
        selection = CHOOSERS[name](problem, Run(BRIEFLY))
        if found is None:
            assert selection is None, name
        elif selection is not None:
            worth = problem.evaluate(selection)
            assert worth is not None, name
            assert not broken(document, selection.portfolio().to_dict()), name
            assert worth <= found[0] + 1e-6, name


@pytest.mark.slow
@DRAWN
@given(document=risky_documents(measures=("cvar", "mad")))
def test_risk_is_respected(document: dict[str, Any]) -> None:
    problem = problem_of(document)
    proven = pf.solve(problem.assessment.instance)
    for name in AT_HAND:
        try:
            selection = CHOOSERS[name](problem, Run(BRIEFLY))
        except AbsentError:
            continue  # the textbook says what it cannot write
        if selection is not None:
            worth = problem.evaluate(selection)
            assert worth is not None, name
            assert worth <= proven.bound + 1e-6 * max(1.0, abs(proven.bound)), name


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", STRONG[1:])
def test_small_knapsacks_are_solved(name: str, seed: int) -> None:
    document = knapsack(seed)
    assert worth_of(name, problem_of(document), SearchLimits()) == pytest.approx(optimum(document))


@pytest.mark.parametrize("seed", range(2))
def test_synergies_make_greedy_no_worse_than_ranking(seed: int) -> None:
    problem = problem_of(knapsack(seed))
    assert worth_of("greedy", problem) >= worth_of("value-for-money", problem)


@pytest.mark.slow
@every_strategy
def test_launching_brings_its_providers(name: str) -> None:
    document = launch(able="b", limits={"budget": 4}, roi_rate=0.25)
    problem = problem_of(document)
    selection = CHOOSERS[name](problem, Run(SearchLimits(seconds=2.0)))
    assert {row.id for row in selection.portfolio().applications} == {"x"}
    assert {(row.technology, row.partner) for row in selection.portfolio().assignments} == {("t", "b")}


@every_strategy
def test_the_hub_alone_is_a_portfolio(name: str) -> None:
    document = pair_of({"status": "out"})
    selection = CHOOSERS[name](problem_of(document), Run(BRIEFLY))
    assert selection.options == ()


@every_strategy
def test_nothing_is_found_where_nothing_is(name: str) -> None:
    assert (
        CHOOSERS[name](problem_of(pair_of({"status": "out"}, limits={"min_partners": 1})), Run(BRIEFLY))
        is None
    )


@pytest.mark.slow
@every_strategy
def test_many_together_keep_a_share_that_one_alone_breaks(name: str) -> None:
    partners = [{"id": f"p{n}", "revenue": 10, "cost": 1} for n in range(4)]
    document = {"partners": partners, "limits": {"max_share_of_benefit": 0.3}}
    assert worth_of(name, problem_of(document), SearchLimits(seconds=2.0)) == pytest.approx(37.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", REPEATABLE)
def test_the_same_seed_chooses_the_same(name: str) -> None:
    document = knapsack(1, items=15)
    first, second = (CHOOSERS[name](problem_of(document), Run(SearchLimits(seed=3))) for _ in range(2))
    assert (first.options, first.assigned) == (second.options, second.assigned)


@pytest.mark.slow
@every_strategy
def test_without_time_a_search_ends_at_once(name: str) -> None:
    problem = Problem.of(generate(partners=80, applications=30, seed=4))
    selection = CHOOSERS[name](problem, Run(SearchLimits(seconds=0.0)))
    assert selection is None or problem.evaluate(selection) is not None


@pytest.mark.slow
def test_the_opening_says_what_the_heuristics_gave() -> None:
    problem = Problem.of(generate(partners=20, applications=6, seed=4))
    found = opening(problem, SelectionProgram(problem), Run(SearchLimits(seconds=200.0)))
    assert set(found.gave) == {"local-search"}
    assert problem.evaluate(found.selection) == max(found.gave.values())


@pytest.mark.slow
def test_a_result_says_what_its_search_began_with() -> None:
    result = pf.solve(generate(partners=20, applications=6, seed=4))
    assert set(result.opening) == {"local-search"}
    assert result.opening["local-search"] <= result.objective + 1e-9
    assert pf.Result.from_json(result.to_json()).opening == result.opening


@pytest.mark.slow
def test_an_opening_that_is_cancelled_leaves_the_best_so_far() -> None:
    cancel = Cancel()

    def stop_at_the_first(news: Progress) -> None:
        if news.incumbent is not None:
            cancel.cancel()

    problem = Problem.of(generate(partners=60, applications=20, seed=4))
    run = Run(None, stop_at_the_first, cancel)
    search = search_exactly(problem, run, Incumbent(problem, run))
    assert search.outcome.termination is Termination.cancelled
    assert problem.evaluate(search.selection) is not None


@pytest.mark.skipif(PYMOO, reason="pymoo is installed")
def test_what_is_missing_for_the_genetic_algorithm_is_said() -> None:
    with pytest.raises(BackendError, match="pymoo"):
        genetic(problem_of(pair_of()), Run(BRIEFLY))


def test_the_old_name_of_evaluating_still_works_and_says_the_new_one() -> None:
    problem = problem_of(pair_of())
    with pytest.warns(DeprecationWarning, match=r"Problem\.evaluate"):
        assert problem.judge(problem.staffed([0])) == problem.evaluate(problem.staffed([0])) == 7.0
