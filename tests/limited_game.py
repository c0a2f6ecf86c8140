"""Portfolios and coalitions under a limit on risk, by looking at everything that could be staffed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from solver.assessment.assessment import assess
from solver.instance.instance import Instance
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.risks import watched_risks
from tests.oracle.coalitions import Coalition, outside_worth
from tests.oracle.facts import Facts
from tests.oracle.risk import benefits
from tests.oracle.search import feasible_portfolios, subsets
from tests.oracle.worth import Plan, exit_costs, resolve

Document = dict[str, Any]


class LimitedGame:
    """Portfolios and coalitions under a limit on risk, by looking at everything that could be staffed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.facts = Facts(document)
        self.assessment = assess(Instance.from_document(document))
        self.formulation = Formulation.of(self.assessment.instance)
        self.risk = next(watched_risks(self.assessment.instance))
        self.portfolios = [*feasible_portfolios(document)]
        self.gained = [benefits(document, one, self.assessment) for one in self.portfolios]

    def objective(self, portfolio: Document) -> float | None:
        """What a portfolio has of what is maximised, None where it breaks a rule."""
        verdict = check(self.formulation, read_plan(self.assessment, portfolio, "plan").selection)
        return verdict.objective if verdict.holds else None

    def worths(self, portfolio: Document) -> dict[Coalition, float]:
        """v(S), minus the exit costs where no part keeps the limit."""
        whole = resolve(self.facts, portfolio)
        found = {
            frozenset(names): outside_worth(self.facts, whole, frozenset(names))
            for names in subsets([choice.id for choice in whole.partners])
        }
        for names in list(found):
            nothing = -float(exit_costs(self.facts, whole))
            found[names | {self.facts.hub}] = max(self._parts(whole, names), default=nothing)
        return found

    def _parts(self, whole: Plan, names: Coalition) -> Iterator[float]:
        probability = self.assessment.outlook.scenarios.probability
        paid = float(exit_costs(self.facts, whole))
        for portfolio, gained in zip(self.portfolios, self.gained, strict=True):
            part = resolve(self.facts, portfolio)
            allowed = {choice.id for choice in part.partners} <= names
            if allowed and part.chosen.items() <= whole.chosen.items():
                total = gained + exit_costs(self.facts, part) - paid
                if self._kept(total):
                    yield float(probability @ total)

    def _kept(self, gained: np.ndarray) -> bool:
        value = self.risk.measure.value(-gained, self.assessment.outlook.scenarios.probability)
        room = 1e-9 * (abs(self.risk.limit) + float(np.abs(gained).max()))
        return bool(value <= self.risk.limit + room)
