"""Splitting from the command line and from Python: what is said, what is written, what is refused."""

import json
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

import solver as pf
from solver.cli import cli
from solver.games.rules import RULES
from solver.instance.fields import RuleName

ROOT = Path(__file__).parent.parent
GLOVES = {"players": ["left", "right", "other right"], "v": [0, 0, 0, 1, 0, 1, 0, 1]}
EMPTY_CORE = {"players": ["a", "b", "c"], "v": [0, 0, 0, 1, 0, 1, 1, 1]}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["allocate", *map(str, arguments)])


def document(*arguments: object) -> dict:
    return json.loads(run(*arguments, "--json", "-").stdout)


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def gloves(tmp_path: Path) -> Path:
    return written(tmp_path / "gloves.json", GLOVES)


def test_the_rules_of_the_format_are_those_there_are() -> None:
    assert set(get_args(get_args(RuleName)[0])) == set(RULES)


# Games


def test_a_game_is_split_as_the_issue_says(gloves: Path) -> None:
    found = document("--game", gloves, "--rule", "nucleolus")
    assert found["payoffs"] == pytest.approx({"left": 1, "right": 0, "other right": 0})
    assert found["rule"] == "nucleolus"
    assert found["in_core"] is True
    assert found["largest_excess"] == pytest.approx(0)
    assert found["blocking_coalition"] is None


def test_who_blocks_is_named(gloves: Path) -> None:
    found = document("--game", gloves, "--rule", "shapley")
    assert found["payoffs"] == pytest.approx({"left": 2 / 3, "right": 1 / 6, "other right": 1 / 6})
    assert found["in_core"] is False
    assert found["largest_excess"] == pytest.approx(1 / 6)
    assert found["blocking_coalition"] in (["left", "right"], ["left", "other right"])


@pytest.mark.parametrize("name", ["per-capita-nucleolus", "per_capita_nucleolus", "Per-capita nucleolus"])
def test_rules_go_by_any_spelling(gloves: Path, name: str) -> None:
    assert document("--game", gloves, "--rule", name)["rule"] == "per_capita_nucleolus"


def test_all_rules_stand_side_by_side_with_what_is_certain_about_each(gloves: Path) -> None:
    found = document("--game", gloves, "--all")
    assert {row["rule"] for row in found["splits"]} | set(found["unanswered"]) == set(RULES)
    no_base = "the game states no base (stand-alone costs or benefits) to go by"
    assert found["unanswered"] == {
        "proportional": no_base,
        "equal_profit": no_base,
        "risk_corrected_shapley": "nothing says who carries how much of the risk",
    }
    for row in found["splits"]:
        assert sum(row["payoffs"].values()) == pytest.approx(1)
        assert row["in_core"] == (row["largest_excess"] <= 1e-7)
    text = run("--game", gloves, "--all").stdout
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "per-capita nucleolus" in text


def test_an_empty_core_leaves_no_room(tmp_path: Path) -> None:
    game = written(tmp_path / "game.json", EMPTY_CORE)
    found = document("--game", game, "--rule", "nucleolus")
    assert found["room"] is None
    assert found["relief"]["transfers"] is None
    assert found["relief"]["subsidy"]["total"] == pytest.approx(0.5)
    assert "The core is empty" in run("--game", game).stdout


def test_shares_of_the_risk_move_the_shapley_value(gloves: Path) -> None:
    arguments = ("--game", gloves, "--rule", "risk_corrected_shapley")
    shares = ("--risk-share", "left=0.5", "--risk-share", "right=0.25", "--risk-share", "other right=0.25")
    found = document(*arguments, *shares)["payoffs"]
    assert found == pytest.approx({"left": 5 / 6, "right": 1 / 12, "other right": 1 / 12})
    assert run(*arguments).exit_code == 1


def test_bargaining_weights_share_what_is_left(gloves: Path) -> None:
    found = document("--game", gloves, "--rule", "nash", "--bargaining", "left=3", "--bargaining", "right=1")
    assert found["payoffs"] == pytest.approx({"left": 0.75, "right": 0.25, "other right": 0})


def test_a_split_that_somebody_typed_is_judged(gloves: Path, tmp_path: Path) -> None:
    offer = written(tmp_path / "offer.json", {"left": 0.5, "right": 0.5, "other right": 0})
    found = document("--game", gloves, "--payoffs", offer, "--all")
    assert found["rule"] == "given"
    assert found["blocking_coalition"] == ["left", "other right"]
    assert found["largest_excess"] == pytest.approx(0.5)
    assert len(found["splits"]) + len(found["unanswered"]) == len(RULES) + 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GLOVES | {"v": [1, 0, 0, 1, 0, 1, 0, 1]}, "v[0], the worth of no players at all, must be 0, not 1"),
        (GLOVES | {"v": [0, 0, 1]}, "v must have 8 values, one for each coalition of 3 players, not 3"),
        (GLOVES | {"v": [0, 0, 0, float("nan"), 0, 1, 0, 1]}, "v[3] is nan"),
        (GLOVES | {"v": [0, 0, 0, "x", 0, 1, 0, 1]}, "v[3] is 'x'"),
        ({"players": [f"p{k}" for k in range(40)], "v": [0, 1]}, "at most 28 players, not 40"),
        (GLOVES | {"players": ["a", "a", "b"]}, "players need different names: a"),
        ({"players": ["a"]}, 'an object with "players" and "v" is needed'),
        ([1, 2], "an object at the top"),
    ],
)
def test_a_game_that_is_none_is_refused_in_words(tmp_path: Path, content: object, said: str) -> None:
    game = written(tmp_path / "game.json", content)
    result = run("--game", game, "--json", "-")
    assert result.exit_code == 2
    assert said in json.loads(result.stdout)["defects"][0]["remedy"]
    assert said in result.stderr


