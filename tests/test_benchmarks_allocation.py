"""The benchmark of splitting: its tables can be made, and a peer that is missing is named, not an error."""

import json
import sys

import numpy as np
import pytest

from benchmarks import allocation
from benchmarks.splitting.contest import Contest
from benchmarks.splitting.games import KINDS, PartnerGame
from benchmarks.splitting.measuring import measured
from benchmarks.splitting.peers import AbsentError, Peer, library, nucleolus_peers, shapley_peers
from benchmarks.splitting.report import Table, number, ratio, seconds, text
from solver.games.coalitions import members
from solver.games.game import Game
from solver.games.shapley import from_table

TINY = allocation.Plan(
    shapley=(4, 5),
    nucleolus=(4,),
    per_capita=(4,),
    partners=(4,),
    sampled=8,
    evaluations=(100,),
    seeds=2,
    separated=((5, 20.0),),
    cap=20.0,
)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("coopgame", "shapiq", "tucoopy", "tucoopy.solutions"):
        monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_installed")
def test_every_table_can_be_made_without_peers() -> None:
    told: list[str] = []
    tables = allocation.tables(tuple(allocation.TABLES), TINY)
    made = {table.number: table.followed(told.append) for table in tables}
    assert list(made) == [1, 2, 3, 4, 5, 6]
    assert [row["coopgame-py"].shown for row in made[1].rows] == ["not installed"] * 2
    assert {row["Kohlberg"].shown for row in (*made[2].rows, *made[3].rows)} == {"passes"}
    assert {row["game"].shown for row in made[2].rows} == set(KINDS)
    assert made[4].rows[0]["Δ"].value < 1e-9
    assert {row["OddSHAP"].shown for row in made[5].rows} == {"not installed"}
    assert {row["certified"].shown for row in made[6].rows} == {"yes"}
    assert len(told) == sum(len(table.rows) for table in made.values())
    for table in made.values():
        assert json.loads(json.dumps(table.to_dict()))["rows"]
        assert table.in_markdown().count("\n") == 3 + len(table.rows)


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("peer", [*shapley_peers(), *nucleolus_peers()], ids=lambda peer: peer.name)
def test_a_missing_peer_is_named(peer: Peer) -> None:
    assert peer.measured(KINDS["voting"](3, 0), 10.0).why_not == "not installed"


def test_an_unrelated_library_of_the_same_name_is_no_peer() -> None:
    with pytest.raises(AbsentError, match="the json installed has no nucleolus"):
        library("json", "nucleolus")


@pytest.mark.slow
def test_a_peer_that_is_too_slow_is_stopped_and_not_asked_again() -> None:
    def forever() -> None:
        while True:
            pass

    contest = Contest(from_table, [Peer("slow", lambda game: forever, most=9)], cap=1.0)
    rows = [contest.row(KINDS["voting"](players, 0), lambda game, answer: {}) for players in (3, 4)]
    assert [row["slow"].shown for row in rows] == ["> 1 s", "> 1 s at 3"]
    assert [row["× slow"].shown for row in rows] == ["—", "—"]


def test_a_contest_shows_how_far_answers_are_apart() -> None:
    wrong = Peer("wrong", lambda game: lambda: from_table(game) * 1.5, most=9)
    row = Contest(from_table, [wrong], cap=10.0).row(KINDS["superadditive"](3, 0), lambda game, answer: {})
    assert row["Δ wrong"].value == pytest.approx(0.5)
    assert row["× wrong"].shown != "—"


def test_an_error_is_an_answer_of_its_own() -> None:
    assert measured(lambda: 1 // 0, 10.0).why_not.startswith("ZeroDivisionError")


@pytest.mark.parametrize("budget", [False, True])
def test_the_partner_game_is_what_it_says(budget: bool) -> None:
    drawn = PartnerGame.drawn(6, 3, budget)

    def worth(mask: int) -> float:
        present = [player for player in members(mask) if player]
        alone = sum(drawn.alone[player - 1] for player in present)
        if not mask & 1:
            return alone
        parts = (part for part in range(0, mask + 1, 2) if part & mask == part)
        affordable = (p for p in parts if sum(drawn.costs[i - 1] for i in members(p)) <= drawn.budget)
        best = max(
            sum(amount for group, amount in drawn.dividends.items() if {*group} <= {*members(part)})
            for part in affordable
        )
        return max(best, alone)

    np.testing.assert_allclose(drawn.game().v, [worth(mask) for mask in range(64)], atol=1e-9)


def test_the_control_knows_its_own_shapley_value() -> None:
    control = PartnerGame.drawn(6, 3).control()
    np.testing.assert_allclose(np.array(control.shapley(), float), from_table(Game.of(control)), atol=1e-9)
    np.testing.assert_allclose(control.values(), [control.worth(mask) for mask in range(64)], atol=1e-9)


def test_drawn_games_are_superadditive() -> None:
    v = KINDS["superadditive"](6, 1).v
    for one in range(1, 64):
        for other in range(1, 64):
            assert one & other or v[one | other] >= v[one] + v[other]


def test_figures_are_shown_in_readable_units() -> None:
    row = {
        "a": seconds(0.00123),
        "b": ratio(45.3),
        "c": number(2147.48),
        "d": text(""),
        "e": seconds(None, "gone"),
    }
    assert Table(1, "figures", [row]).in_markdown().endswith("| 1.23 ms | 45 | 2,147 | — | gone |")


def test_unknown_tables_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["allocation", "--tables", "1,9"])
    with pytest.raises(SystemExit):
        allocation.main()
    assert "there are the tables 1, 2, 3, 4, 5, 6" in capsys.readouterr().err
