"""What commands write as JSON is what the schema of the answer says, no key more and none less."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given

import solver as pf
from solver.cli import cli
from solver.commands.targets import SIGNS
from solver.errors import InputError
from solver.schemas import ANSWERS, INSTANCE, NAMES
from tests.draw import documents
from tests.draws import draws

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(path.name for path in (ROOT / "instances").iterdir() if path.is_dir())
ALLIANCE: dict[str, Any] = {
    "name": "alliance",
    "partners": [
        {"id": "a", "revenue": 30, "cost": 10, "success": 0.8, "industry": "health"},
        {"id": "b", "revenue": 25, "cost": 10, "minimum_payoff": 4, "region": "north"},
        {"id": "c", "revenue": 8, "cost": 6},
    ],
    "applications": [{"id": "x", "revenue": 20, "cost": 5}],
    "capabilities": [{"holder": id_, "technology": "t", "level": 1} for id_ in "ab"],
    "requirements": [{"application": "x", "technology": "t", "level": 0.5}],
    "pairs": [{"first": "a", "second": "b", "kind": "ip_conflict", "value": 1}],
    "limits": {"budget": 31},
    "risk": {"scenarios": 16, "limit": 90},
    "risks": [{"measure": "entropic", "limit": 90}],
    "split": {"rule": "nucleolus", "tier": 0.05},
}
NOMINAL = {key: value for key, value in ALLIANCE.items() if key not in ("risk", "risks", "split", "pairs")}
GAME = {"players": ["a", "b", "c"], "v": [0, 0, 0, 4, 0, 4, 4, 5], "base": {"a": 1, "b": 1, "c": 2}}
RUNNING = {
    **NOMINAL,
    "partners": [row | {"status": "running"} for row in NOMINAL["partners"]],
    "health": [
        {"partner": "a", "period": period, "indicator": "uptime", "value": 0.9 - period / 10, "target": 0.9}
        for period in (1, 2, 3)
    ],
    "split": {"rule": "shapley"},
}
FILES = {
    "running": RUNNING,
    "candidates": {"partners": [{"id": "n", "revenue": 90, "cost": 9}]},
    "pilots": {**NOMINAL, "partners": [row | {"pilot_trials": 3} for row in NOMINAL["partners"]]},
    "periods": {**NOMINAL, "periods": 2},
    "alliance": ALLIANCE,
    "scored": {
        **NOMINAL,
        "criteria": [{"id": "reach", "better_than": "price"}, {"id": "price"}],
        "weights": [{"criterion": "reach", "than": "price", "low": 1, "high": 4}],
        "scores": [
            {"id": "a", "criterion": "reach", "low": 1, "high": 2},
            {"id": "b", "criterion": "price", "low": 1},
        ],
    },
    "nominal": NOMINAL,
    "game": GAME,
    "plan": {"partners": ["a", "b", "c"], "applications": []},
    "open": {"partners": ["a"], "applications": ["x"]},
    "variants": {**NOMINAL, "whatifs": [{"name": "less", "key": "limits.budget", "value": "-10%"}]},
    "typed": {"hub": 60, "a": 1},
    "wrong": {**NOMINAL, "limits": {"bugdet": 3}},
    "messy": {**NOMINAL, "name": " messy "},
}
WRITTEN = {
    "solve alliance.json": "result",
    "solve nominal.json": "result",
    "solve nominal.json --set limits.budget=9 --in a": "result",
    "solve nominal.json --time-limit 0": "result",
    "explain nominal.json": "explanation",
    "explain nominal.json --set limits.budget=9 --in a --in b": "explanation",
    "why alliance.json": "why",
    "advance periods.json next.json --plan plan.json --overwrite": "advance",
    "newcomers nominal.json candidates.json": "newcomers",
    "pilot pilots.json": "pilots",
    "pilot pilots.json plan.csv --partner a": "pilot",
    "roll periods.json --futures 2": "roll",
    "roll nominal.json --futures 1 --set limits.budget=9 --in a": "roll",
    "rebalance running.json": "rebalance",
    "rebalance running.json --moves 0": "rebalance",
    "rebalance nominal.json --set limits.budget=9 --in a": "rebalance",
    "health running.json": "health",
    "health nominal.json --plan plan.json": "health",
    "why nominal.json a c a+b --set limits.budget=19": "why",
    "why nominal.json a --set limits.budget=9 --in a": "why",
    "frontier alliance.json --points 2 --plan plan.json": "frontier",
    "frontier nominal.json value spending partners --levels 2": "frontier",
    "core-index scored.json": "core_index",
    "core-index scored.json --samples 3": "core_index",
    "sensitivity alliance.json --most 2": "sensitivity",
    "sensitivity nominal.json --set limits.budget=9 --in a": "sensitivity",
    "sensitivity nominal.json --curve limits.budget": "curve",
    "sensitivity nominal.json --break-even partners.c.revenue": "break_even",
    "sensitivity nominal.json --break-even partners.c.revenue --break-even partners.a.cost": "break_evens",
    "frontier nominal.json --set limits.budget=9 --in a": "frontier",
    "classes alliance.json": "classes",
    "classes nominal.json --within 5% --set limits.budget=9 --in a": "classes",
    "resilience alliance.json": "resilience",
    "resilience nominal.json --plan plan.json": "resilience",
    "resilience nominal.json --set limits.budget=9 --in a": "resilience",
    "alternatives alliance.json --diverse 2 --within 50%": "alternatives",
    "alternatives nominal.json --most 2 --timing": "alternatives",
    "alternatives nominal.json --set limits.budget=9 --in a": "alternatives",
    "whatif variants.json": "whatif",
    "grade alliance.json plan.json": "grade",
    "compare nominal.json plan.json variants.json": "compare",
    "change nominal.json alliance.json --old-plan plan.json": "change",
    "verify alliance.json plan.json": "verdict",
    "verify nominal.json open.json": "verdict",
    "risk alliance.json": "risk",
    "risk alliance.json --plan open.json": "risk",
    "risk alliance.json --set limits.budget=9 --in a": "risk",
    "allocate alliance.json --all": "allocation",
    "allocate nominal.json --rule shapley --basis applications --cap 0.7": "allocation",
    "allocate --game game.json --rule equal --tier 0.25": "allocation",
    "allocate --game game.json --rule tau": "allocation",
    "allocate nominal.json --set limits.budget=9 --in a": "result",
    "allocate nominal.json --stable --tier 0.1": "stable",
    "allocate nominal.json --stable --set limits.budget=9 --in a": "stable",
    "stability alliance.json --scenarios 8 --scenarios 16": "stability",
    "stability alliance.json --scenarios 8 --set limits.budget=9 --in a": "stability",
    "check alliance.json": "contents",
    "tidy messy.json tidied.json": "tidied",
    "solve wrong.json": "refusal",
    "risk nominal.json": "refusal",
}


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = pf.schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    for name, content in FILES.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "plan.csv").write_text("outcome\n1\n0\n", encoding="utf-8")
    return folder


def written(command: str, folder: Path, *options: str) -> Any:
    """What a command writes, its files in a folder."""
    words = [str(folder / word) if word.endswith((".json", ".csv")) else word for word in command.split()]
    asks = words[0] not in ("check", "tidy")
    shown = CliRunner().invoke(cli, [*words, *options, "--json", "-", *(["--quiet"] if asks else [])])
    assert shown.exit_code in (0, 1, 2, 3), shown.output
    return json.loads(shown.stdout)


@pytest.mark.parametrize("command", WRITTEN)
def test_what_a_command_writes_is_what_its_schema_says(command: str, folder: Path) -> None:
    validator(WRITTEN[command]).validate(written(command, folder))


STOPPED = {
    "solve alliance.json": "result",
    "solve nominal.json": "result",
    "explain alliance.json": "explanation",
    "why alliance.json": "why",
    "frontier alliance.json": "frontier",
    "classes alliance.json": "classes",
    "alternatives alliance.json": "alternatives",
    "health running.json": "health",
    "sensitivity alliance.json": "sensitivity",
    "core-index scored.json": "core_index",
    "sensitivity nominal.json --curve limits.budget": "curve",
    "sensitivity nominal.json --break-even partners.c.revenue": "break_even",
    "sensitivity nominal.json --break-even partners.c.revenue --break-even partners.a.cost": "break_evens",
    "verify nominal.json open.json": "verdict",
    "risk alliance.json": "risk",
    "risk alliance.json --plan open.json": "risk",
    "allocate alliance.json": "result",
    "allocate nominal.json --stable": "stable",
    "allocate --game game.json --rule nucleolus": "allocation",
    "stability alliance.json": "stability",
}


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 0.02])
@pytest.mark.parametrize("command", STOPPED)
def test_what_is_written_when_time_is_up_is_what_some_schema_says(
    command: str, seconds: float, folder: Path
) -> None:
    document = written(command, folder, "--time-limit", str(seconds))
    names = ("refusal", "result", "allocation", STOPPED[command])
    assert any(validator(name).is_valid(document) for name in names), document


@pytest.mark.parametrize("document", [ALLIANCE, NOMINAL])
def test_a_result_that_was_cancelled_is_what_the_schema_says(document: dict[str, Any]) -> None:
    cancel = pf.Cancel()
    cancel.cancel()
    result = pf.solve(pf.Instance.from_document(document), cancel=cancel)
    assert result.termination == "cancelled"
    validator("result").validate(json.loads(result.to_json()))
    assert pf.Result.from_json(result.to_json()) == result


def test_every_answer_is_written_by_some_command_here() -> None:
    assert {*WRITTEN.values(), "evidence"} == set(ANSWERS)


def test_a_file_with_an_answer_is_known_as_ours(folder: Path) -> None:
    """So that the next answer may replace it."""
    ours = {name: {*schema_keys(name)} for name in ANSWERS if name != "refusal"}
    assert [name for name, keys in ours.items() if not any(sign <= keys for sign in SIGNS)] == []


def schema_keys(name: str) -> list[str]:
    schema = pf.schema(name)
    keys: list[str] = schema["$defs"][schema["$ref"].rpartition("/")[2]]["required"]
    return keys


def test_evidence_is_what_its_schema_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.test_evidence import too_low

    too_low(monkeypatch)
    target = folder / "evidence"
    result = written("solve nominal.json", folder, "--evidence", str(target))
    assert result["termination"] == "error"
    assert result["contradiction"]["party"] == "back end"
    validator("result").validate(result)
    validator("evidence").validate(json.loads(target.read_text(encoding="utf-8")))


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", sorted(path.name for path in (ROOT / "instances").iterdir() if path.is_dir())
)
def test_results_of_shipped_instances_are_what_the_schemas_say(path: str) -> None:
    instance = pf.read(ROOT / "instances" / path)
    result = pf.solve(instance, limits=pf.SearchLimits(seconds=0.5))
    validator("result").validate(json.loads(result.to_json()))
    assert pf.Result.from_json(result.to_json()) == result


@draws(8)
@given(documents(max_portfolios=200))
def test_results_of_drawn_instances_are_what_the_schema_says_and_come_back(document: dict[str, Any]) -> None:
    result = pf.solve(pf.Instance.from_document(document), split=False)
    validator("result").validate(json.loads(result.to_json()))
    assert pf.Result.from_json(result.to_json()) == result


def objects(document: Any, place: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a document, with its place."""
    if isinstance(document, dict):
        yield place, document
    for key, part in document.items() if isinstance(document, dict) else enumerate(document):
        if isinstance(part, dict | list):
            yield from objects(part, f"{place}.{key}")


