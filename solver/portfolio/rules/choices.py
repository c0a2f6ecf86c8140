"""What may be chosen at all: one option each, and the planner's locks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.rules.handle import WHOLE, Handle
from solver.portfolio.rules.rule import Reading, RowsRule, Rule
from solver.portfolio.selection import Selection


@dataclass(frozen=True)
class OneOption(Rule):
    """A partner is chosen at one level from one start on, an application from one start on."""

    name: ClassVar[str] = "one_option"
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        options = selection.assessment.options
        for element, times in Counter(int(options.element[option]) for option in selection.options).items():
            if times > 1:
                about = f"levels and starts chosen for {selection.assessment.label(element)}"
                yield Reading(self.name, about, times, "<=", 1)


@dataclass(frozen=True)
class Statuses(RowsRule):
    """Whose status is `in` must be chosen, whose status is `out` must not."""

    name: ClassVar[str] = "status"
    binds_parts: ClassVar[bool | None] = False

    def elements(self, assessment: Assessment, status: str) -> list[int]:
        """The elements with this status, where it is in force."""
        return [e for e in with_status(assessment, status) if assessment.elements[e] not in self.without]

    def rows(self, assessment: Assessment) -> Iterator[Handle]:
        for status, must in (("in", "must"), ("out", "must not")):
            for element in with_status(assessment, status):
                row, table = element + 1, "partners"
                if element >= assessment.partner_count:
                    row, table = row - assessment.partner_count, "applications"
                about = f"{assessment.label(element)} {must} be chosen"
                yield Handle(self, assessment.elements[element], f"{table} row {row}, status", about)

    def readings(self, selection: Selection) -> Iterator[Reading]:
        for element in self.elements(selection.assessment, "in"):
            yield _must(self.name, selection, element)
        for element in self.elements(selection.assessment, "out"):
            yield _must_not(self.name, selection, element)


@dataclass(frozen=True)
class Lock(Rule):
    """A partner or application that the planner locks in or out, whatever its status."""

    name: ClassVar[str] = "lock"
    binds_parts: ClassVar[bool | None] = False
    id: str
    chosen: bool

    def words(self, assessment: Assessment) -> str:
        return f"{assessment.instance.labels[self.id]} {'must' if self.chosen else 'must not'} be chosen"

    def handles(self, assessment: Assessment) -> Iterator[Handle]:
        place = f"locked {'in' if self.chosen else 'out'}"
        yield Handle(self, WHOLE, place, self.words(assessment))

    def readings(self, selection: Selection) -> Iterator[Reading]:
        element = selection.assessment.index[self.id]
        yield (_must if self.chosen else _must_not)(self.name, selection, element)


def with_status(assessment: Assessment, status: str) -> list[int]:
    """The elements whose status column says this."""
    rows = (*assessment.instance.partners, *assessment.instance.applications)
    return [element for element, row in enumerate(rows) if row.status == status]


def _must(rule: str, selection: Selection, element: int) -> Reading:
    about = f"{selection.assessment.label(element)} must be chosen"
    return Reading(rule, about, float(selection.chosen[element]), ">=", 1)


def _must_not(rule: str, selection: Selection, element: int) -> Reading:
    about = f"{selection.assessment.label(element)} must not be chosen"
    return Reading(rule, about, float(selection.chosen[element]), "<=", 0)
