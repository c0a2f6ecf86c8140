"""By what a game states as its base, stand-alone costs or benefits, value is split in proportion (spec 6)."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import solver as pf
from solver.cli import cli
from solver.games.game import Game
from solver.games.split import split
from tests.test_split_rules import paid

CASES = Path(__file__).parent / "cases"
COSTS = dict(zip("AHKLMT", (21.95, 17.08, 10.91, 15.88, 20.81, 21.98), strict=True))
SAVINGS = json.loads((CASES / "water_savings.json").read_text(encoding="utf-8"))
EXPECTED = [2.7734, 6.4668, 4.1307, 6.0125, 2.6294, 2.7772]


def test_the_equal_profit_method_goes_by_the_base_that_a_game_states():
    game = Game.from_dict({**SAVINGS, "base": COSTS})
    for one in (game, Game(game.players, game.v, base=[*COSTS.values()])):
        payoffs = np.array(paid(one, "equal_profit"))
        assert payoffs == pytest.approx(EXPECTED, abs=1e-4)
        assert np.ptp(payoffs / np.array([*COSTS.values()])) == pytest.approx(0.25227, abs=1e-5)
    assert Game.from_dict(game.to_dict()).base == pytest.approx(game.base)


@pytest.mark.parametrize("rule", ["equal_profit", "proportional"])
def test_a_game_without_a_base_is_refused_and_never_gets_equal_shares(rule):
    game = Game.from_dict(SAVINGS)
    assert split(game, rule) is None
    with pytest.raises(pf.InputError, match="stand-alone costs or benefits"):
        pf.allocate(game, rule=rule)
    found = pf.allocate(game, wishes=pf.Wishes(rules=("nucleolus", rule)))
    assert found.unanswered == {rule: "the game states no base (stand-alone costs or benefits) to go by"}


def test_a_base_of_nothing_at_all_is_shared_equally():
    game = Game(("a", "b"), np.array([0.0, 1.0, 2.0, 8.0]), base=[0, 0])
    assert paid(game, "proportional") == [4.0, 4.0]


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ([1], "base needs an amount for each of the 2 players"),
        (3, "base needs an amount for each of the 2 players"),
        ("ab", "base needs an amount for each of the 2 players"),
        ({"a": -1, "c": 1}, "base of a: a finite number of at least 0, not -1; base of c: a player, which"),
        (
            {"a": float("nan")},
            "base of a: a finite number of at least 0, not nan; base of b: an amount, which",
        ),
        ({"a": True, "b": None}, "base of a: a number, not True; base of b: a number, not None"),
    ],
)
def test_a_base_that_is_none_is_refused_with_everything_that_is_wrong(base, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Game(("a", "b"), np.zeros(4), base=base)


def test_the_base_of_a_game_comes_from_a_file_with_all_its_defects_at_once(tmp_path):
    def run(*arguments):
        return CliRunner().invoke(cli, ["allocate", *map(str, arguments)], catch_exceptions=False)

    game, file = CASES / "water_savings.json", tmp_path / "base.json"
    file.write_text(json.dumps(COSTS), encoding="utf-8")
    found = run("--game", game, "--rule", "equal_profit", "--base-file", file, "--json", "-")
    assert found.exit_code == 0
    assert [*json.loads(found.stdout)["payoffs"].values()] == pytest.approx(EXPECTED, abs=1e-4)
    refused = run("--game", game, "--rule", "equal_profit")
    assert refused.exit_code == 2
    assert "--base-file" in refused.stderr
    file.write_text('{"A": -1, "H": NaN, "X": 2, "K": "a", "L": 1}', encoding="utf-8")
    refused = run("--game", game, "--base-file", file)
    assert refused.exit_code == 2
    for name in "AHXKMT":
        assert f"{file}, column {name}" in refused.stderr
    assert run("instances/healthcare", "--base-file", file).exit_code == 2