@pytest.mark.parametrize(
    ("offer", "said"),
    [
        ({"left": 1, "right": 1, "other right": 0}, "the payoffs add up to 2, but all together earn 1"),
        ({"left": 1, "right": 0}, "other right has no payoff"),
        ({"left": 1, "right": 0, "other right": 0, "thumb": 0}, "thumb is no player"),
        ({"left": "1", "right": 0, "other right": 0}, "a number"),
    ],
)
def test_payoffs_that_do_not_fit_are_refused_in_words(
    gloves: Path, tmp_path: Path, offer: dict, said: str
) -> None:
    result = run("--game", gloves, "--payoffs", written(tmp_path / "offer.json", offer))
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rule", "nucleolous"), "did you mean nucleolus?"),
        (("--risk-share", "left"), "a player and a number, such as p1=0.3"),
        (("--risk-share", "thumb=1"), "a share of the risk is given for thumb"),
        (("--risk-share", "left=0.5"), "shares of the risk must add up to 1"),
        (("--bargaining", "left=-1"), "must be at least 0"),
        (("--tier", "0.3"), "0.3"),
        (("--floor", "0.5", "--cap", "0.4"), "0.4"),
    ],
)
def test_wishes_that_cannot_be_are_refused_in_words(
    gloves: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run("--game", gloves, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize("option", [("--plan", "x"), ("--in", "a"), ("--set", "x=1"), ("--basis", "total")])
def test_what_only_an_instance_has_is_refused_for_a_game(gloves: Path, option: tuple[str, str]) -> None:
    result = run("--game", gloves, *option)
    assert result.exit_code == 2
    assert "a game knows no portfolio" in result.stderr


def test_a_game_and_an_instance_are_one_too_many(gloves: Path) -> None:
    assert run("instances/first", "--game", gloves).exit_code == 2
    assert run().exit_code == 2


# Portfolios


@pytest.mark.slow
def test_the_best_portfolio_is_split_by_the_rule_of_the_instance() -> None:
    instance = pf.read(ROOT / "instances" / "transport")
    result = pf.solve(instance)
    assert result.split is not None
    assert result.split.rule == "shapley"
    assert result.split.players[0] == instance.hub.id
    assert result.split.worth == pytest.approx(result.value)
    assert sum(result.split.wanted.payoffs.values()) == pytest.approx(result.value)
    assert pf.Result.from_json(result.to_json()) == result


@pytest.mark.slow
def test_a_result_says_where_its_instance_is(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    solved = CliRunner().invoke(cli, ["solve", str(ROOT / "instances" / "healthcare"), "--json", str(path)])
    assert solved.exit_code == 0
    assert json.loads(path.read_text(encoding="utf-8"))["split"] is None
    by_result = document(path, "--rule", "tau")
    by_instance = document(ROOT / "instances" / "healthcare", "--rule", "tau")
    assert by_result == by_instance
    changed = run(path, "--set", "limits.budget=269")
    assert changed.exit_code == 2
    assert "it has changed" in changed.stderr


def test_a_plan_is_split_as_it_is_and_a_broken_one_refused(tmp_path: Path) -> None:
    plan = {"partners": ["medimage", "clinicnet"], "applications": ["triage"]}
    first = ROOT / "instances" / "first"
    found = document(first, "--plan", written(tmp_path / "plan.json", plan))
    assert found["players"][1:] == ["medimage", "clinicnet"]
    broken = run(first, "--plan", tmp_path / "plan.json", "--set", "limits.budget=100")
    assert broken.exit_code == 1
    assert "total spend" in broken.stderr


def test_no_portfolio_ends_with_1() -> None:
    result = run(ROOT / "instances" / "first", "--set", "limits.budget=0", "--set", "limits.min_partners=1")
    assert result.exit_code == 1


def test_python_splits_games_and_portfolios_alike() -> None:
    game = pf.Game.bankruptcy(200, [100, 200, 300])
    found = pf.allocate(game, rule="nucleolus")
    assert list(found.wanted.payoffs.values()) == pytest.approx([50, 75, 75])
    assert found.wanted.kohlberg is True
    assert found.table().loc["nucleolus"].tolist() == pytest.approx([50, 75, 75])
    instance = pf.read(ROOT / "instances" / "first")
    assert pf.allocate(instance, rule="equal").wanted.payoffs == pytest.approx(
        dict.fromkeys(["lepton", "medimage", "clinicnet", "recordwell"], 199.5 / 4)
    )
    with pytest.raises(TypeError, match="an Instance or a Game is needed, not str"):
        pf.allocate("instances/first")
    with pytest.raises(ValueError, match="at least one rule is needed"):
        pf.Wishes(rules=())
    with pytest.raises(pf.InputError, match="did you mean shapley"):
        pf.allocate(game, rule="shapely")


def test_a_portfolio_can_be_chosen_together_with_its_contract() -> None:
    first = ROOT / "instances" / "first"
    found = document(first, "--stable", "--tier", "0.5", "--floor", "0.5")
    assert list(found["shares"].values()) == [0.5, 0.5]
    assert len(found["result"]["portfolio"]["partners"]) == 1
    assert found["price"] == pytest.approx(found["best"]["objective"] - found["objective"])
    assert found["allocation"]["contract"]["stable"] is True
    text = run(first, "--stable", "--tier", "0.5", "--floor", "0.5").stdout
    assert "price of stability" in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_no_portfolio_with_a_contract_ends_with_1() -> None:
    result = run(ROOT / "instances" / "first", "--stable", "--cap", "0.1")
    assert result.exit_code == 1
    assert "no portfolio with a contract" in result.stdout
    assert run(ROOT / "instances" / "first", "--stable", "--plan", "plan.json").exit_code == 2
