"""What assigned partners keep going: bounds that no set breaks, tight where made, and the same optimum."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

import solver as pf
from solver.bench.sources import changed
from solver.instance.generator import generate
from solver.model import provided_rows
from solver.model.build import build
from solver.model.provider_sets import Provision, ceiling
from solver.search.problem import Problem

PARTNERS, SCENARIOS = 7, 200
DEMANDS = [(1, 1), (1, 2), (2, 2), (1, 3), (2, 3), (3, 3)]
RISKS = ["risk.measure=cvar", "risk.measure=worst_case", "risk.measure=entropic"]

every_demand = pytest.mark.parametrize("demand", DEMANDS, ids=str)


def provision(demand: tuple[int, int], seed: int = 0) -> tuple[Provision, np.ndarray]:
    random = np.random.default_rng(seed)
    delivers = random.random((PARTNERS, SCENARIOS)) < random.uniform(0.5, 0.95, (PARTNERS, 1))
    weights = random.random(SCENARIOS) * (random.random(SCENARIOS) < 0.6)
    return Provision(*demand, delivers), weights


def sets(demand: tuple[int, int]) -> list[tuple[int, ...]]:
    sizes = range(demand[0], demand[1] + 1)
    return [partners for size in sizes for partners in combinations(range(PARTNERS), size)]


def kept(one: Provision, weights: np.ndarray, partners: tuple[int, ...]) -> float:
    return float(weights[one.delivers[list(partners)].sum(axis=0) >= one.providers].sum())


@every_demand
def test_sets_are_worth_the_scenarios_that_they_keep(demand: tuple[int, int]) -> None:
    one, weights = provision(demand)
    worth = one.worth(weights)
    for partners in sets(demand):
        assert worth[len(partners)][partners] == pytest.approx(kept(one, weights, partners))


@pytest.mark.slow
@every_demand
@pytest.mark.parametrize("seed", range(3))
def test_a_bound_holds_for_every_set_and_is_tight_at_its_own(demand: tuple[int, int], seed: int) -> None:
    one, weights = provision(demand, seed)
    worth, all_sets = one.worth(weights), sets(demand)
    for own in all_sets:
        assigned = np.zeros(PARTNERS)
        assigned[list(own)] = 1.0
        constant, prices = ceiling(worth, 1.0, assigned)
        bounds = [constant + prices[list(partners)].sum() for partners in all_sets]
        assert all(b >= kept(one, weights, p) - 1e-9 for b, p in zip(bounds, all_sets, strict=True))
        assert constant + prices @ assigned == pytest.approx(kept(one, weights, own))


@every_demand
def test_a_bound_at_a_mixture_is_the_best_mixture(demand: tuple[int, int]) -> None:
    from scipy.optimize import linprog

    one, weights = provision(demand)
    worth, all_sets = one.worth(weights), sets(demand)
    assigned = np.full(PARTNERS, 0.8 * demand[1] / PARTNERS)
    constant, prices = ceiling(worth, 0.8, assigned)
    gains = np.array([kept(one, weights, partners) for partners in all_sets])
    members = np.array([[j in partners for partners in all_sets] for j in range(PARTNERS)], dtype=float)
    rows, most = np.vstack([members, np.ones(len(all_sets))]), np.append(assigned, 0.8)
    best = linprog(-gains, A_ub=rows, b_ub=most)
    assert 0.8 * constant + prices @ assigned == pytest.approx(-best.fun)


@pytest.mark.slow
@pytest.mark.parametrize("risk", RISKS)
@pytest.mark.parametrize("seed", [0, 5, 8])
def test_cuts_and_teams_agree(risk: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wishes = [risk, "risk.weight=0.3", "risk.scenarios=64"]
    instance = changed(generate(partners=7, applications=4, periods=2, tightness=0.6, seed=seed), wishes)
    problem = Problem.of(instance)
    by_team = pf.solve(instance)
    assert build(problem.formulation, problem.assessment).teams
    monkeypatch.setattr(provided_rows, "FEWEST_TEAMS", -1)
    assert not build(problem.formulation, problem.assessment).teams
    by_cuts = pf.solve(instance)
    assert by_cuts.objective == pytest.approx(by_team.objective, rel=2e-6)
    assert by_cuts.bound >= by_team.objective * (1 - 2e-6)
