"""Many synergies are held by one column per element: the same optimum, and rows that no portfolio breaks."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.driver import run
from solver.model.budgets import Budget
from solver.model.build import build
from solver.model.draft import Draft
from solver.model.pair_shares import improved, knapsacks
from solver.model.pair_value_cuts import PairValueCuts
from solver.model.pair_values import fractional_knapsacks
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection

MEMBERS = 14


def document(seed: int, **more: Any) -> dict[str, Any]:
    """Partners with synergies between any two, hardly any below 0, two resources and at most nine of them."""
    rng = np.random.default_rng(seed)
    ids = [f"p{number}" for number in range(MEMBERS)]
    return {
        "partners": [{"id": id_, "revenue": float(rng.integers(0, 20)), "cost": 0.0} for id_ in ids],
        "pairs": [
            {
                "first": a,
                "second": b,
                "kind": "synergy",
                "value": float(rng.integers(1, 40) if n % 30 else -15),
            }
            for n, (a, b) in enumerate(combinations(ids, 2))
        ],
        "resources": [{"id": "people", "max": 120.0}, {"id": "rooms", "max": 90.0}],
        "usage": [
            {"id": id_, "resource": resource, "amount": float(rng.integers(0, 30))}
            for id_ in ids
            for resource in ("people", "rooms")
        ],
        "limits": {"max_partners": 9},
        **more,
    }


def drawn(seed: int, **more: Any) -> pf.Instance:
    return pf.Instance.from_document(document(seed, **more))


def draft_of(instance: pf.Instance) -> Draft:
    draft = build(Formulation.of(instance), assess(instance))
    assert draft.tightenings, "these pairs are dense enough for one column per element"
    return draft


def subsets() -> np.ndarray:
    return (np.arange(2**MEMBERS)[:, None] >> np.arange(MEMBERS) & 1).astype(float)


def allowed(instance: pf.Instance, chosen: np.ndarray) -> np.ndarray:
    """Which subsets keep the limits."""
    amount = {(row.id, row.resource): row.amount for row in instance.usage}
    kept = chosen.sum(axis=1) <= 9
    for resource in instance.resources:
        use = [amount.get((partner.id, resource.id), 0.0) for partner in instance.partners]
        kept &= chosen @ use <= (np.inf if resource.max is None else resource.max)
    return np.asarray(kept)


def worth(instance: pf.Instance) -> np.ndarray:
    """What pairs are worth together, shape (M, M), symmetric."""
    place = {partner.id: number for number, partner in enumerate(instance.partners)}
    matrix = np.zeros((MEMBERS, MEMBERS))
    for pair in instance.pairs:
        first, second = place[pair.first], place[pair.second]
        matrix[first, second] = matrix[second, first] = pair.value
    return matrix


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_is_that_of_all_subsets(seed: int) -> None:
    instance = drawn(seed)
    draft_of(instance)
    chosen = subsets()
    revenue = np.array([partner.revenue for partner in instance.partners])
    values = chosen @ revenue + np.einsum("si,ij,sj->s", chosen, worth(instance), chosen) / 2
    best = values[allowed(instance, chosen)].max()
    result = pf.solve(instance)
    assert result.termination == pf.Termination.optimal
    assert result.objective == pytest.approx(best)
    assert result.bound == pytest.approx(best)


@pytest.mark.parametrize("seed", range(4))
def test_no_portfolio_breaks_a_cut(seed: int) -> None:
    instance = drawn(seed)
    (cuts,) = draft_of(instance).tightenings
    assert isinstance(cuts, PairValueCuts)
    chosen = subsets()
    chosen = chosen[allowed(instance, chosen)]
    shares = cuts.pair_values.worth
    assert shares + shares.T == pytest.approx(worth(instance), abs=1e-9)
    points = np.hstack([chosen, chosen * (chosen @ shares.T)])
    rng = np.random.default_rng(seed)
    asked = 0
    for _ in range(20):
        fractional = np.concatenate([rng.random(MEMBERS) ** rng.choice([0.3, 1, 3]), np.full(MEMBERS, 1e6)])
        rows = cuts.violated_at(fractional)
        asked += len(rows)
        block = np.zeros((len(rows), 2 * MEMBERS))
        block[rows.owner, rows.indices] = rows.data
        assert (points @ block.T <= rows.upper + 1e-6).all()
        assert (block @ fractional > rows.upper).all()
    assert asked == 20 * MEMBERS


def test_cuts_bring_the_relaxation_closer() -> None:
    instance = drawn(1)
    draft = draft_of(instance)
    for column in draft.options:
        column.cat = "Continuous"
    loose = run(draft.problem, blocks=draft.blocks).objective
    tight = run(draft.problem, blocks=draft.blocks, tightenings=draft.tightenings).objective
    best = pf.solve(instance).objective
    assert loose is not None
    assert tight is not None
    assert best is not None
    assert best <= tight + 1e-6
    assert tight - best < 0.7 * (loose - best)


def test_levels_failure_and_periods_are_read_as_the_checker_reads_them() -> None:
    failing = document(5)
    for number, partner in enumerate(failing["partners"]):
        partner["success"] = 0.7 + 0.02 * number
    failing["levels"] = [
        {"partner": "p0", "level": "low", "revenue": 5.0},
        {"partner": "p0", "level": "high", "revenue": 9.0, "setup_cost": 3.0},
        {"partner": "p1", "level": "sure", "success": 1.0, "revenue": 1.0},
        {"partner": "p1", "level": "risky", "success": 0.5, "revenue": 30.0},
    ]
    failing["limits"] = {"max_partners": 9, "budget": 100.0}
    failing["risk"] = {"measure": "cvar", "level": 0.9, "scenarios": 40, "seed": 3}
    for maximise in ("alliance", "hub"):
        instance = pf.Instance.from_document({**failing, "objective": {"maximise": maximise}})
        draft = draft_of(instance)
        formulation = Formulation.of(instance)
        for seed in range(5):
            selection = any_selection(draft, seed)
            for column, value in draft.values(selection).items():
                column.lowBound = column.upBound = value
            verdict = check(formulation, selection)
            outcome = run(draft.problem, blocks=draft.blocks, tightenings=draft.tightenings)
            assert (outcome.objective is not None) == verdict.holds
            if verdict.holds:
                assert outcome.objective == pytest.approx(verdict.objective)


def any_selection(draft: Draft, seed: int) -> Selection:
    rng = np.random.default_rng(seed)
    elements = rng.choice(MEMBERS, rng.integers(2, 9), replace=False)
    options = draft.assessment.options
    return Selection(
        draft.assessment, tuple(sorted(int(rng.choice(list(options.of(int(e))))) for e in elements))
    )


def test_a_fractional_knapsack_takes_the_best_ratios_first() -> None:
    values = np.array([[6.0, 5.0, -1.0, 4.0], [0.0, 0.0, 0.0, 2.0]])
    weights = np.array([2.0, 5.0, 1.0, 0.0])
    bounds = fractional_knapsacks(values, weights, np.array([3.0, 0.0]))
    assert bounds.tolist() == [6.0 + 1.0 + 4.0, 2.0]


@pytest.mark.parametrize("seed", range(5))
def test_shares_add_up_and_bound_every_choice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = np.triu(rng.integers(-5, 60, (10, 10)), 1).astype(float)
    alone, weights = rng.integers(0, 30, 10).astype(float), rng.integers(1, 20, 10).astype(float)
    budget = Budget(weights, 45.0)

    def bound(shares: Any) -> float:
        others, _ = knapsacks(shares, weights, budget.limit - weights)
        return float(knapsacks((alone + others)[None, :], weights, np.array([budget.limit]))[0][0])

    halves = (pairs + pairs.T) / 2
    shares = improved(halves, alone, budget, passes=100)
    assert shares + shares.T == pytest.approx(pairs + pairs.T, abs=1e-9)
    choices = np.array(list(np.ndindex(*[2] * 10)), dtype=float)
    choices = choices[choices @ weights <= budget.limit]
    best = (choices @ alone + ((choices @ pairs) * choices).sum(axis=1)).max()
    assert best - 1e-9 <= bound(shares) < bound(halves)
