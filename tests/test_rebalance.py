"""Rebalancing: moves and their worth, the curve by number of moves, and freezing, as enumeration says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers.answer import Amount
from solver.cli import cli
from solver.lifecycle.rebalance import Rebalancing, steps_to
from solver.portfolio.choices import Moves
from solver.portfolio.rules import MaxMoves
from solver.study.study import Study
from tests.draws import unshrunk
from tests.enumerated import ROUGHLY, Document, Enumerated, either
from tests.oracle.facts import Facts

RUNNING: Document = {
    "name": "Nord",
    "partners": [
        {"id": "p7", "name": "Old", "revenue": 6, "cost": 4, "status": "running", "exit_cost": 0.5},
        {"id": "p11", "name": "New", "revenue": 20, "cost": 6, "setup_cost": 2, "effort": 3},
        {"id": "p3", "name": "Steady", "revenue": 40, "cost": 4, "status": "running", "running_level": "low"},
    ],
    "levels": [
        {"partner": "p3", "level": "low"},
        {"partner": "p3", "level": "high", "revenue": 45, "setup_cost": 1},
    ],
    "limits": {"max_partners": 2},
}


def running(document: Document) -> Document:
    """The same where every other one runs."""
    for table in ("partners", "applications"):
        for row in document.get(table, [])[::2]:
            row["status"] = "running"
    return document


def agree(document: Document) -> Rebalancing:
    enumerated = Enumerated(running(document))
    facts = Facts(document)
    found = pf.rebalance(Study(pf.Instance.from_document(document)))
    everything = []
    for one, value in enumerated.everything:
        chosen = {row.id: facts.choice(row.id, row.level, row.start) for row in one.portfolio().partners}
        chosen |= {row.id: facts.choice(row.id, None, row.start) for row in one.portfolio().applications}
        made = {id_: facts.moves(chosen.get(id_), id_) for id_ in (*facts.partners, *facts.applications)}
        assert sum(made.values()) == Moves().amount(one) == len(steps_to(one))
        everything.append((made, value))
    if enumerated.best is None:
        assert (found.feasible, found.portfolio) == (False, None)
        return found
    close = pytest.approx
    assert found.best.value == close(enumerated.best, rel=ROUGHLY, abs=ROUGHLY)
    for point in found.curve:
        within = [value for made, value in everything if sum(made.values()) <= point.most]
        assert point.possible == bool(within)
        if within:
            assert point.value.sign == "="
            assert point.value.value == close(max(within), rel=ROUGHLY, abs=ROUGHLY)
            assert len(point.moves) <= point.most
    for one in found.moves:
        still = [value for made, value in everything if not made[one.move.id]]
        assert one.possible == bool(still)
        if still:
            assert one.worth.sign == "="
            assert one.worth.value == close(enumerated.best - max(still), rel=ROUGHLY, abs=ROUGHLY)
    assert [point.most for point in found.curve] == list(range(len(found.moves) + 1))
    return found


@pytest.mark.slow
@unshrunk(16)
@given(either)
def test_worths_and_curve_are_what_enumeration_says(document: Document) -> None:
    agree(document)


def test_a_planner_reads_what_to_change() -> None:
    found = agree(json.loads(json.dumps(RUNNING)))
    assert {(one.move.id, one.move.kind) for one in found.moves} == {
        ("p7", "leave"),
        ("p11", "join"),
        ("p3", "raise"),
    }
    leave = next(one for one in found.moves if one.move.id == "p7")
    assert [step.id for step in leave.enables] == ["p11"]
    assert leave.frees == ("a place",)
    tight = json.loads(json.dumps(RUNNING))
    tight["limits"] = {"effort": [3], "budget": 14}
    tight["partners"][0] |= {"revenue": 9}
    leave = next(one for one in agree(tight).moves if one.move.id == "p7")
    assert (leave.frees, [step.id for step in leave.enables]) == (("budget",), ["p11"])


def test_the_command_says_it_in_words(tmp_path: Path) -> None:
    path = tmp_path / "alliance.json"
    path.write_text(json.dumps(RUNNING), encoding="utf-8")
    shown = CliRunner().invoke(cli, ["rebalance", str(path), "--quiet"])
    said = " ".join(shown.stdout.split())
    assert shown.exit_code == 0, shown.output
    assert "Nord: 3 moves lead to" in said
    assert "Leave Old: +" in said
    assert "it frees a place for New" in said
    one = CliRunner().invoke(cli, ["rebalance", str(path), "--quiet", "--moves", "1", "--json", "-"])
    document: dict[str, Any] = json.loads(one.stdout)
    assert [len(point["moves"]) for point in document["curve"]] == [0, 1]
    frozen = CliRunner().invoke(cli, ["rebalance", str(path), "--quiet", "--set", "limits.max_moves=0"])
    assert "leave everything as it runs" in frozen.stdout


def test_no_move_is_what_runs_and_many_moves_are_no_limit() -> None:
    study = Study(pf.Instance.from_document(RUNNING))
    kept = study.limited(MaxMoves(0)).best()
    assert {(row.id, row.level) for row in kept.selection.portfolio().partners} == {
        ("p7", "standard"),
        ("p3", "low"),
    }
    assert study.limited(MaxMoves(9)).best().objective == study.best().objective


@pytest.mark.parametrize(
    ("change", "headline"),
    [
        ({"limits": {"min_partners": 3, "max_partners": 2}}, "no portfolio exists"),
        ({"limits": {"max_partners": 1}}, "what runs cannot stay as it is"),
    ],
)
def test_what_is_not_possible_is_said(change: Document, headline: str, tmp_path: Path) -> None:
    path = tmp_path / "alliance.json"
    path.write_text(json.dumps(RUNNING | change), encoding="utf-8")
    shown = CliRunner().invoke(cli, ["rebalance", str(path), "--quiet"])
    assert headline in " ".join(shown.stdout.split())


def test_without_time_nothing_is_claimed() -> None:
    found = pf.rebalance(Study(pf.Instance.from_document(RUNNING)), limits=pf.SearchLimits(seconds=0))
    assert found.gain.sign in ("unknown", "≤", "≥", "between", "=")
    for one in found.moves:
        assert one.worth.proven or one.possible is not True or one.worth.sign != "="


@pytest.mark.slow
@unshrunk(8)
@given(either, st.integers(1, 12))
def test_stopped_midway_what_is_said_is_true(document: Document, news: int) -> None:
    full = pf.rebalance(Study(pf.Instance.from_document(running(document))))
    cancel, heard = pf.Cancel(), []

    def listen(progress: pf.Progress) -> None:
        heard.append(progress)
        if len(heard) == news:
            cancel.cancel()

    study = Study(pf.Instance.from_document(document))
    stopped = pf.rebalance(study, progress=listen, cancel=cancel)
    known = {point.most: point for point in full.curve}
    for point in stopped.curve:
        true = known.get(point.most)
        if true is not None and point.possible is not None:
            assert point.possible == true.possible
            holds(point.value, true.value.value)
    holds(stopped.best, full.best.value)
    if full.curve and full.curve[0].possible:
        holds(stopped.gain, full.gain.value)


def holds(amount: Amount, true: float | None) -> None:
    """An amount says nothing that is not so."""
    room = ROUGHLY * max(1.0, abs(true or 0.0))
    if true is not None:
        assert amount.least is None or amount.least <= true + room
        assert amount.most is None or amount.most >= true - room
