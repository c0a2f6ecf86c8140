"""Rules that are bounds on quantities: both their readings follow from those of the quantities."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isinf
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.quantities import Bound
from solver.portfolio.risks import LossMeasure
from solver.portfolio.rules.handle import Handle, Part
from solver.portfolio.rules.rule import Reading, Rule
from solver.portfolio.selection import Selection
from solver.risk.measures import Measure


class BoundRule(Rule):
    """A rule that is a list of bounds, and nothing else."""

    @abstractmethod
    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        """The bounds that must all hold."""

    def hangs_on_options(self, assessment: Assessment) -> bool:
        bounds = self.bounds(assessment)
        return all(term.hangs_on_options for bound in bounds for term in bound.quantity.weights())

    def words(self, assessment: Assessment) -> str:
        return "; ".join(map(str, self.bounds(assessment)))

    def readings(self, selection: Selection) -> Iterator[Reading]:
        for bound in self.bounds(selection.assessment):
            about = bound.about or str(bound.quantity)
            room = bound.quantity.precision * (abs(bound.limit) + bound.quantity.magnitude(selection))
            yield Reading(self.name, about, bound.quantity.amount(selection), bound.sense, bound.limit, room)


@dataclass(frozen=True)
class Wish(BoundRule):
    """A bound of the planner's own, as in `Formulation(subject_to=[Innovation() >= 3])`."""

    name: ClassVar[str] = "wish"
    bound: Bound

    @property
    def can_give_way(self) -> bool:
        return True

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        yield self.bound

    @property
    def risk_limit(self) -> tuple[Measure, float] | None:
        match self.bound:
            case Bound(LossMeasure(measure), "<=", limit):
                return measure, limit
            case _:
                return None

    def handles(self, assessment: Assessment) -> Iterator[Handle]:
        about, upward = self.bound.about or str(self.bound.quantity), self.bound.sense == "<="
        yield Handle(self, "bound", about, "", self.bound.limit, upward)

    def loosened(self, part: Part, amount: float) -> Wish | None:
        step = amount if self.bound.sense == "<=" else -amount
        return None if isinf(amount) else Wish(replace(self.bound, limit=self.bound.limit + step))

    def for_part(self) -> Wish | None:
        return self if self.bound.sense == "<=" else None
