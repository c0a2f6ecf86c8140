"""Whatever ends in a contradiction says so, exits with 3, and writes what reproduces it where asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import solver as pf
from solver.cli import cli
from solver.driver.highs import HighsSession
from solver.errors import ContradictionError
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.sharing.members import Members
from solver.sharing.programmed import Candidates, ProgrammedGame
from tests.test_planted_faults import PLAIN, RISKY, back_end


def too_low(patch: pytest.MonkeyPatch) -> None:
    """The fault of bounds below what there is, in programs as in relaxations."""
    back_end(lambda session, true: replace(true, bound=true.bound - 10))(patch)
    true = HighsSession.relax_within

    def low(self: HighsSession, *arguments: Any) -> Any:
        vertex = true(self, *arguments)
        return None if vertex is None else replace(vertex, bound=vertex.bound - 10)

    patch.setattr(HighsSession, "relax_within", low)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Any]:
    """Runs a command on a small instance with risk and teams, and reads its evidence where there is any."""
    (tmp_path / "risky.json").write_text(json.dumps({"format": 1, "name": "risky", **RISKY}), "utf-8")
    open_plan = {"partners": ["a", "b"], "applications": ["x"]}
    (tmp_path / "open.json").write_text(json.dumps(open_plan), "utf-8")

    def invoked(*arguments: str) -> Any:
        command = [str(tmp_path / one) if one.endswith(".json") else one for one in arguments]
        shown = CliRunner().invoke(cli, [*command, "--evidence", str(tmp_path / "evidence.json")])
        written = tmp_path / "evidence.json"
        return shown, json.loads(written.read_text("utf-8")) if written.exists() else None

    return invoked


SEARCHING = (
    ("solve", "risky.json", "--quiet"),
    ("allocate", "risky.json", "--quiet"),
    ("allocate", "risky.json", "--stable", "--quiet"),
    ("risk", "risky.json", "--quiet"),
    ("stability", "risky.json", "--scenarios", "16", "--quiet"),
)
COMPLETING = (
    ("verify", "risky.json", "open.json"),
    ("risk", "risky.json", "--plan", "open.json", "--quiet"),
    ("allocate", "risky.json", "--plan", "open.json", "--quiet"),
)


@pytest.mark.parametrize("arguments", [*SEARCHING, *COMPLETING], ids=" ".join)
def test_every_command_writes_the_evidence_of_a_contradiction(
    run: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    assert run(*arguments)[1] is None
    with pytest.MonkeyPatch.context() as patch:
        too_low(patch)
        shown, found = run(*arguments)
    assert shown.exit_code == 3, shown.output
    assert "says that nothing comes to more than" in found["error"]
    assert found["contradiction"]["party"] == "back end"
    assert Instance.from_document(found["instance"]) == Instance.from_document({"name": "risky", **RISKY})


@pytest.mark.parametrize("arguments", [SEARCHING[0], COMPLETING[0]], ids=" ".join)
def test_the_evidence_has_the_limits_that_were_asked_for_not_what_is_left_of_them(
    run: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        too_low(patch)
        _, found = run(*arguments, "--time-limit", "300")
    assert pf.SearchLimits(**found["limits"]) == pf.SearchLimits(seconds=300)


@pytest.mark.usefixtures("run")
def test_the_evidence_never_replaces_the_input(tmp_path: Path) -> None:
    for arguments in (*SEARCHING, *COMPLETING):
        given = [str(tmp_path / one) if one.endswith(".json") else one for one in arguments]
        refused = CliRunner().invoke(cli, [*given, "--evidence", str(tmp_path / "risky.json")])
        assert refused.exit_code == 2, refused.output


def test_what_coalitions_are_worth_is_not_taken_from_a_refuted_search() -> None:
    instance = Instance.from_document(PLAIN)
    best = pf.solve(instance, split=False)
    assert best.portfolio is not None
    study = pf.Study(instance)
    members = Members(read_plan(study.assessment, best.portfolio.to_dict()).selection)
    candidates = Candidates.of(members, Formulation.of(instance))
    assert ProgrammedGame(candidates).worth(0b11) > 0
    with pytest.MonkeyPatch.context() as patch:
        too_low(patch)
        with pytest.raises(ContradictionError, match="nothing is proven: HiGHS says"):
            ProgrammedGame(candidates).worth(0b11)


def test_a_split_that_meets_a_contradiction_leaves_the_portfolio_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuted(*arguments: Any) -> Any:
        raise ContradictionError("HiGHS is wrong", {"party": "back end"})

    monkeypatch.setattr("solver.sharing.share.portfolio_game", refuted)
    result = pf.solve(Instance.from_document({**PLAIN, "split": {"rule": "shapley"}}))
    assert result.termination == "optimal"
    assert result.contradiction == {"party": "back end"}
    assert "The value was not split: nothing is proven: HiGHS is wrong." in result.warnings


def test_the_evidence_reproduces_the_error(tmp_path: Path) -> None:
    source, target = tmp_path / "plain.json", tmp_path / "evidence.json"
    source.write_text(json.dumps({"format": 1, "name": "plain", **PLAIN}), encoding="utf-8")
    command = ["solve", str(source), "--in", "a", "--seed", "3", "--evidence", str(target), "--quiet"]
    assert CliRunner().invoke(cli, command).exit_code == 0
    assert not target.exists()
    with pytest.MonkeyPatch.context() as patch:
        back_end(lambda session, true: replace(true, bound=true.bound - 10))(patch)
        shown = CliRunner().invoke(cli, command)
        assert shown.exit_code == 3
        assert "an error: HiGHS says that nothing comes to more than" in " ".join(shown.stdout.split())
        found = json.loads(target.read_text(encoding="utf-8"))
        assert (found["locks"], found["limits"]["seed"]) == ({"in": ["a"], "out": []}, 3)
        assert {"highspy", "pulp"} <= set(found["versions"])
        again = pf.solve(
            Instance.from_document(found["instance"]),
            start=found["contradiction"]["portfolio"],
            include=found["locks"]["in"],
            limits=pf.SearchLimits(**found["limits"]),
        )
    assert again.message == found["error"]
    assert again.contradiction is not None
    assert again.contradiction["bound"] == found["contradiction"]["bound"]
