"""What may be chosen at all: one option each, and the planner's locks."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.rules.handle import Handle
from solver.portfolio.rules.rule import ChoiceRow, Reading, RowsRule, Rule, chosen
from solver.portfolio.selection import Selection


@dataclass(frozen=True)
class OneOption(Rule):
    """A partner is chosen at one level from one start on, an application from one start on."""

    name: ClassVar[str] = "one_option"
    logical: ClassVar[bool] = True
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        options = selection.assessment.options
        for element, times in Counter(int(options.element[option]) for option in selection.options).items():
            if times > 1:
                about = f"levels and starts chosen for {selection.assessment.label(element)}"
                yield Reading(self.name, about, times, "<=", 1)

    def choice_rows(self, assessment: Assessment) -> Iterator[ChoiceRow]:
        for element in range(len(assessment.elements)):
            if len(assessment.options.of(element)) > 1:
                yield ChoiceRow(chosen(assessment, element), 1.0)

    def hangs_on_options(self, assessment: Assessment) -> bool:
        return True


class Locks(Rule):
    """Some must be chosen, some must not."""

    binds_parts: ClassVar[bool | None] = False

    @abstractmethod
    def demanded(self, assessment: Assessment) -> list[int]:
        """Those that must be."""

    @abstractmethod
    def barred(self, assessment: Assessment) -> list[int]:
        """Those that must not be."""

    def readings(self, selection: Selection) -> Iterator[Reading]:
        has, label = selection.chosen, selection.assessment.label
        for element in self.demanded(selection.assessment):
            yield Reading(self.name, f"{label(element)} must be chosen", float(has[element]), ">=", 1)
        for element in self.barred(selection.assessment):
            yield Reading(self.name, f"{label(element)} must not be chosen", float(has[element]), "<=", 0)

    def hangs_on_options(self, assessment: Assessment) -> bool:
        return True

    def broken_by_less(self, assessment: Assessment) -> bool:
        return bool(self.demanded(assessment))


@dataclass(frozen=True)
class Statuses(Locks, RowsRule):
    """Whose status is `in` must be chosen, whose status is `out` must not."""

    name: ClassVar[str] = "status"
    logical: ClassVar[bool] = True

    def demanded(self, assessment: Assessment) -> list[int]:
        return self._with(assessment, "in")

    def barred(self, assessment: Assessment) -> list[int]:
        return self._with(assessment, "out")

    def _with(self, assessment: Assessment, status: str) -> list[int]:
        return [e for e in with_status(assessment, status) if assessment.elements[e] not in self.without]

    def rows(self, assessment: Assessment) -> Iterator[Handle]:
        for status, must in (("in", "must"), ("out", "must not")):
            for element in with_status(assessment, status):
                row, table = element + 1, "partners"
                if element >= assessment.partner_count:
                    row, table = row - assessment.partner_count, "applications"
                about = f"{assessment.label(element)} {must} be chosen"
                yield Handle(self, assessment.elements[element], f"{table} row {row}, status", about)


@dataclass(frozen=True)
class Lock(Locks):
    """A partner or application that the planner locks in or out, whatever its status."""

    name: ClassVar[str] = "lock"
    logical: ClassVar[bool] = True
    passing: ClassVar[bool] = True
    id: str
    chosen: bool

    @property
    def can_give_way(self) -> bool:
        return True

    def words(self, assessment: Assessment) -> str:
        return f"{assessment.instance.labels[self.id]} {'must' if self.chosen else 'must not'} be chosen"

    def handles(self, assessment: Assessment) -> Iterator[Handle]:
        place = f"locked {'in' if self.chosen else 'out'} {self.id}"
        yield Handle(self, self.id, place, self.words(assessment))

    def demanded(self, assessment: Assessment) -> list[int]:
        return [assessment.index[self.id]] if self.chosen else []

    def barred(self, assessment: Assessment) -> list[int]:
        return [] if self.chosen else [assessment.index[self.id]]


def with_status(assessment: Assessment, status: str) -> list[int]:
    """The elements whose status column says this."""
    rows = (*assessment.instance.partners, *assessment.instance.applications)
    return [element for element, row in enumerate(rows) if row.status == status]
