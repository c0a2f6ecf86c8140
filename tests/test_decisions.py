"""A search ends as soon as its question is decided, and what it says then is so."""

from __future__ import annotations

import math
from typing import Any

import pulp
import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.driver import Termination, run
from solver.driver.compat import expression
from solver.run import Decision, Run
from solver.study.study import Study
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import unshrunk


def knapsack(sense: int) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Thirty things of about the same worth for their weight: the best takes a while to prove."""
    problem = pulp.LpProblem("knapsack", sense)
    taken = [problem.add_variable(f"x{k}", 0, 1, "Binary") for k in range(30)]
    sign = 1 if sense == pulp.LpMaximize else -1
    worth = {x: sign * (100 + (37 * k) % 23) for k, x in enumerate(taken)}
    weight = {x: 100 + (41 * k) % 29 for k, x in enumerate(taken)}
    problem.setObjective(expression(worth))
    problem.addConstraint(expression(weight) <= 1111)
    return problem, taken


def test_a_decision_is_taken_at_its_numbers_and_not_before() -> None:
    decision = Decision(enough=10.0, hopeless=4.0)
    assert [decision.taken(worth, 20.0) for worth in (9.999, 10.0)] == [False, True]
    assert [decision.taken(-math.inf, bound) for bound in (4.001, 4.0)] == [False, True]
    assert not Decision().taken(1e9, -1e9)


@pytest.mark.parametrize("sense", [pulp.LpMaximize, pulp.LpMinimize], ids=["maximise", "minimise"])
def test_a_value_that_is_enough_or_a_bound_that_is_hopeless_ends_a_search(sense: int) -> None:
    problem, taken = knapsack(sense)
    best = run(problem)
    assert best.objective is not None
    sign = 1 if sense == pulp.LpMaximize else -1
    start = dict.fromkeys(taken[:9], 1.0) | dict.fromkeys(taken[9:], 0.0)
    reached = run(problem, start=start, decision=Decision(enough=best.objective - sign * 300))
    assert reached.termination is Termination.decided
    assert reached.objective is not None
    assert sign * reached.objective >= sign * best.objective - 300
    assert reached.rounds == 0
    hopeless = run(problem, decision=Decision(hopeless=best.objective + sign * 300))
    assert hopeless.termination in (Termination.decided, Termination.optimal)
    assert hopeless.bound is not None
    assert sign * best.objective <= sign * hopeless.bound <= sign * best.objective + 300
    undecided = run(problem, decision=Decision(best.objective + sign, best.objective - sign))
    assert undecided.termination is Termination.optimal
    assert undecided.objective == best.objective


@pytest.mark.slow
@unshrunk(12)
@given(
    st.one_of(documents(max_portfolios=200), risky_documents()),
    st.floats(-30.0, 60.0),
    st.booleans(),
)
def test_a_decision_is_what_the_whole_answer_says(
    document: dict[str, Any], level: float, known_before: bool
) -> None:
    instance = pf.Instance.from_document(document)
    whole = Study(instance).best()
    study = Study(instance)
    if known_before:
        study.best(Run(pf.SearchLimits(gap=0.5)))
    for decision in (Decision(enough=level), Decision(hopeless=level), Decision(level, level)):
        found = study.best(decision=decision)
        bound = math.inf if found.bound is None else found.bound
        if whole.objective is None:
            assert found.objective is None
            continue
        assert bound >= whole.objective - 1e-6
        assert found.objective is None or found.objective <= whole.objective + 1e-6
        if found.termination is Termination.decided:
            assert decision.taken(-math.inf if found.objective is None else found.objective, bound)
        if found.objective is not None and decision.enough is not None and found.objective >= level:
            assert whole.objective >= level - 1e-6
        if decision.enough is not None and whole.objective >= level + 1e-6:
            assert found.objective is not None
            assert found.objective >= level or decision.hopeless is not None
        if decision.hopeless is not None and whole.objective < level - 1e-6:
            assert bound <= level
