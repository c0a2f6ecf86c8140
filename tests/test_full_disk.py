"""Every command that writes, on a disk with no room and killed at its last step: the old stands whole."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
from click.testing import CliRunner

from solver.bench.plots import draw
from solver.bench.store import Store
from solver.cli import cli, main
from solver.errors import InputError
from solver.instance import atomic, carriers
from solver.instance.document import parse
from solver.run import Termination
from solver.study.study import Study
from tests.carried import document, partner
from tests.test_bench_scores import row

resource = pytest.importorskip("resource")
FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that forks")

RISKY = document(partners=[partner(success=0.5)], risk={"measure": "cvar", "scenarios": 16})
ANSWERS = (
    ("solve", "one.json", "--json", "old", "--overwrite"),
    ("check", "one.json", "--json", "old", "--overwrite"),
    ("verify", "one.json", "plan.json", "--json", "old", "--overwrite"),
    ("tidy", "one.json", "copy.json", "--json", "old", "--overwrite"),
    ("allocate", "one.json", "--json", "old", "--overwrite"),
    ("allocate", "--game", "game.json", "--json", "old", "--overwrite"),
    ("risk", "one.json", "--json", "old", "--overwrite"),
    ("stability", "one.json", "--scenarios", "16", "--json", "old", "--overwrite"),
    ("schema", "--out", "old", "--overwrite"),
)
FILES = (
    *(("convert", "one.json", target, "--overwrite") for target in ("old.json", "old.xlsx", "folder")),
    *(
        ("generate", target, "--partners", "5", "--overwrite")
        for target in ("old.json", "old.xlsx", "folder")
    ),
    *(("new", target) for target in ("new.json", "new.xlsx", "new")),
    ("tidy", "one.xlsx", "copy.xlsx"),
    ("tidy", "given", "copy"),
)
QUICK = (ANSWERS[0], *FILES[:3])
WRITING = [
    pytest.param(arguments, id=" ".join(arguments), marks=() if arguments in QUICK else pytest.mark.slow)
    for arguments in (*ANSWERS, *FILES)
]


class Ended(NamedTuple):
    """How a command ended in a process of its own."""

    code: int
    stdout: str
    stderr: str


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an instance in all its forms, and with older files where commands write."""
    monkeypatch.chdir(tmp_path)
    for name in ("one.json", "one.xlsx", "given"):
        carriers.write(parse(RISKY), name)
    for name in ("old.json", "old.xlsx", "folder"):
        carriers.write(parse(document(name="old", partners=[partner()])), name)
    Path("plan.json").write_text('{"partners": ["p1"]}')
    Path("old").write_text('{"format": 1, "termination": "optimal", "objective": 1, "portfolio": null}')
    Path("game.json").write_text('{"players": ["a", "b"], "v": [0, 1, 1, 3]}')
    return tmp_path


