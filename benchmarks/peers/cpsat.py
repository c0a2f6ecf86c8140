"""OR-Tools CP-SAT, in a process of its own: it and highspy cannot be loaded side by side.

Starting that process counts against CP-SAT, about half a second.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from benchmarks.peers.plain import PlainProgram
from solver.bench.sources import AbsentError
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.problem import Problem

ALONE = Path(__file__).with_name("cpsat_alone.py")


def choose(problem: Problem, run: Run) -> Selection | None:
    """The best portfolio CP-SAT finds."""
    if find_spec("ortools") is None:
        raise AbsentError("ortools is not installed")
    program = PlainProgram.of(problem)
    question = {
        "values": program.values.tolist(),
        "pairs": program.pairs,
        "rows": list(program.lines()),
        "open": program.open,
        "limits": asdict(run.limits),
    }
    chosen = None
    with subprocess.Popen(
        [sys.executable, str(ALONE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        json.dump(question, process.stdin)
        process.stdin.close()
        for line in process.stdout:
            told = json.loads(line)
            if "chosen" in told:
                chosen = told["chosen"]
            elif "phase" in told:
                run.tell(phase="built")
            else:
                run.tell(**{name: program.constant + value for name, value in told.items()})
    if process.returncode:
        raise RuntimeError(f"CP-SAT ended with code {process.returncode}")
    return None if chosen is None else program.selection(chosen)
