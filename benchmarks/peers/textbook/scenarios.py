"""What differs from scenario to scenario: a two-stage program in its extensive form.

In every scenario there is an income of every application that a failing partner could stop: at most what it
earns, and nothing where a requirement keeps too few of the partners that are assigned.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pulp

from benchmarks.peers.textbook.sheet import Sheet
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.driver import expression
from solver.errors import FormulationError
from solver.portfolio.terms import ApplicationBenefit, PartnerBenefit, Synergy


class Scenarios:
    """The loss of the portfolio in every scenario; `certain` is the value that is the same in all of them.

    Raises FormulationError where levels of a partner differ in their chance to deliver.
    """

    def __init__(self, sheet: Sheet, outlook: Outlook, certain: pulp.LpAffineExpression) -> None:
        self.sheet, self.outlook = sheet, outlook
        self.probability = outlook.scenarios.probability.tolist()
        self._parts: list[tuple[pulp.LpVariable, Floats]] = []
        self._incomes: list[dict[pulp.LpVariable, float]] = [{} for _ in self.probability]
        self._at_risk = set(self._applications_at_risk())
        self._products = list(self._write_products())
        self._write_certain(certain)
        self._write_engagements()
        for application in sorted(self._at_risk):
            self._write_incomes(application)

    def loss(self, scenario: int) -> pulp.LpAffineExpression:
        """What is lost in a scenario."""
        gained = {column: -float(factors[scenario]) for column, factors in self._parts if factors[scenario]}
        return expression(gained | dict.fromkeys(self._incomes[scenario], -1.0))

    def expected(self, term: PartnerBenefit | ApplicationBenefit | Synergy) -> pulp.LpAffineExpression:
        """What a term is over all scenarios together."""
        if isinstance(term, Synergy):
            weights = self.outlook.scenarios.probability
            return pulp.lpSum(float(weights @ factors) * both for both, factors in self._products)
        options = self.sheet.assessment.options
        partners = isinstance(term, PartnerBenefit)
        counted = np.flatnonzero(self.sheet.assessment.partner_options == partners)
        charged = self.outlook.cost_part(self.outlook.scenarios.probability)
        stopped = np.isin(options.element, list(self._at_risk))
        worth = np.where(stopped, -charged, self.outlook.expected)
        total = pulp.lpSum(float(worth[o]) * self.sheet.chosen[o] for o in counted)
        return total if partners else total + expression(self._expected_incomes())

    def expected_loss(self) -> pulp.LpAffineExpression:
        """The loss over all scenarios together."""
        weights = self.outlook.scenarios.probability
        gained = expression({column: float(weights @ factors) for column, factors in self._parts})
        return -(gained + expression(self._expected_incomes()))

    def _expected_incomes(self) -> dict[pulp.LpVariable, float]:
        together = zip(self.probability, self._incomes, strict=True)
        return {income: chance for chance, incomes in together for income in incomes}

    def _write_certain(self, certain: pulp.LpAffineExpression) -> None:
        value = self.sheet.amount("certain_value", low=None)
        self.sheet.subject_to([value == certain])
        self._parts.append((value, np.ones(len(self.probability))))
        self._parts += self._products

    def _write_engagements(self) -> None:
        """What is earned and charged where multipliers are the same, as a variable each."""
        outlook, sheet = self.outlook, self.sheet
        stopped = np.isin(sheet.assessment.options.element, list(self._at_risk))
        for engagement in np.unique(outlook.engagement).tolist():
            options = np.flatnonzero(outlook.engagement == engagement)
            for name, amounts, multipliers, sign in (
                ("earned", np.where(stopped, 0.0, outlook.earned), outlook.scenarios.revenue, 1.0),
                ("charged", outlook.charged, outlook.scenarios.cost, -1.0),
            ):
                if amounts[options].any():
                    amount = sheet.amount(f"{name}_{engagement}", low=None)
                    total = pulp.lpSum(float(amounts[o]) * sheet.chosen[o] for o in options)
                    sheet.subject_to([amount == total])
                    self._parts.append((amount, sign * multipliers.of(engagement)))

    def _write_products(self) -> Iterator[tuple[pulp.LpVariable, Floats]]:
        """Synergies, with what they are worth in every scenario: nothing where a partner fails."""
        for pair in self.sheet.assessment.pairs:
            if pair.row.kind == "synergy" and pair.value:
                both = self.sheet.together(pair.application, pair.first, pair.second)
                if both is not None:
                    yield both, pair.value * self._delivers(pair.first) * self._delivers(pair.second)

    def _delivers(self, element: int) -> Floats:
        """Whether a partner delivers in every scenario; an application stands for itself."""
        options = self.sheet.assessment.options.of(element)
        if not self.outlook.recourse or not self.sheet.assessment.is_partner(element) or not len(options):
            return np.ones(len(self.probability))
        if len({float(self.sheet.assessment.options.success[o]) for o in options}) > 1:
            raise FormulationError("the textbook has one chance to deliver for all levels of a partner")
        return np.asarray(self.outlook.delivers(options[0]), dtype=float)

    def _applications_at_risk(self) -> Iterator[int]:
        if not self.outlook.recourse:
            return
        assessment = self.sheet.assessment
        for need in assessment.needs:
            providing = [option for partner in need.capable for option in assessment.options.of(partner)]
            if any(self.outlook.may_fail(option) for option in providing):
                yield need.application

    def _write_incomes(self, application: int) -> None:
        """income ≤ multiplier · earned, and ≤ multiplier · most for every requirement that is met."""
        sheet, assessment = self.sheet, self.sheet.assessment
        options = assessment.options.of(application)
        if not len(options):
            return
        multiplier = self.outlook.scenarios.revenue.of(int(self.outlook.engagement[options[0]])).tolist()
        most = float(self.outlook.earned[options].max())
        earned = sheet.amount(f"earned_by_{application}")
        total = pulp.lpSum(float(self.outlook.earned[o]) * sheet.chosen[o] for o in options)
        sheet.subject_to([earned == total])
        delivers = {
            partner: self._delivers(partner)
            for number in assessment.needs_of[application]
            for partner in assessment.needs[number].capable
        }
        for scenario in np.flatnonzero(multiplier).tolist():
            income = sheet.amount(f"income_{application}_{scenario}")
            self._incomes[scenario][income] = 1.0
            sheet.subject_to([income <= multiplier[scenario] * earned])
            for number in assessment.needs_of[application]:
                there = {partner for partner, kept in delivers.items() if kept[scenario]}
                met = self._met(number, scenario, there)
                sheet.subject_to([income <= multiplier[scenario] * most * met])

    def _met(self, number: int, scenario: int, there: set[int]) -> pulp.LpAffineExpression | pulp.LpVariable:
        """Whether a requirement is met in a scenario; a binary where it takes more than one partner."""
        need = self.sheet.assessment.needs[number]
        cover = pulp.lpSum(
            self.sheet.assigned[number, partner] for partner in need.capable if partner in there
        )
        if need.requirement.providers == 1:
            return cover
        met = self.sheet.binary(f"met_{number}_{scenario}")
        self.sheet.subject_to([need.requirement.providers * met <= cover])
        return met
