"""From a PuLP problem to arrays, in one pass over its rows; in units that suit a back end's tolerances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.driver import compat
from solver.driver.rows import Row, RowBlock, Rows
from solver.driver.scaling import column_sizes, equilibrated, objective_unit
from solver.errors import BackendError

INTEGRALITY = 1e-5


class UnknownVariablesError(BackendError):
    """Rows made on demand speak of variables that no column stands for yet."""

    def __init__(self, variables: Sequence[pulp.LpVariable]) -> None:
        super().__init__(f"no column stands for {', '.join(variable.name for variable in variables)}")
        self.variables = tuple(variables)


class Columns:
    """Which variable is which column, by name: PuLP 4 makes a new wrapper whenever it is asked.

    One unit of a column is `sizes` units of its variable.
    """

    def __init__(self, variables: Sequence[pulp.LpVariable]) -> None:
        self.names = tuple(variable.name for variable in variables)
        self._index = {name: index for index, name in enumerate(self.names)}
        self.sizes = np.ones(len(self.names))
        if len(self._index) < len(self.names):
            raise BackendError("two variables of the problem carry the same name")

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def index(self, variable: pulp.LpVariable) -> int:
        """The column of a variable; raises `UnknownVariablesError` where there is none."""
        try:
            return self._index[variable.name]
        except KeyError:
            raise UnknownVariablesError([variable]) from None

    def value(self, values: NDArray[np.float64], variable: pulp.LpVariable) -> float:
        """The value of a variable; one without a column stays as near to 0 as it may."""
        column = self._index.get(variable.name)
        return idle_value(variable) if column is None else float(values[column] * self.sizes[column])

    def positions(self, variables: Sequence[pulp.LpVariable]) -> NDArray[np.int64]:
        """The columns of variables, −1 for one without a column."""
        return np.array([self._index.get(variable.name, -1) for variable in variables], dtype=np.int64)

    def array(self, given: Mapping[pulp.LpVariable, float]) -> NDArray[np.float64]:
        """Values by column, NaN where none is given; variables without a column are left out."""
        values = np.full(len(self), np.nan)
        for variable, value in given.items():
            column = self._index.get(variable.name)
            if column is not None:
                values[column] = value / self.sizes[column]
        return values


@dataclass(frozen=True, eq=False)
class Program:
    """A mixed-integer program as arrays, always a maximisation.

    An objective of the problem is `unit` times one of the program: negative where the problem is a
    minimisation, and of a size that makes the largest cost 65,536 or so (`scaling`).
    """

    columns: Columns
    unit: float
    cost: NDArray[np.float64]
    offset: float
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integer: NDArray[np.bool_]
    rows: Rows

    def objective(self, values: NDArray[np.float64]) -> float:
        """The objective of the program at a point."""
        return float(self.cost @ values) + self.offset

    def rounded(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same point with its integer columns exactly integral."""
        return np.where(self.integer, np.round(values), values)

    def accepts(self, values: NDArray[np.float64], tolerance: float = 1e-6) -> bool:
        """Whether a complete point keeps all bounds, rows and integrality."""
        if not np.all(np.isfinite(values)):
            return False
        integral = np.abs(values - np.round(values))[self.integer]
        within = np.all(values >= self.lower - tolerance) and np.all(values <= self.upper + tolerance)
        return bool(within and np.all(integral <= INTEGRALITY) and self.rows.kept(values, tolerance))


def hand_over(
    problem: pulp.LpProblem,
    blocks: Sequence[RowBlock] = (),
    further: Iterable[pulp.LpVariable] = (),
) -> Program:
    """The arrays of a problem, of the blocks that go with it and of `further` variables.

    Columns come in the order in which PuLP lists the variables, which depends on the problem alone; then
    those that only blocks or `further` mention, in the order in which they do.
    Raises `BackendError` for what arrays cannot carry: special ordered sets.
    """
    if compat.has_special_ordered_sets(problem):
        raise BackendError("special ordered sets are not supported: write them as rows")
    variables = _all_variables(problem, blocks, further)
    columns = Columns(variables)
    integer = np.array([variable.cat == pulp.LpInteger for variable in variables], dtype=bool)
    cost, offset = _objective(problem, columns)
    rows = written_rows(problem, blocks, columns)
    columns.sizes = column_sizes(rows, integer)
    cost = cost * columns.sizes
    unit = objective_unit(cost) * (1.0 if problem.sense == pulp.LpMaximize else -1.0)
    lower = np.array([_side(variable.lowBound, -np.inf) for variable in variables], dtype=float)
    upper = np.array([_side(variable.upBound, np.inf) for variable in variables], dtype=float)
    return Program(
        columns=columns,
        unit=unit,
        cost=cost / unit,
        offset=offset / unit,
        lower=lower / columns.sizes,
        upper=upper / columns.sizes,
        integer=integer,
        rows=suited(rows, columns),
    )


