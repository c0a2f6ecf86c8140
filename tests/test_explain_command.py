"""`partnerfolio explain`, and what `solve` says where nothing is possible."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import solver as pf
from solver.cli import cli
from solver.report.explanation import outwards
from tests.test_explain import ALLIANCE


@pytest.fixture
def alliance(tmp_path: Path) -> str:
    path = tmp_path / "alliance.json"
    path.write_text(json.dumps(ALLIANCE | {"name": "Nord", "currency": "EUR"}), encoding="utf-8")
    return str(path)


def said(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--quiet"])


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_planner_reads_what_contradicts_what_and_what_to_change(alliance: str) -> None:
    shown = said("explain", alliance)
    assert shown.exit_code == 0
    assert "Nord: no portfolio exists: 3 wishes contradict each other" in shown.stdout
    assert "limits.budget = 100 million EUR" in shown.stdout
    assert "pairs row 1: Alpha requires Beta" in shown.stdout
    assert "limits.budget raised from 100 to 110 million EUR" in flat(shown.stdout)
    assert "Its price is 0.1 " in flat(shown.stdout)
    assert "nothing cheaper makes everything possible, which is proven" in flat(shown.stdout)


def test_what_is_raised_as_it_is_shown_is_enough(alliance: str) -> None:
    assert said("solve", alliance, "--set", "limits.budget=109.99").exit_code == 1
    mended = said("explain", alliance, "--set", "limits.budget=110")
    assert mended.exit_code == 0
    assert "there are portfolios that keep everything asked for" in mended.stdout
    assert "Alpha and Beta" in mended.stdout


def test_weights_keep_wishes_and_the_others_are_listed(alliance: str) -> None:
    shown = flat(said("explain", alliance, "--weight", "limits.budget=inf").stdout)
    assert "Its price is 1 " in shown
    others = shown.partition("Other changes at the same price")[2]
    assert ("Alpha must be chosen" in others) != ("Alpha requires Beta" in others)
    kept = [f"--weight={place}=inf" for place in ("limits.budget", "pairs row 1", "partners row 1")]
    assert "Nothing that may change makes everything possible" in flat(
        said("explain", alliance, *kept).stdout
    )


@pytest.mark.parametrize("weight", ["limits.budget", "=3", "limits.budget=much", "limits.bugdet=1"])
def test_a_weight_that_is_none_is_refused_in_words(alliance: str, weight: str) -> None:
    shown = said("explain", alliance, "--weight", weight)
    assert shown.exit_code == 2
    assert "limits.budget" in shown.stderr


def test_solve_ends_with_it_or_says_how_to_ask(alliance: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = said("solve", alliance)
    assert shown.exit_code == 1
    assert "limits.budget raised from 100 to 110 million EUR" in flat(shown.stdout)
    monkeypatch.setattr("solver.commands.solve.LONGEST_EXPLANATION", 0.0)
    shown = said("solve", alliance)
    assert shown.exit_code == 1
    assert "`partnerfolio explain` in place of `solve`" in flat(shown.stdout)


def test_two_numbers_that_barely_give_way_are_counted_as_they_are() -> None:
    partners = [{"id": "p1", "revenue": 9, "cost": 2}, {"id": "p2", "revenue": 8, "cost": 3}]
    limits = {"min_partners": 2, "budget": 1}
    document = {"partners": partners, "limits": limits}
    found = pf.explain(pf.Study(pf.Instance.from_document(document)))
    assert (found.price.sign, found.price.value) == ("=", 1.0)


def test_the_json_of_solve_carries_it(alliance: str) -> None:
    result = pf.Result.from_json(said("solve", alliance, "--json", "-").stdout)
    assert result.explanation is not None
    alone = pf.explain(pf.Study(pf.read(alliance))).to_dict()
    assert {**result.explanation, "seconds": 0} == json.loads(json.dumps({**alone, "seconds": 0}))
    possible = said("solve", alliance, "--set", "limits.budget=1000", "--json", "-").stdout
    assert pf.Result.from_json(possible).explanation is None


def test_without_time_it_says_so_and_the_code_too(alliance: str) -> None:
    shown = said("explain", alliance, "--time-limit", "0", "--json", "-")
    document: dict[str, Any] = json.loads(shown.stdout)
    assert shown.exit_code == (1 if document["feasible"] is None else 0)
    assert document["price"]["sign"] == "≤"


@pytest.mark.parametrize(
    ("to", "number", "shown"),
    [
        (110.0, 100.0, "110"),
        (110.0000004, 100.0, "110.001"),
        (1234567.891, 1000000.0, "1,234,567.9"),
        (0.123456789, 0.5, "0.123456"),
        (-3.0000001, -2.0, "-3.00001"),
        (0.0, 2.0, "0"),
    ],
)
def test_a_number_is_rounded_to_where_it_is_enough(to: float, number: float, shown: str) -> None:
    assert outwards(to, number) == shown
