"""The shipped JSON Schema is the generated one; it accepts valid documents and refuses broken ones."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from solver.commands.outputs import json_text
from solver.instance.document import dump, parse
from solver.instance.schema import json_schema
from solver.instance.starter import EXAMPLE
from tests.carried import document, partner, rich_document

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_shipped_schema_is_the_generated_one() -> None:
    shipped = resources.files("solver.instance").joinpath("schema.json").read_text(encoding="utf-8")
    assert shipped == f"{json_text(json_schema())}\n"
    jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


@pytest.mark.parametrize(
    "good",
    [
        rich_document(),
        EXAMPLE,
        document(limits={"effort": 3, "budget": None}, pairs=None, risk=None),
        document(evidence={"prior_strength": 3}),
        document(partners=[{"id": "p1"}], cash_flows=[{"id": "p1", "age": 0}]),
    ],
)
def test_valid_documents(good: dict[str, Any]) -> None:
    VALIDATOR.validate(good)
    VALIDATOR.validate(dump(parse(good)))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        document(format=2),
        document(budget=3),
        document(limits={"bugdet": 3}),
        document(limits={"effort": "x"}),
        document(roi_rate=1.1),
        document(partners=[]),
        document(partners=[{"revenue": 1, "cost": 1}]),
        document(partners=[partner(cost=-1)]),
        document(partners=[partner(cost="1,5")]),
        document(partners=[partner(status="maybe")]),
        document(pairs=[{"first": "p1", "second": "p2", "kind": "love"}]),
        document(usage=[{"id": "p1", "resource": "r", "amount": 1, "note": "x"}]),
        document(evidence={"prior": 1}),
        document(history=[{"period": 1, "p1": "much"}]),
    ],
)
def test_broken_documents(broken: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(broken)
