"""The contract programs: the shares nearest to wanted payoffs, and the shares that leave least missing."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
import pulp

from solver.driver import Row, ValueOf, expression
from solver.games.coalitions import Floats, members
from solver.games.contract.demands import Demands
from solver.games.contract.shares import HUB, Sharing
from solver.model.linear import Linear

WHOLE = 100.0
"""The game's largest amount in a program: a back end's tolerance is then far below that of a demand."""


class ContractProgram(ABC):
    """Parts as columns (numbers of tiers; shares where there are none), and what everybody demands as rows.

    Amounts are in units of `unit`. Rows of coalitions of several players are made on demand.
    """

    def __init__(self, sharing: Sharing, demands: Demands) -> None:
        self.problem = pulp.LpProblem("contract", pulp.LpMinimize)
        self.unit = demands.size / WHOLE
        self._sharing, self._demands = sharing, demands
        self._parts = {
            (place, player): self._part(f"part_{place}_{player}")
            for place, pool in enumerate(sharing.pools)
            for player in pool.sharers
        }
        # Who has no share at all has rows, too.
        self._nothing = self._amount("nothing", 0.0)
        for place, pool in enumerate(sharing.pools):
            whole = Linear.of([*(self._parts[place, player] for player in pool.sharers), self._nothing])
            self._add(whole, "==", sharing.whole)

    def parts(self, value: ValueOf) -> Floats:
        """The parts at a point; shape (pools, n)."""
        parts = np.zeros((len(self._sharing.pools), self._sharing.count))
        for place, column in self._parts.items():
            parts[place] = value(column)
        return parts

    def start(self, parts: Floats) -> dict[pulp.LpVariable, float]:
        """The values of all columns that go with parts."""
        shares = {column: float(parts[place]) for place, column in self._parts.items()}
        return {**shares, self._nothing: 0.0, **self._measured(self._sharing.payoffs(parts))}

    def violated(self, value: ValueOf) -> Iterator[Row]:
        """The rows of coalitions that are paid less than they demand."""
        claims = self._demands.unmet(self._sharing.payoffs(self.parts(value)), self._allowed(value))
        for mask, worth in zip(claims.masks, claims.worths.tolist(), strict=True):
            left, least = self._demand(int(mask), worth)
            yield Row(left.coefficients, ">=", least, " + ".join(self._demands.coalition(int(mask))))

    @abstractmethod
    def _allowed(self, value: ValueOf) -> float:
        """How much anybody may miss at a point, in money."""

    @abstractmethod
    def _demand(self, mask: int, worth: float) -> tuple[Linear, float]:
        """The row of a coalition: an expression without constant, and the least it has to be."""

    @abstractmethod
    def _measured(self, payoffs: Floats) -> dict[pulp.LpVariable, float]:
        """The columns that measure payoffs, at these payoffs."""

    def _paid(self, mask: int) -> Linear:
        paid = Linear(constant=self._sharing.rest / self.unit if mask >> HUB & 1 else 0.0)
        for place, pool in enumerate(self._sharing.pools):
            factor = pool.amount / self._sharing.whole / self.unit
            sharing = (player for player in members(mask) if player in pool.sharers)
            paid.add(Linear.of((self._parts[place, player] for player in sharing), factor))
        return paid if paid.coefficients else paid.add(Linear.of([self._nothing]))

    def _missed(self, mask: int, worth: float) -> tuple[Linear, float]:
        """What a coalition is paid, without constants, and what that has to be for it to miss nothing."""
        paid = self._paid(mask)
        return Linear(paid.coefficients), worth / self.unit - paid.constant

    def _demand_for_each(self) -> None:
        for player, worth in enumerate(self._demands.least.tolist()):
            left, least = self._demand(1 << player, worth)
            self._add(left, ">=", least)

    def _part(self, name: str) -> pulp.LpVariable:
        clauses = self._sharing.clauses
        if clauses.tiers is None:
            return self.problem.add_variable(name, clauses.floor, clauses.cap, "Continuous")
        return self.problem.add_variable(name, clauses.least_tiers, clauses.most_tiers, "Integer")

    def _amount(self, name: str, high: float | None = None) -> pulp.LpVariable:
        return self.problem.add_variable(name, 0.0, high, "Continuous")

    def _minimise(self, columns: list[pulp.LpVariable]) -> None:
        self.problem.setObjective(expression(dict.fromkeys(columns, 1.0)))

    def _add(self, left: Linear, sense: str, right: float) -> None:
        written = expression(left.coefficients, left.constant - right)
        self.problem.addConstraint(written == 0 if sense == "==" else written >= 0)


class Nearest(ContractProgram):
    """The shares that pay as nearly as possible what is wanted; nobody misses more than an allowance."""

    def __init__(self, sharing: Sharing, demands: Demands, wanted: Floats, allowance: float = 0.0) -> None:
        super().__init__(sharing, demands)
        self._wanted, self._allowance = wanted, allowance
        self._demand_for_each()
        together = sharing.clauses.nearest == "largest"
        names = ["deviation"] if together else [f"deviation_{player}" for player in range(sharing.count)]
        self._deviations = [self._amount(name) for name in names]
        for player, amount in enumerate((wanted / self.unit).tolist()):
            deviation = Linear.of([self._deviations[0 if together else player]])
            self._add(deviation - self._paid(1 << player), ">=", -amount)
            self._add(deviation + self._paid(1 << player), ">=", amount)
            if sharing.clauses.tiers is not None:
                self._deviate_in_tiers(deviation, self._paid(1 << player), amount)
        self._minimise(self._deviations)

    def _deviate_in_tiers(self, deviation: Linear, paid: Linear, wanted: float) -> None:
        """Between two tiers, no deviation is below the line that joins those at the tiers: a sharper row."""
        if len(paid.coefficients) > 1:
            return
        ((part, factor),) = paid.coefficients.items()
        below = math.floor((wanted - paid.constant) / factor)
        away = wanted - paid.constant - factor * below
        slope = factor - 2 * away
        self._add(deviation - Linear({part: slope}), ">=", away - slope * below)

    def _allowed(self, value: ValueOf) -> float:
        return self._allowance

    def _demand(self, mask: int, worth: float) -> tuple[Linear, float]:
        if self._sharing.clauses.tiers is None:
            return self._missed(mask, worth - self._allowance)
        # Half the tolerance less, so that tiers that content somebody exactly are never cut off by rounding.
        left, least = self._missed(mask, worth - self._allowance - self._demands.tolerance / 2)
        factors = set(left.coefficients.values())
        if len(factors) > 1:
            return left, least
        # Where all tiers are worth the same, a coalition needs a whole number of them: a sharper row.
        return Linear.of(left.coefficients), math.ceil(least / factors.pop())

    def _measured(self, payoffs: Floats) -> dict[pulp.LpVariable, float]:
        away = np.abs(payoffs - self._wanted) / self.unit
        together = len(self._deviations) < len(away)
        return dict(zip(self._deviations, [away.max()] if together else away.tolist(), strict=True))


class LeastMissing(ContractProgram):
    """The shares after which the most that anybody misses is as little as possible."""

    def __init__(self, sharing: Sharing, demands: Demands) -> None:
        super().__init__(sharing, demands)
        self._missing = self._amount("missing")
        self._demand_for_each()
        self._minimise([self._missing])

    def _allowed(self, value: ValueOf) -> float:
        return value(self._missing) * self.unit

    def _demand(self, mask: int, worth: float) -> tuple[Linear, float]:
        left, least = self._missed(mask, worth)
        return left + Linear.of([self._missing]), least

    def _measured(self, payoffs: Floats) -> dict[pulp.LpVariable, float]:
        return {self._missing: max(0.0, self._demands.shortfall(payoffs).missing) / self.unit}
