"""Sifting: relaxations without most of the columns say what they say with all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pulp
import pytest
from hypothesis import given

import solver as pf
from solver.driver import Rows, SearchLimits, Termination, WideRule, expression, run, sifting
from solver.driver.handover import hand_over
from solver.driver.highs import HighsSession
from solver.driver.sifting import SiftingSession
from solver.run import Run
from tests.draw_risk import risky_documents
from tests.draws import draws

GROUPS, COLUMNS, SCENARIOS = 6, 60, 8
LIMITS = SearchLimits(gap=1e-6)


class Worst(WideRule):
    """risk ≥ every scenario's loss."""

    def __init__(self, risk: pulp.LpVariable, columns: list[pulp.LpVariable], losses: np.ndarray) -> None:
        self.columns = (risk, *columns)
        self.losses = losses

    @property
    def variables(self) -> tuple[pulp.LpVariable, ...]:
        return self.columns

    def violated_at(self, values: np.ndarray) -> Rows:
        amounts = self.losses @ values[1:]
        if amounts.max() <= values[0] + 1e-7:
            return Rows.stacked([])
        cut = np.concatenate([[1.0], -self.losses[np.argmax(amounts)]])
        width = np.array([0, len(cut)], dtype=np.int32)
        return Rows(width, np.arange(len(cut), dtype=np.int32), cut, np.zeros(1), np.array([np.inf]))


def column_rich(seed: int, rule: bool) -> tuple[pulp.LpProblem, list[pulp.LpVariable], list[Worst]]:
    """Choose groups within a budget, and one of many columns in each; perhaps the worst scenario counts."""
    random = np.random.default_rng(seed)
    problem = pulp.LpProblem("rich", pulp.LpMaximize)
    chosen = [problem.add_variable(f"x{g}", 0, 1, "Binary") for g in range(GROUPS)]
    columns = [
        [problem.add_variable(f"y{g}_{k:02}", 0, 1, "Binary") for k in range(COLUMNS)] for g in range(GROUPS)
    ]
    risk = problem.add_variable("risk", None, None)
    every = [column for group in columns for column in group]
    worth = random.uniform(2, 10, len(every))
    cost = dict(zip(every, worth.tolist(), strict=True)) | {risk: -0.7}
    problem.setObjective(expression(cost | {x: -float(random.uniform(1, 6)) for x in chosen}))
    problem.addConstraint(expression({x: float(random.uniform(1, 3)) for x in chosen}) <= 7.0, "budget")
    for g, group in enumerate(columns):
        problem.addConstraint(expression(dict.fromkeys(group, 1.0) | {chosen[g]: -1.0}) == 0, f"one{g}")
    for row in range(3):
        use = dict(zip(every, random.integers(0, 4, len(every)).astype(float).tolist(), strict=True))
        problem.addConstraint(expression(use) >= [3.0, 4.0, 6.0][row], f"use{row}")
    losses = random.normal(0, 4, (SCENARIOS, len(every)))
    problem.addConstraint(expression({risk: 1.0}) >= -50.0, "floor")
    rows = [expression({risk: 1.0} | dict(zip(every, (-loss).tolist(), strict=True))) for loss in losses]
    if not rule:
        for scenario, row in enumerate(rows):
            problem.addConstraint(row >= 0, f"scenario{scenario}")
    return problem, chosen, [Worst(risk, every, losses)] if rule else []


@pytest.fixture
def _always() -> Iterator[None]:
    """Sift whatever there is to sift."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sifting, "EFFORT", sifting.SiftingEffort(least_resting=1, resting_per_row=0))
        yield


@pytest.mark.parametrize("seed", range(3))
def test_relaxations_agree_with_those_of_all_columns_in_every_part(seed: int) -> None:
    problem, chosen, _ = column_rich(seed, rule=False)
    program, random = hand_over(problem), np.random.default_rng(seed)
    deciding = np.zeros(len(program.cost), dtype=bool)
    deciding[program.columns.positions(chosen)] = True
    during = Run(LIMITS)
    whole = HighsSession(program, during)
    sifted = SiftingSession(program, during, deciding)
    empty = 0
    for _ in range(30):
        lower, upper = program.lower.copy(), program.upper.copy()
        fixed = random.random(len(lower)) < random.choice([0.1, 0.5, 0.95])
        upper[fixed & program.integer] = 0.0
        ups = random.choice(np.flatnonzero(program.integer), 2)
        lower[ups] = upper[ups] = 1.0
        mine, theirs = sifted.relax_within(lower, upper), whole.relax_within(lower, upper)
        assert (mine is None) == (theirs is None)
        empty += mine is None
        if mine is not None and theirs is not None:
            assert mine.bound == pytest.approx(theirs.bound, rel=1e-5, abs=1e-5)
            assert mine.bound >= theirs.bound - 1e-6
            assert program.rows.kept(mine.point, 1e-6)
    assert 0 < empty < 30


@pytest.mark.parametrize("seed", range(2))
def test_enough_is_enough_but_never_too_little(seed: int) -> None:
    problem, chosen, _ = column_rich(seed, rule=False)
    program = hand_over(problem)
    deciding = np.zeros(len(program.cost), dtype=bool)
    deciding[program.columns.positions(chosen)] = True
    during = Run(LIMITS)
    true = HighsSession(program, during).relax_within(program.lower, program.upper)
    assert true is not None
    for enough in (true.bound + 20.0, true.bound + 1.0, -math.inf):
        sifted = SiftingSession(program, during, deciding)
        vertex = sifted.relax_within(program.lower, program.upper, enough)
        assert vertex is not None
        assert true.bound - 1e-6 <= vertex.bound <= max(enough, true.bound + 1e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("_always")
@pytest.mark.parametrize("seed", range(3))
def test_rows_on_demand_and_sifting_reach_the_optimum(seed: int) -> None:
    whole = run(column_rich(seed, rule=False)[0], limits=LIMITS)
    problem, chosen, rules = column_rich(seed, rule=True)
    sifted = run(problem, lazies=rules, deciding=chosen, limits=LIMITS)
    assert whole.termination is sifted.termination is Termination.optimal
    assert sifted.objective == pytest.approx(whole.objective, rel=1e-5)
    assert sifted.bound >= whole.objective - 1e-5


@pytest.mark.usefixtures("_always")
def test_contradictions_are_proven_without_all_columns() -> None:
    problem, chosen, rules = column_rich(0, rule=True)
    problem.addConstraint(expression(dict.fromkeys(chosen, 1.0)) >= GROUPS, "all of them")
    assert run(problem, lazies=rules, deciding=chosen).termination is Termination.infeasible


@pytest.mark.slow
@given(document=risky_documents())
@draws(6)
def test_sifted_portfolios_are_as_good(document: dict) -> None:
    instance = pf.Instance.from_document(document)
    plain = pf.solve(instance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sifting, "EFFORT", sifting.SiftingEffort(least_resting=1, resting_per_row=0))
        sifted = pf.solve(instance)
    assert sifted.termination is plain.termination
    if plain.objective is not None:
        assert sifted.objective == pytest.approx(plain.objective, rel=2e-6, abs=1e-6)
        assert sifted.bound >= plain.objective - 1e-6 * max(1.0, abs(plain.objective))
