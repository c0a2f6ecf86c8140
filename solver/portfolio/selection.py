"""A selection: a portfolio seen against its assessment, as indices and arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment
from solver.assessment.outlook import Outlook
from solver.portfolio.portfolio import (
    Assignment,
    ChosenPartner,
    LaunchedApplication,
    Licence,
    Portfolio,
)


@dataclass(frozen=True)
class Selection:
    """Chosen options, assignments as (need, partner element), and paid licences as pair-row indices.

    Two are equal that choose the same of the same assessment.
    """

    assessment: Assessment
    options: tuple[int, ...]
    assigned: frozenset[tuple[int, int]] = frozenset()
    licences: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(sorted(self.options)))

    @property
    def outlook(self) -> Outlook | None:
        """The scenarios it is judged in; of nothing nothing is uncertain, and none are drawn."""
        return self.assessment.outlook if self.options else None

    @cached_property
    def chosen(self) -> NDArray[np.bool_]:
        """Whether each element is chosen, shape (E,)."""
        chosen = np.zeros(len(self.assessment.elements), dtype=bool)
        chosen[self.assessment.options.element[list(self.options)]] = True
        return chosen

    @cached_property
    def option_of(self) -> dict[int, int]:
        """The chosen option of each chosen element."""
        return {int(self.assessment.options.element[option]): option for option in self.options}

    @property
    def partners(self) -> list[int]:
        """The chosen partners' element indices, ascending."""
        return [int(e) for e in np.flatnonzero(self.chosen[: self.assessment.partner_count])]

    @property
    def applications(self) -> list[int]:
        """The launched applications' element indices, ascending."""
        first = self.assessment.partner_count
        return [first + int(e) for e in np.flatnonzero(self.chosen[first:])]

    def start(self, element: int) -> int:
        """The start period of a chosen element."""
        return int(self.assessment.options.start[self.option_of[element]])

    def ready_by(self, element: int, period: int) -> bool:
        """Whether the element is chosen and earns or provides in the period."""
        option = self.option_of.get(element)
        return option is not None and int(self.assessment.options.ready[option]) <= period

    def first_able(self, need: int) -> list[int]:
        """The first chosen partners that are able and ready to meet a need, as many as it takes."""
        needed = self.assessment.needs[need]
        start = self.start(needed.application)
        able = [partner for partner in needed.capable if self.ready_by(partner, start)]
        return able[: needed.requirement.providers]

    @cached_property
    def serving(self) -> dict[int, frozenset[int]]:
        """Chosen partners assigned anywhere on each launched application."""
        found: dict[int, set[int]] = {}
        for need, partner in self.assigned:
            application = self.assessment.needs[need].application
            if self.chosen[application] and self.chosen[partner]:
                found.setdefault(application, set()).add(partner)
        return {application: frozenset(partners) for application, partners in found.items()}

    def serves_together(self, first: int, second: int, application: int) -> bool:
        """Whether two partners both serve the application."""
        return {first, second} <= self.serving.get(application, frozenset())

    def meeting_places(self, pair: int) -> list[int]:
        """Applications served by both members of an `ip_conflict` row, among those the row is about."""
        row = self.assessment.pairs[pair]
        places = self.assessment.ip_places(pair)
        return [place for place in places if self.serves_together(row.first, row.second, place)]

    def without_idle_licences(self) -> Selection:
        """The same without the licences that no application calls for: nobody pays those (spec 3.1.16)."""
        needed = frozenset(pair for pair in self.licences if self.meeting_places(pair))
        return self if needed == self.licences else replace(self, licences=needed)

    def portfolio(self) -> Portfolio:
        """The same in the planner's words, in table order."""
        assessment, options = self.assessment, self.assessment.options
        ids = assessment.elements
        return Portfolio(
            partners=tuple(
                ChosenPartner(ids[e], options.level[self.option_of[e]], self.start(e)) for e in self.partners
            ),
            applications=tuple(LaunchedApplication(ids[e], self.start(e)) for e in self.applications),
            assignments=tuple(self._assignment(need, partner) for need, partner in sorted(self.assigned)),
            licences=tuple(self._licence(pair) for pair in sorted(self.licences)),
        )

    def _assignment(self, need: int, partner: int) -> Assignment:
        row = self.assessment.needs[need].requirement
        return Assignment(row.application, row.technology, self.assessment.elements[partner])

    def _licence(self, pair: int) -> Licence:
        row = self.assessment.pairs[pair].row
        return Licence(row.first, row.second, row.application)
