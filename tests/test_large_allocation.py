"""Splits without a table say the same as splits with one, as far as they say anything."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import solver as pf
from solver.games.allocate import Allocation, allocate_game
from solver.games.contract.contract import Clauses, contract
from solver.games.rules import NEED_A_TABLE, RULES
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import RiskLimit
from solver.run import Run
from solver.sharing.bulk.table import tabled
from solver.sharing.claims import context_of
from solver.sharing.members import Members
from solver.sharing.portfolio_game import LargeGame
from solver.sharing.wishes import Wishes
from tests.alliances import members_of
from tests.test_golden import BEST_KNOWN

INSTANCES = Path(__file__).parent.parent / "instances"


@pytest.fixture(scope="module", params=["transport", "finance", "education"])
def alliance(request: pytest.FixtureRequest) -> tuple[Members, Formulation]:
    instance = pf.read(INSTANCES / request.param)
    asked = Formulation.of(instance)
    # A limit on risk leaves no table, however small the alliance.
    tabled_rules = [rule for rule in asked.subject_to if not isinstance(rule, RiskLimit)]
    best = BEST_KNOWN[request.param]["portfolio"]
    return members_of(instance, best), Formulation(asked.maximise, tabled_rules)


def large(alliance: tuple[Members, Formulation], seconds: float | None = None) -> LargeGame:
    return LargeGame(*alliance, Run(pf.SearchLimits(seconds=seconds)))


@pytest.mark.slow
def test_every_rule_that_needs_no_table_says_what_it_says_with_one(
    alliance: tuple[Members, Formulation],
) -> None:
    table = tabled(*alliance)
    assert table is not None
    context = context_of(alliance[0], Wishes())
    exact = {split.rule: split for split in allocate_game(table, RULES, context).splits}
    found = allocate_game(large(alliance), RULES, context)
    assert set(NEED_A_TABLE) <= set(found.unanswered)
    assert {split.rule for split in found.splits} == set(exact) - set(NEED_A_TABLE)
    for split in found.splits:
        known = exact[split.rule]
        assert split.excess_bound == pytest.approx(split.largest_excess, abs=1e-5)
        if split.rule == "least_core":
            assert split.largest_excess == pytest.approx(known.largest_excess, abs=1e-5)
            continue
        for player, amount in split.payoffs.items():
            apart = 1e-6 if split.half_widths is None else 2 * split.half_widths[player]
            assert amount == pytest.approx(known.payoffs[player], abs=apart)
        if split.half_widths is None:
            assert split.largest_excess == pytest.approx(known.largest_excess, abs=1e-5)
            assert (split.in_core, split.individually_rational) == (
                known.in_core,
                known.individually_rational,
            )


@pytest.mark.slow
def test_a_contract_needs_no_table(alliance: tuple[Members, Formulation]) -> None:
    members, _ = alliance
    table, game = tabled(*alliance), large(alliance)
    assert table is not None
    wanted = np.full(len(members.players), members.value / len(members.players))
    clauses = Clauses(tier=0.05)
    by_table = contract(table, wanted, clauses, floors=members.floors)
    by_program = contract(game, wanted, clauses, floors=members.floors, separator=game.separator)
    assert by_program.stable == by_table.stable
    assert by_program.epsilon == pytest.approx(by_table.epsilon, abs=1e-5)
    if by_table.stable:
        assert by_program.distance == pytest.approx(by_table.distance, abs=1e-5)


class SearchedForMoments(LargeGame):
    """A game in which nobody waits for a nucleolus."""

    def within(self, patience: float) -> LargeGame:
        return super().within(0.0)


@pytest.mark.slow
def test_where_time_ends_first_the_nucleolus_has_no_answer(alliance: tuple[Members, Formulation]) -> None:
    game = SearchedForMoments(*alliance, Run())
    found = allocate_game(game, ["equal", "nucleolus", "prenucleolus"])
    assert [split.rule for split in found.splits] == ["equal"]
    assert set(found.unanswered) == {"nucleolus", "prenucleolus"}
    assert all("time limit" in reason for reason in found.unanswered.values())


@pytest.mark.slow
def test_long_work_tells_how_it_goes(alliance: tuple[Members, Formulation]) -> None:
    told: list[pf.Progress] = []
    game = LargeGame(*alliance, Run(None, told.append))
    allocate_game(game, ["least_core"])
    assert any(news.bound is not None for news in told)


def test_without_time_nothing_is_claimed(alliance: tuple[Members, Formulation]) -> None:
    found = allocate_game(large(alliance, seconds=0.0), ["equal", "least_core"])
    (equal,) = found.splits
    assert (equal.rule, equal.efficient, equal.in_core, equal.excess_bound) == ("equal", True, False, None)
    assert "time" in found.unanswered["least_core"]
    assert found.core_is_empty is None
    assert Allocation.from_dict(json.loads(json.dumps(found.to_dict()))) == found


@pytest.mark.slow
def test_more_partners_than_a_table_can_hold_are_split_all_the_same() -> None:
    partners = [{"id": f"p{k}", "revenue": 100.0 + k, "cost": 50.0} for k in range(40)]
    pairs = [
        {"first": f"p{k}", "second": f"p{k + 1}", "kind": "synergy", "value": 4.0} for k in range(0, 40, 2)
    ]
    document = {"format": 1, "name": "large", "partners": partners, "pairs": pairs}
    instance = pf.Instance.from_document(document)
    found = pf.allocate(instance, rule="shapley").wanted
    assert found is not None
    assert found.half_widths is None
    each = [(100 + k - 0.75 * 50) / 2 + 4 / 3 for k in range(40)]
    assert [found.payoffs[f"p{k}"] for k in range(40)] == pytest.approx(each)
    assert found.in_core
    assert found.excess_bound is not None
