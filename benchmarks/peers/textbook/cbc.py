"""CBC as PuLP calls it, and what its log says of the search while it runs."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pulp

from solver.driver import backends, compat
from solver.driver.compat import Claim
from solver.run import AbandonedError, Run, Termination

PATIENCE = {Termination.cancelled: 2.0, Termination.time_limit: 15.0}
NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"
SOLUTION = re.compile(rf"Integer solution of {NUMBER} found")
BOUND = re.compile(rf"best possible {NUMBER}[ )]")
UNKNOWN = 1e49

Told = Callable[[float | None, float | None], None]
"""Hears the value of a new incumbent, or a new bound, as the problem maximises."""


class Log:
    """The log of a running CBC, which minimises the negative of what is maximised."""

    def __init__(self, path: Path, tell: Told) -> None:
        self._path, self._tell = path, tell
        self._read = 0

    def follow(self) -> None:
        """Tell what has been written since the last time."""
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._read)
            text = log.read()
        whole = text.rpartition("\n")[0]
        self._read += len(whole.encode()) + 1 if whole else 0
        for line in whole.splitlines():
            for incumbent, bound in said(line):
                self._tell(incumbent, bound)


def said(line: str) -> Iterator[tuple[float | None, float | None]]:
    """Incumbent and bound in a line of the log, as a maximisation.

    What cuts make of the root's objective is no bound: they may cut off what an incumbent reaches as well.

    >>> list(said("Cbc0010I After 9 nodes, 2 on tree, -7 best solution, best possible -9.5 (0.1 seconds)"))
    [(None, 9.5)]
    """
    if found := SOLUTION.search(line):
        yield -float(found[1]), None
    if (found := BOUND.search(line)) and abs(bound := float(found[1])) < UNKNOWN:
        yield None, -bound


def solve(problem: pulp.LpProblem, run: Run, tell: Told) -> Claim:
    """Let CBC solve a problem with its defaults; what it finds stands in the variables.

    Raises BackendError where PuLP has no CBC.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cbc.log"
        log = Log(path, tell)
        wishes = {"gapRel": run.limits.gap, "threads": run.limits.threads or 1, "logPath": str(path)}
        if run.limited:
            wishes["timeLimit"] = run.remaining
        solver = backends.made(backends.resolved("CBC"), wishes)
        if hasattr(solver, "tmpDir"):
            solver.tmpDir = folder
        try:
            claim = run.attend(lambda: compat.solved(problem, solver), log.follow, PATIENCE)
        except (AbandonedError, pulp.PulpError):
            return Claim.nothing
        log.follow()
    return claim
