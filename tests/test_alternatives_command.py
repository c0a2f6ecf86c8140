"""`partnerfolio alternatives`."""

from __future__ import annotations

import json

from tests.test_why_command import alliance, said

__all__ = ["alliance"]


def test_a_planner_reads_the_next_best_and_what_changes(alliance: str) -> None:
    shown = said("alternatives", alliance, "--most", "3")
    assert shown.exit_code == 0
    assert "The best\n  Alpha, Gamma, Delta and Alarm" in shown.stdout
    assert "Gamma goes from light to deep" in shown.stdout
    assert "No other choice is worth more than the last of these, which is proven." in shown.stdout
    assert "far apart" not in shown.stdout


def test_a_planner_reads_what_has_little_in_common(alliance: str) -> None:
    shown = said("alternatives", alliance, "--most", "1", "--diverse", "3", "--within", "30%")
    assert "Within 30 % of the best, and far apart (million EUR)" in shown.stdout
    assert "Any two of them differ in at least" in shown.stdout
    assert "No 3 that are worth so much are farther apart, which is proven." in shown.stdout


def test_nothing_possible_is_a_sentence(alliance: str) -> None:
    shown = said("alternatives", alliance, "--out", "p1", "--diverse", "2")
    assert shown.exit_code == 1
    assert "no portfolio exists; `partnerfolio explain` says why" in shown.stdout


def test_two_shares_are_refused(alliance: str) -> None:
    assert said("alternatives", alliance, "--within", "1%", "--within", "2%").exit_code == 2


def test_json_has_ranks_with_their_worth(alliance: str) -> None:
    document = json.loads(said("alternatives", alliance, "--most", "2", "--json", "-").stdout)
    assert [one["worth"]["sign"] for one in document["ranked"]] == ["=", "="]
    assert document["diverse"] is None
