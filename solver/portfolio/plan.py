"""Plans: portfolios as people and other tools write them, read against an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from solver.assessment.assessment import Assessment
from solver.errors import InputError
from solver.instance.defects import Defect, nearest
from solver.portfolio.rules.rule import Reading
from solver.portfolio.selection import Selection


class _PlannedPartner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    level: str | None = None
    start: int | None = None


class _PlannedApplication(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    start: int | None = None


class _PlannedAssignment(BaseModel):
    model_config = ConfigDict(extra="forbid")
    application: str
    technology: str
    partner: str


class _PlannedLicence(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first: str
    second: str
    application: str | None = None


class _Plan(BaseModel):
    model_config = ConfigDict(extra="forbid")
    partners: list[_PlannedPartner | str] = Field(default_factory=list)
    applications: list[_PlannedApplication | str] = Field(default_factory=list)
    assignments: list[_PlannedAssignment] | None = None
    licences: list[_PlannedLicence] | None = None


@dataclass(frozen=True)
class Plan:
    """What a plan says: the selection it makes, what is already wrong with it, and whether it is open.

    `open` means that the plan leaves the assignments to be found.
    """

    selection: Selection
    problems: tuple[Reading, ...]
    open: bool


def read_plan(assessment: Assessment, document: Mapping[str, Any], place: str = "plan") -> Plan:
    """Read a plan: a result's JSON, its `portfolio`, or ids that somebody typed.

    A level may be left out where the partner has one level or is running, a start means the earliest;
    without `licences`, those that are needed count as paid. Raises InputError for anything that names
    what the instance does not know.
    """
    if isinstance(document, Mapping) and "portfolio" in document:
        document = document["portfolio"]
    try:
        plan = _Plan.model_validate(document)
    except ValidationError as error:
        raise InputError([_defect(place, found) for found in error.errors()]) from None
    reader = _Reader(assessment, place)
    return reader.read(plan)


def _defect(place: str, found: Any) -> Defect:
    where = [str(part) for part in found["loc"]]
    return Defect(
        ".".join([place, *where]), f"{found['msg']}; write partners, applications, assignments, licences"
    )


class _Reader:
    def __init__(self, assessment: Assessment, place: str) -> None:
        self.assessment = assessment
        self.place = place
        self.defects: list[Defect] = []
        self.problems: list[Reading] = []

    def read(self, plan: _Plan) -> Plan:
        partners = [
            row if isinstance(row, _PlannedPartner) else _PlannedPartner(id=row) for row in plan.partners
        ]
        applications = [
            row if isinstance(row, _PlannedApplication) else _PlannedApplication(id=row)
            for row in plan.applications
        ]
        options = [self._option(row.id, row.level, row.start, "partners") for row in partners]
        options += [self._option(row.id, "", row.start, "applications") for row in applications]
        assigned = [self._assigned(row) for row in plan.assignments or ()]
        licences = [self._licence(row) for row in plan.licences or ()]
        if self.defects:
            raise InputError(self.defects)
        selection = Selection(
            self.assessment,
            tuple(sorted({option for option in options if option is not None})),
            frozenset(pair for pair in assigned if pair is not None),
            frozenset(pair for pair in licences if pair is not None),
        )
        if plan.licences is None:
            selection = with_needed_licences(selection)
        return Plan(selection, tuple(self.problems), plan.assignments is None)

    def _option(self, id_: str, level: str | None, start: int | None, table: str) -> int | None:
        partner = table == "partners"
        element = self.assessment.index.get(id_)
        if element is None or self.assessment.is_partner(element) != partner:
            known = [
                e for i, e in enumerate(self.assessment.elements) if self.assessment.is_partner(i) == partner
            ]
            self._dangling(table, id_, known)
            return None
        options = self.assessment.options
        mine = options.of(element)
        if level is None:
            level = self._only_level(element)
        fitting = [
            o for o in mine if options.level[o] == level and (start is None or options.start[o] == start)
        ]
        if fitting:
            return fitting[0]
        label = self.assessment.label(element)
        at = f" at level {level}" if level else ""
        when = "" if start is None else f" from period {start}"
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

    def _assigned(self, row: _PlannedAssignment) -> tuple[int, int] | None:
        partner = self.assessment.index.get(row.partner)
        if partner is None or not self.assessment.is_partner(partner):
            self._dangling(
                "assignments", row.partner, self.assessment.elements[: self.assessment.partner_count]
            )
            return None
        for need, known in enumerate(self.assessment.needs):
            if (known.requirement.application, known.requirement.technology) == (
                row.application,
                row.technology,
            ):
                return need, partner
        if row.application not in self.assessment.index:
            self._dangling("assignments", row.application, self.assessment.elements)
            return None
        about = (
            f"{row.partner} assigned to {row.technology} for {row.application}, where no partner is needed"
        )
        self.problems.append(Reading("coverage", about, 1, "<=", 0))
        return None

    def _licence(self, row: _PlannedLicence) -> int | None:
        for index, pair in enumerate(self.assessment.pairs):
            if pair.row.kind == "ip_conflict" and pair.row.value is not None:
                named = {pair.row.first, pair.row.second}
                if named == {row.first, row.second} and pair.row.application == row.application:
                    return index
        remedy = "no ip_conflict row offers this licence"
        self.defects.append(Defect(f"{self.place}.licences", remedy, value=f"{row.first}, {row.second}"))
        return None

    def _dangling(self, table: str, id_: str, known: Any) -> None:
        remedy = f"name something the instance has{nearest(id_, known)}"
        self.defects.append(Defect(f"{self.place}.{table}", remedy, value=id_))


def with_needed_licences(selection: Selection) -> Selection:
    """The same selection with every licence paid that its assignments call for and that can be had."""
    pairs = selection.assessment.pairs
    needed = (
        index
        for index, pair in enumerate(pairs)
        if pair.row.kind == "ip_conflict" and pair.row.value is not None and selection.meeting_places(index)
    )
    return Selection(selection.assessment, selection.options, selection.assigned, frozenset(needed))
