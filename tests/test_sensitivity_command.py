"""`partnerfolio sensitivity`: what a planner reads of a tornado, a curve and a break-even."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from solver.cli import cli
from tests.test_sensitivity import SHOP


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SHOP | {"currency": "EUR"}), encoding="utf-8")
    return str(path)


def said(*words: str) -> Result:
    return CliRunner().invoke(cli, ["sensitivity", *words, "--quiet"])


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_planner_reads_what_hangs_on_which_number(shop: str) -> None:
    shown = said(shop, "limits.budget", "partners.Alpha.revenue", "--by", "50")
    assert shown.exit_code == 0
    told = flat(shown.stdout)
    assert "shop: best is 35 million EUR; what 2 numbers would change" in told
    assert "limits.budget 20 10 -15 * 30 +7 *" in told
    assert "limits.budget at 30: Gamma joins" in told
    assert told.index("revenue of Alpha") < told.index("limits.budget")


def test_a_planner_reads_the_steps_of_a_limit(shop: str) -> None:
    told = flat(said(shop, "--curve", "limits.budget", "--from", "8", "--to", "30").stdout)
    assert "what limits.budget does to the best value: 5 steps" in told
    assert "20 below 25 35 Gamma leaves" in told
    assert "Every step is proven" in told
    needed = flat(said(shop, "--curve", "limits.budget", "--in", "p2", "--from", "0", "--to", "9").stdout)
    assert "nothing is possible in this range" in needed


def test_a_planner_reads_where_somebody_enters(shop: str) -> None:
    told = flat(said(shop, "--break-even", "partners.Gamma.revenue").stdout)
    assert "Gamma is chosen above 20 million EUR (revenue of Gamma, 12 million EUR now)" in told
    assert "There is no other such number, which is proven." in told
    told = flat(said(shop, "--break-even", "partners.p2.cost").stdout)
    assert "Beta is not chosen above 10 million EUR" in told
    assert "are not ruled out" in told


def test_a_planner_reads_where_somebody_enters_for_several_numbers(shop: str) -> None:
    keys = ("partners.Gamma.revenue", "partners.p2.cost")
    shown = said(shop, *(word for key in keys for word in ("--break-even", key)))
    told = flat(shown.stdout)
    assert shown.exit_code == 0
    assert "2 of 2 numbers would change who is in" in told
    assert "revenue of Gamma 12 20 +66.7 % Gamma is chosen" in told
    assert said(shop, *(word for key in keys for word in ("--break-even", key)), "--from", "1").exit_code == 2


def test_one_question_at_a_time_about_numbers_that_are_there(shop: str) -> None:
    assert said(shop, "limits.budget", "--curve", "limits.budget").exit_code == 2
    wrong = said(shop, "limits.bugdet")
    assert wrong.exit_code == 2
    assert "did you mean limits.budget?" in flat(wrong.stderr)
    assert said(shop, "--set", "limits.min_partners=3").exit_code == 1
