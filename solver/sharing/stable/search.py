"""Whether a portfolio has a contract: shares that keep the clauses and that nobody has reason to leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pulp

from solver import driver
from solver.driver import Row, ValueOf, expression
from solver.games.coalitions import members as players_of
from solver.games.contract.clauses import Clauses
from solver.games.game import UnprovenError
from solver.portfolio.selection import Selection
from solver.run import Termination
from solver.sharing.members import Members
from solver.sharing.stable.blocking import Blocking, BlockingSearch, Payoffs
from solver.sharing.stable.units import ShareUnits

LEAST_PART = 1e-9
"""Shares need something to share: what is worth less, relative to the best there is, has no contract."""


@dataclass(frozen=True)
class Answer:
    """The shares of the contract that is best for the hub, or None; who blocked others on the way."""

    shares: tuple[float, ...] | None
    blocked: tuple[Blocking, ...] = ()


class ShareSearch:
    """Finds the contract of one portfolio after the other, and keeps the answers.

    `most` is a bound of the alliance value.
    """

    def __init__(self, clauses: Clauses, blocking: BlockingSearch, most: float) -> None:
        self.least_value = LEAST_PART * max(0.0, most)
        self._units = ShareUnits(clauses)
        self._blocking = blocking
        self.run = blocking.run
        self._answers: dict[tuple[tuple[int, ...], float], Answer] = {}

    def answer(self, selection: Selection) -> Answer:
        """The contract of a portfolio; it depends on what is chosen and on what the whole is worth.

        Raises UnprovenError where the limits of the search for who blocks end first.
        """
        members = Members(selection)
        key = (selection.options, float(members.value))
        if key not in self._answers:
            self._answers[key] = self._searched(members)
        return self._answers[key]

    def has_contract(self, selection: Selection) -> bool:
        """Whether a portfolio has a contract for certain."""
        try:
            return self.answer(selection).shares is not None
        except UnprovenError:
            return False

    def _searched(self, members: Members) -> Answer:
        if not members.value > self.least_value:
            return Answer(None)
        return _ShareProgram(members, self._units, self._blocking).solve()


class _ShareProgram:
    """max the hub's share, where all shares add up to the whole and nobody is paid too little.

    What coalitions with the hub are worth comes as rows on demand: it is a `Lazy`.
    """

    def __init__(self, members: Members, units: ShareUnits, blocking: BlockingSearch) -> None:
        self._members = members
        self._units = units
        self._blocking = blocking
        self._blocked: list[Blocking] = []
        self._problem = problem = pulp.LpProblem("shares", pulp.LpMaximize)
        kind = "Integer" if units.clauses.tier else "Continuous"
        self._parts = [
            problem.add_variable(f"part_{player}", 0.0, units.whole, kind)
            for player in range(len(members.players))
        ]
        problem.setObjective(self._sum([0]))
        problem.addConstraint(self._sum(range(len(self._parts))) == units.whole, "whole")
        for player, floor in enumerate(members.floors.tolist()):
            part, needed = self._sum([player]), units.needed(floor, members.value)
            problem.addConstraint(part >= max(units.least, needed), f"floor_{player}")
            problem.addConstraint(part <= units.most, f"cap_{player}")
        for number, (mask, worth) in enumerate(members.outside):
            needed = units.needed(worth, members.value)
            problem.addConstraint(self._sum(players_of(mask)) >= needed, f"group_{number}")

    def solve(self) -> Answer:
        """The shares, or proof that there are none; raises UnprovenError where the limits end first."""
        outcome = driver.run(self._problem, lazies=[self], during=self._blocking.run.heard_by(None))
        blocked = tuple(self._blocked)
        if outcome.values is not None:
            return Answer(tuple(outcome.value(part) / self._units.whole for part in self._parts), blocked)
        if outcome.termination is not Termination.infeasible:
            raise UnprovenError(f"whether there is a contract is not known: {outcome.termination}")
        return Answer(None, blocked)

    def violated(self, value: ValueOf) -> Iterator[Row]:
        found = self._blocking.worst(self._members.selection, self._payoffs(value))
        if found is not None:
            self._blocked.append(found)
            coalition = [self._parts[player] for player in players_of(self._members.mask(found.partners))]
            needed = self._units.needed(found.worth, self._members.value)
            yield Row(dict.fromkeys(coalition, 1.0), ">=", needed, "what a coalition is worth")

    def _payoffs(self, value: ValueOf) -> Payoffs:
        unit = float(self._members.value) / self._units.whole
        return tuple(max(0.0, value(part)) * unit for part in self._parts)

    def _sum(self, players: Iterable[int]) -> pulp.LpAffineExpression:
        return expression({self._parts[player]: 1.0 for player in players})
