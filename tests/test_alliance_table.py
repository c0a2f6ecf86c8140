"""The game of a portfolio in bulk equals that of an enumeration of all parts of the portfolio."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from solver.assessment.assessment import assess
from solver.games.game import Game
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.sharing.bulk.packing import packed
from solver.sharing.bulk.table import tabled
from solver.sharing.outside_options import OutsideOptions
from tests.alliances import everything, members_of, portfolios
from tests.draw import documents
from tests.draw_entangled import entangled_documents
from tests.draw_risk import risky_documents
from tests.draws import draws
from tests.oracle.coalitions import worths

Document = dict[str, Any]


def unlimited(document: Document) -> Document:
    """The same without a limit on the risk, over few scenarios."""
    risk = {key: cell for key, cell in document["risk"].items() if key != "limit"}
    return document | {"risk": risk | {"scenarios": 8}}


def assert_worths(game: Game | None, expected: dict[frozenset[str], float], whole: float) -> None:
    assert game is not None
    for mask in range(1 << game.n):
        names = frozenset(game.coalition(mask))
        wanted = whole if len(names) == game.n else expected[names]
        assert game.worth(mask) == pytest.approx(wanted, rel=1e-9, abs=1e-6), names


@pytest.mark.slow
@draws(20)
@given(st.one_of(documents(max_portfolios=5_000), entangled_documents(), entangled_documents(3)))
def test_every_coalition_is_worth_the_best_of_all_parts(document: Document) -> None:
    instance = Instance.from_document(document)
    for portfolio in portfolios(instance):
        members = members_of(instance, portfolio)
        game = tabled(members, Formulation.of(instance))
        assert_worths(game, worths(document, portfolio), members.value)


@pytest.mark.slow
@draws(20)
@given(st.one_of(risky_documents().map(unlimited), entangled_documents(3, 2, risky=True)))
def test_coalitions_are_worth_what_is_expected_over_the_scenarios(document: Document) -> None:
    instance = Instance.from_document(document)
    for portfolio in portfolios(instance):
        members = members_of(instance, portfolio)
        game = tabled(members, Formulation.of(instance))
        assert_worths(game, worths(document, portfolio, assess(instance)), members.value)


@pytest.mark.slow
@draws(6)
@given(entangled_documents())
def test_another_group_that_could_earn_outside_takes_nothing_from_anybody(document: Document) -> None:
    assume("outside" in document)
    instance = Instance.from_document(document)
    without = Instance.from_document(document | {"outside": document["outside"][1:]})
    for portfolio in portfolios(instance):
        game = tabled(members_of(instance, portfolio), Formulation.of(instance))
        fewer = tabled(members_of(without, portfolio), Formulation.of(without))
        assert game is not None
        assert fewer is not None
        assert (game.v >= fewer.v - 1e-9).all()


def two_applications(**rest: Any) -> Document:
    """Two applications worth 10 and 6 that both need a's and b's technologies; partners bring nothing."""
    return {
        "partners": [{"id": id_, "revenue": 0, "cost": 0} for id_ in "ab"],
        "applications": [{"id": "x", "revenue": 10, "cost": 0}, {"id": "y", "revenue": 6, "cost": 0}],
        "capabilities": [{"holder": id_, "technology": id_, "level": 1} for id_ in "ab"],
        "requirements": [
            {"application": id_, "technology": what, "level": 1, "workload": 1}
            for id_ in "xy"
            for what in "ab"
        ],
        **rest,
    }


def conflict(value: float | None = None, application: str | None = None) -> dict[str, Any]:
    row = {"first": "a", "second": "b", "kind": "ip_conflict", "value": value, "application": application}
    return {"pairs": [{column: cell for column, cell in row.items() if cell is not None}]}


@pytest.mark.parametrize(
    ("rest", "worth"),
    [
        ({}, 16),
        (conflict(3), 13),
        (conflict(3, "x"), 13),
        (conflict(11, "x"), 6),
        (conflict(17), 0),
        (conflict(), 0),
        (conflict(None, "x"), 6),
        (conflict(3) | {"limits": {"budget": 2}}, 0),
        (conflict(3, "x") | {"limits": {"budget": 2}}, 6),
    ],
)
def test_a_licence_is_bought_once_where_it_pays_and_can_be_afforded(rest: Document, worth: float) -> None:
    document = two_applications(**rest)
    document["partners"].append({"id": "c", "revenue": 0, "cost": 0})
    members, formulation = everything(document)
    game = tabled(members, formulation)
    assert game is not None
    assert game.worth(game.mask(["hub", "a", "b"])) == pytest.approx(worth)
    assert game.worth(game.mask(["hub", "a", "c"])) == 0


@pytest.mark.parametrize(("capacity", "worth"), [(2, 16), (1, 10), (0.5, 0)])
def test_a_partner_that_takes_over_anothers_work_may_have_no_time_for_all(
    capacity: float, worth: float
) -> None:
    document = two_applications()
    document["partners"][0]["capacity"] = capacity
    document["partners"].append({"id": "c", "revenue": 0, "cost": 0})
    document["capabilities"].append({"holder": "c", "technology": "a", "level": 1})
    members, formulation = everything(document)
    game = tabled(members, formulation)
    assert game is not None
    assert game.worth(game.mask(["hub", "a", "b"])) == pytest.approx(worth)
    assert game.worth(game.mask(["hub", "b", "c"])) == pytest.approx(16)


def test_who_leaves_with_a_running_partner_pays_for_the_entry() -> None:
    document = {
        "partners": [
            {"id": id_, "revenue": 5, "cost": 0, "industry": "health", "status": status}
            for id_, status in (("a", "running"), ("b", "free"))
        ],
        "groups": [{"dimension": "industry", "group": "health", "entry_cost": 3}],
    }
    members, formulation = everything(document)
    game = tabled(members, formulation)
    assert game is not None
    assert [game.worth(mask) for mask in (0b001, 0b011, 0b101, 0b111)] == pytest.approx([0, 5, 2, 10])


def test_what_takes_a_program_is_not_tabled() -> None:
    partners = [{"id": f"p{n}", "revenue": 2, "cost": 1, "success": 0.5} for n in range(25)]
    assert tabled(*everything({"partners": partners})) is None
    risk = {"measure": "cvar", "level": 0.9, "limit": 5, "scenarios": 8}
    assert tabled(*everything({"partners": partners[:3], "risk": risk})) is None


@pytest.mark.parametrize("seed", range(5))
def test_the_best_packing_is_that_of_branch_and_bound(seed: int) -> None:
    rng = random.Random(seed)
    groups = [(rng.randrange(1, 1 << 14), rng.uniform(0, 30)) for _ in range(4)]
    groups += [(1 << rng.randrange(14) | 1 << rng.randrange(14), rng.uniform(0, 10)) for _ in range(8)]
    floors = np.array([rng.choice([0.0, 1.0, 3.0]) for _ in range(14)])
    one_by_one = OutsideOptions(floors, tuple(groups))
    table = packed(groups, floors)
    for mask in rng.sample(range(1 << 14), 300):
        assert table[mask] == pytest.approx(one_by_one.worth(mask))
