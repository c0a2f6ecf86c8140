"""Whatever the terminal's width, every command's output fits it, and no word and no number is cut."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from solver.cli import COMMANDS, cli
from solver.report.cells import width

WIDTHS = (60, 80, 140)
LONG = "Harbourlight Clinics and Diagnostics of the North"
DOCUMENT: dict[str, Any] = {
    "name": "An alliance with a long name",
    "periods": 2,
    "discount_rate": 0.1,
    "partners": [
        {"id": "harbourlight", "name": LONG, "revenue": 123456.75, "cost": 54321.25, "success": 0.8},
        {
            "id": "诊断",
            "name": "诊断科技",
            "revenue": 98765.5,
            "cost": 45678.5,
            "industry": "health",
        },
        {"id": "b", "revenue": 60000, "cost": 40000, "region": "north", "minimum_payoff": 2500},
    ],
    "applications": [{"id": "triage", "name": "Radiology triage", "revenue": 90000, "cost": 30000}],
    "technologies": [{"id": "imaging", "name": "Medical imaging and what goes with it"}],
    "capabilities": [{"holder": id_, "technology": "imaging", "level": 1} for id_ in ("诊断", "b")],
    "requirements": [{"application": "triage", "technology": "imaging", "level": 0.5}],
    "pairs": [{"first": "harbourlight", "second": "b", "kind": "synergy", "value": 12500}],
    "limits": {"budget": 450000, "retained_value": 0.5, "max_share_of_benefit": 0.9},
    "risk": {"measure": "cvar", "level": 0.9, "scenarios": 16, "limit": 500000},
    "risks": [{"measure": "evar", "level": 0.95}],
    "split": {"rule": "shapley"},
}
REPORTS = {
    "solve": [],
    "check": [],
    "verify": ["plan.json"],
    "risk": [],
    "stability": ["--scenarios", "16", "--scenarios", "32"],
    "allocate": ["--all", "--tier", "0.05"],
    "allocate --stable": ["--stable", "--tier", "0.1"],
    "solve, infeasible": ["--set", "limits.budget=1", "--in", "b"],
    "explain": ["--set", "limits.budget=1", "--in", "b"],
    "why": ["b", "triage"],
    "classes": [],
    "resilience": [],
    "whatif": [],
    "grade": ["plan.json"],
    "compare": ["plan.json"],
    "change": ["alliance.json", "--old-plan", "plan.json"],
    "alternatives": ["--diverse", "3", "--within", "60%"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("widths")
    (folder / "alliance.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    plan = {"partners": [LONG, "诊断"], "applications": ["triage"]}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return folder


def printed(folder: Path, name: str, columns: int) -> str:
    command = name.split()[0].strip(",")
    options = [str(folder / option) if option.endswith(".json") else option for option in REPORTS[name]]
    if command != "check":
        options.append("--quiet")
    wanted = [command, str(folder / "alliance.json"), *options]
    result = CliRunner().invoke(cli, wanted, env={"COLUMNS": str(columns)})
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def words(text: str) -> set[str]:
    """The words of a report, its times and decimals of aligned numbers aside."""
    return {word for word in text.split() if not re.fullmatch(r"[-+]?[\d.,]+", word)}


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_fits_and_cuts_nothing(folder: Path, name: str) -> None:
    widest = printed(folder, name, 1000)
    assert "…" not in widest
    for columns in WIDTHS:
        text = printed(folder, name, columns)
        assert [line for line in text.splitlines() if width(line) > columns] == []
        assert "…" not in text
        assert words(text) <= words(widest)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_usual_terminal(command: str) -> None:
    text = CliRunner().invoke(cli, [command, "--help"], env={"COLUMNS": "80"}).stdout
    assert [line for line in text.splitlines() if width(line) > 80] == []
