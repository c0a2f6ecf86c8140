"""The command as a process: Ctrl-C, pipes that close, back ends that print, and a quick start."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solver.commands.interrupts import first_interrupt_cancels

pty = pytest.importorskip("pty", reason="needs a POSIX terminal")

ROOT = Path(__file__).parents[1]
HEAVY = ("numpy", "pandas", "scipy", "pydantic", "pulp", "highspy", "openpyxl", "rich")


def python(*arguments: str, **streams: object) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, *arguments], env=environment, **streams)  # type: ignore[call-overload]


def hard_instance(path: Path) -> Path:
    """A multidimensional knapsack that no back end proves within minutes."""
    draw = random.Random(3)
    weights = [[draw.randint(1, 1000) for _ in range(10)] for _ in range(120)]
    document = {
        "partners": [
            {"id": f"p{i}", "revenue": sum(row) // 10 + draw.randint(1, 500), "cost": 0}
            for i, row in enumerate(weights)
        ],
        "resources": [
            {"id": f"r{k}", "max": sum(column) // 2} for k, column in enumerate(zip(*weights, strict=True))
        ],
        "usage": [
            {"id": f"p{i}", "resource": f"r{k}", "amount": amount}
            for i, row in enumerate(weights)
            for k, amount in enumerate(row)
        ],
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.slow
def test_ctrl_c_returns_the_best_verified_portfolio_so_far(tmp_path: Path) -> None:
    terminal, stderr = pty.openpty()
    arguments = ("-m", "solver", "solve", str(hard_instance(tmp_path / "hard.json")), "--json", "-")
    process = python(*arguments, stdout=subprocess.PIPE, stderr=stderr)
    os.close(stderr)
    shown = b""
    while b"incumbent" not in shown.replace(b"incumbent none yet", b""):
        shown += os.read(terminal, 4096)
    process.send_signal(signal.SIGINT)
    while _more(terminal):
        pass
    stdout, _ = process.communicate(timeout=60)
    result = json.loads(stdout)
    assert process.returncode == 0
    assert (result["termination"], result["verified"]) == ("cancelled", True)
    assert result["objective"] is not None


def _more(terminal: int) -> bytes:
    """What the terminal shows next; nothing once the process has closed it."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.fixture
def interruptible() -> Iterator[Any]:
    """Ctrl-C as at a terminal, also where the suite itself runs in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_the_first_interrupt_cancels_whatever_search_comes_and_the_second_one_raises(
    interruptible: Any,
) -> None:
    with first_interrupt_cancels() as interruption:
        assert not interruption.token().cancelled
        os.kill(os.getpid(), signal.SIGINT)
        assert interruption.token().cancelled
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is interruptible


def test_an_interrupt_reaches_the_search_that_is_running() -> None:
    with first_interrupt_cancels() as interruption:
        token = interruption.token()
        os.kill(os.getpid(), signal.SIGINT)
        assert token.cancelled


STUCK = """
import threading, time
from solver.commands.interrupts import obey, leave
obey()
from solver.commands.interrupts import first_interrupt_cancels
from solver.run import Run
with first_interrupt_cancels() as interruption:
    run = Run(cancel=interruption.token())
    threading.Timer(0.1, print, ["ready"], {"flush": True}).start()
    run.attend(lambda: time.sleep(600), lambda: None, dict.fromkeys(["cancelled", "time_limit"], 600.0))
"""
IN_COMPILED_CODE = """
import ctypes
from solver.commands.interrupts import obey
obey()
print("ready", flush=True)
ctypes.CDLL(None).sleep(600)
ctypes.CDLL(None).sleep(600)
ctypes.CDLL(None).sleep(600)
"""
WRITING = """
import pathlib, sys, time
from solver.commands.interrupts import obey
obey()
from solver.instance.atomic import new_file
with new_file(pathlib.Path(sys.argv[1])) as stream:
    stream.write(b"half")
    stream.flush()
    print("ready", flush=True)
    time.sleep(600)
"""
SENTENCE = b"Error: stopped before there was an answer\n"


@pytest.mark.parametrize(("code", "signals"), [(STUCK, 2), (STUCK, 3), (IN_COMPILED_CODE, 3), (WRITING, 1)])
@pytest.mark.parametrize(("number", "ended"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_whatever_is_at_work_signals_end_it_with_a_sentence(
    code: str, signals: int, number: int, ended: int, tmp_path: Path
) -> None:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = python("-c", code, str(tmp_path / "target"), **streams)
    assert started.stdout is not None
    assert started.stdout.readline() == b"ready\n"
    for _ in range(signals):
        started.send_signal(number)
        time.sleep(0.1)
    _, stderr = started.communicate(timeout=60)
    assert (started.returncode, stderr) == (ended, SENTENCE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_at_any_moment_an_interrupt_leaves_a_sentence_or_an_answer(tmp_path: Path) -> None:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    instance = str(hard_instance(tmp_path / "hard.json"))
    # Before the command's first line there is only Python's own start, which nobody can speak for.
    begun = "from solver.__main__ import main, obey; obey(); print('ready', flush=True); main()"
    for delay in (0.0, 0.1, 0.2, 0.4, 0.8, 1.6):
        started = python("-c", begun, "solve", instance, "--time-limit", "60", **streams)
        assert started.stdout is not None
        assert started.stdout.readline() == b"ready\n"
        time.sleep(delay)
        for _ in range(3):
            started.send_signal(signal.SIGINT)
            time.sleep(0.05)
        stdout, stderr = started.communicate(timeout=60)
        if started.returncode == 130:
            assert (stdout, stderr) == (b"", SENTENCE)
        else:
            assert (started.returncode, stderr) == (0, b"")
            assert b"a portfolio worth" in stdout


@pytest.mark.slow
def test_more_threads_than_cores_are_not_used_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text('{"partners": [{"id": "p", "revenue": 2, "cost": 1}]}')
    arguments = ("-m", "solver", "solve", str(path), "--threads", "5000")
    started = python(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stdout, stderr = started.communicate(timeout=60)
    assert started.returncode == 0
    assert stderr.startswith(b"--threads 5,000: ")
    assert b"the best there is" in stdout


@pytest.mark.slow
@pytest.mark.parametrize("command", ["--help", "sovle", "solve --help"])
def test_a_reader_that_is_gone_from_both_streams_is_no_traceback(command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    started = python("-m", "solver", *command.split(), stdout=writer, stderr=writer)
    os.close(writer)
    assert started.wait(timeout=60) in (1, 141)


def test_what_compiled_code_prints_while_solving_never_reaches_stdout() -> None:
    code = (
        "import ctypes, os\n"
        "from solver.commands.terminal import stdout_kept_clean\n"
        "with stdout_kept_clean():\n"
        "    os.write(1, b'banner\\n')\n"
        "    ctypes.CDLL(None).printf(b'buffered banner\\n')\n"
        "print('result')\n"
    )
    process = python("-c", code, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stdout, stderr = process.communicate(timeout=60)
    assert stdout == b"result\n"
    assert sorted(stderr.splitlines()) == [b"banner", b"buffered banner"]


@pytest.mark.slow
def test_a_reader_that_walks_away_leaves_no_traceback() -> None:
    process = python("-m", "solver", "schema", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stderr:
        assert stderr.read() == b""
    assert process.wait(timeout=60) == 141


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from solver.cli import COMMANDS, cli\n"
        "for command in ((), *((name,) for name in COMMANDS)):\n"
        "    cli([*command, '--help'], standalone_mode=False)\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr, end='')\n"
    )
    process = python("-c", code, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (0, b"")
