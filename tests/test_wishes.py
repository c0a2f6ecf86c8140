"""Wishes as fine as a planner's: without one, or with its number moved, what enumeration says is possible."""

from __future__ import annotations

import copy
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.portfolio.checker import keeps
from solver.portfolio.plan import read_plan
from solver.portfolio.rules import Handle
from solver.portfolio.selection import Selection
from tests.draw import documents
from tests.draws import unshrunk
from tests.oracle.facts import Facts
from tests.oracle.rules import broken_rules
from tests.oracle.search import feasible_portfolios
from tests.oracle.worth import resolve

FEW = unshrunk(12)

Document = dict[str, Any]

PLANNED = {
    "periods": 2,
    "partners": [
        {"id": "p1", "name": "Alpha", "revenue": 9, "cost": 2, "status": "in", "industry": "a"},
        {"id": "p2", "revenue": 5, "cost": 3, "success": 0.5},
    ],
    "applications": [{"id": "a1", "revenue": 9, "cost": 2, "status": "out"}],
    "pairs": [
        {"first": "p1", "second": "p2", "kind": "synergy", "value": 2},
        {"first": "p1", "second": "p2", "kind": "requires"},
        {"first": "p2", "second": "p1", "kind": "ip_conflict", "application": "a1"},
    ],
    "groups": [{"dimension": "industry", "group": "a", "min": 1, "max_spend_share": 0.5}],
    "resources": [{"id": "water", "max": 4}],
    "limits": {"budget": 120, "budget_by_period": [70, 60], "min_match": 0.2, "satisfaction": True},
    "risk": {"limit": 80, "level": 0.9, "scenarios": 8},
    "risks": [{"measure": "var", "limit": -3, "level": 0.5}],
}


def edited(document: Document, wish: Handle, amount: float) -> Document:
    """The document without a wish (∞), or with its number moved, found by nothing but its place."""
    document = copy.deepcopy(document)
    if match := re.fullmatch(r"(\w+) row (\d+)(?:, (\w+))?", wish.place):
        table, row, column = match[1], int(match[2]) - 1, match[3]
        if column is None:
            del document[table][row]
            return document
        section, key = document[table][row], column
    else:
        match = re.fullmatch(r"(\w+)\.(\w+)(?:, period (\d+))?", wish.place)
        assert match is not None, wish.place
        section, key = document[match[1]], match[2]
        if match[3] is not None:
            period, limits = int(match[3]) - 1, section[key]
            limits = limits if isinstance(limits, list) else [limits] * document["periods"]
            section[key] = [*limits[:period], _moved(limits[period], wish, amount), *limits[period + 1 :]]
            return document
    if math.isinf(amount):
        del section[key]
    else:
        section[key] = _moved(section[key], wish, amount)
    return document


def _moved(number: float, wish: Handle, amount: float) -> float:
    amount = 1e12 if math.isinf(amount) else amount
    return number + (amount if wish.upward else -amount)


def stands_in_place_of_any(document: Document, wish: Handle) -> bool:
    """Whether a row names an application where another would hold: without it, the other comes back."""
    if wish.rule.name != "ip_conflict":
        return False
    rows = [row for row in document["pairs"] if row["kind"] == "ip_conflict"]
    own = document["pairs"][int(str(wish.part))]
    both = {own["first"], own["second"]}
    return sum({row["first"], row["second"]} == both for row in rows) > 1


def selections(document: Document, assessment: Assessment) -> list[Selection]:
    """Every portfolio that is one, whatever is wished."""
    bare = {key: table for key, table in document.items() if key not in ("limits", "groups", "resources")}
    for table in ("partners", "applications"):
        free = [
            row | ({"status": "free"} if row.get("status") in ("in", "out") else {})
            for row in bare.get(table, ())
        ]
        bare[table] = free
    bare["pairs"] = [
        row
        for row in bare.get("pairs", ())
        if row["kind"] == "synergy" or (row["kind"] == "ip_conflict" and row.get("value") is not None)
    ]
    return [read_plan(assessment, one).selection for one in feasible_portfolios(bare)]


def agree(document: Document, share: float) -> int:
    """Hold every wish, dropped or moved, against enumeration; how many portfolios it made possible."""
    instance = pf.Instance.from_document(document)
    assessment, asked, gained = assess(instance), pf.Formulation.of(instance), 0
    everything = selections(document, assessment)
    for wish in asked.handles(assessment):
        if stands_in_place_of_any(document, wish):
            continue
        amounts = [math.inf] if wish.number is None else [math.inf, share * max(1.0, abs(wish.number))]
        if wish.unit in ("share", "partners"):
            amounts[1:] = [share * (wish.number or 0.0)] if wish.unit == "share" and not wish.upward else []
        for amount in amounts:
            facts, loosened = Facts(edited(document, wish, amount)), asked.loosened({wish: amount})
            for one in everything:
                possible = keeps(loosened, one)
                assert possible == (not broken_rules(facts, resolve(facts, one.portfolio().to_dict()))), (
                    wish.words,
                    amount,
                    one.portfolio(),
                )
                gained += possible and not keeps(asked, one)
    return gained


@pytest.mark.slow
@FEW
@given(documents(max_portfolios=60), st.sampled_from([0.25, 0.5]))
def test_without_a_wish_or_with_it_moved_is_possible_what_enumeration_says(
    document: Document, share: float
) -> None:
    agree(document, share)


def test_every_wish_says_where_it_was_typed_and_what_it_is() -> None:
    instance = pf.Instance.from_document(PLANNED)
    assessment = assess(instance)
    asked = pf.Formulation.of(instance).locked(exclude=["p2"])
    asked = pf.Formulation(None, [*asked.subject_to, pf.terms.Innovation() >= 3], asked.structure)
    assert [wish.words for wish in asked.handles(assessment)] == [
        "partners row 1, status: Alpha must be chosen",
        "applications row 1, status: a1 must not be chosen",
        "pairs row 2: Alpha requires p2",
        "pairs row 3: p2 and Alpha never serve together without a licence on a1",
        "limits.budget = 120",
        "limits.budget_by_period, period 1 = 70",
        "limits.budget_by_period, period 2 = 60",
        "limits.min_match = 0.2",
        "limits.satisfaction: joint value enough to pay everybody their minimum",
        "resources row 1, max = 4 (water)",
        "groups row 1, min = 1 (industry a)",
        "groups row 1, max_spend_share = 0.5 (industry a)",
        "risk.limit = 80 (CVaR at 0.9 of the loss)",
        "risks row 1, limit = -3 (VaR at 0.5 of the loss)",
        "locked out p2: p2 must not be chosen",
        "asked for, innovation score = 3",
    ]


def test_without_any_wish_nothing_but_what_a_portfolio_is_remains() -> None:
    instance = pf.Instance.from_document(PLANNED)
    asked = pf.Formulation.of(instance)
    bare = asked.loosened(dict.fromkeys(asked.handles(assess(instance)), math.inf))
    assert not bare.handles(assess(instance))
    assert bare.subject_to == (pf.rules.BudgetByPeriod((math.inf, math.inf)), *bare.subject_to[1:])
    assert not [bound for rule in bare.subject_to for bound in rule.bounds(assess(instance))]


def test_a_row_can_only_be_dropped() -> None:
    instance = pf.Instance.from_document(PLANNED)
    asked = pf.Formulation.of(instance)
    row = asked.handles(assess(instance))[2]
    for move in (lambda: asked.loosened({row: 1.0}), lambda: row.moved(1.0)):
        with pytest.raises(ValueError, match="a row can only be dropped"):
            move()
