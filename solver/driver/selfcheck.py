"""Whether the installed HiGHS proves what is true: versions known to be wrong, models with known ends."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pulp

from solver.driver.compat import expression
from solver.driver.handover import hand_over
from solver.driver.highs import HighsSession
from solver.errors import BackendError
from solver.run import Run, Termination

WRONG: Mapping[str, str] = MappingProxyType(
    {"1.14.0": "proves wrong optima: its presolve is wrong about columns in one row beside integers"}
)
NOISY: Mapping[str, str] = MappingProxyType({"1.16.0": "prints a banner on stdout"})
REMEDY = "install another version: pip install 'highspy>=1.11,!=1.14.0,!=1.16.0'"
EDITION = 1
CLOSE = 1e-6


@lru_cache(maxsize=1)
def assure_highs() -> None:
    """Raise `BackendError` unless the installed HiGHS can be trusted; asked once, and kept by version.

    A version that only prints gets a warning. Where nothing can be kept, the check is made in every process.
    """
    installed = version("highspy")
    if installed in WRONG:
        raise BackendError(f"highspy {installed} {WRONG[installed]}; {REMEDY}")
    if installed in NOISY:
        warnings.warn(f"highspy {installed} {NOISY[installed]}; {REMEDY}", RuntimeWarning, stacklevel=2)
    passed = f"highspy {installed}, check {EDITION}"
    if passed in _kept():
        return
    for name, model in MODELS.items():
        problem, best = model()
        found = _proven(problem)
        if found != best and not (found is not None and best is not None and abs(found - best) <= CLOSE):
            right = "no solution" if best is None else f"{best:g}"
            wrong = "none" if found is None else f"{found:g}"
            told = f"fails the self-check '{name}': it proves {wrong}, {right} is right"
            raise BackendError(f"highspy {installed} {told}; {REMEDY}")
    _keep(passed)


def _proven(problem: pulp.LpProblem) -> float | None:
    """The optimum that HiGHS claims, None where it says that no solution exists."""
    program = hand_over(problem)
    unknown = np.full(len(program.cost), np.nan)
    answer = HighsSession(program, Run()).search(0.0, unknown, lambda incumbent, bound: None)
    if answer.termination is Termination.infeasible:
        return None
    return program.unit * answer.bound if answer.points else np.nan


def _overruns() -> tuple[pulp.LpProblem, float]:
    """Worst overruns and pair overhead, columns in one row beside integers: 1.14.0 proves 33.9."""
    problem = pulp.LpProblem("overruns", pulp.LpMaximize)
    chosen = [problem.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i in range(4)]
    beyond = [problem.add_variable(f"b{i}", 0, None) for i in range(4)]
    pairs, threshold = problem.add_variable("pairs", 0, None), problem.add_variable("threshold", 0, None)
    worth = dict(zip(chosen, (-11.0, 3.7, 33.9, 27.0), strict=True))
    problem.setObjective(expression({**worth, pairs: -2.0}))
    for x, b, more in zip(chosen, beyond, (5.88, 2.34, 1.5, 9.87), strict=True):
        problem.addConstraint(expression({x: -more, b: 1.0, threshold: 1.0}) >= 0)
    spent = dict(zip(chosen, (21.0, 18.0, 6.0, 21.0), strict=True))
    problem.addConstraint(expression({**spent, **dict.fromkeys(beyond, 1.0), threshold: 1.0}) <= 29)
    for met in (1, 2, 3):
        problem.addConstraint(
            expression({**dict.fromkeys(chosen, -float(met)), pairs: 1.0}) >= -met * (met + 1) / 2
        )
    return problem, 35.6


def _knapsack() -> tuple[pulp.LpProblem, float]:
    problem = pulp.LpProblem("knapsack", pulp.LpMaximize)
    chosen = [problem.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i in range(4)]
    problem.setObjective(expression(dict(zip(chosen, (10.0, 13.0, 7.0, 8.0), strict=True))))
    problem.addConstraint(expression(dict(zip(chosen, (5.0, 7.0, 4.0, 3.0), strict=True))) <= 10)
    return problem, 21.0


def _nothing() -> tuple[pulp.LpProblem, None]:
    """The relaxation has solutions, the program has none."""
    problem = pulp.LpProblem("nothing", pulp.LpMaximize)
    chosen = [problem.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i in range(3)]
    problem.setObjective(expression(dict.fromkeys(chosen, 1.0)))
    problem.addConstraint(expression(dict.fromkeys(chosen, 2.0)) == 3)
    return problem, None


MODELS: Mapping[str, Callable[[], tuple[pulp.LpProblem, float | None]]] = MappingProxyType(
    {"overruns": _overruns, "knapsack": _knapsack, "no solution": _nothing}
)


def kept_at() -> Path:
    """The user's file of the versions that passed."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(home) / "partnerfolio" / "checked.json"


def _kept() -> list[str]:
    with suppress(OSError, ValueError, RuntimeError):
        found = json.loads(kept_at().read_text(encoding="utf-8"))
        return found if isinstance(found, list) else []
    return []


def _keep(passed: str) -> None:
    with suppress(OSError, RuntimeError):
        target = kept_at()
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps([*_kept(), passed]), encoding="utf-8")
        draft.replace(target)
