"""HiGHS as most people would use it: the program written with linopy, products with all three rows."""

from __future__ import annotations

import linopy
import numpy as np
import pandas

from benchmarks.peers.plain import PlainProgram
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.problem import Problem

FEASIBLE = 2  # as HiGHS counts


def choose(problem: Problem, run: Run) -> Selection | None:
    """The best portfolio that HiGHS finds in the program as linopy writes it."""
    program = PlainProgram.of(problem)
    model = linopy.Model()
    options = pandas.RangeIndex(len(program.values), name="option")
    chosen = model.add_variables(coords=[options], name="chosen", binary=True)
    model.add_constraints(chosen <= np.array(program.open, dtype=float), name="open")
    for number, (row, coefficients, limit) in enumerate(program.lines()):
        model.add_constraints(
            (chosen.isel(option=row) * np.array(coefficients)).sum() <= limit, name=f"row{number}"
        )
    worth = (chosen * program.values).sum()
    if program.pairs:
        worth = worth + _together(model, chosen, program)
    model.add_objective(worth, sense="max")
    run.tell(phase="built")
    options_of_highs = {
        "threads": run.limits.threads or 1,
        "random_seed": run.limits.seed,
        "mip_rel_gap": run.limits.gap,
    }
    if run.limits.seconds is not None:
        options_of_highs["time_limit"] = run.limits.seconds
    model.solve("highs", io_api="direct", log_to_console=False, **options_of_highs)
    info = model.solver_model.getInfo()
    run.tell(bound=program.constant + info.mip_dual_bound)
    if info.primal_solution_status != FEASIBLE:
        return None
    return program.selection(model.solution["chosen"].to_numpy().tolist())


def _together(model: linopy.Model, chosen: linopy.Variable, program: PlainProgram) -> linopy.LinearExpression:
    first, second, value = (np.array(column) for column in zip(*program.pairs, strict=True))
    pairs = pandas.RangeIndex(len(value), name="pair")
    both = model.add_variables(lower=0, upper=1, coords=[pairs], name="both")
    one = chosen.isel(option=first).rename(option="pair").assign_coords(pair=pairs)
    other = chosen.isel(option=second).rename(option="pair").assign_coords(pair=pairs)
    model.add_constraints(both <= one, name="only_with_first")
    model.add_constraints(both <= other, name="only_with_second")
    model.add_constraints(both >= one + other - 1, name="always_with_both")
    return (both * value).sum()
