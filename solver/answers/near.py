"""Nearly as good as the best: what a portfolio has to be worth for that, and how well it is known."""

from __future__ import annotations

import math
from collections.abc import Iterable

from solver.answers.answer import best_value
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.portfolio.quantities import Bound
from solver.portfolio.rules import Wish
from solver.run import NO_DECISION, Decision, Run, Termination
from solver.study.proven import Proven
from solver.study.study import Study

NEARLY = (0.005, 0.01, 0.02)
"""Shares of the best value that planners give up for other reasons, where they name none."""
FOR_THE_BEST = 0.5
"""The share of a time limit for the best portfolio, against which all others are held."""
TOLERATED = 1e-5
"""Ten times what back ends take for the same, relative to a worth or to 1."""
ROUNDING = 1e-9
"""The rounding of two values that are meant to be the same, relative to the larger or to 1."""


def best_of(study: Study, run: Run, decision: Decision = NO_DECISION) -> Proven:
    """The best portfolio of a study, as far as it is found; raises ContradictionError."""
    return study.best(run, decision=decision).sound()


def any_worth(study: Study, enough: float, hopeless: float, run: Run) -> tuple[Proven, float]:
    """Whether any portfolio of a study is worth as much as is enough, and what none exceeds.

    To be worth more than what is hopeless is one of its rules, so that most parts of the search end early. A
    little less still passes: nothing hangs on what a back end takes for the same.
    """
    least = hopeless - TOLERATED * max(1.0, abs(hopeless))
    worthy = study.limited(Wish(Bound(study.formulation.maximise, ">=", least, "what is good enough")))
    found = best_of(worthy, run, decision := Decision(enough=enough, hopeless=hopeless))
    worth = -math.inf if found.objective is None else found.objective
    if not run.is_over and found.bound is not None and worth < enough and found.bound > hopeless:
        found = best_of(worthy, run.part(gap=0.0), decision)
    if found.termination is Termination.infeasible:
        return found, least
    return found, math.inf if found.bound is None else max(found.bound, least)


def best_so_far(study: Study, best: Proven | None, run: Run) -> Proven | None:
    """The best portfolio; where its search had to be left alone, the best that it had come upon."""
    known = None if best is not None else study.knowledge.pool.best(study.formulation)
    if known is None:
        return best
    return Proven(run.verdict or Termination.cancelled, *known, message="the search was left alone")


def feasible(best: Proven | None) -> bool | None:
    """Whether there is any portfolio; None where that is not known."""
    if best is not None and best.selection is not None:
        return True
    return False if best is not None and best.termination is Termination.infeasible else None


def least_worth(best: Proven, tolerance: float) -> float:
    """What is worth less is certainly not within a tolerance of the best."""
    return _cutoff(best.objective or 0.0, tolerance)


def most_worth(best: Proven, tolerance: float) -> float:
    """What is worth as much is certainly within a tolerance of the best."""
    worth = best.objective or 0.0
    if best.bound is None:
        return float("inf")
    return _cutoff(worth if best_value(best).proven else max(worth, best.bound), tolerance)


def _cutoff(best: float, tolerance: float) -> float:
    return best - tolerance * abs(best) - ROUNDING * max(1.0, abs(best))


def checked_tolerances(given: Iterable[float]) -> tuple[float, ...]:
    """Tolerances, each once; raises InputError for what is no share."""
    found = tuple(dict.fromkeys(float(one) for one in given))
    wrong = [one for one in found if not 0.0 <= one <= 1.0]
    if wrong or not found:
        remedy = "a share of the best value between 0 and 1, such as 0.01"
        raise InputError([Defect("within", remedy, value=one) for one in wrong] or [Defect("within", remedy)])
    return found
