"""A variable belongs to the program however it is spoken of: by a row, a block, a rule, a start or a wish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pulp
import pytest
from numpy.typing import NDArray

from solver.driver import Row, RowBlock, Rows, Termination, ValueOf, WideRule, expression, run

Floats = NDArray[np.float64]


def one_row(limit: float) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats, Floats, Floats]:
    """x + y ≤ limit, as arrays."""
    return (
        np.array([0, 2], dtype=np.int32),
        np.array([0, 1], dtype=np.int32),
        np.ones(2),
        np.array([-np.inf]),
        np.array([limit]),
    )


class Wide(WideRule):
    """x − y ≤ 0, in arrays."""

    def __init__(self, variables: Sequence[pulp.LpVariable]) -> None:
        self._variables = variables

    @property
    def variables(self) -> Sequence[pulp.LpVariable]:
        return self._variables

    def violated_at(self, values: Floats) -> Rows:
        if values[0] - values[1] <= 1e-9:
            return Rows.stacked([])
        indptr, indices, data, lower, upper = one_row(0.0)
        return Rows(indptr, indices, data * [1.0, -1.0], lower, upper)


class Narrow:
    """The same, one row at a time."""

    def __init__(self, variables: Sequence[pulp.LpVariable]) -> None:
        self._variables = variables

    def violated(self, value: ValueOf) -> Iterator[Row]:
        x, y = self._variables
        if value(x) - value(y) > 1e-9:
            yield Row({x: 1.0, y: -1.0}, "<=", 0.0, "x needs y")


def program() -> tuple[pulp.LpProblem, pulp.LpVariable, pulp.LpVariable]:
    """max 3 x, where PuLP 3 does not know of y."""
    problem = pulp.LpProblem("unmentioned", pulp.LpMaximize)
    x, y = (problem.add_variable(name, 0, 1, "Binary") for name in "xy")
    problem.setObjective(expression({x: 3.0}))
    return problem, x, y


@pytest.mark.parametrize("rule", [Wide, Narrow])
@pytest.mark.parametrize("y_at_most", [0, 1])
def test_rows_on_demand_may_speak_of_variables_that_nothing_else_mentions(rule, y_at_most) -> None:
    problem, x, y = program()
    y.upBound = y_at_most
    outcome = run(problem, lazies=[rule([x, y])])
    assert outcome.termination is Termination.optimal
    assert (outcome.value(x), outcome.value(y)) == (y_at_most, y_at_most)
    assert outcome.objective == pytest.approx(3.0 * y_at_most)


def test_a_block_may_speak_of_variables_that_nothing_else_mentions() -> None:
    problem, x, y = program()
    y.lowBound = 1
    block = RowBlock([x, y], *one_row(1.0))
    outcome = run(problem, blocks=[block])
    assert (outcome.objective, outcome.value(x), outcome.value(y)) == (0.0, 0.0, 1.0)


def test_tightenings_starts_and_deciding_variables_have_columns_too() -> None:
    problem, x, y = program()
    outcome = run(problem, tightenings=[Wide([x, y])], deciding=[y], start={x: 1.0, y: 1.0})
    assert (outcome.objective, outcome.value(x)) == (3.0, 1.0)
    again = run(problem, start={x: 1.0, y: 1.0})
    assert again.columns.names == ("x", "y")
