"""SCIP through PySCIPOpt, which takes synergies as products: its own nonconvex quadratic way."""

from __future__ import annotations

from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model, quicksum

from benchmarks.peers.plain import PlainProgram
from solver.driver import SearchLimits
from solver.portfolio.selection import Selection
from solver.strategies.problem import Problem


def choose(problem: Problem, limits: SearchLimits) -> Selection | None:
    """The best portfolio SCIP finds."""
    program = PlainProgram.of(problem)
    model = Model()
    model.hideOutput()
    model.setParam("limits/gap", limits.gap)
    model.setParam("randomization/randomseedshift", limits.seed)
    model.setParam("parallel/maxnthreads", limits.threads or 1)
    if limits.seconds is not None:
        model.setParam("limits/time", limits.seconds)
    chosen = [
        model.addVar(f"x{option}", vtype="B", ub=1.0 if is_open else 0.0)
        for option, is_open in enumerate(program.open)
    ]
    for options, coefficients, limit in program.lines():
        row = zip(options, coefficients, strict=True)
        model.addCons(quicksum(factor * chosen[option] for option, factor in row) <= limit)
    worth = quicksum(value * chosen[option] for option, value in enumerate(program.values.tolist()))
    if program.pairs:
        together = model.addVar("together", lb=None, ub=sum(max(0.0, value) for *_, value in program.pairs))
        model.addCons(together <= quicksum(value * chosen[i] * chosen[j] for i, j, value in program.pairs))
        worth = worth + together
    model.setObjective(worth + program.constant, "maximize")
    model.includeEventhdlr(_Listener(problem), "listener", "tells every new incumbent")
    problem.tell(phase="built")
    model.optimize()
    problem.tell(bound=model.getDualbound())
    if not model.getNSols():
        return None
    best = model.getBestSol()
    return program.selection([model.getSolVal(best, variable) for variable in chosen])


class _Listener(Eventhdlr):
    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def eventinit(self) -> None:
        """Ask to be told of new incumbents."""
        self.model.catchEvent(SCIP_EVENTTYPE.BESTSOLFOUND, self)

    def eventexit(self) -> None:
        """Ask no longer."""
        self.model.dropEvent(SCIP_EVENTTYPE.BESTSOLFOUND, self)

    def eventexec(self, event: object) -> None:
        """Pass it on, with the bound of the moment."""
        # The primal bound is still the one of before.
        incumbent = self.model.getSolObjVal(self.model.getBestSol())
        self._problem.tell(incumbent, self.model.getDualbound())
