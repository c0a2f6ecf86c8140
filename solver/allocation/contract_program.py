"""The contract programs: the shares nearest to wanted payoffs, and the shares that leave least missing."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pulp

from solver.allocation.coalitions import Floats, members
from solver.allocation.contract_demands import Demands
from solver.allocation.contract_shares import HUB, Sharing
from solver.driver import Cancel, Progress, Row, SearchLimits, Termination, ValueOf, expression, run
from solver.model.linear import Linear

WHOLE = 100.0
"""The game's largest amount in a program: what a back end takes for nothing is then far below the tolerance."""


@dataclass(frozen=True, eq=False)
class Found:
    """Shares, None where none were found; a lower bound of the objective in money, and why the search ended."""

    shares: Floats | None
    bound: float
    termination: Termination


@dataclass
class Search:
    """What several programs, one after the other, have in common: the limits, the listener, the token.

    Once one of them had to stop, the others only judge what they begin with.
    """

    limits: SearchLimits
    progress: Callable[[Progress], None] | None = None
    cancel: Cancel | None = None
    _began: float = field(default_factory=time.monotonic)
    _stopped: bool = False

    def solve(self, program: _Program, start: Floats) -> Found:
        """The best of a program, from a start that keeps the clauses (numbers of tiers, or shares)."""
        outcome = run(
            program.problem,
            lazies=[program],
            limits=self._left,
            start=program.values(start),
            progress=self._told_in_money(program.unit),
            cancel=self.cancel,
        )
        self._stopped |= outcome.termination in (Termination.time_limit, Termination.cancelled)
        shares = None if outcome.values is None else program.shares(outcome.value)
        bound = 0.0 if outcome.bound is None else max(0.0, outcome.bound * program.unit)
        return Found(shares, bound, outcome.termination)

    @property
    def _left(self) -> SearchLimits:
        spent = math.inf if self._stopped else time.monotonic() - self._began
        return replace(self.limits, seconds=0.0) if self._stopped else self.limits.after(spent)

    def _told_in_money(self, unit: float) -> Callable[[Progress], None] | None:
        listener = self.progress
        if listener is None:
            return None

        def tell(news: Progress) -> None:
            incumbent, bound = (
                None if amount is None else amount * unit for amount in (news.incumbent, news.bound)
            )
            listener(replace(news, incumbent=incumbent, bound=bound))

        return tell


class _Program:
    """Shares as columns, in tiers where there are any, and what everybody demands as rows.

    Amounts are in units of `unit`. Rows of coalitions of several players are made on demand.
    """

    def __init__(self, sharing: Sharing, demands: Demands) -> None:
        self.problem = pulp.LpProblem("contract", pulp.LpMinimize)
        self.unit = demands.size / WHOLE
        self._sharing, self._demands = sharing, demands
        self._parts = {
            (place, player): self._part(f"share_{place}_{player}")
            for place, pool in enumerate(sharing.pools)
            for player in pool.sharers
        }
        for place, pool in enumerate(sharing.pools):
            whole = Linear.of(self._parts[place, player] for player in pool.sharers)
            self._add("==", whole, sharing.clauses.tiers or 1.0)

    def shares(self, value: ValueOf) -> Floats:
        """The shares of a solution."""
        return self._sharing.in_tiers(self._numbers(value))

    def values(self, start: Floats) -> Mapping[pulp.LpVariable, float]:
        """The columns of a start."""
        return {column: float(start[place]) for place, column in self._parts.items()}

    def violated(self, value: ValueOf) -> Iterator[Row]:
        """The rows of coalitions that are paid less than they demand."""
        payoffs = self._sharing.payoffs(self._numbers(value) / (self._sharing.clauses.tiers or 1))
        claims = self._demands.unmet(payoffs, self._missing(value))
        for mask, worth in zip(claims.masks, claims.worths, strict=True):
            left, least = self._demand(int(mask), float(worth))
            label = " + ".join(self._demands.coalition(int(mask)))
            yield Row(left.coefficients, ">=", least, label)

    def _missing(self, value: ValueOf) -> float:
        """What anybody may miss at a point, in money."""
        raise NotImplementedError

    def _demand(self, mask: int, worth: float) -> tuple[Linear, float]:
        """The row of a coalition: left ≥ least."""
        raise NotImplementedError

    def _paid(self, mask: int) -> Linear:
        """What a coalition is paid."""
        paid = Linear(constant=self._sharing.rest / self.unit if mask >> HUB & 1 else 0.0)
        for place, pool in enumerate(self._sharing.pools):
            factor = pool.amount / (self._sharing.clauses.tiers or 1) / self.unit
            paid.coefficients |= {
                self._parts[place, player]: factor for player in members(mask) if (place, player) in self._parts
            }
        return paid

    def _numbers(self, value: ValueOf) -> Floats:
        numbers = np.zeros((len(self._sharing.pools), self._sharing.count))
        for place, column in self._parts.items():
            numbers[place] = value(column)
        return numbers

    def _part(self, name: str) -> pulp.LpVariable:
        clauses = self._sharing.clauses
        if clauses.tiers is None:
            return self._column(name, clauses.floor, clauses.cap)
        return self.problem.add_variable(name, clauses.least_tiers, clauses.most_tiers, "Integer")

    def _column(self, name: str, low: float | None = 0.0, high: float | None = None) -> pulp.LpVariable:
        return self.problem.add_variable(name, low, high, "Continuous")

    def _minimise(self, columns: list[pulp.LpVariable]) -> None:
        self.problem.setObjective(expression(dict.fromkeys(columns, 1.0)))

    def _demand_of_each(self) -> None:
        for player, worth in enumerate(self._demands.least.tolist()):
            self._add(">=", *self._demand(1 << player, worth))

    def _add(self, sense: str, left: Linear, right: float) -> None:
        if not left.coefficients:
            return
        written = expression(left.coefficients, left.constant - right)
        self.problem.addConstraint(written == 0 if sense == "==" else written >= 0)


