"""Calls in processes of their own: what they return, how else they end, and what is kept of them."""

import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from solver.errors import InputError
from solver.jobs import Call, End, Ending, Store, endings


@dataclass(frozen=True)
class Key:
    name: str
    seed: int


def only(call: Call) -> Ending:
    ((_, ending),) = endings([("only", call)])
    return ending


def test_every_call_ends_under_its_name_with_its_value():
    calls = [(number, Call(pow, (number, 2))) for number in range(5)]
    found = dict(endings(calls, side_by_side=2))
    assert {name: ending.value for name, ending in found.items()} == {n: n**2 for n in range(5)}
    assert {ending.end for ending in found.values()} == {End.returned}


def test_a_call_that_prints_or_returns_nothing_is_answered_all_the_same():
    assert only(Call(print, ("as back ends do",))) == Ending(End.returned)


def test_an_exception_and_a_signal_are_told_in_their_own_words():
    failed = only(Call(int, ("no number",)))
    assert failed.end is End.crashed
    assert "ValueError: invalid literal" in failed.message
    died = only(Call(os.abort))
    assert (died.end, "SIGABRT" in died.message) == (End.crashed, True)


def test_a_call_that_goes_on_is_killed():
    ending = only(Call(time.sleep, (60,), seconds=0.3))
    assert (ending.end, ending.message) == (End.killed, "still at work after 0.3 s")


PATIENT = """
import time
open({0!r}, "w").write("begun")
try:
    time.sleep(60)
except KeyboardInterrupt:
    open({0!r}, "w").write("interrupted")
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
def test_once_it_is_time_to_stop_those_at_work_may_return_what_they_have(tmp_path: Path):
    written = tmp_path / "said.txt"
    calls = [("patient", Call(exec, (PATIENT.format(str(written)),))), ("never", Call(pow, (2, 2)))]

    def begun() -> bool:
        return written.exists() and bool(written.read_text())

    found = dict(endings(calls, glance=begun))
    assert written.read_text() == "interrupted"
    assert found == {"patient": Ending(End.returned)}


def test_calls_are_taken_when_there_is_room_for_them():
    taken, ended = [], []

    def calls():
        for number in range(3):
            taken.append(number)
            yield number, Call(pow, (number, 2))

    for name, _ in endings(calls()):
        ended.append((name, len(taken)))
    assert ended == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
def test_whoever_stops_listening_ends_those_at_work(tmp_path: Path):
    written = tmp_path / "process.txt"
    script = f"import os, time; open({str(written)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    running = endings([("quick", Call(pow, (2, 2))), ("endless", Call(exec, (script,)))], side_by_side=2)
    next(running)
    while not written.exists() or not written.read_text():
        time.sleep(0.02)
    running.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(written.read_text()), signal.SIG_DFL)


def test_rows_are_kept_by_key(tmp_path: Path):
    store = Store(tmp_path / "rows.sqlite", Key, ("value", "message"))
    assert store.get(Key("a", 1)) is None
    store.add(Key("a", 1), {"value": 1.5, "message": ""})
    store.add(Key("b", 1), {"value": None, "message": "nothing"})
    store.add(Key("a", 1), {"value": 2.5, "message": "again"})
    again = Store(tmp_path / "rows.sqlite", Key, ("value", "message"))
    found = again.get(Key("a", 1))
    assert found is not None
    assert found.figures == {"value": 2.5, "message": "again"}
    assert [row.key for row in again.rows(seed=1)] == [Key("b", 1), Key("a", 1)]
    again.forget([Key("b", 1)])
    assert [row.key for row in store.rows()] == [Key("a", 1)]


def test_a_file_of_something_else_is_refused_with_its_place(tmp_path: Path):
    with pytest.raises(InputError, match=re.escape(str(tmp_path))):
        Store(tmp_path, Key, ("value",))
    other = tmp_path / "other.sqlite"
    Store(other, Key, ("value",))
    with pytest.raises(InputError, match=r"other\.sqlite"):
        Store(other, Key, ("another value",)).rows()
