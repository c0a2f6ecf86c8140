"""The commands `risk` and `stability`: what they print, what they write, and the code they end with."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import solver as pf
from solver.cli import cli
from solver.commands import command, inputs
from solver.errors import StoppedError

DOCUMENT = {
    "name": "two",
    "partners": [
        {"id": "p1", "name": "诊断科技", "revenue": 30, "cost": 10, "success": 0.8, "revenue_cv": 0.2},
        {"id": "p2", "revenue": 20, "cost": 10, "success": 0.9},
    ],
    "risk": {"measure": "cvar", "level": 0.9, "scenarios": 128},
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return written(tmp_path / "two.json", DOCUMENT)


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_risk_searches_and_lays_the_risk_open(two: Path) -> None:
    result = run("risk", two)
    assert result.exit_code == 0
    assert result.stdout.startswith("two: the risk of a portfolio worth ")
    for title in ("Risk (", "How the loss is", "Where the loss comes", "The worst scenarios", "Under stress"):
        assert f"\n\n{title}" in result.stdout


def test_risk_as_json_and_nothing_else(two: Path) -> None:
    found = json.loads(run("risk", two, "--json", "-").stdout)
    assert list(found) == ["instance", "search", "portfolio", "value", "broken", "report", "notes"]
    assert found["search"]["termination"] == "optimal"
    assert [row["id"] for row in found["portfolio"]["partners"]] == ["p1", "p2"]
    report = found["report"]
    assert list(report) == ["risks", "distribution", "out_of_sample", "tail", "stresses"]
    assert report["risks"][0]["expected"] == pytest.approx(-report["distribution"]["mean"])
    assert {row["subject"] for row in report["stresses"]} == {"p1", "p2"}


def test_risk_of_a_plan_needs_no_search(two: Path, tmp_path: Path) -> None:
    plan = written(tmp_path / "plan.json", {"partners": ["p2"]})
    result = run("risk", two, "--plan", plan, "--json", tmp_path / "risk.json")
    assert result.exit_code == 0
    assert result.stdout.startswith("two: the risk of a plan worth ")
    found = json.loads((tmp_path / "risk.json").read_text(encoding="utf-8"))
    assert found["search"] is None
    assert [row["id"] for row in found["portfolio"]["partners"]] == ["p2"]


def test_what_was_found_is_a_plan_that_gives_the_same_report(two: Path, tmp_path: Path) -> None:
    run("risk", two, "--json", tmp_path / "first.json")
    run("risk", two, "--plan", tmp_path / "first.json", "--json", tmp_path / "second.json")
    first, second = (
        json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("first", "second")
    )
    assert first["report"] == second["report"]


def test_a_plan_that_breaks_a_limit_is_reported_and_ends_with_1(two: Path, tmp_path: Path) -> None:
    plan = written(tmp_path / "plan.json", {"partners": ["p1", "p2"]})
    result = run("risk", two, "--plan", plan, "--set", "risk.limit=-30", "--set", "limits.budget=10")
    assert result.exit_code == 1
    assert "What is broken\n  total spend: 20, must be at most 10\n" in result.stdout
    assert "Under stress" in result.stdout


def test_a_plan_that_is_no_portfolio_is_refused(two: Path, tmp_path: Path) -> None:
    rows = [{"id": "p1", "revenue": 30, "cost": 10, "status": "out"}]
    barred = written(tmp_path / "barred.json", DOCUMENT | {"partners": rows})
    plan = written(tmp_path / "plan.json", {"partners": ["p1"]})
    result = run("risk", barred, "--plan", plan)
    assert result.exit_code == 1
    assert "Error: the plan is broken, 1 rule not kept\n   1. plan: p1 must not be chosen" in result.stderr


def test_nothing_found_ends_with_1_and_says_so(two: Path) -> None:
    nothing = ("risk", two, "--in", "p1", "--set", "limits.budget=5")
    result = run(*nothing)
    assert result.exit_code == 1
    assert "two: no portfolio exists" in result.stdout
    found = json.loads(run(*nothing, "--json", "-").stdout)
    assert (found["portfolio"], found["report"]) == (None, None)
    assert found["search"]["termination"] == "infeasible"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["risk", "stability"])
def test_without_a_section_risk_there_is_a_remedy(command: str, tmp_path: Path) -> None:
    nominal = written(tmp_path / "nominal.json", {"partners": DOCUMENT["partners"]})
    result = run(command, nominal)
    assert result.exit_code == 2
    assert "add a section risk" in result.stderr
    assert run(command, nominal, "--set", "risk.measure=cvar").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("risk", "two.json", "--plan", "nowhere.json"),
        ("risk", "two.json", "--json", "two.json"),
        ("risk", "two.json", "--plan", "plan.json", "--json", "plan.json"),
        ("risk", "two.json", "--gap", "nan"),
        ("stability", "two.json", "--scenarios", "0"),
        ("stability", "two.json", "--scenarios", "many"),
        ("stability", "nowhere.json"),
    ],
)
def test_bad_input_ends_with_2_and_leaves_every_file_alone(
    arguments: tuple[str, ...], two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(two.parent)
    plan = written(two.parent / "plan.json", {"partners": ["p2"]})
    before = two.read_bytes(), plan.read_bytes()
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert (two.read_bytes(), plan.read_bytes()) == before


def test_stability_shows_a_row_for_every_number_of_scenarios(two: Path) -> None:
    result = run("stability", two, "--scenarios", "64", "--scenarios", "16")
    assert result.exit_code == 0
    assert result.stdout.startswith("two: the choice is the same from 16 scenarios on\n")
    rows = result.stdout.split("\n\n")[1].splitlines()
    assert [row.split()[0] for row in rows if row.split()[0].isdigit()] == ["16", "64"]


def test_stability_as_json(two: Path) -> None:
    found = json.loads(run("stability", two, "--set", "risk.scenarios=400", "--json", "-").stdout)
    assert [row["scenarios"] for row in found["steps"]] == [100, 400]
    assert found["steps"][0]["changes"] is None
    assert found["steps"][1]["portfolio"]["partners"][0]["id"] == "p1"


def test_stability_that_finds_nothing_ends_with_1(two: Path) -> None:
    result = run("stability", two, "--in", "p1", "--set", "limits.budget=5", "--scenarios", "4")
    assert result.exit_code == 1
    assert "the rules contradict each other" in result.stdout


def stopped(*_: object, **__: object) -> None:
    raise StoppedError("stopped before there was an answer: time limit")


@pytest.mark.parametrize(
    ("asked", "part", "missing", "notes"),
    [
        ("risk", "solver.answers.risk_report.stress_test", "Its risk is not laid open", "notes"),
        ("allocate", "solver.answers.allocation.share", "The value was not split", "warnings"),
    ],
)
def test_a_portfolio_is_shown_where_what_is_asked_of_it_takes_too_long(
    two: Path, monkeypatch: pytest.MonkeyPatch, asked: str, part: str, missing: str, notes: str
) -> None:
    monkeypatch.setattr(part, stopped)
    result = run(asked, two)
    assert result.exit_code == 1
    assert result.stdout.startswith("two: a portfolio worth ")
    assert f"What is missing\n  {missing}: stopped before there was an answer" in result.stdout
    document = json.loads(run(asked, two, "--json", "-").stdout)
    assert [row["id"] for row in document["portfolio"]["partners"]] == ["p1", "p2"]
    assert document.get("report") is None
    assert document[notes][-1].startswith(missing)


def test_the_clock_of_a_command_begins_before_its_files_are_read(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reading takes is no longer there for the verdict: with a clock that reading moves by an hour."""
    hours, read = [0.0], inputs.wanted_instance

    def slowly(*arguments: Any) -> pf.Instance:
        hours[0] += 1.0
        return read(*arguments)

    monkeypatch.setattr(inputs, "wanted_instance", slowly)
    monkeypatch.setattr(command, "time", SimpleNamespace(monotonic=lambda: 3600.0 * hours[0]))
    left = list[float | None]()

    def judge(*_: object, limits: pf.SearchLimits, **__: object) -> None:
        left.append(limits.seconds)
        stopped()

    monkeypatch.setattr("solver.pipeline.verify", judge)
    plan = written(two.parent / "plan.json", {"partners": ["p2"]})
    assert run("verify", two, plan, "--time-limit", "3700").exit_code == 1
    assert left == [100.0]
