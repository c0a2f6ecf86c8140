"""`partnerfolio classes`."""

from __future__ import annotations

import json

import pytest

from tests.test_why_command import alliance, said

__all__ = ["alliance"]


def test_a_planner_reads_who_can_be_done_without(alliance: str) -> None:
    shown = said("classes", alliance, "--within", "1%", "--within", "0.2")
    assert shown.exit_code == 0
    assert "Nord: the best portfolio is worth" in shown.stdout
    assert "Within 1 % of it (worth at least" in shown.stdout
    rows = {line.split()[0]: line.split()[1:] for line in shown.stdout.splitlines() if line.startswith("  ")}
    assert rows["Alpha"] == ["must-have", "must-have"]
    assert rows["Beta"] == ["out", "swing"]
    assert rows["Epsilon"] == ["out", "out"]


def test_nothing_possible_is_a_sentence(alliance: str) -> None:
    shown = said("classes", alliance, "--out", "p1")
    assert shown.exit_code == 1
    assert "no portfolio exists; `partnerfolio explain` says why" in shown.stdout


@pytest.mark.parametrize("within", ["5", "much", "-1%", "101%"])
def test_what_is_no_share_is_refused(alliance: str, within: str) -> None:
    shown = said("classes", alliance, "--within", within)
    assert shown.exit_code == 2
    assert "1%" in shown.stderr


def test_json_has_a_row_for_each_at_each_share(alliance: str) -> None:
    document = json.loads(said("classes", alliance, "--within", "0", "--json", "-").stdout)
    assert [(one["id"], one["belongs"]) for one in document["members"][:2]] == [
        ("p1", "must-have"),
        ("p2", "out"),
    ]
    stopped = json.loads(said("classes", alliance, "--time-limit", "0", "--json", "-").stdout)
    assert {one["belongs"] for one in stopped["members"]} <= {"not known", "swing"}
