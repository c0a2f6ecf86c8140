"""Build the plain program, let CBC solve it, and read what it found."""

from __future__ import annotations

from benchmarks.peers.textbook import cbc
from benchmarks.peers.textbook.quantities import Quantities
from benchmarks.peers.textbook.rules import write
from benchmarks.peers.textbook.sheet import Sheet
from solver.bench.sources import AbsentError
from solver.driver.compat import Claim
from solver.errors import FormulationError
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.problem import Problem


def textbook(problem: Problem, run: Run) -> Selection | None:
    """The plain program by CBC: products by three rows, a row for every scenario, providers as assignments.

    Rules, values, markets, risk by CVaR and its kin and recourse are all written. Raises AbsentError for what
    no plain program says: risk that is not linear or not monotone, levels that differ in their chance to
    deliver, bounds of a planner's own.
    """
    try:
        sheet, constant = plain_program(problem)
    except FormulationError as beyond:
        raise AbsentError(str(beyond)) from None
    run.tell(phase="built")
    if run.is_over:
        return None

    def tell(incumbent: float | None, bound: float | None) -> None:
        value = None if incumbent is None else incumbent + constant
        run.tell(value, None if bound is None else bound + constant)

    claim = cbc.solve(sheet.problem, run, tell)
    if claim not in (Claim.proven, Claim.found):
        return None
    found = sheet.selection()
    worth = problem.evaluate(found)
    proven = claim is Claim.proven and not run.is_over
    run.tell(worth, _proven_bound(sheet, constant, run.limits.gap) if proven else None)
    return None if worth is None else found


def plain_program(problem: Problem) -> tuple[Sheet, float]:
    """The plain program without its constant, and the constant; raises FormulationError."""
    sheet = Sheet(problem.assessment)
    quantities = Quantities(sheet)
    for rule in problem.formulation.rules:
        write(rule, quantities)
    wanted = quantities.of(problem.formulation.maximise)
    sheet.problem.setObjective(wanted - wanted.constant)
    return sheet, float(wanted.constant)


def _proven_bound(sheet: Sheet, constant: float, gap: float) -> float:
    """What nothing can be better than: CBC's gap is relative to the value without the constant."""
    terms = sheet.problem.objective.items()
    value = float(sum(factor * (column.varValue or 0.0) for column, factor in terms))
    return value + constant + gap * abs(value)