def _all_variables(
    problem: pulp.LpProblem, blocks: Sequence[RowBlock], further: Iterable[pulp.LpVariable]
) -> list[pulp.LpVariable]:
    """Each once, by name: PuLP 3 lists only those of its own rows and objective."""
    listed = problem.variables()
    known = {variable.name for variable in listed}
    others = (variable for block in blocks for variable in block.variables)
    new = {v.name: v for v in (*others, *further) if v.name not in known}
    return [*listed, *new.values()]


def written_rows(problem: pulp.LpProblem, blocks: Iterable[RowBlock], columns: Columns) -> Rows:
    """The rows of a problem and of the blocks that go with it, over variables."""
    return Rows.stacked([_rows(problem, columns), *(block_rows(block, columns) for block in blocks)])


def told(rows: Rows, columns: Columns) -> Rows:
    """Rows over columns as rows over variables."""
    return replace(rows, data=rows.data / columns.sizes[rows.indices])


def suited(rows: Rows, columns: Columns) -> Rows:
    """Rows over variables as rows over columns, in units that suit both."""
    return equilibrated(replace(rows, data=rows.data * columns.sizes[rows.indices]))


def demanded_rows(rows: Sequence[Row], columns: Columns) -> Rows:
    """Rows made on demand, as arrays; raises `UnknownVariablesError` for variables without a column."""
    asked = {variable.name: variable for row in rows for variable in row.coefficients}
    unknown = [variable for name, variable in asked.items() if name not in columns]
    if unknown:
        raise UnknownVariablesError(unknown)
    lengths = [len(row.coefficients) for row in rows]
    made = Rows(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        np.array([columns.index(v) for row in rows for v in row.coefficients], dtype=np.int32),
        np.array([c for row in rows for c in row.coefficients.values()], dtype=float),
        np.array([-np.inf if row.sense == "<=" else row.rhs for row in rows], dtype=float),
        np.array([np.inf if row.sense == ">=" else row.rhs for row in rows], dtype=float),
    )
    return suited(made, columns)


def block_rows(block: RowBlock, columns: Columns) -> Rows:
    """The rows of a block, counting the problem's columns."""
    position = np.array([columns.index(variable) for variable in block.variables], dtype=np.int32)
    return Rows(
        np.asarray(block.indptr, dtype=np.int32),
        position[block.indices],
        np.asarray(block.data, dtype=float),
        np.asarray(block.lower, dtype=float),
        np.asarray(block.upper, dtype=float),
    )


def nearest_to_zero(lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a column stays that nothing moves."""
    return np.minimum(np.maximum(0.0, lower), upper)


def _objective(problem: pulp.LpProblem, columns: Columns) -> tuple[NDArray[np.float64], float]:
    cost = np.zeros(len(columns))
    if problem.objective is None:
        return cost, 0.0
    for variable, coefficient in problem.objective.items():
        cost[columns.index(variable)] += coefficient
    return cost, float(problem.objective.constant)


def _rows(problem: pulp.LpProblem, columns: Columns) -> Rows:
    lengths, indices, data, lower, upper = [0], [], [], [], []
    for constraint in problem.constraints():
        entries = constraint.items()
        lengths.append(len(entries))
        for variable, coefficient in entries:
            indices.append(columns.index(variable))
            data.append(coefficient)
        lower.append(_side(constraint.getLb(), -np.inf))
        upper.append(_side(constraint.getUb(), np.inf))
    return Rows(
        np.cumsum(lengths, dtype=np.int32),
        np.array(indices, dtype=np.int32),
        np.array(data, dtype=float),
        np.array(lower, dtype=float),
        np.array(upper, dtype=float),
    )


def _side(bound: float | None, infinite: float) -> float:
    return infinite if bound is None else float(bound)


def idle_value(variable: pulp.LpVariable) -> float:
    """The value of a variable without a column."""
    low, up = _side(variable.lowBound, -np.inf), _side(variable.upBound, np.inf)
    return float(nearest_to_zero(np.array(low), np.array(up)))
