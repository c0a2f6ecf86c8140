"""Every kind of limit next to what a portfolio comes to: search, start, locks, checker and splits agree.

Which portfolios keep a limit is said by an enumeration that shares nothing with the package; for limits on
risk, and for overruns, by the plain reading of the rule.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.games.coalitions import members
from solver.games.game import Game
from solver.games.scan import largest_excess
from solver.portfolio.checker import check
from solver.portfolio.plan import read_plan
from solver.sharing.bulk.table import tabled
from solver.sharing.members import Members
from solver.sharing.programmed import Candidates, ProgrammedGame
from solver.sharing.separation import ProgramSeparator
from tests.draw_near_limits import KINDS, RISKS, Portfolio, near_limit
from tests.draws import TIMES
from tests.oracle.coalitions import worths
from tests.oracle.facts import Facts
from tests.oracle.rules import broken_rules
from tests.oracle.worth import resolve

SEEDS = range(max(1, round(TIMES)))
UNITS = (1e-6, 1.0, 1e6)
GAP = 1.001e-6
PROMISED = (
    "min_innovation",
    "min_match",
    "least use",
    "max_share_of_benefit",
    "retained_value",
    "satisfaction",
)
PARTS = [kind for kind in KINDS if kind not in (*PROMISED, "overruns")]


def unit_of(kind: str, seed: int) -> float:
    return UNITS[(KINDS.index(kind) + seed) % len(UNITS)]


def names(portfolio: Portfolio) -> set[str]:
    return {row["id"] for row in (*portfolio["partners"], *portfolio["applications"])}


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_search_start_locks_and_checker_agree_next_to_a_limit(kind: str, seed: int) -> None:
    document, portfolios = near_limit(kind, seed, unit_of(kind, seed))
    instance, facts = pf.Instance.from_document(document), Facts(document)
    assessment, formulation = assess(instance), pf.Formulation.of(instance)
    verdicts = [check(formulation, read_plan(assessment, one).selection) for one in portfolios]
    if kind not in (*RISKS, "overruns"):
        kept = [not broken_rules(facts, resolve(facts, one)) for one in portfolios]
        assert [verdict.holds for verdict in verdicts] == kept
    worth = [
        (one, verdict.objective) for one, verdict in zip(portfolios, verdicts, strict=True) if verdict.holds
    ]
    result = pf.solve(instance)
    if not worth:
        assert result.termination == "infeasible"
        return
    best = max(value for _, value in worth)
    assert result.termination == "optimal", result.message
    assert result.objective == pytest.approx(best, rel=GAP)
    assert result.bound >= best - 1e-9 * abs(best)
    assert pf.verify(instance, result.to_dict()).holds
    broken = [one for one, verdict in zip(portfolios, verdicts, strict=True) if not verdict.holds]
    for start in {
        "kept": worth[0][0],
        **({"broken": random.Random(seed).choice(broken)} if broken else {}),
    }.values():
        begun = pf.solve(instance, start=start)
        assert begun.objective == pytest.approx(best, rel=GAP)
        assert any("start" in warning for warning in begun.warnings) == (start in broken)
        inside = names(start)
        outside = names(document) - inside
        locked = pf.solve(instance, include=inside, exclude=outside)
        same = [value for one, value in worth if names(one) == inside]
        assert (locked.termination == "optimal") == bool(same), locked.message
        if same:
            assert locked.objective == pytest.approx(max(same), rel=GAP)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", PARTS)
def test_coalitions_are_worth_what_enumeration_says_next_to_a_limit(kind: str, seed: int) -> None:
    document, portfolios = near_limit(kind, seed, unit_of(kind, seed))
    instance = pf.Instance.from_document(document)
    assessment, formulation = assess(instance), pf.Formulation.of(instance)
    large = sorted(portfolios, key=lambda one: -len(names(one)))
    selections = (read_plan(assessment, one).selection for one in large)
    whole, selection = next(
        (one, selection)
        for one, selection in zip(large, selections, strict=True)
        if check(formulation, selection).holds
    )
    alliance = Members(selection)
    expected = worths(document, whole, assessment if kind in RISKS else None)
    game, programmed = tabled(alliance, formulation), ProgrammedGame(Candidates.of(alliance, formulation))
    v = np.zeros(1 << len(alliance.players))
    for mask in range(1, len(v) - 1):
        v[mask] = expected[frozenset(alliance.players[player] for player in members(mask))]
    v[-1] = alliance.value
    exact = 1e-6 * max(abs(v).max(), unit_of(kind, seed))
    assert [programmed.worth(mask) for mask in range(len(v))] == pytest.approx(v.tolist(), abs=exact)
    assert (game is None) == (kind in RISKS)
    assert game is None or game.v == pytest.approx(v, abs=exact)
    payoffs = np.full(len(alliance.players), 0.9 * alliance.value / len(alliance.players))
    most = largest_excess(Game(alliance.players, v).v, payoffs)
    found = ProgramSeparator(programmed).largest_excess(payoffs)
    assert most is not None
    assert (found.amount, found.bound) == pytest.approx((most[1], most[1]), abs=10 * exact)


def test_what_a_coalition_leaves_out_gives_it_no_room() -> None:
    document = {
        "partners": [
            {"id": "one", "revenue": 5, "cost": 1, "industry": "g"},
            {"id": "two", "revenue": 5, "cost": 0.9999},
            {"id": "giant", "revenue": 3e9, "cost": 1e9},
        ],
        "groups": [{"dimension": "industry", "group": "g", "max_spend_share": 0.5}],
        "roi_rate": 0,
    }
    instance = pf.Instance.from_document(document)
    selection = read_plan(assess(instance), {"partners": ["one", "two", "giant"]}).selection
    game = tabled(Members(selection), pf.Formulation.of(instance))
    assert game is not None
    assert game.worth(0b0111) == pytest.approx(4.0001)
    assert game.worth(0b1011) == pytest.approx(2e9 + 4)


@pytest.mark.parametrize("share", [1e-6, 1e-7, 1e-8])
def test_a_share_of_almost_nothing_is_proven_like_any_other(share: float) -> None:
    """A row that only a back end's tolerance lets through is cut off in whole numbers."""
    first = pf.read("instances/first")
    some = pf.solve(first.with_(f"limits.retained_value={share}"), split=False)
    assert some.termination is pf.Termination.optimal
    assert some.objective == pytest.approx(pf.solve(first.with_("limits.retained_value=0.01")).objective)
