"""Whether a portfolio has a contract: shares that keep the clauses and that nobody has reason to leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulp

from solver.agreement.blocking import Blocking, BlockingSearch, UnansweredError
from solver.agreement.members import Members
from solver.agreement.share_units import ShareUnits
from solver.allocation.coalitions import members as players_of
from solver.allocation.contract import Clauses
from solver.driver import Row, ValueOf, expression, run
from solver.portfolio.selection import Selection

ANSWERS_KEPT = 4096
LEAST_VALUE = 1e-6
"""Shares need something to share: what is worth less has no contract."""


@dataclass(frozen=True)
class Answer:
    """Shares of the contract that is best for the hub, None where there is none; who blocked on the way."""

    shares: tuple[float, ...] | None
    blocked: tuple[Blocking, ...] = ()


class ShareSearch:
    """Finds the contract of one portfolio after the other, and keeps the answers."""

    def __init__(self, clauses: Clauses, blocking: BlockingSearch) -> None:
        self._units = ShareUnits(clauses)
        self._blocking = blocking
        self._answers: dict[tuple[tuple[int, ...], float], Answer] = {}

    def answer(self, selection: Selection) -> Answer:
        """The contract of a portfolio; it depends on what is chosen and on what the whole is worth.

        Raises UnansweredError where the limits of the search for who blocks end first.
        """
        key = (selection.options, float(Members(selection).value))
        if key not in self._answers:
            self._answers[key] = self._searched(Members(selection))
        return self._answers[key]

    def has_contract(self, selection: Selection) -> bool:
        """Whether a portfolio has a contract for certain."""
        try:
            return self.answer(selection).shares is not None
        except UnansweredError:
            return False

    def _searched(self, members: Members) -> Answer:
        units, value = self._units, members.value
        if value < LEAST_VALUE:
            return Answer(None)
        least = [max(units.least, units.needed(floor, value)) for floor in members.floors.tolist()]
        if max(least) > units.most or sum(least) > units.whole:
            return Answer(None)
        problem = pulp.LpProblem("contract", pulp.LpMaximize)
        kind = "Integer" if units.clauses.tier else "Continuous"
        parts = [
            problem.add_variable(f"part_{player}", low, units.most, kind) for player, low in enumerate(least)
        ]
        problem.addConstraint(expression(dict.fromkeys(parts, 1.0)) == units.whole, "whole")
        for number, (mask, worth) in enumerate(members.outside):
            group = [parts[player] for player in players_of(mask)]
            problem.addConstraint(
                expression(dict.fromkeys(group, 1.0)) >= units.needed(worth, value), f"group_{number}"
            )
        problem.setObjective(expression({parts[0]: 1.0}))
        demands = _Demands(members, units, parts, self._blocking)
        outcome = run(problem, lazies=[demands])
        if outcome.values is None:
            return Answer(None, tuple(demands.met))
        return Answer(tuple(outcome.value(part) / units.whole for part in parts), tuple(demands.met))


class _Demands:
    """What coalitions with the hub are worth, as rows over the shares; a `Lazy`."""

    def __init__(
        self,
        members: Members,
        units: ShareUnits,
        parts: Sequence[pulp.LpVariable],
        blocking: BlockingSearch,
    ) -> None:
        self.met: list[Blocking] = []
        self._members = members
        self._units = units
        self._parts = parts
        self._blocking = blocking

    def violated(self, value: ValueOf) -> Iterator[Row]:
        units, members = self._units, self._members
        payoffs = tuple(max(0.0, value(part)) * members.value / units.whole for part in self._parts)
        found = self._blocking.worst(members.selection, payoffs)
        if found is not None:
            self.met.append(found)
            coalition = players_of(members.mask(found.partners))
            needed = units.needed(found.worth, members.value)
            yield Row(dict.fromkeys((self._parts[p] for p in coalition), 1.0), ">=", needed, "coalition")
