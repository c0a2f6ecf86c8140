"""Small optimisation problems with nothing of partners in them."""

from __future__ import annotations

import numpy as np
import pulp

from solver.driver import expression


def two_column_problem(sense):
    """An integer x up to 10 and a continuous y; the objective is 3x + 2y + 5, without rows."""
    problem = pulp.LpProblem("two", sense)
    x = problem.add_variable("x", 0, 10, pulp.LpInteger)
    y = problem.add_variable("y", 0, None)
    problem.setObjective(expression({x: 3.0, y: 2.0}, 5.0))
    return problem, x, y


def knapsack(items, rows, seed):
    """A multidimensional knapsack that is hard from about 60 items on; returns problem and variables."""
    random = np.random.default_rng(seed)
    problem = pulp.LpProblem("knapsack", pulp.LpMaximize)
    variables = [problem.add_variable(f"x{item:03}", 0, 1, pulp.LpBinary) for item in range(items)]
    worth = random.integers(500, 1000, items).astype(float).tolist()
    problem.setObjective(expression(dict(zip(variables, worth, strict=True))))
    for row in range(rows):
        weight = random.integers(1, 1000, items).astype(float)
        use = expression(dict(zip(variables, weight.tolist(), strict=True)))
        problem.addConstraint(use <= float(weight.sum() / 2), f"row{row}")
    return problem, variables


def random_mip(seed):
    """A small bounded program of mixed columns, rows and sense; not always feasible."""
    random = np.random.default_rng(seed)
    columns, rows = int(random.integers(3, 9)), int(random.integers(2, 6))
    problem = pulp.LpProblem("random", pulp.LpMaximize if seed % 2 else pulp.LpMinimize)
    kinds = [pulp.LpBinary, pulp.LpInteger, pulp.LpContinuous]
    variables = [
        problem.add_variable(f"v{column}", -3, 6, kinds[random.integers(3)]) for column in range(columns)
    ]

    def drawn():
        return dict(zip(variables, random.integers(-6, 9, columns).astype(float).tolist(), strict=True))

    problem.setObjective(expression(drawn(), float(random.integers(-20, 20))))
    for row in range(rows):
        left, limit = expression(drawn()), float(random.integers(-5, 15))
        problem.addConstraint([left <= limit, left >= -limit, left == limit][row % 3], f"row{row}")
    return problem
