"""Every strategy keeps every rule, is never better than the best there is, and ends in time."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import HealthCheck, given, settings

import solver as pf
from solver.driver import SearchLimits
from solver.strategies import STRATEGIES, Problem
from tests.draw import documents
from tests.oracles import best, broken

PYMOO = importlib.util.find_spec("pymoo") is not None
AT_HAND = [name for name in STRATEGIES if PYMOO or name != "genetic"]
QUICK = ["ranking", "value-for-money", "greedy", "relax-and-round", "local-search", "large-neighbourhood"]
DRAWN = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
BRIEFLY = SearchLimits(seconds=0.3)

every_strategy = pytest.mark.parametrize("name", AT_HAND)


def problem_of(document: dict) -> Problem:
    return Problem.of(pf.Instance.from_document(document))


def worth_of(name: str, problem: Problem, limits: SearchLimits = BRIEFLY) -> float | None:
    """The objective of the strategy's portfolio; None where it finds none. A broken rule is an error."""
    selection = STRATEGIES[name](problem, limits)
    if selection is None:
        return None
    worth = problem.judge(selection)
    assert worth is not None, f"{name} broke a rule"
    return worth


@every_strategy
@DRAWN
@given(document=documents(max_portfolios=3000))
def test_no_rule_is_broken_and_nothing_beats_the_best_there_is(name: str, document: dict) -> None:
    problem = problem_of(document)
    found = best(document)
    selection = STRATEGIES[name](problem, BRIEFLY)
    if found is None:
        assert selection is None
    elif selection is not None:
        assert not broken(document, selection.portfolio().to_dict())
        assert problem.judge(selection) <= found[0] + 1e-6
