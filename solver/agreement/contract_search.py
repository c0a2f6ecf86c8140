"""Whether a portfolio has a contract: shares that keep the clauses and that nobody has reason to leave."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import pulp

from solver.agreement.blocking import TOLERANCE, Blocking, BlockingSearch, UnansweredError
from solver.agreement.members import Members
from solver.allocation.coalitions import members as players_of
from solver.allocation.contract import Clauses
from solver.driver import Outcome, Row, Termination, ValueOf, expression, run
from solver.portfolio.selection import Selection

CERTAIN = 1e-9
ANSWERS_KEPT = 4096
LEAST_VALUE = 1e-6
"""Shares need something to share: what is worth less has no contract."""


@dataclass(frozen=True)
class Units:
    """In what shares are counted: in tiers, or in wholes where any share will do."""

    clauses: Clauses

    @property
    def whole(self) -> int:
        """How many units are the whole."""
        return round(1.0 / self.clauses.tier) if self.clauses.tier else 1

    @property
    def least(self) -> float:
        """The fewest that a player can have."""
        return self.rounded_up(self.clauses.floor * self.whole)

    @property
    def most(self) -> float:
        """The most that a player can have."""
        return -self.rounded_up(-self.clauses.cap * self.whole)

    def rounded_up(self, units: float) -> float:
        """The least number of units that a contract can name and that is no smaller."""
        return float(math.ceil(units - CERTAIN)) if self.clauses.tier else units

    def needed(self, amount: float, value: float) -> float:
        """How many units of a value it takes to get an amount, but for a rounding."""
        tolerated = TOLERANCE * max(1.0, value) if self.clauses.tier else 0.0
        return self.rounded_up((amount - tolerated) * self.whole / value)


@dataclass(frozen=True)
class Answer:
    """The shares of the contract that is best for the hub, None where there is none; who blocked on the way."""

    shares: tuple[float, ...] | None
    blocked: tuple[Blocking, ...] = ()


class ContractSearch:
    """Finds contracts for one portfolio after the other, and keeps the answers."""

    def __init__(self, clauses: Clauses, blocking: BlockingSearch) -> None:
        self.units = Units(clauses)
        self._blocking = blocking
        self._answer = lru_cache(ANSWERS_KEPT)(self._searched)

    def answer(self, selection: Selection) -> Answer:
        """The contract of a portfolio, which depends on what is chosen and what that is worth.

        Raises UnansweredError where the limits of the search for who blocks end first.
        """
        return self._answer(selection.options, float(Members(selection).value), selection)

    def _searched(self, options: tuple[int, ...], value: float, selection: Selection) -> Answer:
        ...
