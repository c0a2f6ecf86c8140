"""Stable selection: the best portfolio for which a contract exists, by one program over both (spec 6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.assessment.assessment import Assessment
from solver.driver import Outcome, ValueOf
from solver.games.contract.clauses import Clauses
from solver.games.scan import largest_excess
from solver.model.build import build
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.drafts import Disagreement, disagreement_of, search_draft
from solver.sharing.bulk.table import tabled
from solver.sharing.members import Members
from solver.sharing.stable.blocking import BlockingSearch, Payoffs
from solver.sharing.stable.contract_rows import ContractRows
from solver.sharing.stable.core_rows import CoreRows
from solver.sharing.stable.search import ShareSearch


@dataclass(frozen=True, eq=False)
class StablePortfolio:
    """The end of the search: the portfolio with the shares of the hub and the chosen partners, if any.

    `disagreement` says who is wrong where the search ended in a contradiction.
    """

    outcome: Outcome
    selection: Selection | None
    shares: tuple[float, ...] = ()
    disagreement: Disagreement | None = None


def best_stable(
    formulation: Formulation,
    assessment: Assessment,
    clauses: Clauses,
    most: float,
    *,
    start: Selection | None = None,
    run: Run,
) -> StablePortfolio:
    """Search for the portfolio with the largest objective that has a contract in these clauses.

    Shares lie between floor and cap, in tiers, and add up to one; nobody gets less than his minimum payoff,
    and no coalition less than it is worth. `most` is a bound of the alliance value; `start` a portfolio
    to begin with, which need not have a contract. Raises StoppedError where time ends before the search.
    """
    draft = build(formulation, assessment, run)
    search = ShareSearch(clauses, BlockingSearch(formulation, assessment, run), most)
    contract = ContractRows(draft, clauses, most)
    core = CoreRows(contract, search, formulation)

    def judge(value: ValueOf) -> float | None:
        selection = draft.selection(value)
        verdict = check(formulation, selection)
        return verdict.objective if verdict.holds and search.has_contract(selection) else None

    outcome = search_draft(
        draft,
        run,
        lazies=[core],
        start=None if start is None else draft.values(start),
        judge=judge,
    )
    found = disagreement_of(draft, outcome)
    if outcome.values is None:
        return StablePortfolio(outcome, None, disagreement=found)
    selection = draft.selection(outcome.value)
    return StablePortfolio(outcome, selection, search.answer(selection).shares or (), found)


def scanned_excess(members: Members, formulation: Formulation, payoffs: Payoffs) -> float | None:
    """The most that a coalition is paid too little, found by looking at all; None where they are too many."""
    game = tabled(members, formulation)
    if game is None:
        return None
    found = largest_excess(game.v, np.array(payoffs))
    return 0.0 if found is None else found[1]
