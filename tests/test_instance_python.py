"""An instance made by a program is checked like a file, whatever the way it is made."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import solver as pf
from solver.errors import InputError
from solver.instance.document import parse
from solver.instance.instance import Instance
from solver.instance.settings import Limits
from solver.instance.tables import TABLES, Partner
from tests.carried import defects, document, only, partner, rich_document

SECTIONS = ("hub", "objective", "prior", "health_terms", "limits", "risk", "split")
GOOD = {"partners": [partner("p1"), partner("p2")], "limits": {"budget": 80}}


def fields(instance: Instance) -> dict[str, Any]:
    return {name: getattr(instance, name) for name in Instance.model_fields}


@pytest.mark.parametrize("content", [document(), rich_document()])
def test_every_way_leads_to_the_same_instance(content: dict[str, Any]) -> None:
    instance = parse(content)
    keywords = dict(content)
    for key, field in (("evidence", "prior"), ("health", "health_terms")):
        if key in content:
            keywords[key] = content[key]["rows"]
            keywords[field] = {name: value for name, value in content[key].items() if name != "rows"}
    for made in (
        Instance(**content),
        Instance(**keywords),
        Instance(**fields(instance)),
        Instance(**instance.to_document()),
        Instance.model_validate(content),
        instance.model_copy(update={"name": instance.name}),
        instance.with_(),
    ):
        assert made == instance
        assert made.fingerprint == instance.fingerprint
        assert hash(made) == hash(instance)


def test_an_instance_survives_copies_and_pickle() -> None:
    instance = Instance(**rich_document())
    for same in (
        pickle.loads(pickle.dumps(instance)),
        copy.copy(instance),
        copy.deepcopy(instance),
        instance.model_copy(),
        instance.model_copy(deep=True),
    ):
        assert same == instance
        assert same.fingerprint == instance.fingerprint


def test_a_constructed_instance_is_solved_like_a_file() -> None:
    made = Instance(partners=[Partner(id="p1", revenue=100, cost=50)], limits=Limits(budget=80))
    assert pf.solve(made).objective == 62.5
    numbers = Instance(partners=[{"id": "p1", "revenue": np.int64(100), "cost": np.float32(50)}])
    assert pf.solve(numbers).objective == 62.5
    assert Instance(partners=(row for row in GOOD["partners"])).partners == Instance(**GOOD).partners


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (
            {"partners": [partner(), partner("p2"), partner("p3", revenue=-1)]},
            "partners[2].revenue",
            "at least 0",
        ),
        ({"partners": [partner(), partner()]}, "partners[1].id", "p1"),
        ({"partners": [partner(revenu=3)]}, "partners, column revenu", "did you mean revenue?"),
        ({"partners": [partner(capacity="5")]}, "partners[0].capacity", "as a number"),
        ({"partners": []}, "partners", "at least one row"),
        ({"partners": "p1"}, "partners", "a list of rows"),
        ({"partners": ["p1"]}, "partners[0]", "a row"),
        ({"limits": {"bugdet": 4}}, "limits.bugdet", "did you mean budget?"),
        ({"limits": {"budget": -4}}, "limits.budget", "at least 0"),
        ({"limits": 5}, "limits", "a section"),
        ({"prior": {"prior_strength": -1}}, "prior.prior_strength", "at least 0"),
        ({"periods": 0}, "periods", "from 1"),
        ({"limit": {"budget": 4}}, "limit", "remove this key"),
        ({"usage": [{"id": "p7", "resource": "r", "amount": 1}]}, "usage[0].id", "p7"),
        ({"groups": [{"dimension": "success", "group": "x"}]}, "groups[0].dimension", "another meaning"),
        ({"outside": [{"members": "p1;p9", "value": 1}]}, "outside[0].members", "p9"),
    ],
)
def test_defects_are_named_as_a_program_names_them(change: dict[str, Any], place: str, words: str) -> None:
    instance = Instance(**GOOD)
    for action in (lambda: Instance(**GOOD | change), lambda: instance.model_copy(update=change)):
        found = {defect.where: str(defect) for defect in defects(action)}
        assert place in found
        assert words in found[place]
        assert found[place].startswith(place)


def test_all_defects_come_at_once() -> None:
    found = defects(
        lambda: Instance(
            partners=[partner(cost=-1, name=5), partner("p2", succes=1)], limits={"budgt": 1}, x=2
        )
    )
    assert {defect.where for defect in found} == {
        "partners[0].cost",
        "partners[0].name",
        "partners, column succes",
        "limits.budgt",
        "x",
    }


def test_a_row_made_past_its_checks_is_caught() -> None:
    instance = Instance(**GOOD)
    spoiled = instance.partners[0].model_copy(update={"revenue": -5})
    found = only(defects(lambda: instance.model_copy(update={"partners": (spoiled, instance.partners[1])})))
    assert found.where == "partners[0].revenue"


def test_with_gives_a_checked_new_instance() -> None:
    instance = Instance(**GOOD, periods=2)
    changed = instance.with_("limits.budget=50", "partners.p2.status=in", "limits.effort=[1, 2]", "name=B")
    assert (changed.limits.budget, changed.limits.effort, changed.name) == (50, (1, 2), "B")
    assert [row.status for row in changed.partners] == ["free", "in"]
    assert instance == Instance(**GOOD, periods=2)
    assert changed.with_("limits.budget=").limits.budget is None


@pytest.mark.parametrize(
    ("assignments", "words"),
    [
        (("limits.bugdet=4",), "did you mean budget?"),
        (("partners.p3.status=in",), "an id of partners"),
        (("partners.p1.status=inn",), "did you mean in?"),
        (("limits.budget=-1",), "at least 0"),
        (("periods=1", "limits.effort=[1, 2]"), "one number per period"),
        ((5,), "limits.budget=400"),
    ],
)
def test_with_refuses_what_set_refuses(assignments: tuple[Any, ...], words: str) -> None:
    assert words in str(only(defects(lambda: Instance(**GOOD).with_(*assignments))))


@pytest.mark.parametrize(
    "action",
    [
        lambda: Instance.from_tables(partners=frame(revenu=1)),
        lambda: Instance.from_tables(partners=frame(), settings={"limits": {"bugdet": 1}}),
        lambda: Instance.from_tables(partners=frame(), settings={"limts": {"budget": 1}}),
        lambda: Instance.from_tables(partners=frame(), settings={"partners": [partner()]}),
        lambda: Instance.from_tables(partners=frame(), settings=[1]),  # type: ignore[arg-type]
        lambda: Instance.from_tables(partners=frame(), levels=None),  # type: ignore[arg-type]
        lambda: Instance.from_document([1]),  # type: ignore[arg-type]
        lambda: Instance.model_validate({"partners": [partner(cost="x")]}),
        lambda: Instance(),
    ],
)
def test_nothing_unknown_passes_silently_and_nothing_speaks_pydantic(action: Callable[[], object]) -> None:
    with pytest.raises(InputError) as caught:
        action()
    assert "pydantic" not in str(caught.value)
    assert caught.value.__cause__ is None


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame([partner(**columns)])


def test_nothing_can_be_set_and_the_message_says_what_to_do_instead() -> None:
    instance = Instance(**GOOD)
    for row, name in ((instance, "name"), (instance.limits, "budget"), (instance.partners[0], "cost")):
        with pytest.raises(AttributeError, match="with_"):
            setattr(row, name, 5)
        with pytest.raises(AttributeError, match="with_"):
            delattr(row, name)
    assert set(TABLES) <= set(Instance.model_fields)
