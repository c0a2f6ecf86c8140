"""Coalitions no part of which keeps the limits: by enumeration, in bulk, by the program, and in words."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import assess
from solver.games.allocate import Allocation
from solver.games.coalitions import members
from solver.games.core import Core
from solver.games.game import Game
from solver.games.scan import largest_excess
from solver.games.spans import Span
from solver.portfolio.checker import check
from solver.portfolio.plan import read_plan
from solver.portfolio.rules import ChanceLimit, RiskLimit
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue, IpExposure
from solver.report.allocation import allocation_summary
from solver.report.naming import Naming
from solver.report.printed import printed
from solver.risk.measures import WorstCase
from solver.sharing.bulk.table import tabled
from solver.sharing.members import Members
from solver.sharing.programmed import Candidates, ProgrammedGame
from solver.sharing.separation import ProgramSeparator
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.limited_game import LimitedGame

CASES = Path(__file__).parent / "cases"
NAMES = ("p1", "p2", "p3")


@pytest.mark.slow
@pytest.mark.parametrize("limit", [0, "minus5"])
def test_a_limit_that_nobody_keeps_is_not_dropped(limit: Any) -> None:
    instance = pf.read(CASES / f"coalition_limit_{limit}.json")
    found = pf.allocate(instance)
    assert found.core_is_empty is False
    selection = read_plan(assess(instance), {"partners": NAMES}).selection
    game = ProgrammedGame(Candidates.of(Members(selection), pf.Formulation.of(instance)))
    by_hand = {
        0: 0,
        0b0001: 0,
        0b0011: 10,
        0b0101: 0,
        0b0111: 10,
        0b1001: 0,
        0b1011: 10,
        0b1101: 0,
        0b1111: 12.5,
    }
    for mask, worth in by_hand.items():
        assert game.worth(mask) == pytest.approx(worth, abs=1e-6), bin(mask)
    stable = pf.select_stably(instance, pf.Clauses())
    assert stable.price == pytest.approx(0.0, abs=1e-6)
    assert len(found.left_nothing) == (limit != 0)
    assert Allocation.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_the_answer_says_which_limit_left_coalitions_nothing() -> None:
    found = pf.allocate(pf.read(CASES / "coalition_limit_minus5.json"))
    assert found.left_nothing == ("worst case of the loss: 0, must be at most -5",)
    text = " ".join(printed(allocation_summary(found, Naming("game", found.players))).split())
    assert "Launching nothing breaks a limit (worst case of the loss: 0, must be at most -5)." in text
    assert "no part of which keeps such a limit" in text


@pytest.mark.slow
@unshrunk(10)
@given(
    risky_documents(("cvar", "worst_case")), st.sampled_from([0.0, 2.0]), st.sampled_from([-20.0, -5.0, 0.0])
)
def test_coalitions_under_a_limit_on_risk_are_worth_what_enumeration_says(
    document: dict[str, Any], exit_cost: float, limit: float
) -> None:
    document["partners"][0] |= {"status": "running", "exit_cost": exit_cost}
    document["risk"]["limit"] = limit
    game = LimitedGame(document)
    for portfolio in game.portfolios[:: max(1, len(game.portfolios) // 4)]:
        if game.objective(portfolio) is None:
            continue
        alliance = Members(read_plan(game.assessment, portfolio).selection)
        programmed = ProgrammedGame(Candidates.of(alliance, game.formulation))
        expected = game.worths(portfolio)
        for mask in range(1, (1 << len(alliance.players)) - 1):
            names = frozenset(alliance.players[player] for player in members(mask))
            assert programmed.worth(mask) == pytest.approx(expected[names], abs=1e-6)


def limited(seed: int) -> tuple[pf.Instance, pf.Formulation, Selection]:
    """Partners with synergies of both signs, of whom coalitions need enough exposure to be allowed."""
    rng = np.random.default_rng(seed)
    ids = [f"p{number}" for number in range(5)]
    rows = [
        {
            "id": id_,
            "revenue": float(rng.integers(0, 12)),
            "cost": float(rng.integers(1, 6)),
            "ip_exposure": int(rng.integers(0, 4)),
            "minimum_payoff": float(rng.integers(0, 2)),
        }
        for id_ in ids
    ]
    rows[0] |= {"status": "running", "exit_cost": 1.5}
    pairs = [
        {"first": one, "second": two, "kind": "synergy", "value": float(rng.integers(-3, 4))}
        for one, two in combinations(ids, 2)
    ]
    instance = pf.Instance.from_document({"partners": rows, "pairs": pairs})
    wish = (-1.0) * IpExposure() <= -float(rng.integers(1, 5))
    selection = read_plan(assess(instance), {"partners": ids}).selection
    return instance, pf.Formulation(AllianceValue(), [wish]), selection


def enumerated(formulation: pf.Formulation, selection: Selection) -> np.ndarray:
    """v by looking at every part of every coalition."""
    alliance, players = Members(selection), len(selection.partners) + 1
    offered = alliance.offered
    v = np.zeros(1 << players)
    for mask in range(1, len(v)):
        if not mask & 1:
            v[mask] = sum(alliance.floors[player] for player in members(mask))
            continue
        able = [player - 1 for player in members(mask) if player]
        parts = [
            Selection(offered, tuple(part))
            for size in range(len(able) + 1)
            for part in combinations(able, size)
        ]
        allowed = [one for one in parts if check(formulation, one).holds]
        nothing = AllianceValue().amount(Selection(offered, ()))
        v[mask] = max((AllianceValue().amount(one) for one in allowed), default=nothing)
    v[-1] = alliance.value
    return v


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_bulk_table_the_program_and_the_separator_agree_with_enumeration(seed: int) -> None:
    _, formulation, selection = limited(seed)
    alliance, v = Members(selection), enumerated(formulation, selection)
    table = tabled(alliance, formulation)
    assert table is not None
    assert table.v == pytest.approx(v, abs=1e-9)
    programmed = ProgrammedGame(Candidates.of(alliance, formulation))
    assert [programmed.worth(mask) for mask in range(len(v))] == pytest.approx(v.tolist(), abs=1e-6)
    separator, rng = ProgramSeparator(programmed), np.random.default_rng(seed)
    for payoffs in (*rng.uniform(-6, 10, (6, len(alliance.players))), table.alone):
        expected = largest_excess(table.v, payoffs)
        assert expected is not None
        found = separator.largest_excess(payoffs)
        assert found.amount == pytest.approx(expected[1], abs=1e-6)
        assert found.bound == pytest.approx(expected[1], abs=1e-5)
    low, high = Core(programmed, separator).least().bounds
    assert low - 1e-6 <= Core(table).least().epsilon <= high + 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_what_is_settled_is_left_out_of_idle_coalitions_too(seed: int) -> None:
    _, formulation, selection = limited(seed)
    table = Game(Members(selection).players, enumerated(formulation, selection))
    programmed = ProgrammedGame(Candidates.of(Members(selection), formulation))
    span = Span(table.n)
    for mask in ((1 << table.n) - 1, 1, 0b11):
        span.add(mask)
    separator = ProgramSeparator(programmed)
    separator.settle(span)
    for payoffs in np.random.default_rng(seed).uniform(-6, 10, (4, table.n)):
        paid = np.array([payoffs[members(mask)].sum() for mask in range(len(table.v))])
        excess = table.v - paid
        open_ = [mask for mask in range(1, len(table.v) - 1) if mask not in span]
        found = separator.largest_excess(payoffs)
        assert found.mask in open_
        assert found.amount == pytest.approx(max(excess[open_]), abs=1e-6)


@pytest.mark.parametrize("rule", [RiskLimit(WorstCase(), -5.0), ChanceLimit(0.9, -5.0)])
def test_limits_of_a_formulation_count_like_those_of_the_instance(rule: Any) -> None:
    document = json.loads((CASES / "coalition_limit_minus5.json").read_text(encoding="utf-8"))
    del document["risk"]["limit"]
    instance = pf.Instance.from_document(document)
    selection = read_plan(assess(instance), {"partners": NAMES}).selection
    formulation = pf.Formulation(AllianceValue(), [rule])
    game = ProgrammedGame(Candidates.of(Members(selection), formulation))
    assert game.worth(0b0111) == pytest.approx(10.0, abs=1e-6)
    assert game.worth(0b0001) == 0.0
