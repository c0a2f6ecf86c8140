"""The command: what it prints, what it writes, and the code it ends with."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from solver.cli import COMMANDS, cli

ONE = {"format": 1, "name": "one", "partners": [{"id": "p1", "name": "诊断科技", "revenue": 100, "cost": 50}]}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def document(*arguments: object) -> dict:
    result = run(*arguments, "--json", "-")
    return json.loads(result.stdout)


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return written(tmp_path / "one.json", ONE)


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Examples:\n    partnerfolio {command}" in result.stdout


def test_solve_prints_the_worked_example_of_the_benefit_model(one: Path) -> None:
    result = run("solve", one)
    assert result.exit_code == 0
    assert result.stdout.startswith("one: a portfolio worth 62.5 million USD, the best there is\n")
    assert "诊断科技" in result.stdout


def test_solve_puts_json_and_nothing_else_on_stdout(one: Path) -> None:
    found = document("solve", one)
    assert (found["termination"], found["objective"], found["bound"], found["gap"]) == (
        "optimal",
        62.5,
        62.5,
        0,
    )
    assert found["portfolio"]["partners"] == [{"id": "p1", "level": "standard", "start": 1}]
    assert found["verified"] is True


def test_solve_writes_json_to_a_file_and_still_reports(one: Path, tmp_path: Path) -> None:
    result = run("solve", one, "--json", tmp_path / "result.json")
    assert "62.5 million USD" in result.stdout
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["objective"] == 62.5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.json", "result.json"]


def test_settings_and_locks_change_the_problem_without_touching_the_file(one: Path) -> None:
    before = one.read_bytes()
    assert document("solve", one, "--set", "limits.budget=40")["objective"] == 0
    assert document("solve", one, "--out", "p1")["portfolio"]["partners"] == []
    assert one.read_bytes() == before


def test_a_contradiction_ends_with_1_and_says_that_nothing_exists(one: Path) -> None:
    result = run("solve", one, "--in", "p1", "--set", "limits.budget=40")
    assert result.exit_code == 1
    assert "no portfolio exists" in result.stdout


def market_split(path: Path) -> Path:
    """Halving several sums at once, which nobody does in no time (Cornuéjols and Dawande 1998)."""
    draw = random.Random(1)
    weights = [[draw.randint(0, 99) for _ in range(5)] for _ in range(40)]
    halves = [sum(column) // 2 for column in zip(*weights, strict=True)]
    content = {
        "partners": [{"id": f"p{i}", "revenue": 1, "cost": 0} for i in range(40)],
        "resources": [{"id": f"r{k}", "min": half, "max": half} for k, half in enumerate(halves)],
        "usage": [
            {"id": f"p{i}", "resource": f"r{k}", "amount": amount}
            for i, row in enumerate(weights)
            for k, amount in enumerate(row)
        ],
    }
    return written(path, content)


def test_nothing_found_ends_with_1_and_does_not_claim_that_nothing_exists(tmp_path: Path) -> None:
    result = run("solve", market_split(tmp_path / "split.json"), "--time-limit", "0")
    assert result.exit_code == 1
    assert "does not mean that none exists" in result.stdout


def test_a_known_portfolio_starts_the_search(one: Path, tmp_path: Path) -> None:
    plan = written(tmp_path / "plan.json", {"partners": ["p1"]})
    assert document("solve", one, "--start", plan)["objective"] == 62.5


def test_every_defect_is_listed_with_its_number(tmp_path: Path) -> None:
    path = written(tmp_path / "bad.json", {"partners": [{"id": "p1", "revenue": -1, "cost": "x"}]})
    result = run("solve", path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(
        "Error: the input has 2 defects\n   1. bad.json, partners[0].revenue: found -1"
    )
    assert "\n   2. bad.json, partners[0].cost: found 'x'" in result.stderr


def test_defects_are_json_where_json_was_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path / "bad.json", {"partners": [{"id": "p1", "revenue": -1, "cost": 1}]})
    [defect] = document("check", path)["defects"]
    assert (defect["place"], defect["row"], defect["column"], defect["value"]) == (
        "partners",
        1,
        "revenue",
        -1,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve", "nowhere.json"),
        ("solve", "."),
        ("solve", "one.json", "--backend", "abacus"),
        ("solve", "one.json", "--in", "nobody"),
        ("solve", "one.json", "--set", "limits.budgt=4"),
        ("solve", "one.json", "--start", "nowhere.json"),
        ("solve", "one.json", "--gap", "-1"),
        ("solve", "one.json", "--time-limit", "nan"),
        ("solve", "one.json", "--json", "one.json"),
        ("solve", "one.json", "--format", "mknap"),
        ("solve",),
        ("sovle", "one.json"),
        ("check", "nowhere.xlsx"),
        ("verify", "one.json", "nowhere.json"),
        ("convert", "one.json", "one.json"),
        ("convert", "one.json", "missing/folder"),
        ("new", "one.json"),
        ("generate", "more.json", "--density", "2"),
        ("schema", "--out", "missing/schema.json"),
    ],
)
def test_bad_input_ends_with_2_and_leaves_every_file_alone(
    arguments: tuple[str, ...], one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(one.parent)
    before = one.read_bytes()
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert one.read_bytes() == before
    assert [path.name for path in one.parent.iterdir()] == ["one.json"]


def test_where_the_result_goes_is_checked_before_anything_is_read(tmp_path: Path) -> None:
    result = run("solve", tmp_path / "nowhere", "--json", tmp_path / "missing" / "result.json")
    assert "result.json" in result.stderr
    assert "nowhere" not in result.stderr


def test_check_counts_the_tables_and_names_what_is_missing(tmp_path: Path) -> None:
    application = {"id": "a1", "name": "Triage", "revenue": 9, "cost": 1}
    requirement = {"application": "a1", "technology": "imaging", "level": 0.7}
    path = written(
        tmp_path / "gap.json", ONE | {"applications": [application], "requirements": [requirement]}
    )
    found = document("check", path)
    assert found["rows"] == {"partners": 1, "applications": 1, "requirements": 1}
    assert found["missing"] == ["Triage needs 1 partner with imaging at level 0.7: nobody can provide it."]
    assert found["missing"][0] in run("check", path).stdout


@pytest.mark.parametrize("name", ["copy.xlsx", "copy", "copy.json"])
def test_convert_keeps_the_fingerprint(name: str, one: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert run("convert", one, tmp_path / "out" / name).exit_code == 0
    assert document("check", tmp_path / "out" / name)["fingerprint"] == document("check", one)["fingerprint"]


def test_convert_replaces_only_when_told_to(one: Path, tmp_path: Path) -> None:
    target = written(tmp_path / "copy.json", {"partners": [{"id": "other", "revenue": 1, "cost": 1}]})
    assert run("convert", one, target, "--overwrite").exit_code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["partners"][0]["id"] == "p1"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["alliance", "alliance.xlsx", "alliance.json"])
def test_a_new_instance_is_sound_and_can_be_solved(name: str, tmp_path: Path) -> None:
    assert run("new", tmp_path / name).exit_code == 0
    assert run("check", tmp_path / name).exit_code == 0
    assert document("solve", tmp_path / name)["termination"] == "optimal"


def test_the_seed_decides_what_is_generated(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        size = ("--partners", 6, "--applications", 3, "--periods", 2, "--seed", seed)
        assert run("generate", tmp_path / f"{name}.json", *size).exit_code == 0
    first, again, other = ((tmp_path / f"{name}.json").read_bytes() for name in "abc")
    assert first == again != other


def test_the_schema_goes_to_stdout_or_to_a_file(tmp_path: Path) -> None:
    printed = run("schema").stdout
    assert "partners" in json.loads(printed)["properties"]
    run("schema", "--out", tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == printed


def test_a_result_verifies_against_its_own_instance(one: Path, tmp_path: Path) -> None:
    run("solve", one, "--json", tmp_path / "result.json")
    result = run("verify", one, tmp_path / "result.json")
    assert result.exit_code == 0
    assert "the plan holds" in result.stdout
    assert "Notes" not in result.stdout


def test_verify_says_what_is_broken_and_that_the_instance_changed(one: Path, tmp_path: Path) -> None:
    run("solve", one, "--json", tmp_path / "result.json")
    changed = ("verify", one, tmp_path / "result.json", "--set", "limits.budget=40", "--set", "roi_rate=0.5")
    result = run(*changed)
    assert result.exit_code == 1
    assert "total spend: 50, must be at most 40" in result.stdout
    assert "fingerprints differ" in result.stdout
    assert "Its objective is 62.5 million USD there and 75 million USD here." in result.stdout
    assert document(*changed)["broken"] == ["total spend: 50, must be at most 40"]


def test_verify_locks_count_as_rules(one: Path, tmp_path: Path) -> None:
    plan = written(tmp_path / "plan.json", {"partners": ["p1"]})
    assert run("verify", one, plan, "--in", "p1").exit_code == 0
    assert run("verify", one, plan, "--out", "p1").exit_code == 1


def test_verify_completes_a_plan_that_somebody_typed(tmp_path: Path) -> None:
    first = Path(__file__).parents[1] / "instances" / "first"
    plan = written(tmp_path / "plan.json", {"partners": ["medimage"], "applications": ["triage"]})
    judged = document("verify", first, plan)
    assert judged["holds"] is True
    assert judged["portfolio"]["assignments"] == [
        {"application": "triage", "technology": "imaging", "partner": "medimage"}
    ]
    assert "who provides what" in judged["notes"][0]


def test_files_of_a_benchmark_library_are_read_by_their_format(tmp_path: Path) -> None:
    path = tmp_path / "items.txt"
    path.write_text("2\n2 1 0\n3 4\n1 1\n1\n3 1 0\n10 20 35\n1 2 3\n4\n", encoding="utf-8")
    assert document("solve", path, "--format", "mknap", "--index", 2)["objective"] == 45
    assert document("solve", path, "--format", "mknap", "--index", 2, "--out", "i3")["objective"] == 30


def test_what_nobody_foresaw_shows_its_traceback_and_ends_with_3() -> None:
    code = "import solver.cli\nsolver.cli.cli = lambda **_: 1 / 0\nsolver.cli.main()\n"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=False, timeout=60
    )
    assert ended.returncode == 3
    assert b"ZeroDivisionError: division by zero" in ended.stderr


def test_a_command_that_is_none_gets_the_nearest_one_as_a_remedy() -> None:
    assert "did you mean solve?" in run("sovle", "one.json").stderr
    assert "--threads" in run("solve", "one.json", "--treads", 2).stderr
