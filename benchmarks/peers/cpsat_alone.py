"""The process that runs CP-SAT: a program as JSON on stdin, what is found as lines of JSON on stdout.

Integers only; products of synergies are linearised with the rows that their sign needs.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from typing import Any

from ortools.sat.python import cp_model

MOST_DECIMALS = 6
FINE = 10**6

Row = tuple[list[int], list[float], float]


def main() -> None:
    """Read, search, tell."""
    question = json.load(sys.stdin)
    model = cp_model.CpModel()
    chosen = [model.new_bool_var(f"x{option}") for option in range(len(question["values"]))]
    for option, is_open in enumerate(question["open"]):
        if not is_open:
            model.add(chosen[option] == 0)
    rounded = [row for row in question["rows"] if not _write_row(model, chosen, row)]
    scale, objective = _objective(model, chosen, question["values"], question["pairs"])
    model.maximize(objective)
    _tell(phase="built")
    solver = _solver(question["limits"])
    status = solver.solve(model, _Listener(scale))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        _tell(chosen=[int(solver.value(variable)) for variable in chosen])
    if not rounded:
        # Rounding may have taken half a unit from every value.
        loose = len(question["values"]) + len(question["pairs"]) if scale == FINE else 0
        _tell(bound=(solver.best_objective_bound + 0.5 * loose) / scale)


class _Listener(cp_model.CpSolverSolutionCallback):
    def __init__(self, scale: int) -> None:
        super().__init__()
        self._scale = scale

    def on_solution_callback(self) -> None:
        """Tell every new incumbent."""
        _tell(incumbent=self.objective_value / self._scale)


def _solver(limits: dict[str, Any]) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = limits["threads"] or 1
    # Below this level what products imply is left out of the linear relaxation, and little is ever proven.
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = limits["seed"]
    solver.parameters.relative_gap_limit = limits["gap"]
    if limits["seconds"] is not None:
        solver.parameters.max_time_in_seconds = limits["seconds"]
    return solver


def _write_row(model: cp_model.CpModel, chosen: Sequence[cp_model.IntVar], row: Row) -> bool:
    """Write a row in integers, on the safe side where decimals go on; whether nothing was rounded."""
    options, coefficients, limit = row
    scale = _scale([*coefficients, limit])
    whole = [math.ceil(coefficient * scale - 1e-6) for coefficient in coefficients]
    left = cp_model.LinearExpr.weighted_sum([chosen[option] for option in options], whole)
    model.add(left <= math.floor(limit * scale + 1e-6))
    return scale != FINE


def _objective(
    model: cp_model.CpModel,
    chosen: Sequence[cp_model.IntVar],
    values: Sequence[float],
    pairs: Sequence[tuple[int, int, float]],
) -> tuple[int, cp_model.LinearExprT]:
    scale = _scale([*values, *(value for _, _, value in pairs)])
    products = [_product(model, chosen[first], chosen[second], value > 0) for first, second, value in pairs]
    factors = [round(value * scale) for value in (*values, *(value for _, _, value in pairs))]
    return scale, cp_model.LinearExpr.weighted_sum([*chosen, *products], factors)


def _product(
    model: cp_model.CpModel, first: cp_model.IntVar, second: cp_model.IntVar, wanted: bool
) -> cp_model.IntVar:
    """A variable for both: at most each where it is wanted, at least their sum − 1 where it is not."""
    both = model.new_bool_var("")
    if wanted:
        model.add_implication(both, first)
        model.add_implication(both, second)
    else:
        model.add_bool_or([~first, ~second, both])
    return both


def _scale(numbers: Sequence[float]) -> int:
    """The power of ten that makes all numbers whole; FINE where no smaller one does."""
    for decimals in range(MOST_DECIMALS):
        if all(abs(number - round(number, decimals)) <= 1e-9 for number in numbers):
            return int(10**decimals)
    return FINE


def _tell(**told: Any) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
