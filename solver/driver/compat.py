"""Every difference between PuLP 3.3 and PuLP 4 that the driver meets."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from inspect import signature
from typing import Any

import pulp


class Claim(StrEnum):
    """What a solver says of a solve."""

    proven = "an optimal solution"
    found = "a solution, no proof"
    nothing = "no solution so far"
    infeasible = "no solution exists"
    unbounded = "the objective has no bound"


SOLUTION_CLAIMS = {1: Claim.proven, 2: Claim.found, -1: Claim.infeasible, -2: Claim.unbounded}
"""PuLP 3.3's solution statuses; its other status says Optimal of a run that hit its limit."""

SILENCE = "_skip_v4_deprecation"
OPTIMAL, GAP_LIMIT = 1, -7
NO_SOLUTION_REASONS = {-1: Claim.infeasible, -2: Claim.unbounded, -3: Claim.infeasible}
"""PuLP 4's stop reasons; -3 stands for infeasible or unbounded."""


def expression(
    coefficients: Mapping[pulp.LpVariable, float], constant: float = 0.0
) -> pulp.LpAffineExpression:
    """A linear expression from its coefficients, made in one go."""
    make: Any = getattr(pulp.LpAffineExpression, "from_dict", pulp.LpAffineExpression)
    return make(dict(coefficients), constant)


def has_special_ordered_sets(problem: pulp.LpProblem) -> bool:
    """Whether the problem carries SOS groups, which live outside its rows."""
    asked: Any = problem
    return asked.has_sos() if hasattr(asked, "has_sos") else bool(asked.sos1 or asked.sos2)


def solved(problem: pulp.LpProblem, solver: Any) -> Claim:
    """Solve and return what the solver claims, in one vocabulary for both versions."""
    answer: Any = problem.solve(solver)
    if hasattr(answer, "has_solution"):
        return _claim(int(answer.status), bool(answer.has_solution))
    told: Any = problem
    return SOLUTION_CLAIMS.get(told.sol_status, Claim.nothing)


def _claim(status: int, has_solution: bool) -> Claim:
    """PuLP 4.2 says of CyLP that it is optimal without a solution where no branching was needed."""
    if status in NO_SOLUTION_REASONS:
        return NO_SOLUTION_REASONS[status]
    if status == OPTIMAL or (status == GAP_LIMIT and has_solution):
        return Claim.proven
    return Claim.found if has_solution else Claim.nothing


def solver_options(name: str) -> dict[str, Any]:
    """What a solver needs so that it is made without a deprecation warning."""
    if name != "PULP_CBC_CMD" or SILENCE not in signature(pulp.PULP_CBC_CMD).parameters:
        return {}
    return {SILENCE: True}