class Nearest(_Program):
    """The shares that pay as nearly as possible what is wanted, where nobody misses more than an allowance."""

    def __init__(self, sharing: Sharing, demands: Demands, wanted: Floats, allowance: float = 0.0) -> None:
        super().__init__(sharing, demands)
        self._wanted, self._allowance = wanted, allowance
        self._demand_of_each()
        one = sharing.clauses.nearest == "largest"
        names = ["deviation"] if one else [f"deviation_{player}" for player in range(sharing.count)]
        self._deviations = [self._column(name) for name in names]
        for player, amount in enumerate((wanted / self.unit).tolist()):
            deviation = Linear.of([self._deviations[0 if one else player]])
            self._add(">=", deviation - self._paid(1 << player), -amount)
            self._add(">=", deviation + self._paid(1 << player), amount)
        self._minimise(self._deviations)

    def values(self, start: Floats) -> Mapping[pulp.LpVariable, float]:
        """The columns of a start."""
        parts = start / (self._sharing.clauses.tiers or 1)
        away = np.abs(self._sharing.payoffs(parts) - self._wanted) / self.unit
        if len(self._deviations) == 1:
            away = away.max(keepdims=True)
        return {**super().values(start), **dict(zip(self._deviations, away.tolist(), strict=True))}

    def _missing(self, value: ValueOf) -> float:
        return self._allowance

    def _demand(self, mask: int, worth: float) -> tuple[Linear, float]:
        paid = self._paid(mask)
        least = (worth - self._allowance - self._demands.tolerance / 2) / self.unit - paid.constant
        return self._in_whole_tiers(Linear(paid.coefficients), least)

    def _in_whole_tiers(self, left: Linear, least: float) -> tuple[Linear, float]:
        """Where all tiers are worth the same, a coalition needs a whole number of them: that is sharper."""
        factors = set(left.coefficients.values())
        if self._sharing.clauses.tiers is None or len(factors) != 1:
            return left, least
        (factor,) = factors
        return left.scaled(1 / factor), math.ceil(least / factor)


class LeastMissing(_Program):
    """The shares after which the most that anybody misses is as little as possible."""

    def __init__(self, sharing: Sharing, demands: Demands) -> None:
        super().__init__(sharing, demands)
        self._shortfall = self._column("shortfall")
        self._demand_of_each()
        self._minimise([self._shortfall])

    def values(self, start: Floats) -> Mapping[pulp.LpVariable, float]:
        """The columns of a start."""
        payoffs = self._sharing.payoffs(start / (self._sharing.clauses.tiers or 1))
        missing = max(0.0, self._demands.shortfall(payoffs).missing)
        return {**super().values(start), self._shortfall: missing / self.unit}

    def _missing(self, value: ValueOf) -> float:
        return value(self._shortfall) * self.unit

    def _demand(self, mask: int, worth: float) -> tuple[Linear, float]:
        paid = self._paid(mask)
        least = (worth - self._demands.tolerance / 2) / self.unit - paid.constant
        return Linear(paid.coefficients) + Linear.of([self._shortfall]), least
