"""SCIP through PySCIPOpt, which takes synergies as products: its own nonconvex quadratic way."""

from __future__ import annotations

from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model, quicksum

from benchmarks.peers.plain import PlainProgram
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.problem import Problem


def choose(problem: Problem, run: Run) -> Selection | None:
    """The best portfolio SCIP finds."""
    program = PlainProgram.of(problem)
    model = Model()
    model.hideOutput()
    model.setParam("limits/gap", run.limits.gap)
    model.setParam("randomization/randomseedshift", run.limits.seed)
    model.setParam("parallel/maxnthreads", run.limits.threads or 1)
    if run.limits.seconds is not None:
        model.setParam("limits/time", run.limits.seconds)
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
    model.includeEventhdlr(_Listener(run), "listener", "tells every new incumbent")
    run.tell(phase="built")
    model.optimize()
    run.tell(bound=model.getDualbound())
    if not model.getNSols():
        return None
    best = model.getBestSol()
    return program.selection([model.getSolVal(best, variable) for variable in chosen])


class _Listener(Eventhdlr):
    def __init__(self, run: Run) -> None:
        self._run = run

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
        self._run.tell(incumbent, self.model.getDualbound())
