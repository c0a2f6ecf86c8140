"""What a command writes: never over what it should not, whole or not at all, and the answer is never lost."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from solver.cli import cli
from solver.errors import InputError
from solver.instance import atomic, carriers
from solver.instance.document import parse
from solver.jobs.store import Store
from tests.carried import defects, document, only, partner

ROOT = Path(__file__).parents[1]
OLD, NEW = parse(document(name="old")), parse(document(name="new", technologies=[{"id": "t"}]))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def process(*arguments: object, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "solver", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, check=False, timeout=120, **streams)


@pytest.fixture
def one(tmp_path: Path) -> Path:
    carriers.write(parse(document(partners=[partner()])), tmp_path / "one.json")
    return tmp_path / "one.json"


def test_a_link_stays_and_what_it_leads_to_is_replaced(one: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to(Path("kept") / "result.json")
    assert run("check", one, "--json", link).exit_code == 0
    assert run("solve", one, "--json", link).exit_code == 0
    assert link.is_symlink()
    assert json.loads((tmp_path / "kept" / "result.json").read_bytes())["objective"] == 62.5
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["result.json"]


def test_a_pipe_is_written_into(one: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert run("solve", one, "--json", pipe).exit_code == 0
    reader.join(timeout=60)
    assert json.loads(heard[0])["objective"] == 62.5
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="devices of Linux")
def test_devices_are_written_into_and_a_full_one_takes_no_answer_with_it(one: Path) -> None:
    assert run("solve", one, "--json", "/dev/null").exit_code == 0
    assert not Path("/dev/null").is_file()
    full = run("solve", one, "--json", "/dev/full")
    assert full.exit_code == 2
    assert "a portfolio worth 62.5" in full.stdout
    assert "/dev/full" in full.stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="devices of Linux")
def test_where_stdout_goes_anyway_gets_json_and_nothing_else(one: Path, tmp_path: Path) -> None:
    piped = process("solve", one, "--json", "/dev/stdout", stdout=subprocess.PIPE)
    assert json.loads(piped.stdout)["objective"] == 62.5
    with (tmp_path / "out.json").open("wb") as out:
        process("solve", one, "--json", tmp_path / "out.json", stdout=out)
    assert json.loads((tmp_path / "out.json").read_bytes())["objective"] == 62.5


def folder(path: Path) -> Path:
    carriers.write(OLD, path / "f")
    return path / "f"


@pytest.mark.parametrize(
    "target",
    [
        lambda path: path / "f" / "partners.csv",
        lambda path: linked(path / "soft", path / "f" / "instance.toml"),
        lambda path: hard_linked(path / "hard", path / "f" / "partners.csv"),
        lambda path: path / "f" / "README",
        lambda path: path / "f",
        lambda path: path / "new.XLSX",
        lambda path: path / "new.csv",
        lambda path: linked(path / "result", path / "later.csv"),
        lambda path: linked(path / "loop", path / "loop"),
    ],
)
def test_the_input_and_what_is_named_like_one_are_never_replaced(
    target: Callable[[Path], Path], tmp_path: Path
) -> None:
    given = folder(tmp_path)
    (given / "README").write_text("mine")
    before = {path: path.read_bytes() for path in given.iterdir()}
    for command in ("check", "solve"):
        assert run(command, given, "--json", target(tmp_path), "--overwrite").exit_code == 2
    assert {path: path.read_bytes() for path in given.iterdir()} == before
    assert not {"new.XLSX", "new.csv", "later.csv"} & {path.name for path in tmp_path.iterdir()}


def linked(path: Path, target: Path) -> Path:
    path.unlink(missing_ok=True)
    path.symlink_to(target)
    return path


def hard_linked(path: Path, target: Path) -> Path:
    path.unlink(missing_ok=True)
    path.hardlink_to(target)
    return path


@pytest.mark.parametrize("content", ["my thesis", '{"partners": ["p1"]}', "[]", '{"termination": "opt'])
def test_what_is_no_result_is_replaced_only_when_asked_to(content: str, one: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text(content)
    refused = run("solve", one, "--json", target)
    assert refused.exit_code == 2
    assert "--overwrite" in refused.stderr
    assert target.read_text() == content
    assert run("solve", one, "--json", target, "--overwrite").exit_code == 0
    assert json.loads(target.read_bytes())["objective"] == 62.5


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("solve", "one.json", "--json"),
        ("check", "one.json", "--json"),
        ("verify", "one.json", "plan.json", "--json"),
        ("allocate", "one.json", "--json"),
        ("allocate", "one.json", "--stable", "--json"),
        ("allocate", "--game", "game.json", "--json"),
        ("risk", "risky.json", "--json"),
        ("stability", "risky.json", "--scenarios", "64", "--json"),
        ("schema", "--out"),
    ],
)
def test_every_result_of_ours_is_known_as_one(
    arguments: tuple[str, ...], one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(one.parent)
    Path("plan.json").write_text('{"partners": ["p1"]}')
    Path("game.json").write_text('{"players": ["a", "b"], "v": [0, 1, 1, 3]}')
    risky = document(partners=[partner(success=0.5)], risk={"measure": "cvar", "scenarios": 64})
    carriers.write(parse(risky), "risky.json")
    for _ in range(2):
        assert run(*arguments, "result").exit_code == 0
    for name in ("plan.json", "game.json", "one.json"):
        assert run(*arguments, name).exit_code == 2


def test_a_result_beside_the_tables_may_be_renewed(tmp_path: Path) -> None:
    given = folder(tmp_path)
    for _ in range(2):
        assert run("solve", given, "--json", given / "result.json").exit_code == 0


def test_permissions_are_kept(one: Path, tmp_path: Path) -> None:
    run("solve", one, "--json", tmp_path / "result.json")
    (tmp_path / "result.json").chmod(0o640)
    run("solve", one, "--json", tmp_path / "result.json")
    assert stat.S_IMODE((tmp_path / "result.json").stat().st_mode) == 0o640
    given = folder(tmp_path)
    given.chmod(0o750)
    (given / "partners.csv").chmod(0o600)
    carriers.write(NEW, given, overwrite=True)
    assert stat.S_IMODE(given.stat().st_mode) == 0o750
    assert stat.S_IMODE((given / "partners.csv").stat().st_mode) == 0o600


def test_a_name_as_long_as_can_be_is_no_hindrance(one: Path, tmp_path: Path) -> None:
    assert run("solve", one, "--json", tmp_path / ("r" * 255)).exit_code == 0


@pytest.mark.slow
def test_the_answer_is_shown_and_written_though_nobody_reads_it(one: Path, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = process("solve", one, "--json", tmp_path / "r.json", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, b"")
    assert json.loads((tmp_path / "r.json").read_bytes())["objective"] == 62.5


def test_convert_follows_links_and_never_writes_over_its_input(one: Path, tmp_path: Path) -> None:
    given = folder(tmp_path)
    (tmp_path / "link").symlink_to("f")
    assert run("convert", one, tmp_path / "link", "--overwrite").exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert carriers.read(given) == carriers.read(one)
    assert "input" in run("convert", given, tmp_path / "link", "--overwrite").stderr
    hard = hard_linked(tmp_path / "hard.json", one)
    assert "input" in run("convert", one, hard, "--overwrite").stderr


def test_a_database_of_somebody_else_is_no_store(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "mine.sqlite") as database:
        database.execute("CREATE TABLE addresses (name)")
    database.close()
    before = (tmp_path / "mine.sqlite").read_bytes()
    with pytest.raises(InputError, match="made by this command"):
        Store(tmp_path / "mine.sqlite", Place, ["x"])
    assert (tmp_path / "mine.sqlite").read_bytes() == before


@dataclass(frozen=True)
class Place:
    name: str


KINDS = ("t.json", "t.xlsx", "t")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_leaves_the_old_and_nothing_else(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carriers.write(OLD, tmp_path / kind)
    for refused in ("fsync", "replace", "chmod", "rename"):
        with monkeypatch.context() as patch:
            patch.setattr(os, refused, _full)
            refusal = ""
            try:
                carriers.write(NEW, tmp_path / kind, overwrite=True)
            except InputError as error:
                refusal = str(error)
        assert ("No space left" in refusal) == bool(refusal)
        assert carriers.read(tmp_path / kind) == (OLD if refusal else NEW)
        carriers.write(OLD, tmp_path / kind, overwrite=True)
        assert [path.name for path in tmp_path.iterdir()] == [kind]


def _full(*_: object, **__: object) -> None:
    raise FULL


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_may_grow_no_further_leaves_the_old(kind: str, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    carriers.write(OLD, tmp_path / kind)
    many = parse(document(partners=[partner(f"p{number}") for number in range(3000)]))

    def limited() -> bool:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        with pytest.raises(InputError, match="too large"):
            carriers.write(many, tmp_path / kind, overwrite=True)
        return carriers.read(tmp_path / kind) == OLD

    assert in_a_child(limited) == 0
    assert [path.name for path in tmp_path.iterdir()] == [kind]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_any_line_the_old_stands_there_or_the_new(kind: str, tmp_path: Path) -> None:
    target = tmp_path / kind
    carriers.write(OLD, target)
    seen = set()
    for line in range(1, 1000, 3):
        ended = in_a_child(lambda line=line: killed_after(line, target))
        found = carriers.read(target).name
        seen.add(found)
        assert found in ("old", "new")
        if ended == 0:
            break
        if found == "new":
            carriers.write(OLD, target, overwrite=True)
    else:
        pytest.fail("the writing never came to its end")
    assert seen == {"old", "new"}


def killed_after(lines: int, target: Path) -> bool:
    """Write, and die by a signal nobody can catch at a line of the module that puts files in place."""
    left = lines

    def local(frame: Any, event: str, _: object) -> Any:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return local

    sys.settrace(lambda frame, *_: local if frame.f_code.co_filename == atomic.__file__ else None)
    carriers.write(NEW, target, overwrite=True)
    sys.settrace(None)
    return True


def in_a_child(action: Callable[[], bool]) -> int:
    """What a child process ends with: 0 where the action says so."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if action() else 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_where_names_cannot_be_exchanged_folders_are_still_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_exchanged", lambda *_: False)
    given = folder(tmp_path)
    carriers.write(NEW, given, overwrite=True)
    assert carriers.read(given) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_folder_of_something_else_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "x").symlink_to(tmp_path / "x")
    assert only(defects(lambda: carriers.write(OLD, tmp_path / "x"))).place.endswith("x")
