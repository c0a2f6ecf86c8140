"""The back ends of this machine, by the names PuLP or their makers give them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from solver.driver import compat
from solver.driver.handover import Program
from solver.errors import MissingBackendError

HIGHS, CBC = "HiGHS", "CBC"
PRODUCTS = {
    CBC: ("COIN_CMD", "PULP_CBC_CMD", "CyLP"),
    "SCIP": ("SCIP_PY", "SCIP_CMD", "FSCIP_CMD"),
    "Gurobi": ("GUROBI", "GUROBI_CMD"),
    "CPLEX": ("CPLEX_PY", "CPLEX_CMD"),
    "GLPK": ("GLPK_CMD", "PYGLPK"),
    "Xpress": ("XPRESS_PY", "XPRESS_CMD"),
    "COPT": ("COPT", "COPT_DLL", "COPT_CMD"),
}


@dataclass(frozen=True)
class BudgetsEffort:
    """When a program is nothing but budgets, and large enough for CBC to prove it sooner than HiGHS."""

    least_columns: int = 60
    least_filled: float = 0.5


EFFORT = BudgetsEffort()

ROUNDING, ROUNDING_ELSEWHERE = 1e-6, 1e-5
"""What a claim may be wrong by, per money that an objective adds up. Back ends move every column and row by
1e-6 (HiGHS's `mip_feasibility_tolerance`), so no sum of theirs is truer; CBC leaves solutions aside that are
better by less than 1e-5 (its `increment`), and others may as well."""


def rounding(name: str) -> float:
    """What a bound claimed by a back end may lie below a solution, relative to the money, or to 1."""
    return ROUNDING if name.casefold() == HIGHS.casefold() else ROUNDING_ELSEWHERE


def many_budgets(program: Program) -> bool:
    """Whether everything is a whole choice that is worth something and takes a share of most limits."""
    rows, columns = program.rows, len(program.cost)
    budgets = bool(len(rows)) and not np.isfinite(rows.lower).any() and bool((rows.data >= 0).all())
    filled = len(rows.data) >= EFFORT.least_filled * len(rows) * columns
    binary = program.integer & (program.lower == 0) & (program.upper == 1)
    return (
        budgets and filled and columns >= EFFORT.least_columns and bool((binary & (program.cost >= 0)).all())
    )


def available() -> list[str]:
    """The back ends of this machine, HiGHS first; each name is good for `SearchLimits.backend`."""
    installed = [name for name in pulp.listSolvers() if name != HIGHS and _works(name)]
    products = [product for product, names in PRODUCTS.items() if set(names) & set(installed)]
    known = {name for names in PRODUCTS.values() for name in names}
    return [HIGHS, *products, *dict.fromkeys(name for name in installed if name not in known)]


def resolved(name: str | None) -> str:
    """PuLP's name of a back end, whatever the case and whether product or PuLP name is given; HiGHS if none.

    Raises `MissingBackendError`, naming what there is, for one that is unknown or not installed.
    """
    wanted = (name or HIGHS).casefold()
    if wanted == HIGHS.casefold():
        return HIGHS
    products = {product.casefold(): names for product, names in PRODUCTS.items()}
    candidates = [
        each for each in pulp.listSolvers() if each.casefold() == wanted or each in products.get(wanted, ())
    ]
    working: list[str] = [candidate for candidate in candidates if _works(candidate)]
    if working:
        return working[0]
    reason = "is not installed" if candidates or wanted in products else "is unknown"
    raise MissingBackendError(f"back end {name!r} {reason}; available: {', '.join(available())}")


def made(name: str, wishes: dict[str, Any]) -> Any:
    """PuLP's solver of this name, silent, with those of the wishes that its class knows."""
    known = inspect.signature(type(_bare(name)).__init__).parameters
    return _bare(name, {option: value for option, value in wishes.items() if option in known})


def _works(name: str) -> bool:
    return bool(_bare(name).available())


def _bare(name: str, options: dict[str, Any] | None = None) -> Any:
    return pulp.getSolver(name, msg=False, **compat.solver_options(name), **(options or {}))
