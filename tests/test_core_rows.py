"""Rows that are made for one portfolio hold for every contract of every other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.assessment.assessment import assess
from solver.driver import Row
from solver.games.contract.clauses import Clauses
from solver.instance.instance import Instance
from solver.model.build import build
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue
from solver.run import Run
from solver.sharing.stable.blocking import BlockingSearch
from solver.sharing.stable.contract_rows import ContractRows
from solver.sharing.stable.core_rows import CoreRows
from solver.sharing.stable.search import ShareSearch
from tests.draw import documents
from tests.draw_alliances import alliance
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.limited_game import LimitedGame
from tests.oracle import contracts as oracle
from tests.oracle.coalitions import Coalition, worths
from tests.oracle.search import feasible_portfolios

Document = dict[str, Any]
Point = dict[pulp.LpVariable, float]

TIERS = st.sampled_from([0.5, 1.0, 1 / 3]).map(oracle.Clauses)


class Rows:
    """The rows of all portfolios of a document, and the points of all their contracts."""

    def __init__(
        self,
        document: Document,
        clauses: oracle.Clauses,
        portfolios: list[Document],
        worths_of: Callable[[Document], Mapping[Coalition, float]],
    ) -> None:
        self.document, self.clauses = document, clauses
        self.portfolios, self.worths_of = portfolios, worths_of
        self.assessment = assess(Instance.from_document(document))
        self.selections = [read_plan(self.assessment, one, "plan").selection for one in portfolios]
        formulation = Formulation.of(self.assessment.instance)
        self.draft = build(formulation, self.assessment)
        most = max((AllianceValue().amount(one) for one in self.selections), default=0.0)
        self.contract = ContractRows(self.draft, Clauses(*clauses), most)
        blocking = BlockingSearch(formulation, self.assessment, Run())
        self.lazy = CoreRows(self.contract, ShareSearch(Clauses(*clauses), blocking, most), formulation)

    def rows(self) -> list[Row]:
        """Everything that is asked of any of the portfolios."""
        return [row for one in self.selections for row in self.lazy.violated(self.point(one).__getitem__)]

    def contracts(self) -> Iterator[Point]:
        """All contracts of all portfolios."""
        scenarios = None if self.assessment.outlook is None else self.assessment
        for portfolio, selection in zip(self.portfolios, self.selections, strict=True):
            found = self.worths_of(portfolio)
            demands = oracle.demands_of(self.document, portfolio, found, scenarios)
            if demands.worth > oracle.TOLERANCE:
                for shares in oracle.splits(len(demands.players), self.clauses):
                    if oracle.stands(demands, self.clauses, shares):
                        yield self.point(selection, shares)

    def point(self, selection: Selection, shares: tuple[float, ...] = ()) -> Point:
        """The columns' values for a selection and a contract."""
        worth = AllianceValue().amount(selection)
        point = dict(self.draft.values(selection))
        for element in range(len(self.assessment.elements)):
            for column in self.draft.chosen(element).coefficients:
                point.setdefault(column, float(selection.chosen[element]))
        players = [0, *(partner + 1 for partner in selection.partners)]
        paid = dict(zip(players, shares, strict=False))
        for player, payoff in enumerate(self.contract.payoffs):
            point |= dict.fromkeys(payoff.coefficients, worth * paid.get(player, 0.0))
        return point | dict.fromkeys(self.contract.value.coefficients, worth)


def assert_rows_hold(rows: Rows) -> int:
    """No contract of any portfolio breaks a row; the number of rows."""
    asked = rows.rows()
    for point in rows.contracts():
        for row in asked:
            assert slack(row, point) >= -1e-5
    return len(asked)


def slack(row: Row, point: Point) -> float:
    """By how much a row is kept."""
    assert row.sense == ">="
    return sum(factor * point[column] for column, factor in row.coefficients.items()) - row.rhs


def nominal(document: Document, clauses: oracle.Clauses) -> Rows:
    return Rows(
        document, clauses, [*feasible_portfolios(document)], lambda portfolio: worths(document, portfolio)
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_rows_of_alliances_hold(seed: int) -> None:
    document, clauses = alliance(seed, partners=3, leavers=0.5)
    assert_rows_hold(nominal(document, clauses._replace(tier=clauses.tier or 0.5)))


@pytest.mark.slow
@unshrunk(14)
@given(documents(max_portfolios=60), TIERS)
def test_rows_hold_with_rules_of_every_kind(document: Document, clauses: oracle.Clauses) -> None:
    assert_rows_hold(nominal(document, clauses))


@pytest.mark.slow
@unshrunk(14)
@given(risky_documents(("cvar", "worst_case")), TIERS, st.lists(st.sampled_from([0.0, 2.0, 4.0]), min_size=3))
def test_rows_hold_where_exit_costs_decide_whether_a_risk_is_allowed(
    document: Document, clauses: oracle.Clauses, exit_costs: list[float]
) -> None:
    ids = {row["id"] for row in document["partners"]}
    attractions = [row for row in document.get("attractions", ()) if row["source"] in ids]
    document |= {"applications": [], "requirements": [], "attractions": attractions}
    for row, cost in zip(document["partners"], exit_costs, strict=False):
        row |= {"status": "running", "exit_cost": cost}
    document["risk"].setdefault("limit", 0.0)
    game = LimitedGame(document)
    allowed = [one for one in game.portfolios if game.objective(one) is not None]
    assert_rows_hold(Rows(document, clauses, allowed, game.worths))


def test_what_exit_costs_make_too_risky_is_not_asked_for() -> None:
    # Of a, b and c, a may be engaged alone, which loses 3 at worst; where c was left for 4, it may not be.
    document = {
        "partners": [
            {"id": "a", "revenue": 0, "cost": 0},
            {"id": "b", "revenue": 0, "cost": 0},
            {"id": "c", "revenue": 0, "cost": 0, "status": "running", "exit_cost": 4},
        ],
        "scenarios": [
            {"scenario": name, "probability": 0.5, "id": id_, "benefit": benefit}
            for name, *benefits in (("bad", -3, 3, -0.5), ("good", 23, 3, -0.5))
            for id_, benefit in zip("abc", benefits, strict=True)
        ],
        "outside": [{"members": "b;c", "value": 1}],
        "risk": {"measure": "worst_case", "limit": 5},
    }
    whole = {"partners": ["a", "b", "c"], "applications": [], "assignments": []}
    rows = Rows(document, oracle.Clauses(tier=1.0), [whole], lambda _: {})
    asked = rows.rows()
    assert len(asked) > 1
    without_c = read_plan(rows.assessment, {**whole, "partners": ["a", "b"]}, "plan").selection
    everything_to_b = rows.point(without_c, (0.0, 0.0, 1.0))
    assert all(slack(row, everything_to_b) >= 0 for row in asked)


def test_there_are_rows_to_hold() -> None:
    counts = [assert_rows_hold(nominal(*alliance(seed, partners=3, leavers=0.5))) for seed in (1, 2, 3)]
    assert min(counts) > 0
