"""The other end of a process: `python -m solver.jobs.child ANSWER` with a pickled call on stdin.

The answer goes to a file, since back ends print to stdout as they please. Standard input stays open as long
as the process that asked lives; when it ends, so does this one, with its children.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from solver.jobs.call import Call


def main() -> None:
    """Make the call that is handed over, and write what it returned."""
    call: Call = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    try:
        answer = Path(sys.argv[1])
        draft = answer.with_suffix(".part")
        draft.write_bytes(pickle.dumps(call.function(*call.arguments)))
        draft.replace(answer)
    except Exception:
        traceback.print_exc()
        _leave_at_once(1)
    _leave_at_once(0)


def _end_with_whoever_asked() -> None:
    with suppress(OSError):
        while os.read(sys.stdin.fileno(), 1):
            pass
    if hasattr(os, "killpg"):
        os.killpg(os.getpgid(0), signal.SIGKILL)
    os._exit(1)


def _leave_at_once(code: int) -> NoReturn:
    """Do not wait for threads of the call that still work."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
