"""OR-Tools CP-SAT: integers only, products of synergies linearised with the rows that their sign needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from ortools.sat.python import cp_model

from benchmarks.peers.plain import PlainProgram
from solver.driver import SearchLimits
from solver.portfolio.selection import Selection
from solver.strategies.problem import Problem

MOST_DECIMALS = 6
FINE = 10**6


def choose(problem: Problem, limits: SearchLimits) -> Selection | None:
    """The best portfolio CP-SAT finds."""
    program = PlainProgram.of(problem)
    model = cp_model.CpModel()
    chosen = [model.new_bool_var(f"x{option}") for option in range(len(program.values))]
    for option, is_open in enumerate(program.open):
        if not is_open:
            model.add(chosen[option] == 0)
    exact = all([_add_row(model, chosen, *line) for line in program.lines()])
    scale, objective = _objective(model, program, chosen)
    model.maximize(objective)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = limits.threads or 1
    solver.parameters.random_seed = limits.seed
    solver.parameters.relative_gap_limit = limits.gap
    if limits.seconds is not None:
        solver.parameters.max_time_in_seconds = limits.seconds
    status = solver.solve(model, _Listener(program, scale))
    if exact:
        problem.tell(bound=program.constant + _true_bound(solver.best_objective_bound, scale, program))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return program.selection([solver.value(variable) for variable in chosen])


class _Listener(cp_model.CpSolverSolutionCallback):
    def __init__(self, program: PlainProgram, scale: int) -> None:
        super().__init__()
        self._program = program
        self._scale = scale

    def on_solution_callback(self) -> None:
        """Tell every new incumbent."""
        self._program.problem.tell(self._program.constant + self.objective_value / self._scale)


def _add_row(
    model: cp_model.CpModel,
    chosen: Sequence[cp_model.IntVar],
    options: Sequence[int],
    coefficients: Sequence[float],
    limit: float,
) -> bool:
    """Write a row in integers, on the safe side where decimals go on; whether nothing was rounded."""
    scale = _scale([*coefficients, limit])
    whole = [math.ceil(coefficient * scale - 1e-9) for coefficient in coefficients]
    model.add(
        sum(factor * chosen[option] for factor, option in zip(whole, options, strict=True))
        <= math.floor(limit * scale + 1e-9)
    )
    return scale != FINE


def _objective(
    model: cp_model.CpModel, program: PlainProgram, chosen: Sequence[cp_model.IntVar]
) -> tuple[int, cp_model.LinearExpr]:
    scale = _scale([*program.values.tolist(), *(value for _, _, value in program.pairs)])
    terms = [round(value * scale) * chosen[option] for option, value in enumerate(program.values.tolist())]
    for first, second, value in program.pairs:
        both = model.new_bool_var(f"x{first}x{second}")
        if value > 0:
            model.add_implication(both, chosen[first])
            model.add_implication(both, chosen[second])
        else:
            model.add_bool_or([~chosen[first], ~chosen[second], both])
        terms.append(round(value * scale) * both)
    return scale, cp_model.LinearExpr.sum(terms)


def _true_bound(bound: float, scale: int, program: PlainProgram) -> float:
    """The bound in the problem's unit, loosened by what rounding may have taken from the values."""
    rounded = len(program.values) + len(program.pairs) if scale == FINE else 0
    return (bound + 0.5 * rounded) / scale


def _scale(numbers: Sequence[float]) -> int:
    """The power of ten that makes all numbers whole; FINE where no small one does."""
    for decimals in range(MOST_DECIMALS):
        if all(float(Fraction(str(round(number, decimals)))) == number for number in numbers):
            return 10**decimals
    return FINE
