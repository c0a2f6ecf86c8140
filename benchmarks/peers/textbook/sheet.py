"""The variables of the plain program: what is chosen, who is assigned, and products of such decisions."""

from __future__ import annotations

from collections.abc import Iterable

import pulp

from solver.assessment.assessment import Assessment
from solver.portfolio.selection import Selection

CHOSEN = 0.5


class Sheet:
    """A PuLP problem with a binary for every option, every possible assignment and every licence.

    `chosen[option]`, `assigned[need, partner]` and `licensed[pair]` are its decisions; everything else is
    made when it is asked for.
    """

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.problem = pulp.LpProblem("textbook", pulp.LpMaximize)
        self.chosen = [self.binary(f"x_{option}") for option in range(len(assessment.options))]
        self.assigned = {
            (number, partner): self.binary(f"m_{number}_{partner}")
            for number, need in enumerate(assessment.needs)
            for partner in need.capable
        }
        self.licensed = {
            number: self.binary(f"licence_{number}")
            for number, pair in enumerate(assessment.pairs)
            if pair.row.kind == "ip_conflict" and pair.row.value is not None
        }
        self._serving: dict[tuple[int, int], pulp.LpVariable] = {}
        self._products: dict[tuple[str, str], pulp.LpVariable] = {}
        self._entered: dict[int, pulp.LpVariable] = {}

    def binary(self, name: str) -> pulp.LpVariable:
        """A new binary variable."""
        return self.problem.add_variable(name, 0, 1, pulp.LpBinary)

    def amount(self, name: str, low: float | None = 0.0, high: float | None = None) -> pulp.LpVariable:
        """A new continuous variable."""
        return self.problem.add_variable(name, low, high, pulp.LpContinuous)

    def subject_to(self, rows: Iterable[pulp.LpConstraint]) -> None:
        """Add some rows."""
        for row in rows:
            self.problem.addConstraint(row)

    def is_chosen(self, element: int) -> pulp.LpAffineExpression:
        """Whether a partner or an application is chosen."""
        return pulp.lpSum(self.chosen[option] for option in self.assessment.options.of(element))

    def is_ready(self, element: int, period: int) -> pulp.LpAffineExpression:
        """Whether it is chosen and provides in a period."""
        options = self.assessment.options
        return pulp.lpSum(self.chosen[o] for o in options.of(element) if options.ready[o] <= period)

    def serves(self, application: int, partner: int) -> pulp.LpVariable | None:
        """Whether a partner is assigned anywhere on an application; None where it cannot be."""
        needs = self.assessment.needs_of.get(application, ())
        roles = [self.assigned[need, partner] for need in needs if (need, partner) in self.assigned]
        if not roles:
            return None
        if (application, partner) not in self._serving:
            serving = self.binary(f"serves_{application}_{partner}")
            self.subject_to(serving >= role for role in roles)
            self.subject_to([serving <= pulp.lpSum(roles)])
            self._serving[application, partner] = serving
        return self._serving[application, partner]

    def together(self, application: int | None, first: int, second: int) -> pulp.LpVariable | None:
        """Whether two are both chosen, or both serve an application: a product by its three rows.

        w ≤ a, w ≤ b, w ≥ a + b − 1 (McCormick 1976). None where it never comes about.
        """
        if application is None:
            one, other = self.is_chosen(first), self.is_chosen(second)
        else:
            serving = self.serves(application, first), self.serves(application, second)
            if serving[0] is None or serving[1] is None:
                return None
            one, other = pulp.lpSum([serving[0]]), pulp.lpSum([serving[1]])
        key = (f"{application}", "_".join(map(str, sorted((first, second)))))
        if key not in self._products:
            both = self.amount(f"both_{key[0]}_{key[1]}", high=1.0)
            self.subject_to([both <= one, both <= other, both >= one + other - 1])
            self._products[key] = both
        return self._products[key]

    def is_entered(self, group: int) -> pulp.LpVariable:
        """Whether something of a group is chosen and nothing of it was running."""
        if group not in self._entered:
            assessment = self.assessment
            entry = self.binary(f"entered_{group}")
            members = assessment.membership[group].nonzero()[0].tolist()
            running = [o for o in members if assessment.running[assessment.options.element[o]]]
            others = [self.chosen[o] for o in members if o not in running]
            old = pulp.lpSum(self.chosen[o] for o in running)
            self.subject_to(entry >= other - old for other in others)
            self.subject_to([entry <= pulp.lpSum(others)])
            self.subject_to(entry <= 1 - self.chosen[option] for option in running)
            self._entered[group] = entry
        return self._entered[group]

    def selection(self) -> Selection:
        """What the values of the variables stand for, once the problem is solved."""
        return Selection(
            self.assessment,
            tuple(option for option, column in enumerate(self.chosen) if _is_one(column)),
            frozenset(role for role, column in self.assigned.items() if _is_one(column)),
            frozenset(pair for pair, column in self.licensed.items() if _is_one(column)),
        ).without_idle_licences()


def _is_one(column: pulp.LpVariable) -> bool:
    return (column.varValue or 0.0) > CHOSEN
