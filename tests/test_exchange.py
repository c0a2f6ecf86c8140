"""The start where pairs are worth something: an exchange of options that ends where the rules allow it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.driver import SearchLimits
from solver.model.build import build
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.starts import first_portfolio, paired_start
from solver.starts.exchange import Exchange, searched


def drawn(seed: int) -> Exchange:
    """Twelve options of eight elements, three limits, worth of either sign."""
    rng = np.random.default_rng(seed)
    pairs = np.triu(rng.integers(-10, 20, (12, 12)), 1).astype(float)
    element = np.array([0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7])
    return Exchange(
        worth=rng.integers(-10, 20, 12).astype(float),
        pairs=pairs + pairs.T,
        use=rng.integers(0, 10, (3, 12)).astype(float),
        room=np.array([15.0, 20.0, 25.0]),
        element=element,
    )


def possible(exchange: Exchange, chosen: np.ndarray) -> bool:
    single = np.bincount(exchange.element, chosen).max() <= 1
    return bool(single and np.all(exchange.use @ chosen <= exchange.room))


@pytest.mark.parametrize("seed", range(6))
def test_the_search_keeps_the_limits_and_comes_close_to_the_best(seed: int) -> None:
    exchange = drawn(seed)
    choices = (np.array(bits) for bits in product([False, True], repeat=12))
    best = max(exchange.value(chosen) for chosen in choices if possible(exchange, chosen))
    found = searched(exchange, np.random.default_rng(0))
    assert possible(exchange, found)
    assert exchange.value(found) >= 0.9 * best


def test_climbing_never_loses() -> None:
    exchange = drawn(3)
    thinned = exchange.thinned()
    assert exchange.value(exchange.climbed(thinned)) >= exchange.value(thinned)


def instance(**limits: float) -> pf.Instance:
    return pf.Instance.from_document(
        {
            "partners": [{"id": id_, "revenue": 2.0, "cost": 1.0} for id_ in "abcd"],
            "pairs": [
                {"first": "a", "second": "b", "kind": "synergy", "value": 1.0},
                {"first": "c", "second": "d", "kind": "synergy", "value": 5.0},
            ],
            "limits": {"max_partners": 2, **limits},
        }
    )


def test_a_start_is_what_the_checker_lets_pass() -> None:
    formulation = Formulation.of(instance())
    draft = build(formulation, assess(instance()))
    start = first_portfolio(formulation, draft, SearchLimits(), None)
    assert start is not None
    assert check(formulation, start).holds
    assert start.partners == [2, 3]


def test_a_rule_that_the_exchange_does_not_know_may_refuse_its_portfolio() -> None:
    demanding = Formulation.of(instance()).locked(include=["a"])
    draft = build(demanding, assess(instance()))
    assert paired_start(draft, seed=0) is not None
    assert first_portfolio(demanding, draft, SearchLimits(), None) is None


def test_there_is_no_start_without_pairs() -> None:
    alone = pf.Instance.from_document({"partners": [{"id": "a", "revenue": 1.0, "cost": 0.0}]})
    assert paired_start(build(Formulation.of(alone), assess(alone)), seed=0) is None
