from __future__ import annotations

import itertools

import numpy as np
import pulp
import pytest

from solver.driver import expression
from solver.driver.handover import hand_over
from solver.driver.neighbours import Neighbourhood
from tests.programs import knapsack


def promised(program, neighbours):
    promises = []
    while (point := neighbours.most_promising()) is not None:
        promises.append(round(program.objective(point), 6))
    return promises


@pytest.mark.parametrize("seed", range(3))
def test_neighbours_are_all_better_points_within_four_changes(seed):
    problem, _ = knapsack(9, 2, seed)
    program = hand_over(problem)
    point = (np.arange(9) % 3 == 0).astype(float)
    threshold = program.objective(point)
    expected = sorted(
        round(program.objective(plan), 6)
        for plan in map(np.array, itertools.product((0.0, 1.0), repeat=9))
        if 0 < np.abs(plan - point).sum() <= 4
        and program.objective(plan) > threshold
        and program.rows.kept(plan, 1e-9)
    )
    neighbours = Neighbourhood(program, np.ones(9), program.integer).around(point, program.cost, 0.0)
    assert promised(program, neighbours) == expected[::-1]
    assert expected


def test_columns_that_are_not_integer_are_taken_at_their_most_favourable():
    problem = pulp.LpProblem("slack", pulp.LpMaximize)
    x = [problem.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i in range(3)]
    y = problem.add_variable("y", 0)
    problem.setObjective(expression(dict(zip(x, [1.0, 2.0, 4.0], strict=True))))
    problem.addConstraint(expression({y: -2.0}) >= -3.0, "y is at most 1.5")
    problem.addConstraint(expression({**dict.fromkeys(x, 1.0), y: -1.0}) <= 0.0, "one at a time")
    program = hand_over(problem)
    neighbours = Neighbourhood(program, np.ones(4), program.integer).around(np.zeros(4), program.cost, 0.0)
    assert promised(program, neighbours) == [x * 2.0**14 for x in (4.0, 2.0, 1.0)]


def test_nothing_is_near_where_nothing_may_move():
    problem, _ = knapsack(4, 1, 0)
    program = hand_over(problem)
    nothing = np.zeros(4, dtype=bool)
    neighbours = Neighbourhood(program, np.ones(4), nothing).around(np.zeros(4), program.cost, 0.0)
    assert neighbours.most_promising() is None
