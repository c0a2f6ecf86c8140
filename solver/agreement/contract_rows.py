"""A contract as columns and rows beside a selection program: who gets which share of the value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import pulp

from solver.agreement.blocking import Payoffs
from solver.allocation.contract import Clauses
from solver.driver import ValueOf
from solver.model.draft import Draft, Side
from solver.model.linear import Linear, weighted
from solver.model.term_rows import quantity_rows
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue

LEAST_VALUE = 1e-6
"""Shares need something to share: what is worth less has no contract."""
ROUNDING = 1e-9
INTEGRALITY = 1e-5


class ContractRows:
    """Payoffs of the hub and of every partner that add up to the value, as the clauses allow.

    `payoffs` has the hub first, then the partners by element; who is not chosen gets nothing. Everybody gets
    his minimum payoff, and every outside group that is chosen as a whole what it could earn. The value may be
    understated, which only makes all of this harder. `most` is a bound of the value.
    """

    def __init__(self, draft: Draft, clauses: Clauses, most: float) -> None:
        self.draft = draft
        self._most = max(most, LEAST_VALUE)
        self._chosen = [Linear(constant=1.0), *map(draft.chosen, range(draft.assessment.partner_count))]
        value, _ = draft.amount("value to share")
        self._value = Linear.of([value])
        draft.equal(quantity_rows(AllianceValue(), draft, Side.ABOVE) - self._value, 0.0)
        draft.at_least(self._value, LEAST_VALUE)
        self._clauses = clauses
        self.payoffs = self._tiered() if clauses.tier else self._free()
        self._contented()

    # Clauses

    @cached_property
    def _steps(self) -> range:
        """The shares a contract may name, in tiers."""
        floor, cap, tier = self._clauses.floor, self._clauses.cap, self._clauses.tier
        return range(math.ceil(floor / tier - ROUNDING), math.floor(cap / tier + ROUNDING) + 1)

    @cached_property
    def _whole(self) -> int:
        """How many tiers make the whole."""
        return round(1.0 / self._clauses.tier)

    @cached_property
    def _shares(self) -> list[dict[int, pulp.LpVariable]]:
        """For every player, which number of tiers is his share."""
        return [
            {step: self.draft.binary(f"share_{player}_{step}")[0] for step in self._steps}
            for player in range(len(self._chosen))
        ]

    def _tiered(self) -> list[Linear]:
        """π_i = Σ_k k · tier · w_ik, where w_ik = V · y_ik and y_ik says whether i gets k tiers."""
        draft, everything = self.draft, Linear()
        payoffs = []
        for player, (chosen, shares) in enumerate(zip(self._chosen, self._shares, strict=True)):
            draft.equal(Linear.of(shares.values()) - chosen, 0.0)
            values = {step: draft.amount(f"value_{player}_{step}")[0] for step in shares if step}
            draft.at_most(Linear.of(values.values()) - self._value, 0.0)
            for step, column in values.items():
                draft.at_most(Linear({column: 1.0, shares[step]: -self._most}), 0.0)
            payoffs.append(weighted(values.values(), [step / self._whole for step in values]))
            everything.add(weighted(shares.values(), shares))
        draft.equal(everything, float(self._whole))
        draft.equal(_sum(payoffs) - self._value, 0.0)
        return payoffs

    def _free(self) -> list[Linear]:
        """floor · V ≤ π_i ≤ cap · V for the chosen, 0 for all others."""
        draft, floor, cap = self.draft, self._clauses.floor, self._clauses.cap
        payoffs = []
        for player, chosen in enumerate(self._chosen):
            payoff = Linear.of([draft.amount(f"payoff of {player}")[0]])
            draft.at_most(payoff - self._value.scaled(cap), 0.0)
            draft.at_most(payoff - chosen.scaled(cap * self._most), 0.0)
            if floor:
                absent = Linear(constant=1.0) - chosen
                draft.at_least(payoff - self._value.scaled(floor) + absent.scaled(floor * self._most), 0.0)
            payoffs.append(payoff)
        draft.equal(_sum(payoffs) - self._value, 0.0)
        return payoffs

    # What everybody could have without the hub

    def _contented(self) -> None:
        """Single minimum payoffs and outside groups; sums over disjoint ones then hold as well."""
        draft, assessment = self.draft, self.draft.assessment
        draft.at_least(self.payoffs[0], assessment.instance.hub.minimum_payoff)
        for partner, payoff in enumerate(self.payoffs[1:]):
            own = assessment.options.of(partner)
            minimum = weighted((draft.options[o] for o in own), assessment.options.minimum_payoff[own])
            draft.at_least(payoff - minimum, 0.0)
        for row in assessment.instance.outside:
            group = [assessment.index[id_] + 1 for id_ in row.ids]
            missing = Linear(constant=float(len(group))) - _sum([self._chosen[player] for player in group])
            paid = _sum([self.payoffs[player] for player in group])
            draft.at_least(paid + missing.scaled(row.value), row.value)

    # Reading back

    def shares(self, selection: Selection, value: ValueOf) -> tuple[float, ...]:
        """The shares of the hub and of the chosen partners at a point; integral tiers are exact."""
        players = [0, *(partner + 1 for partner in selection.partners)]
        if self._clauses.tier and self._settled(value):
            steps = [
                sum(step for step, y in self._shares[player].items() if value(y) > 0.5) for player in players
            ]
            return tuple(step / self._whole for step in steps)
        paid = [max(0.0, self.payoffs[player].amount(value)) for player in players]
        whole = sum(paid)
        return tuple(amount / whole if whole else 0.0 for amount in paid)

    def paid(self, selection: Selection, value: ValueOf) -> Payoffs:
        """What these shares of the value of the selection amount to."""
        worth = max(0.0, float(AllianceValue().amount(selection)))
        return tuple(share * worth for share in self.shares(selection, value))

    def _settled(self, value: ValueOf) -> bool:
        columns = (column for shares in self._shares for column in shares.values())
        return all(abs(value(column) - round(value(column))) <= INTEGRALITY for column in columns)


def _sum(parts: Sequence[Linear]) -> Linear:
    total = Linear()
    for part in parts:
        total.add(part)
    return total
