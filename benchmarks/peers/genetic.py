"""A genetic algorithm as people take it off the shelf: pymoo's, over one bit per option."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.errors import MissingBackendError
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.incumbent import Incumbent
from solver.search.problem import Problem

POPULATION, GENERATIONS = 100, 100
MISSING = "the genetic algorithm needs pymoo: pip install 'partnerfolio[benchmarks]'"


def genetic(problem: Problem, run: Run) -> Selection | None:
    """Binary sampling, two-point crossover, bit flips; broken rules count as constraint violation.

    Without a limit of time it ends after 100 generations. Raises MissingBackendError where pymoo is missing.
    """
    breed = _Breed(problem, run)
    breed.judged(np.zeros(breed.size, dtype=bool))
    if breed.size:
        _evolve(breed, run)
    return breed.best.selection


class _Breed:
    """Turns bits into portfolios, judges them and remembers the best that keeps every rule."""

    def __init__(self, problem: Problem, run: Run) -> None:
        self._problem = problem
        self.size = len(problem.assessment.options)
        self.best = Incumbent(problem, run)

    def judged(self, bits: NDArray[np.bool_]) -> tuple[float, float]:
        """What is to be minimised, and how far rules are broken; an element counts with its first option."""
        chosen = np.flatnonzero(bits & self._problem.outline.open)
        _, first = np.unique(self._problem.assessment.options.element[chosen], return_index=True)
        selection = self._problem.staffed(chosen[first])
        merit = self._problem.merit(selection)
        if merit.holds and merit.objective > self.best.worth:
            self.best.offer(selection)
        return -merit.objective, -merit.feasibility


def _evolve(breed: _Breed, run: Run) -> None:
    try:
        from pymoo.algorithms.soo.nonconvex.ga import GA
        from pymoo.core.problem import ElementwiseProblem
        from pymoo.operators.crossover.pntx import TwoPointCrossover
        from pymoo.operators.mutation.bitflip import BitflipMutation
        from pymoo.operators.sampling.rnd import BinaryRandomSampling
    except ImportError:
        raise MissingBackendError(MISSING) from None

    class Bits(ElementwiseProblem):  # type: ignore[misc]
        """One bit per option."""

        def __init__(self) -> None:
            super().__init__(n_var=breed.size, n_obj=1, n_ieq_constr=1, xl=0, xu=1, vtype=bool)

        def _evaluate(self, x: NDArray[np.bool_], out: dict[str, Any], *args: Any, **kwargs: Any) -> None:
            if run.is_over:
                out["F"], out["G"] = np.inf, np.inf
            else:
                out["F"], out["G"] = breed.judged(x)

    algorithm = GA(
        pop_size=POPULATION,
        sampling=BinaryRandomSampling(),
        crossover=TwoPointCrossover(),
        mutation=BitflipMutation(),
        eliminate_duplicates=True,
    )
    algorithm.setup(Bits(), seed=run.limits.seed, verbose=False)
    generation = 0
    while not run.is_over and (generation < GENERATIONS or np.isfinite(run.remaining)):
        algorithm.next()
        generation += 1
