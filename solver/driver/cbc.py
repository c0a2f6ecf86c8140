"""CBC as a process of our own: heard while it works, and stopped when enough is known."""

from __future__ import annotations

import math
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np
import pulp

from solver.driver import compat
from solver.driver.cbcfiles import Log, read_solution, write_program
from solver.driver.handover import Program
from solver.driver.highs import HighsSession
from solver.driver.nearby import held
from solver.driver.pulpsession import PATIENCE, ROW_TOLERANCE, SHARE_OF_GAP, PulpSession
from solver.driver.scaling import loosened
from solver.driver.session import Answer, Glance, Point, UnansweredError, Until, Vertex, never
from solver.run import AbandonedError, Run, Termination

BUNDLED = "PULP_CBC_CMD"
PULSE, LEAVE = 0.03, 0.7
# CBC looks at its clock now and then, and has a solution to write afterwards.
SHARE_OF_TIME = 0.98


@dataclass(frozen=True)
class CoreEffort:
    """How the few columns that a relaxation is least sure of are searched first (Balas & Zemel 1980).

    CBC is not told what was found: with a start, and cores for a fifth of the time, its bounds were worse
    than without either, on three of three rows that were measured side by side.
    """

    columns: int = 30
    most_nodes: int = 20_000
    share_of_time: float = 0.05


EFFORT = CoreEffort()


def bundled() -> str | None:
    """Where the CBC is that comes with PuLP 3; None where there is none that runs."""
    with suppress(Exception):  # PuLP 4 has none
        solver = pulp.getSolver(BUNDLED, msg=False, **compat.solver_options(BUNDLED))
        return str(solver.path) if solver.available() else None
    return None


