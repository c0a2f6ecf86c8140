"""What is wrong with any input is said in our own words, whatever is wrong with it and wherever."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import solver as pf
from solver.bench.matrix import EXPECTED, Document, Instances, read_matrix
from solver.errors import InputError
from solver.instance.settings import SECTIONS, General
from solver.instance.tables import TABLES

FOREIGN = re.compile(
    r"pydantic|Input should|Field required|Extra inputs|Value error|Assertion failed|\bvalid (string|integer|"
    r"number|tuple|dictionary|list|boolean)|type=|input_type|<class|Traceback|union|should be greater"
)
WRONG: tuple[Any, ...] = (
    *("", " x", "two words", "a;b", "\u200b", "1,5", "x" * 2100),
    *(-1, 0, 3, 1.5, 10**12, float("nan"), float("inf"), True, None),
    *([], [1, "a"], [[1]], [None], ["a", "a"], {}, {"a": 1}, datetime.date(2026, 1, 1), b"bytes"),
)
SOUND = {"partners": [{"id": "a", "revenue": 10, "cost": 4}], "risk": {}, "split": {}}


def sentences(action: Any) -> list[str]:
    """The defects that come of it, none where nothing is wrong."""
    try:
        action()
    except InputError as error:
        return [str(defect) for defect in error.defects]
    return []


def documents(wrong: Any) -> Iterator[dict[str, Any]]:
    """Documents in which one table, section or key holds the wrong value, whole or in all its cells."""
    for key in General.model_fields:
        yield SOUND | {key: wrong}
    for section, model in SECTIONS.items():
        yield SOUND | {section: wrong}
        yield SOUND | {section: dict.fromkeys(model.model_fields, wrong)}
    for table, model in TABLES.items():
        yield SOUND | {table: wrong}
        yield SOUND | {table: [wrong]}
        yield SOUND | {table: [dict.fromkeys([*model.model_fields, "unknown"], wrong)]}
        yield SOUND | {table: [{}]}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:12])
def test_instances_speak_for_themselves(wrong: Any) -> None:
    found = 0
    for document in documents(wrong):
        for action in (lambda: pf.Instance.from_document(document), lambda: pf.Instance(**document)):  # noqa: B023
            told = sentences(action)
            found += len(told)
            assert not [sentence for sentence in told if FOREIGN.search(sentence)]
    assert found


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:12])
def test_games_speak_for_themselves(wrong: Any) -> None:
    game = {"players": ["a", "b"], "v": [0, 1, 2, 4], "base": {"a": 1, "b": 2}}
    asked = [wrong, *(game | {key: wrong} for key in (*game, "unknown"))]
    asked += [game | {"players": [wrong, "b"]}, game | {"v": [0, wrong, 2, 4]}, game | {"base": {"a": wrong}}]
    for document in asked:
        told = ""
        try:
            pf.Game.from_dict(document)
        except ValueError as error:
            told = str(error)
        assert not FOREIGN.search(told)


def test_matrices_speak_for_themselves(tmp_path: Path) -> None:
    path = tmp_path / "matrix.toml"
    sound = {"strategies": ["exact"], "instances": [{"path": "x"}]}
    assert set(EXPECTED) == set(Document.model_fields) | set(Instances.model_fields)
    wrong_values = [
        '""',
        "-1",
        "1.5",
        "true",
        "nan",
        "[]",
        '[1, "a"]',
        "[[1]]",
        "{ a = [true] }",
        "2026-01-01",
    ]
    for wrong in wrong_values:
        for key in (*EXPECTED, "unknown"):
            head = {name: json.dumps(value) for name, value in sound.items() if name != "instances"}
            for lines in (
                [f"{name} = {text}" for name, text in (head | {key: wrong}).items()],
                [*(f"{name} = {text}" for name, text in head.items()), "[[instances]]", f"{key} = {wrong}"],
            ):
                path.write_text("\n".join(lines), encoding="utf-8")
                told = sentences(lambda: read_matrix(path, {}, None))
                assert told
                assert not [sentence for sentence in told if FOREIGN.search(sentence)], lines


def test_a_matrix_says_what_a_key_is_to_be_once_and_in_its_block(tmp_path: Path) -> None:
    path = tmp_path / "matrix.toml"
    path.write_text('strategies = 3\nseeds = [1, "x"]\n[[instances]]\npath = 4\n', encoding="utf-8")
    assert sentences(lambda: read_matrix(path, {}, None)) == [
        f"matrix.toml, column strategies: found 3: {EXPECTED['strategies']}",
        "matrix.toml, column seeds: found 'x': a list of whole numbers",
        "matrix.toml, instances, row 1, column path: found 4: a path, or a list of paths",
    ]
