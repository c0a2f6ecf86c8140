"""The game of a portfolio as a sum of dividends is that of its table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.games.coalitions import mask_of
from solver.games.game import Game
from solver.games.shapley import from_dividends, shapley
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.sharing.bulk.dividends import Dividend, dividends
from solver.sharing.bulk.table import tabled
from tests.alliances import everything, members_of, portfolios
from tests.draw import documents
from tests.draw_entangled import entangled_documents
from tests.draws import draws

DRAWN = draws(8)


def assert_same(game: Game | None, found: list[Dividend]) -> None:
    assert game is not None
    masks = np.arange(1 << game.n)
    total = np.zeros(len(masks))
    for players, amount in found:
        group = mask_of(players)
        total += amount * (masks & group == group)
    assert total == pytest.approx(game.v, abs=1e-6)
    assert from_dividends(game.n, found) == pytest.approx(shapley(game), abs=1e-6)


@pytest.mark.slow
@DRAWN
@given(st.one_of(documents(max_portfolios=2_000), entangled_documents(4, 2), entangled_documents(3, 2, True)))
def test_dividends_add_up_to_what_coalitions_are_worth(document: dict[str, Any]) -> None:
    instance = Instance.from_document(document)
    for portfolio in portfolios(instance):
        members = members_of(instance, portfolio)
        found = dividends(members, Formulation.of(instance))
        if found is not None:
            assert_same(tabled(members, Formulation.of(instance)), found)


def alliance(**rest: Any) -> dict[str, Any]:
    """Nine partners, each worth 5, three applications with teams of their own, and pairs of either sign."""
    ids = [f"p{n}" for n in range(9)]
    return {
        "partners": [
            {"id": id_, "revenue": 5, "cost": 0, "minimum_payoff": 1, "success": 0.8} for id_ in ids
        ],
        "applications": [{"id": f"a{n}", "revenue": 8 + n, "cost": 0} for n in range(3)],
        "capabilities": [{"holder": id_, "technology": f"t{n % 4}", "level": 1} for n, id_ in enumerate(ids)],
        "requirements": [{"application": f"a{n}", "technology": f"t{n}", "level": 1} for n in range(3)],
        "pairs": [
            {"first": "p0", "second": "p8", "kind": "synergy", "value": -1},
            {"first": "p3", "second": "p5", "kind": "synergy", "value": 2},
            {"first": "p2", "second": "a1", "kind": "synergy", "value": 3},
        ],
        "outside": [{"members": "p0;p1", "value": 5}, {"members": "p1;p2;p3", "value": 9}],
        **rest,
    }


@pytest.mark.parametrize(
    "rest",
    [
        {},
        {"limits": {"pair_overhead": 0.25}},
        {"risk": {"scenarios": 32}},
        {"groups": [{"dimension": "industry", "group": "health", "entry_cost": 2}]},
        {
            "segments": [{"id": "care", "demand": 40, "rival_attraction": 3, "hub_attraction": 1}],
            "attractions": [
                {"source": one, "segment": "care", "attraction": 2} for one in ("p4", "p7", "a2")
            ],
        },
    ],
)
def test_an_alliance_without_burdens_has_few_dividends(rest: dict[str, Any]) -> None:
    document = alliance(**rest)
    for row in document["partners"][:4]:
        row["industry"] = "health"
    members, formulation = everything(document)
    found = dividends(members, formulation)
    assert found is not None
    assert len(found) < 150
    assert_same(tabled(members, formulation), found)


@pytest.mark.parametrize(
    "rest",
    [
        {"limits": {"pair_overhead": 1}},
        {"pairs": [{"first": "p0", "second": "p1", "kind": "requires"}]},
        {"applications": [{"id": "a0", "revenue": 1, "cost": 9}], "requirements": []}
        | {"pairs": [{"first": "a0", "second": "p0", "kind": "synergy", "value": 9}]},
    ],
)
def test_who_could_be_a_burden_leaves_no_dividends(rest: dict[str, Any]) -> None:
    assert dividends(*everything(alliance(**rest))) is None


def test_a_thousand_partners_have_their_exact_shapley_value() -> None:
    partners = [{"id": f"p{n}", "revenue": 2 + n % 3, "cost": 0} for n in range(1000)]
    pairs = [
        {"first": f"p{n}", "second": f"p{n + 1}", "kind": "synergy", "value": 1} for n in range(0, 1000, 2)
    ]
    members, formulation = everything({"partners": partners, "pairs": pairs})
    found = dividends(members, formulation)
    assert found is not None
    values = from_dividends(1001, found)
    assert values.sum() == pytest.approx(members.value)
    assert values[1:] == pytest.approx([(2 + n % 3) / 2 + 1 / 3 for n in range(1000)])
