"""`partnerfolio frontier`: what a planner reads, and what goes on where it stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import solver as pf
from solver.answers.frontier import Frontier
from solver.cli import cli
from tests.test_frontier import SIX


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "six.json").write_text(json.dumps(SIX | {"currency": "EUR"}), encoding="utf-8")
    (tmp_path / "plan.json").write_text('{"partners": [], "applications": []}', encoding="utf-8")
    return tmp_path


def said(*words: str) -> Result:
    return CliRunner().invoke(cli, ["frontier", *words, "--quiet"])


def flat(text: str) -> str:
    return " ".join(text.split())


KILLED = """
import json, os, signal
import solver as pf

rounds = []

def keep(found):
    rounds.append(found)
    open("part.json", "w", encoding="utf-8").write(json.dumps(found.to_dict()))
    if len(rounds) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

pf.frontier(pf.Study(pf.read("six.json")), ["value", "spending"], keep=keep)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing kills a process like that here")
def test_a_frontier_is_gone_on_from_after_its_process_was_killed(folder: Path) -> None:
    found = {"PYTHONPATH": str(Path(pf.__file__).parent.parent)}
    ended = subprocess.run([sys.executable, "-c", KILLED], check=False, env={**os.environ, **found})
    assert ended.returncode == -signal.SIGKILL
    part = Frontier.from_dict(json.loads(Path("part.json").read_text(encoding="utf-8")))
    assert not part.complete
    criteria, instance = ("value", "spending"), pf.read("six.json")
    again = pf.frontier(pf.Study(instance), criteria, resume=part)
    assert again.complete
    whole = pf.frontier(pf.Study(instance), criteria)
    assert [one.amounts for one in again.points] == [one.amounts for one in whole.points]


def test_a_planner_reads_what_more_of_one_costs_in_the_other(folder: Path) -> None:
    shown = said("six.json", "value", "innovation", "--plan", "plan.json")
    assert shown.exit_code == 0
    told = flat(shown.stdout)
    assert "six: 3 portfolios, none with more value without less innovation" in told
    assert "12 more value costs 4 less innovation" in told
    assert "+ Beta, - Alpha" in told
    assert "There are no others, which is proven." in told
    assert "Portfolio 1 is better by everything or as good: 20 more value and 1 more innovation." in told


def test_what_stopped_goes_on_in_the_same_file(folder: Path) -> None:
    first = said("six.json", "value", "innovation", "--points", "2", "--json", "part.json")
    told = flat(first.stdout)
    assert "Other portfolios of this kind may lie here, and nowhere else:" in told
    assert "value between 1 and 20 million EUR and innovation between 1 and 9" in told
    again = said("six.json", "value", "innovation", "--resume", "part.json", "--json", "part.json")
    assert again.exit_code == 0
    assert len(json.loads(Path("part.json").read_text(encoding="utf-8"))["points"]) == 3
    changed = said(
        "six.json", "value", "innovation", "--set", "limits.max_partners=2", "--resume", "part.json"
    )
    assert changed.exit_code == 2
    assert "the same instance" in changed.stderr


def test_what_is_no_criterion_and_no_frontier_is_refused(folder: Path) -> None:
    shown = said("six.json", "valeu", "spending")
    assert shown.exit_code == 2
    assert "did you mean value?" in flat(shown.stderr)
    assert "section [risk]" in flat(said("six.json", "value", "cvar@0.9").stderr)
    assert said("six.json", "--resume", "plan.json").exit_code == 2


def test_where_nothing_is_possible_it_says_how_to_ask_why(folder: Path) -> None:
    shown = said("six.json", "--set", "limits.min_partners=3")
    assert shown.exit_code == 1
    assert "no portfolio exists" in shown.stdout
    assert "`partnerfolio explain`" in shown.stdout
    late = said("six.json", "--time-limit", "0")
    assert late.exit_code in (0, 1)
