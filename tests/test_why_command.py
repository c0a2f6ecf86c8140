"""`partnerfolio why`, and the lines that `solve --why` adds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from solver.cli import cli

ALLIANCE: dict[str, Any] = {
    "name": "Nord",
    "currency": "EUR",
    "partners": [
        {"id": "p1", "name": "Alpha", "revenue": 90, "cost": 60, "status": "in"},
        {"id": "p2", "name": "Beta", "revenue": 90, "cost": 50},
        {"id": "p3", "name": "Gamma", "revenue": 90, "cost": 40},
        {"id": "p4", "name": "Delta", "revenue": 90, "cost": 40},
        {"id": "p5", "name": "Epsilon", "revenue": 90, "cost": 130},
    ],
    "applications": [{"id": "a1", "name": "Alarm", "revenue": 10, "cost": 1}],
    "pairs": [{"first": "p2", "second": "p4", "kind": "conflict"}],
    "levels": [{"partner": "p3", "level": "light"}, {"partner": "p3", "level": "deep", "cost": 45}],
    "limits": {"budget": 151},
}


@pytest.fixture
def alliance(tmp_path: Path) -> str:
    path = tmp_path / "alliance.json"
    path.write_text(json.dumps(ALLIANCE), encoding="utf-8")
    return str(path)


def said(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--quiet"], env={"COLUMNS": "300"})


def test_a_planner_reads_why_and_what_would_change(alliance: str) -> None:
    shown = said("why", alliance, "Beta", "p1", "Epsilon")
    assert shown.exit_code == 0
    assert "Nord: the best portfolio is worth" in shown.stdout
    assert "Left out: enters at 7.5 million EUR." in shown.stdout
    assert "total spend (191, at most 151: 40 too much)" in shown.stdout
    assert "Chosen: cannot be done without." in shown.stdout
    assert "partners row 1, status: Alpha must be chosen" in shown.stdout
    assert "Left out: cannot enter." in shown.stdout
    assert "limits.budget = 151 million EUR" in shown.stdout


def test_levels_and_pairs_are_asked_about(alliance: str) -> None:
    shown = said("why", alliance, "p3:deep", "Gamma + Delta", "Alarm")
    assert "Gamma (deep)\n  Left out: enters at 3.75 million EUR." in shown.stdout
    assert "with it               Gamma goes from light to deep" not in shown.stdout
    assert "Gamma and Delta\n  Chosen: worth 7.5 million EUR." in shown.stdout
    assert "Alarm\n  Chosen: worth 9.25 million EUR." in shown.stdout


def test_every_partner_left_out_has_a_line_after_a_result(alliance: str) -> None:
    shown = said("solve", alliance, "--why")
    lines = shown.stdout.partition("Why others are left out\n")[2]
    assert re.findall(r"^  (\w+): (enters at 7.5 million EUR|cannot enter); ", lines, re.M) == [
        ("Beta", "enters at 7.5 million EUR"),
        ("Epsilon", "cannot enter"),
    ]
    assert "Why others" not in said("solve", alliance).stdout


def test_nothing_possible_and_nobody_left_out_are_sentences(alliance: str) -> None:
    shown = said("why", alliance, "--out", "p1")
    assert shown.exit_code == 1
    assert "no portfolio exists, so nobody is in it; `partnerfolio explain` says why" in shown.stdout
    everybody = said("why", alliance, "--set", "limits.budget=9999", "--out", "p4")
    assert everybody.exit_code == 0
    assert "Delta" in everybody.stdout


def test_a_name_that_is_none_is_refused_in_words(alliance: str) -> None:
    shown = said("why", alliance, "Bata", "p3:deeep")
    assert shown.exit_code == 2
    assert "did you mean Beta?" in shown.stderr
    assert "a level of p3: light, deep" in shown.stderr


def test_json_has_amounts_with_their_signs(alliance: str) -> None:
    document = json.loads(said("why", alliance, "p2", "--json", "-").stdout)
    (reason,) = document["reasons"]
    assert reason["amount"]["sign"] == "="
    assert reason["amount"]["value"] == pytest.approx(7.5)
    assert reason["other"]["partners"][1]["id"] == "p2"
    stopped = json.loads(said("why", alliance, "p2", "--time-limit", "0", "--json", "-").stdout)
    assert stopped["best"]["sign"] != "="
