"""A task in a process of its own: started, looked at now and then, killed when it goes on for too long."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from solver.bench.tasks import Event, Measurement, Task

FACTOR = 1.5
GRACE = 30.0
LONGEST_MESSAGE = 500
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Worker:
    """A process at work on a task; whatever happens to it becomes a measurement.

    It is killed at 1.5 times its limit and a grace, which is for what no limit counts: starting Python and
    reading the instance.
    """

    def __init__(self, task: Task, grace: float = GRACE) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._answer = Path(self._folder.name) / "answer.json"
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self._allowed = FACTOR * task.seconds + grace
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "solver.bench.worker", str(self._answer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._complaints,
            env=_environment(task),
            start_new_session=True,
        )
        self._hand_over(task)

    def measurement(self) -> Measurement | None:
        """What became of the task; None while the process is at work."""
        if self._process.poll() is not None:
            return self._answered() or Measurement("crashed", message=self._last_words())
        if time.monotonic() - self._began > self._allowed:
            return Measurement("killed", message=f"still at work after {self._allowed:g} s")
        return None

    def end(self) -> None:
        """Kill the process, if it still runs, and the programs that it started."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        elif self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._complaints.close()
        self._folder.cleanup()

    def _hand_over(self, task: Task) -> None:
        """Send the task and keep the pipe open: its end tells the worker that nobody waits any longer."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                pickle.dump(task, self._process.stdin)
                self._process.stdin.flush()

    def _answered(self) -> Measurement | None:
        if not self._answer.exists():
            return None
        answer: dict[str, Any] = json.loads(self._answer.read_text(encoding="utf-8"))
        events = tuple(Event(**event) for event in answer.pop("events"))
        return Measurement(**answer, events=events)

    def _last_words(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        code = self._process.returncode
        cause = f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
        return f"ended with {cause}{': ' + lines[-1] if lines else ''}"[:LONGEST_MESSAGE]


def _environment(task: Task) -> dict[str, str]:
    """The worker finds what this process finds, and modules in the folder where the command was given."""
    own = {"PYTHONPATH": os.pathsep.join(dict.fromkeys([*sys.path, os.getcwd()]))}
    return {**os.environ, **own, **(ONE_THREAD if task.threads == 1 else {})}
