"""Rows in processes of their own: judged, recorded, resumed; a crash or a kill costs one row."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from solver.bench.matrix import Matrix, read_matrix
from solver.bench.run import Report, call_of, measurement_of, rows_of, run
from solver.bench.store import Store
from solver.bench.tasks import Entrant, Measurement, Task
from solver.cli import cli
from solver.errors import InputError
from solver.jobs import endings

# What a stranger would write: a module with functions, and their names in the matrix.
STRANGER = """
import os
import time
from pathlib import Path

from solver.portfolio.selection import Selection
from solver.search.heuristics.greedy import greedy as good


def nobody(problem, run):
    with Path("asked.txt").open("a") as file:
        file.write(f"{run.limits.seed}\\n")
    return Selection(problem.assessment, ())


def talking(problem, run):
    print("back ends print as they please")
    run.tell(phase="built")
    run.tell(1e9, 2e9)
    return good(problem, run)


def everybody(problem, run):
    return Selection(problem.assessment, tuple(range(len(problem.assessment.options))))


def failing(problem, run):
    raise ValueError("no idea")


def dying(problem, run):
    os.kill(os.getpid(), 11)


def endless(problem, run):
    Path("worker.txt").write_text(str(os.getpid()))
    time.sleep(60)


def unfinished(problem, run):
    import a_package_that_nobody_has


def made(size):
    raise ValueError(f"no instance of size {size}")
"""

PROTOCOL = Path(__file__).parent.parent / "benchmarks" / "README.md"
MATRIX = """
strategies = [{strategies}]
seeds = [{seeds}]
seconds = [1]
[[instances]]
generate = {{ partners = 4, applications = 2, periods = 1 }}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stranger.py").write_text(STRANGER, encoding="utf-8")
    return tmp_path


def write_matrix(folder: Path, *functions: str, seeds: str = "1") -> Path:
    strategies = ", ".join(f'"stranger:{function}"' for function in functions)
    path = folder / "matrix.toml"
    path.write_text(MATRIX.format(strategies=strategies, seeds=seeds), encoding="utf-8")
    return path


def matrix(folder: Path, *functions: str, seeds: str = "1") -> Matrix:
    return read_matrix(write_matrix(folder, *functions, seeds=seeds), {}, None)


def outcome(task: Task, grace: float = 30.0) -> Measurement:
    ((_, ending),) = endings([(task, call_of(task, grace))])
    return measurement_of(ending)


def ends_of(wanted: Matrix) -> Iterator[Measurement]:
    return (outcome(task) for task in wanted.tasks)


@pytest.mark.slow
def test_what_a_strategy_finds_is_judged_and_timed(here: Path):
    empty, talking = ends_of(matrix(here, "nobody", "talking"))
    assert (empty.termination, empty.objective, empty.build_seconds) == ("finished", 0.0, None)
    assert talking.termination == "finished"
    assert talking.objective is not None
    assert 0.0 < talking.objective < 1e9
    assert talking.bound == 2e9
    assert talking.gap == pytest.approx(1 - talking.objective / 2e9)
    assert talking.build_seconds is not None
    assert talking.solve_seconds is not None
    assert talking.megabytes is None or talking.megabytes > 10
    # No value on the way counts beyond what the portfolio is worth.
    assert {event.incumbent for event in talking.events} == {talking.objective}


@pytest.mark.slow
def test_whatever_happens_is_one_row(here: Path):
    wrong, failing, dying, absent = ends_of(matrix(here, "everybody", "failing", "dying", "unfinished"))
    assert (wrong.termination, wrong.objective) == ("wrong", None)
    assert "chosen" in wrong.message
    assert (failing.termination, failing.message) == ("crashed", "ended with code 1: ValueError: no idea")
    assert dying.termination == "crashed"
    assert "SIGSEGV" in dying.message
    assert absent.termination == "skipped"
    assert "a_package_that_nobody_has" in absent.message


def test_a_row_that_goes_on_is_killed(here: Path):
    (task,) = matrix(here, "endless").tasks
    found = outcome(replace(task, seconds=0.1), grace=0.5)
    assert (found.termination, found.objective) == ("killed", None)


@pytest.mark.slow
def test_what_is_recorded_is_not_run_again(here: Path):
    wanted, store = matrix(here, "nobody", seeds="1, 2"), Store(here / "rows.sqlite")
    told: list[Report] = []
    run(matrix(here, "nobody"), store, listener=told.append)
    run(wanted, store, listener=told.append)
    assert (here / "asked.txt").read_text().split() == ["1", "2"]
    assert [report.known for report in told] == [False, True, False]
    run(wanted, store, listener=told.append, afresh=True, jobs=2)
    assert sorted((here / "asked.txt").read_text().split()) == ["1", "1", "2", "2"]
    assert len(rows_of(wanted, store)) == 2


