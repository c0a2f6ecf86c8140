"""A contract as columns and rows beside a selection program: what everybody gets of the value."""

from __future__ import annotations

from collections.abc import Sequence

from solver.games.contract.clauses import Clauses
from solver.model.draft import Draft, Side
from solver.model.linear import Linear
from solver.model.term_rows import quantity_rows
from solver.portfolio.terms import AllianceValue
from solver.sharing.stable.search import LEAST_PART
from solver.sharing.stable.units import ShareUnits


class ContractRows:
    """Payoffs of the hub and of every partner that add up to the value, between floor and cap.

    `payoffs` has the hub first, then the partners by element; who is not chosen gets nothing. Everybody gets
    his minimum payoff, and every outside group that is chosen as a whole what it could earn. That shares come
    in tiers is asked for only as far as it is linear. The value may be understated, which makes all of this
    harder. `most` is a bound of the value.
    """

    def __init__(self, draft: Draft, clauses: Clauses, most: float) -> None:
        self.draft = draft
        self._units = ShareUnits(clauses)
        self._most = most if most > 0 else 1.0
        self._chosen = [Linear(constant=1.0), *map(draft.chosen, range(draft.assessment.partner_count))]
        self.value = Linear.of([draft.amount("value to share")[0]])
        draft.equal(quantity_rows(AllianceValue(), draft, Side.ABOVE) - self.value, 0.0)
        draft.at_least(self.value, LEAST_PART * self._most)
        self.payoffs = [
            Linear.of([draft.amount(f"payoff_{player}_of_contract")[0]])
            for player in range(len(self._chosen))
        ]
        draft.equal(total(self.payoffs) - self.value, 0.0)
        self._within_clauses()
        self._contented()

    def in_money(self, paid: Linear, amount: float, missing: Linear) -> Linear:
        """At least 0 where paid ≥ amount, and wherever something (a whole number) is missing."""
        return paid + missing.scaled(amount) - Linear(constant=amount)

    def in_shares(self, paid: Linear, amount: float, missing: Linear) -> Linear:
        """The same counted in shares, for payoffs without anything else.

        As many as an amount takes where the value is largest are needed wherever it is smaller.
        """
        share = self._units.needed(amount, self._most) / self._units.whole
        return paid - self.value.scaled(share) + missing.scaled(share * self._most)

    def _within_clauses(self) -> None:
        """floor · V ≤ π_i ≤ cap · V for the chosen, 0 for all others."""
        draft, units = self.draft, self._units
        floor, cap = units.least / units.whole, units.most / units.whole
        for payoff, chosen in zip(self.payoffs, self._chosen, strict=True):
            absent = Linear(constant=1.0) - chosen
            draft.at_most(payoff - self.value.scaled(cap), 0.0)
            draft.at_most(payoff - chosen.scaled(cap * self._most), 0.0)
            if floor:
                draft.at_least(payoff - self.value.scaled(floor) + absent.scaled(floor * self._most), 0.0)

    def _contented(self) -> None:
        """Single minimum payoffs and outside groups; for unions of those that are disjoint it follows."""
        assessment = self.draft.assessment
        self._demand(self.payoffs[0], assessment.instance.hub.minimum_payoff, Linear())
        for partner, payoff in enumerate(self.payoffs[1:]):
            for option in assessment.options.of(partner):
                absent = Linear(constant=1.0) - Linear.of([self.draft.options[option]])
                self._demand(payoff, float(assessment.options.minimum_payoff[option]), absent)
        for row in assessment.instance.outside:
            group = [assessment.index[id_] + 1 for id_ in row.ids]
            absent = Linear(constant=float(len(group))) - total([self._chosen[player] for player in group])
            self._demand(total([self.payoffs[player] for player in group]), row.value, absent)

    def _demand(self, paid: Linear, amount: float, missing: Linear) -> None:
        if amount > 0:
            self.draft.at_least(self.in_money(paid, amount, missing), 0.0)
            self.draft.at_least(self.in_shares(paid, amount, missing), 0.0)


def total(parts: Sequence[Linear]) -> Linear:
    """The sum of some expressions."""
    found = Linear()
    for part in parts:
        found.add(part)
    return found