def contents(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def in_a_child(prepare: Callable[[], object], *arguments: str) -> Ended | None:
    """What a command comes to in a process that is prepared for it; None where that was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            prepare()
            found = CliRunner().invoke(cli, arguments)
            os.write(writer, json.dumps([found.exit_code, found.stdout[:9000], found.stderr[:9000]]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as stream:
        told = stream.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return Ended(*json.loads(told)) if code == 0 else None


def no_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))


def death_at_the_last_step() -> None:
    """From now on putting a draft in its place kills the process, as nothing can foresee."""

    def die(*_: object) -> NoReturn:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    for step in ("replace", "rename"):
        setattr(os, step, die)
    atomic._exchanged = die
    atomic._swap = die


@pytest.mark.parametrize("arguments", WRITING)
def test_a_disk_with_no_room_is_a_sentence_and_the_old_stands(
    arguments: tuple[str, ...], place: Path
) -> None:
    before = contents(place)
    ended = in_a_child(no_room, *arguments)
    assert ended is not None
    assert ended.code == 2
    assert "(File too large)" in ended.stderr or "(No usable temporary directory" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert contents(place) == before
    assert not [name for name in os.listdir(place) if name.startswith((".", "new", "copy"))]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ANSWERS[:3])
def test_the_answer_is_shown_though_its_file_has_no_room(arguments: tuple[str, ...], place: Path) -> None:
    ended = in_a_child(no_room, *arguments)
    assert ended is not None
    assert len(ended.stdout) > 100


@pytest.mark.parametrize("arguments", WRITING)
def test_killed_at_the_last_step_the_old_stands_whole(arguments: tuple[str, ...], place: Path) -> None:
    before = contents(place)
    assert in_a_child(death_at_the_last_step, *arguments) is None
    after = {name: content for name, content in contents(place).items() if ".part" not in name}
    assert after == before
    assert not [name for name in os.listdir(place) if name.startswith(("new", "copy"))]


def test_evidence_is_written_though_the_result_has_no_room(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = Study.solve
    monkeypatch.setattr(
        Study, "solve", lambda *given, **more: replace(true(*given, **more), termination=Termination.error)
    )
    target = str(FULL) if FULL.exists() else "no/such/folder"
    ended = CliRunner().invoke(cli, ["solve", "one.json", "--json", target, "--evidence", "evidence.json"])
    assert ended.exit_code == 2
    assert json.loads(Path("evidence.json").read_bytes())["instance"]["partners"][0]["id"] == "p1"


@pytest.fixture
def limited() -> Iterator[None]:
    """No file may grow, until the test is over."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_plots_and_stores_with_no_room_are_defects(tmp_path: Path, limited: None) -> None:
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "profile.json").write_text("old")
    with pytest.raises(InputError, match="File too large"):
        draw([row("ours", "a", 10.0, 2.0)], tmp_path / "plots", ending=".json")
    assert contents(tmp_path / "plots") == {"profile.json": b"old"}
    with pytest.raises(InputError, match="can be written"):
        Store(tmp_path / "rows.sqlite")


def test_a_store_that_may_grow_no_further_keeps_its_rows(tmp_path: Path) -> None:
    store = Store(tmp_path / "rows.sqlite")
    one = row("ours", "a", 10.0, 2.0)
    store.add(one.key, one.measurement)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limit[1]))
    try:
        with pytest.raises(InputError, match="can be written"):
            store.add(row("ours", "b", 10.0, 2.0).key, one.measurement)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert [kept.key for kept in Store(tmp_path / "rows.sqlite").rows()] == [one.key]


@pytest.mark.slow
@pytest.mark.skipif(not FULL.exists(), reason="devices of Linux")
@pytest.mark.parametrize("full", ["stdout", "stderr"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("new", "new.json"), 2),
        (("convert", "one.json", "copy.json"), 2),
        (("schema",), 2),
        (("solve", "--help"), 2),
        (("--version",), 2),
        (("solve", "nowhere.json"), 2),
        (("no-such-command",), 2),
    ],
)
def test_a_stream_with_no_room_is_no_traceback(
    full: str, arguments: tuple[str, ...], code: int, place: Path
) -> None:
    told = ended_at_the_shell(arguments, full)
    fine = full == "stderr" and arguments[-1] not in ("nowhere.json", "no-such-command")
    assert told[0] == (0 if fine else code)
    assert "Traceback" not in told[1]


def ended_at_the_shell(arguments: tuple[str, ...], full: str) -> tuple[int, str]:
    """The exit code of the command itself, with a full stream, and what the other one has."""
    other = "stderr" if full == "stdout" else "stdout"
    child = os.fork()
    if child == 0:
        with FULL.open("w") as no_room, open("told", "w", encoding="utf-8") as told:
            setattr(sys, full, no_room)
            setattr(sys, other, told)
            sys.argv = ["partnerfolio", *arguments]
            os._exit(code_of(main))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, Path("told").read_text(encoding="utf-8")


def code_of(run: Callable[[], Any]) -> int:
    try:
        run()
    except SystemExit as end:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return int(end.code or 0)
    return 99
