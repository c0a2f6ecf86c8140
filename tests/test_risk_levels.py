"""Every measure at the ends of its range, over scenarios of odd kinds: search agrees with enumeration.

Levels of 0 and next to 1, one scenario, scenarios of no probability, benefits that cancel out and benefits
that are the same in every scenario.
"""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

import solver as pf
from benchmarks.peers.textbook import textbook
from solver.assessment.assessment import assess
from solver.driver.backends import available
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.risk.measures import MEASURES
from solver.run import Run
from solver.search.catalogue import STRATEGIES
from solver.search.problem import Problem, Strategy

CROSS_CHECK = "CBC"

LEVELS = (0.0, 1e-9, 0.5, 0.75, 1.0 - 1e-9, 1.0)


def odd(measure: str, level: float, seed: int) -> dict[str, Any]:
    """Up to three partners whose benefits over a few scenarios are often zero in the mean."""
    rng = random.Random(f"{measure} {level} {seed}")
    scenarios, count = rng.choice([1, 2, 3]), rng.choice([1, 2, 3])
    weight = [rng.choice([0, 1, 2]) for _ in range(scenarios - 1)] + [1]
    rows = []
    for partner in range(count):
        size = rng.choice([0, 5, 20])
        swing = [size if s % 2 else -size for s in range(scenarios)]
        benefit = rng.choice([swing, [size] * scenarios, [rng.choice([-8, 0, 8, 10]) for _ in swing]])
        rows += [
            {
                "scenario": f"s{s}",
                "probability": weight[s] / sum(weight),
                "id": f"p{partner}",
                "benefit": benefit[s],
            }
            for s in range(scenarios)
        ]
    risk: dict[str, Any] = {"measure": measure, "level": level}
    if measure == "spectral":
        risk |= {"spectrum_levels": [0.0, level], "spectrum_weights": [0.5, 0.5]}
    if rng.random() < 0.7:
        risk["limit"] = rng.choice([-20.0, -5.0, 0.0, 3.0])
    if measure != "var":
        risk["weight"] = rng.choice([0.0, 0.5, 3.0])
    return {
        "format": 1,
        "name": "odd",
        "roi_rate": 0,
        "partners": [{"id": f"p{p}", "revenue": 10, "cost": rng.choice([0, 4])} for p in range(count)],
        "scenarios": rows,
        "risk": risk,
    }


def best_of_all(instance: pf.Instance) -> float | None:
    assessment, formulation = assess(instance), Formulation.of(instance)
    verdicts = [
        check(formulation, Selection(assessment, tuple(o for o, taken in enumerate(choice) if taken)))
        for choice in product([False, True], repeat=len(assessment.options))
    ]
    return max((verdict.objective for verdict in verdicts if verdict.holds), default=None)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_the_search_agrees_with_enumeration(measure: str, level: float) -> None:
    for seed in range(3):
        instance = pf.Instance.from_document(odd(measure, level, seed))
        result, best = pf.solve(instance), best_of_all(instance)
        if best is None:
            assert result.termination is pf.Termination.infeasible
        else:
            assert result.termination is pf.Termination.optimal
            assert result.objective == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("level", [0.0, 1e-12, 1e-7])
@pytest.mark.parametrize("choose", [STRATEGIES["exact"], textbook])
def test_a_chance_limit_at_level_0_wants_a_larger_loss_not_to_be_certain(
    choose: Strategy, level: float
) -> None:
    """`a` may gain 3, `b` always gains 2: with at least 3 wanted at level 0 only `a` will do."""
    if choose is textbook and CROSS_CHECK not in available():
        pytest.skip(f"{CROSS_CHECK} is not installed")
    rows = [("a", 3, -4), ("b", 2, 2)]
    document = {
        "partners": [{"id": id_, "revenue": 1, "cost": 1} for id_, *_ in rows],
        "pairs": [{"first": "a", "second": "b", "kind": "conflict"}],
        "scenarios": [
            {"scenario": f"s{s}", "probability": 0.5, "id": id_, "benefit": row[s]}
            for id_, *row in rows
            for s in (0, 1)
        ],
        "risk": {"measure": "var", "level": level, "limit": -3},
    }
    problem = Problem.of(pf.Instance.from_document(document))
    found = choose(problem, Run(pf.SearchLimits(seconds=5.0)))
    assert found is not None
    assert [row.id for row in found.portfolio().partners] == ["a"]
    unlucky = pf.Instance.from_document(document | {"risk": document["risk"] | {"limit": -3.5}})
    assert pf.solve(unlucky).termination is pf.Termination.infeasible
