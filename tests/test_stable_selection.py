"""The best portfolio with a contract equals that of trying every portfolio with every split."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.answers.stable_selection import StableSelection, select_stably
from solver.assessment.assessment import assess
from solver.driver import SearchLimits, Termination
from solver.errors import InputError
from solver.games.contract.clauses import Clauses
from solver.instance.instance import Instance
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.sharing.stable.obstacles import obstacles
from tests.by_hand import pair_of
from tests.draw import documents
from tests.draw_alliances import alliance
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.limited_game import LimitedGame
from tests.oracle import contracts as oracle
from tests.oracle.search import feasible_portfolios

Document = dict[str, Any]

CLAUSES = st.builds(
    oracle.Clauses,
    st.sampled_from([0.25, 1 / 3, 0.5, 0.0]),
    st.sampled_from([0.0, 0.0, 0.1, 0.25]),
    st.sampled_from([1.0, 0.75, 0.5]),
)
EXACT = SearchLimits(gap=1e-9)


def stable(document: Document, clauses: oracle.Clauses) -> StableSelection:
    return select_stably(Instance.from_document(document), Clauses(*clauses), limits=EXACT)


def assert_best(
    found: StableSelection,
    expected: float | None,
    document: Document,
    clauses: oracle.Clauses,
    assessment: Any = None,
) -> None:
    """The objective is the largest there is, and the contract stands, or there is none at all."""
    assert found.result.termination is (Termination.infeasible if expected is None else Termination.optimal)
    assert found.result.objective == (None if expected is None else pytest.approx(expected, abs=2e-6))
    if found.result.portfolio is not None:
        demands = oracle.demands_of(document, found.result.portfolio.to_dict(), assessment=assessment)
        assert tuple(found.shares) == demands.players
        assert oracle.stands(demands, clauses, tuple(found.shares.values()))
        assert sum(found.payoffs.values()) == pytest.approx(demands.worth)


@pytest.mark.slow
def test_a_stable_portfolio_is_the_best_of_all_that_have_a_contract() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(100):
        document, clauses = alliance(seed)
        found = stable(document, clauses)
        assert_best(found, oracle.best_with_contract(document, clauses), document, clauses)
        kinds[kind_of(found)] += 1
    assert kinds["loses value"] >= 20
    assert kinds["is the best"] >= 20
    assert kinds["has none"] >= 3


def kind_of(found: StableSelection) -> str:
    """How choosing for stability compares with choosing first and splitting then."""
    if found.price is None:
        return "has none"
    return "loses value" if found.price > 1e-6 else "is the best"


@pytest.mark.slow
@unshrunk(16)
@given(documents(max_portfolios=200), CLAUSES)
def test_with_rules_of_every_kind(document: Document, clauses: oracle.Clauses) -> None:
    assert_best(stable(document, clauses), oracle.best_with_contract(document, clauses), document, clauses)


@pytest.mark.slow
@unshrunk(8)
@given(risky_documents(), CLAUSES)
def test_in_expectation_over_scenarios_with_a_price_on_risk(
    document: Document, clauses: oracle.Clauses
) -> None:
    document["risk"].pop("limit", None)
    assessment = assess(Instance.from_document(document))
    formulation = Formulation.of(assessment.instance)
    valued = [
        (check(formulation, read_plan(assessment, portfolio, "plan").selection).objective, portfolio)
        for portfolio in feasible_portfolios(document)
    ]
    expected = oracle.first_with_contract(document, clauses, valued, assessment)
    assert_best(stable(document, clauses), expected, document, clauses, assessment)


@pytest.mark.slow
@unshrunk(5)
@given(risky_documents(("cvar", "worst_case")), CLAUSES, st.sampled_from([0.0, 2.0]))
def test_a_limit_on_risk_holds_for_coalitions_which_bear_the_exit_costs(
    document: Document, clauses: oracle.Clauses, exit_cost: float
) -> None:
    document["partners"][0] |= {"status": "running", "exit_cost": exit_cost}
    document["risk"].setdefault("limit", 0.0)
    game = LimitedGame(document)
    valued = [(worth, one) for one in game.portfolios if (worth := game.objective(one)) is not None]
    expected = oracle.first_with_contract(document, clauses, valued, game.assessment, game.worths)
    found = stable(document, clauses)
    assert found.result.objective == (None if expected is None else pytest.approx(expected, abs=2e-6))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_it_costs_nothing_where_the_hub_can_take_the_rest(seed: int) -> None:
    document, _ = alliance(seed)
    document["outside"], document["hub"] = [], {}
    for row in document["partners"]:
        row.update(minimum_payoff=0.0, status="free", exit_cost=0.0)
    found = stable(document, oracle.Clauses())
    assert found.obstacles == ()
    assert found.price == pytest.approx(0.0, abs=1e-6)
    assert found.statement.startswith("Stability costs nothing, and cannot")
    best = found.best.portfolio
    assert best is not None
    everything_to_the_hub = (1.0, *(0.0 for _ in best.partners))
    assert oracle.stands(oracle.demands_of(document, best.to_dict()), oracle.Clauses(), everything_to_the_hub)


@pytest.mark.parametrize(
    ("document", "clauses", "obstacle"),
    [
        (pair_of(), Clauses(tier=0.25), "shares in tiers of 0.25"),
        (pair_of(), Clauses(floor=0.1), "shares of at least 0.1"),
        (pair_of(), Clauses(cap=0.6), "shares of at most 0.6"),
        (pair_of({"minimum_payoff": 1}), Clauses(), "minimum payoffs"),
        (pair_of(hub={"minimum_payoff": 1}), Clauses(), "minimum payoffs"),
        (
            pair_of(outside=[{"members": "a;b", "value": 1}]),
            Clauses(),
            "what groups could earn without the hub",
        ),
        (
            pair_of(b={"status": "running", "exit_cost": 1}),
            Clauses(),
            "exit costs, which those who stay bear in any case",
        ),
        (
            pair_of(b={"status": "in"}, limits={"min_partners": 1}),
            Clauses(),
            "what is demanded of the whole portfolio (status, partner_count)",
        ),
    ],
)
def test_what_keeps_the_hub_from_taking_the_rest(document: Document, clauses: Clauses, obstacle: str) -> None:
    instance = Instance.from_document(document)
    assert obstacles(Formulation.of(instance), assess(instance), clauses) == (obstacle,)


def test_the_price_is_what_the_best_portfolio_is_worth_more() -> None:
    # One share is everything: the hub's leaves a and b nothing, who could earn 10; a's leaves b to the hub.
    document = pair_of(outside=[{"members": "a;b", "value": 10}])
    found = stable(document, oracle.Clauses(tier=1.0))
    assert (found.best.value, found.result.value) == (14.0, 7.0)
    assert (found.price, found.value_lost) == (7.0, 7.0)
    assert found.shares["hub"] == 1.0
    assert found.verified
    assert found.statement == (
        "Stability costs 7: no better portfolio has a contract, because of shares in tiers of 1, what groups "
        "could earn without the hub."
    )


def test_where_no_portfolio_has_a_contract_it_says_so() -> None:
    found = stable(pair_of(), oracle.Clauses(cap=0.2))
    assert found.result.termination is Termination.infeasible
    assert (found.result.portfolio, found.price, found.shares) == (None, None, {})
    assert found.statement == "No portfolio has a contract, because of shares of at most 0.2."


def test_where_nothing_is_worth_anything_there_is_nothing_to_share() -> None:
    found = stable(pair_of({"revenue": 0}), oracle.Clauses())
    assert found.best.objective == 0.0
    assert found.result.termination is Termination.infeasible
    assert "need a value to share" in found.statement


def test_where_there_is_no_portfolio_there_is_none_with_a_contract() -> None:
    found = stable(pair_of(limits={"min_partners": 3}), oracle.Clauses())
    assert found.best.termination is found.result.termination is Termination.infeasible
    assert found.statement == "There is no portfolio at all, with or without a contract."


def test_out_of_time_it_claims_nothing() -> None:
    document, clauses = alliance(1)
    found = select_stably(Instance.from_document(document), Clauses(*clauses), limits=SearchLimits(seconds=0))
    assert found.result.termination is Termination.time_limit
    assert found.price is None
    assert "before the search ended" in found.statement


def test_locks_hold_and_strangers_are_refused() -> None:
    instance = Instance.from_document(pair_of())
    found = select_stably(instance, Clauses(), exclude=["a"])
    assert found.result.value == 7.0
    assert set(found.shares) == {"hub", "b"}
    with pytest.raises(InputError, match="name a partner or an application"):
        select_stably(instance, Clauses(), include=["c"])


def test_it_goes_into_json_as_it_is() -> None:
    document, clauses = alliance(1)
    found = stable(document, clauses)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["statement"] == found.statement
    assert told["result"]["objective"] == told["objective"] == found.result.objective
    assert told["payoffs"] == found.payoffs