BY_NAME = ("opening", "components", "versions", "quantiles", "payoffs", "minimum", "unanswered", "room")
"""Objects whose keys are names that planners or authors of packages chose."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["solve nominal.json", "risk alliance.json", "verify alliance.json plan.json"]
)
def test_a_key_too_many_or_too_few_is_refused(command: str, folder: Path) -> None:
    document, judge = written(command, folder), validator(WRITTEN[command])
    assert judge.is_valid(document)
    for place, part in objects(document):
        if place.rpartition(".")[2] in BY_NAME:
            continue
        for key in (*part, "unheard_of"):
            before = copy.copy(part)
            part.pop(key, None) if key in part else part.update({key: 1})
            is_optional = place == "$.instance" and key == "source"
            assert judge.is_valid(document) == is_optional, (place, key)
            part.clear()
            part.update(before)
    assert judge.is_valid(document)


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_closed_and_every_key_is_described(name: str) -> None:
    """By itself, by the object that stands there, or by name in what is said of the object it belongs to."""
    schema = pf.schema(name)
    for place, part in objects(schema):
        if "properties" in part and isinstance(part.get("type"), str):
            assert "additionalProperties" in part, place
            assert name == INSTANCE or part["additionalProperties"] is False, place
            known = part["description"]
            for key, one in part["properties"].items() if name != INSTANCE else ():
                assert "description" in one or "$ref" in str(one) or f"`{key}`" in known, (place, key)


def test_a_result_that_is_none_is_refused_in_words() -> None:
    for text in ("{}", "[]", "3", '{"value": 3}', "null", '{"portfolio": {"partners": 3}}'):
        with pytest.raises(InputError, match="a result as to_json writes it"):
            pf.Result.from_json(text)


def test_an_unknown_schema_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="known are instance, result"):
        pf.schema("resutl")
    shown = CliRunner().invoke(cli, ["schema", "resutl"])
    assert shown.exit_code == 2
    assert "did you mean" in shown.output