class CbcSession(PulpSession):
    """A program in files of its own for every search; HiGHS goes on where CBC fails.

    CBC is asked to stop when the run has to, and killed if it does not.
    """

    def __init__(self, path: str, program: Program, run: Run) -> None:
        super().__init__("CBC", program, run)
        self._path, self._bound = path, math.inf

    def search(self, gap: float, start: Point, glance: Glance, until: Until = never) -> Answer:
        """Solve the integer program to a relative gap: first its core, then all of it."""
        known: tuple[Point, ...] = (start,) if self._program.accepts(start) else ()
        core = self._core()
        if core is not None and not until(self._worth(known), math.inf):
            known = self._best([*known, *self._found_in(core, known, glance, until)])
        if self._run.verdict is not None:
            return Answer(self._run.verdict, known, self._bound)
        whole = replace(self._program, rows=self._rows)
        answer = self._asked(whole, self._run, gap, known, glance, until)
        if answer.termination is Termination.error and not self._run.is_over:
            self.name = HighsSession.name
            self._run.chose(self.name)
            answer = HighsSession(whole, self._run).search(gap, known[0] if known else start, glance, until)
        elif answer.termination is Termination.infeasible:
            answer = self._second_opinion(glance)
            self._run.chose(HighsSession.name)
        points = sorted((*known, *answer.points), key=self._program.objective)
        return replace(answer, points=tuple(points), bound=min(answer.bound, self._bound))

    def _worth(self, points: Sequence[Point]) -> float:
        return max(map(self._program.objective, points), default=-math.inf)

    def _best(self, points: Sequence[Point]) -> tuple[Point, ...]:
        return (max(points, key=self._program.objective),) if points else ()

    def _core(self) -> Program | None:
        """The program with all columns held of which the relaxation is sure; None where few are left."""
        program = replace(self._program, rows=self._rows)
        vertex = None if len(program.cost) <= EFFORT.columns else _vertex(program, self._run)
        if vertex is None:
            return None
        self._bound = vertex.bound
        sure = np.ones(len(program.cost), dtype=bool)
        sure[np.argsort(np.abs(vertex.reduced_costs), kind="stable")[: EFFORT.columns]] = False
        return held(program, sure, vertex.point)

    def _found_in(
        self, core: Program, known: Sequence[Point], glance: Glance, until: Until
    ) -> tuple[Point, ...]:
        """What is better where most columns are held; told once it is in hand, and a bound says nothing."""
        best = self._worth(known)
        part, nodes = self._run.part(EFFORT.share_of_time), ["-maxNodes", str(EFFORT.most_nodes)]

        def tell(reached: float, bound: float) -> None:
            glance(best, self._bound)

        def enough(reached: float, bound: float) -> bool:
            return until(reached, math.inf)

        return self._asked(core, part, 0.0, (), tell, enough, nodes).points

    def _asked(
        self,
        program: Program,
        run: Run,
        gap: float,
        known: Sequence[Point],
        glance: Glance,
        until: Until,
        options: Sequence[str] = (),
    ) -> Answer:
        """What CBC says of a program."""
        offset = program.offset
        log, asked = Log(self._worth(known) - offset), gap * SHARE_OF_GAP
        try:
            with tempfile.TemporaryDirectory() as folder:
                files = Path(folder)
                write_program(files / "program.mps", program, loosened(program.rows, program.integer))
                if math.isfinite(run.remaining):
                    seconds = max(SHARE_OF_TIME * run.remaining - PULSE, PULSE)
                    options = ["-sec", f"{seconds:.3f}", "-timeMode", "elapsed", *options]
                threads = ["-threads", str(run.limits.threads)] if (run.limits.threads or 1) > 1 else []
                command = [self._path, str(files / "program.mps"), "-ratio", repr(asked), *threads, *options]
                command += ["-solve", "-printingOptions", "all", "-solution", str(files / "found.sol")]
                enough = run.attend(
                    lambda: _worked(command, files / "cbc.log", log, run, until, offset),
                    lambda: glance(log.incumbent + offset, log.bound + offset),
                    PATIENCE,
                )
                words, point = read_solution(files / "found.sol", len(program.cost))
        except AbandonedError:
            return Answer(run.verdict or Termination.cancelled, message="CBC did not stop")
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return Answer(self._run.verdict or Termination.error, message=f"CBC: {error}")
        return self._understood(
            words, point, asked, log, run.verdict or self._run.verdict or _ended(words, enough)
        )

    def _understood(self, words: str, point: Point, gap: float, log: Log, ended: Termination) -> Answer:
        if "nfeasible" in words or "nbounded" in words:
            return Answer(Termination.infeasible, message=words)
        point = self._program.rounded(point)
        kept = self._program.accepts(point, ROW_TOLERANCE) and self._rows.kept(point, ROW_TOLERANCE)
        points, message = ((point,) if kept else ()), f"CBC: {words}"
        if words.startswith("Optimal"):
            if not kept:
                return Answer(Termination.error, message=f"{message}, which breaks a row")
            return Answer(Termination.optimal, points, self._proven_bound(point, gap), message)
        bound = max([log.last_bound + self._program.offset, *map(self._program.objective, points)])
        return Answer(ended, points, bound, message)


def _ended(words: str, enough: bool) -> Termination:
    """Why CBC stopped by itself before it was done."""
    if words.startswith("Stopped on time"):
        return Termination.time_limit
    return Termination.decided if enough else Termination.error


def _worked(command: list[str], path: Path, log: Log, run: Run, until: Until, offset: float) -> bool:
    """Let CBC work, listen to it, and ask it to stop when it has to; whether enough is known."""
    enough = False
    with path.open("wb") as heard, _process(command, heard) as process:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(PULSE)
            log.follow(path)
            enough = until(log.incumbent + offset, log.bound + offset)
            if enough or run.verdict is not None:
                _stop(process)
        log.follow(path)
    if process.returncode:
        raise subprocess.SubprocessError(f"ended with {process.returncode}")
    return enough


@contextmanager
def _process(command: list[str], heard: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, which Ctrl-C does not reach; it does not outlive its search."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=heard, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """On Ctrl-C CBC writes what it has."""
    with suppress(OSError, ValueError):
        process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(LEAVE)
        return
    process.kill()


def _vertex(program: Program, run: Run) -> Vertex | None:
    with suppress(UnansweredError):
        return HighsSession(program, run).relax_within(program.lower, program.upper)
    return None