def test_skipped_rows_are_tried_again(here: Path):
    store = Store(here / "rows.sqlite")
    (task,) = matrix(here, "nobody").tasks
    key = task.key("print", "versions")
    store.add(key, Measurement("skipped", message="no data"))
    assert key not in store
    store.add(key, Measurement("crashed", message="code 1"))
    assert key in store
    assert len(store.rows()) == 1


def test_an_instance_that_cannot_be_made_is_a_row_with_a_reason(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(here)
    path = write_matrix(here, "nobody")
    text = path.read_text().partition("generate")[0]
    path.write_text(f'{text}build = "stranger:made"\narguments = {{ size = 3 }}\n')
    told: list[Report] = []
    run(read_matrix(path, {}, None), Store(here / "rows.sqlite"), listener=told.append)
    (only,) = told
    assert only.measurement == Measurement("skipped", message="ValueError: no instance of size 3")


def test_a_file_that_is_no_store(tmp_path: Path):
    path = tmp_path / "rows.sqlite"
    path.write_text("certainly no database, whatever its name says " * 100)
    with pytest.raises(InputError):
        Store(path)


@pytest.mark.slow
def test_the_command_runs_a_stranger_s_strategy_and_shows_its_score(here: Path):
    path = write_matrix(here, "talking", "failing")
    ended = CliRunner().invoke(cli, ["bench", str(path), "--only", "talking", "--plots", str(here / "plots")])
    assert ended.exit_code == 0, ended.output
    assert re.search(r"^  stranger:talking +1 ", ended.output, re.M)
    assert list((here / "plots").glob("profile.*"))
    assert CliRunner().invoke(cli, ["bench", str(path)]).exit_code == 1


@pytest.mark.slow
def test_a_strategy_as_the_readme_adds_one(here: Path):
    blocks = re.findall(r"```(?:python|toml)\n(.*?)```", PROTOCOL.read_text(encoding="utf-8"), re.DOTALL)
    for text, name in zip(blocks, ("my_strategy.py", "matrix.toml"), strict=True):
        (here / name).write_text(text, encoding="utf-8")
    ended = CliRunner().invoke(cli, ["bench", "matrix.toml", "--only", "my_strategy"])
    assert ended.exit_code == 0, ended.output
    assert re.search(r"^  my_strategy:choose +2 ", ended.output, re.M)


@pytest.mark.slow
def test_a_peer_is_an_entrant_with_the_packages_that_its_figures_depend_on(here: Path):
    path = write_matrix(here, "nobody")
    path.write_text(path.read_text().replace("stranger:nobody", "mine"))
    peer = Entrant("mine", "stranger:nobody", packages=("pytest", "nowhere-to-be-had"))
    wanted, store = read_matrix(path, {"mine": peer}, None), Store(here / "rows.sqlite")
    (task,) = wanted.tasks
    store.add(task.key("print of before", "versions of before"), Measurement("finished", objective=1.0))
    run(wanted, store, listener=lambda _: None)
    (row,) = rows_of(wanted, store)
    # The instance has changed since: it is run again.
    assert (row.measurement.objective, len(store.rows())) == (0.0, 2)
    assert (row.key.strategy, row.measurement.termination) == ("mine", "finished")
    assert f"pytest {pytest.__version__}, nowhere-to-be-had not installed" in row.key.versions


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
def test_kill_9_of_the_whole_loses_one_row(here: Path):
    path = write_matrix(here, "nobody", "endless", seeds="1, 2")
    path.write_text(path.read_text().replace("seconds = [1]", "seconds = [50]"))
    store = Store(here / "matrix.sqlite")
    whole = subprocess.Popen(
        [sys.executable, "-m", "solver", "bench", str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.DEVNULL,
    )
    while not (here / "worker.txt").exists():
        assert whole.poll() is None
        time.sleep(0.05)
    whole.send_signal(signal.SIGKILL)
    whole.wait()
    wait_for_the_end_of(int((here / "worker.txt").read_text()))
    assert [row.key.strategy for row in store.rows()] == ["stranger:nobody"]
    wanted = read_matrix(path, {}, None).only(["nobody"])
    run(wanted, store, listener=lambda _: None)
    assert (here / "asked.txt").read_text().split() == ["1", "2"]


def wait_for_the_end_of(process: int) -> None:
    """The orphan ends itself; without that the test would not end."""
    while Path(f"/proc/{process}").exists() or _is_there(process):
        time.sleep(0.05)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
