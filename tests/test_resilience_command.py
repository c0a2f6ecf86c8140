"""`partnerfolio resilience`: what a planner reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from solver.cli import cli

FIRST = "instances/first"


def said(*words: str) -> Result:
    return CliRunner().invoke(cli, ["resilience", *words, "--quiet"])


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
def test_words_come_first_then_numbers_then_what_the_words_mean() -> None:
    shown = said(FIRST)
    assert shown.exit_code == 0
    text = flat(shown.stdout)
    assert text.startswith(
        "First alliance: 202 million USD is lost at once if Aurora Imaging fails, "
        "134.5 after the best replacement"
    )
    assert "Aurora Imaging 164.5 164.5 94 " in text
    assert "Without Recordwell Archives: replaced, Voicebot Assistants joins." in text
    assert text.index("Where two partners fail") < text.index("At once: before anything is done")
    assert "up to 40 % 190 9.5" in text


def test_of_a_plan_that_breaks_rules_it_says_so(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"partners": ["recordwell", "voicebot"], "applications": []}))
    shown = said(FIRST, "--plan", str(plan), "--of", "partner", "--no-curve")
    assert shown.exit_code == 0
    assert "What the plan breaks" in shown.stdout
    assert "Where two partners" not in shown.stdout
    assert "The price of resilience" not in shown.stdout


def test_where_there_is_no_portfolio_or_nobody_in_it_a_sentence(tmp_path: Path) -> None:
    none = said(FIRST, "--set", "limits.budget=1", "--in", "medimage", "--no-curve")
    assert (none.exit_code, "no portfolio exists" in none.stdout) == (1, True)
    nobody = said(FIRST, "--set", "limits.max_partners=0", "--no-curve")
    assert nobody.exit_code == 0
    assert "nobody is in the plan" in nobody.stdout
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"partners": ["recordwel"]}))
    shown = said(FIRST, "--plan", str(wrong))
    assert shown.exit_code == 2
    assert "did you mean recordwell" in shown.stderr


def test_without_time_what_takes_no_search_is_there(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"partners": ["medimage"], "applications": []}))
    shown = said(FIRST, "--plan", str(plan), "--time-limit", "0", "--json", "-")
    document = json.loads(shown.stdout)
    (partner,) = (one for one in document["exposures"] if one["kind"] == "partner")
    assert partner["leaves"]["before"] > 0
    assert partner["leaves"]["replaceable"] is None
