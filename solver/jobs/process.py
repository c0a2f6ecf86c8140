"""A call in a process of its own: started, looked at now and then, killed when it goes on for too long."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from solver.jobs.call import Call, End, Ending

LONGEST_MESSAGE = 500
PATIENCE = 5.0
"""Seconds for which one that was interrupted is waited for."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Process:
    """A process at work on a call; whatever happens to it becomes an ending."""

    def __init__(self, call: Call) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._answer = Path(self._folder.name) / "answer"
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self._allowed = call.seconds
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "solver.jobs.child", str(self._answer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._complaints,
            env=_environment(call),
            start_new_session=True,
        )
        self._hand_over(call)

    def ending(self) -> Ending | None:
        """What became of the call; None while the process is at work."""
        if self._process.poll() is not None:
            if self._answer.exists():
                return Ending(End.returned, pickle.loads(self._answer.read_bytes()))
            return Ending(End.crashed, message=self._last_words())
        if self._allowed is not None and time.monotonic() - self._began > self._allowed:
            return Ending(End.killed, message=f"still at work after {self._allowed:g} s")
        return None

    def interrupt(self) -> None:
        """Ask for what there is, as Ctrl-C does; what does not answer soon is killed."""
        self._allowed = time.monotonic() - self._began + PATIENCE
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                self._process.send_signal(signal.SIGINT)

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

    def _hand_over(self, call: Call) -> None:
        """Send the call and keep the pipe open: its end tells the process that nobody waits any longer."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.write(pickle.dumps(call))
                self._process.stdin.flush()

    def _last_words(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        code = self._process.returncode
        cause = f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
        return f"ended with {cause}{': ' + lines[-1] if lines else ''}"[:LONGEST_MESSAGE]


def _environment(call: Call) -> dict[str, str]:
    """The process finds what this one finds, and modules in the folder where the command was given."""
    own = {"PYTHONPATH": os.pathsep.join(dict.fromkeys([*sys.path, os.getcwd()]))}
    return {**os.environ, **own, **(ONE_THREAD if call.threads == 1 else {})}
