"""Plans: portfolios as people and other tools write them, read against an assessment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from solver.assessment.assessment import Assessment
from solver.errors import InputError
from solver.instance.calling import called
from solver.instance.defects import Defect
from solver.portfolio.plan_document import PlanDocument, Planned, plan_document
from solver.portfolio.portfolio import Assignment, Licence
from solver.portfolio.rules.rule import Reading
from solver.portfolio.selection import Selection

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Plan:
    """What a plan says: the selection it makes, what is already wrong with it, and whether it is open.

    `open` means that the plan leaves the assignments to be found.
    """

    selection: Selection
    problems: tuple[Reading, ...]
    open: bool


def read_plan(assessment: Assessment, document: Any, place: str = "plan") -> Plan:
    """Read a plan: a result's JSON, its `portfolio`, or ids that somebody typed.

    A level may be left out where the partner has one level or is running, a start means the earliest;
    without `licences`, those that are needed count as paid. What the instance knows but cannot be chosen so,
    and what is named twice, is a problem of the plan. Raises InputError, with all defects, for what is no
    plan and for what names something that the instance does not know.
    """
    return _Reader(assessment, place).read(plan_document(document, place))


class _Reader:
    def __init__(self, assessment: Assessment, place: str) -> None:
        self.assessment = assessment
        self.place = place
        self.defects: list[Defect] = []
        self.problems: list[Reading] = []

    def read(self, plan: PlanDocument) -> Plan:
        options = [self._option(row, "partners") for row in plan.partners]
        options += [self._option(row, "applications") for row in plan.applications]
        assigned = [self._assigned(row) for row in plan.assignments or ()]
        licences = [self._licence(row) for row in plan.licences or ()]
        if self.defects:
            raise InputError(self.defects)
        self.problems += self._named_twice(options, assigned, licences)
        selection = Selection(
            self.assessment,
            tuple({option for option in options if option is not None}),
            frozenset(pair for pair in assigned if pair is not None),
            frozenset(pair for pair in licences if pair is not None),
        )
        if plan.licences is None:
            selection = with_needed_licences(selection)
        return Plan(selection, tuple(dict.fromkeys(self.problems)), plan.assignments is None)

    def _named_twice(
        self,
        options: list[int | None],
        assigned: list[tuple[int, int] | None],
        licences: list[int | None],
    ) -> Iterator[Reading]:
        """Rows that say the same again; two levels or starts of one partner break a rule of their own."""
        ids, pairs, needs = self.assessment.elements, self.assessment.pairs, self.assessment.needs
        for option, times in _repeated(options):
            label = self.assessment.label(int(self.assessment.options.element[option]))
            yield Reading("one_option", f"times that the plan names {label}", times, "<=", 1)
        for (need, partner), times in _repeated(assigned):
            row = needs[need].requirement
            about = f"times that the plan assigns {ids[partner]} to {row.technology} for {row.application}"
            yield Reading("coverage", about, times, "<=", 1)
        for pair, times in _repeated(licences):
            about = f"times that the plan pays the licence between {pairs[pair].row.first} and "
            yield Reading("ip_conflict", f"{about}{pairs[pair].row.second}", times, "<=", 1)

    def _option(self, row: Planned, table: str) -> int | None:
        partner = table == "partners"
        element = self._called(row.id, table, table)
        if element is None:
            return None
        options = self.assessment.options
        mine = options.of(element)
        level = row.level if partner else ""
        if level is None:
            level = self._only_level(element)
        fitting = [
            o for o in mine if options.level[o] == level and row.start in (None, int(options.start[o]))
        ]
        if fitting:
            return fitting[0]
        label = self.assessment.label(element)
        at = f" at level {level}" if level else ""
        when = "" if row.start is None else f" from period {row.start}"
        self.problems.append(Reading("one_option", f"{label} cannot be chosen{at}{when}", 1, "<=", 0))
        return None

    def _only_level(self, element: int) -> str | None:
        partner = self.assessment.instance.partners[element]
        options = self.assessment.options
        levels = list(dict.fromkeys(options.level[o] for o in options.of(element)))
        if partner.running_level is not None or len(levels) == 1:
            return partner.running_level or levels[0]
        remedy = f"say at which level {partner.id} is engaged: {', '.join(levels)}"
        self.defects.append(Defect(f"{self.place}.partners", remedy, value=partner.id))
        return None

    def _assigned(self, row: Assignment) -> tuple[int, int] | None:
        partner = self._called(row.partner, "partners", "assignments")
        application = self._called(row.application, "applications", "assignments")
        if partner is None or application is None:
            return None
        for need, known in enumerate(self.assessment.needs):
            if known.application == application and known.requirement.technology == row.technology:
                return need, partner
        about = (
            f"{row.partner} assigned to {row.technology} for {row.application}, where no partner is needed"
        )
        self.problems.append(Reading("coverage", about, 1, "<=", 0))
        return None

    def _licence(self, row: Licence) -> int | None:
        members = {
            self._called(row.first, "partners", "licences"),
            self._called(row.second, "partners", "licences"),
        }
        place = row.application and self._called(row.application, "applications", "licences")
        if None in members or (row.application and place is None):
            return None
        for index, pair in enumerate(self.assessment.pairs):
            offered = pair.row.kind == "ip_conflict" and pair.row.value is not None
            if offered and {pair.first, pair.second} == members and pair.application == place:
                return index
        remedy = "no ip_conflict row offers this licence"
        self.defects.append(Defect(f"{self.place}.licences", remedy, value=f"{row.first}, {row.second}"))
        return None

    def _called(self, name: str, table: str, place: str) -> int | None:
        """The partner or application of an id or a name; None, with a defect, where there is not one."""
        try:
            return self.assessment.index[called(name, self._labels[table])]
        except ValueError as error:
            remedy = f"name something the instance has: {error}"
            self.defects.append(Defect(f"{self.place}.{place}", remedy, value=name))
            return None

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        instance = self.assessment.instance
        tables = {"partners": instance.partners, "applications": instance.applications}
        return {table: {row.id: row.label for row in rows} for table, rows in tables.items()}


def _repeated(found: Iterable[T | None]) -> Iterator[tuple[T, int]]:
    """What was found more than once, and how often."""
    for one, times in Counter(found).items():
        if one is not None and times > 1:
            yield one, times


def with_needed_licences(selection: Selection) -> Selection:
    """The same selection with every licence paid that its assignments call for and that can be had."""
    pairs = selection.assessment.pairs
    needed = (
        index
        for index, pair in enumerate(pairs)
        if pair.row.kind == "ip_conflict" and pair.row.value is not None and selection.meeting_places(index)
    )
    return Selection(selection.assessment, selection.options, selection.assigned, frozenset(needed))
