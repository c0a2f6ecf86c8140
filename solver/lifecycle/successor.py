"""The instance one period on: what has started runs, what was counted stays counted, windows move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum
from typing import Any

from solver.instance.instance import Instance
from solver.instance.reading import SHARED, Document, joined, parted, split
from solver.portfolio.selection import Selection
from solver.portfolio.terms import EntryCosts

Row = dict[str, Any]
GONE = ("running_level", "age", "lead_left")
"""Columns that only what runs has."""
Verb = tuple[str, str]
"""What is said of one, and of several."""
GOES_ON: Verb = ("goes on", "go on")
HAS_STARTED: Verb = ("has started, and runs", "have started, and run")
HAS_LEFT: Verb = ("has left", "have left")
TOO_LATE: Verb = (
    "cannot start any more: its last start period is over",
    "cannot start any more: their last start period is over",
)


def has_started(selection: Selection) -> set[int]:
    """The elements that are active in period 1."""
    return {element for element in selection.option_of if selection.start(element) == 1}


def first_period_alone(instance: Instance) -> Instance:
    """The same as if it ended after one period: what it counts is what period 1 counts."""
    document = instance.to_document() | {"periods": 1}
    limits = dict(document.get("limits", {}))
    for key in ("budget_by_period", "effort"):
        if key in limits:
            limits[key] = limits[key][:1]
    for table in ("partners", "applications", "levels"):
        document[table] = [_without(row, "first_period", "last_period") for row in document.get(table, ())]
    return Instance.from_document(document | {"limits": limits})


class Successor:
    """Makes the document of the next period, and says what was taken over."""

    def __init__(self, selection: Selection, spent: Mapping[int, float]) -> None:
        """`spent` is what each element that has started cost in period 1."""
        self._selection, self._spent = selection, spent
        self._assessment = selection.assessment
        self._instance = selection.assessment.instance
        self._started = has_started(selection)
        self._elements: dict[Verb, list[str]] = {}
        self._money: list[str] = []

    @property
    def log(self) -> list[str]:
        """What became of whom, those of whom the same is said together, and what is left of budgets."""
        of_elements = [
            f"{', '.join(names)} {one if len(names) == 1 else several}."
            for (one, several), names in self._elements.items()
        ]
        return of_elements + self._money

    def document(self) -> Document:
        """The document one period on, without news."""
        document = self._instance.to_document()
        sections, tables = parted(document)
        document["periods"] = self._instance.periods - 1
        levels = [dict(row) for row in tables.get("levels") or ()]
        partners = [self._partner(dict(row), levels) for row in tables["partners"]]
        applications = [self._application(dict(row)) for row in tables.get("applications") or ()]
        document |= {"partners": partners, "applications": applications, "levels": levels}
        pairs = enumerate(tables.get("pairs") or ())
        document["pairs"] = [self._pair(index, dict(row)) for index, row in pairs]
        document["assignments"] = self._assignments()
        document["limits"] = self._limits(dict(sections.get("limits") or {}))
        document["groups"] = [self._group(g, dict(row)) for g, row in enumerate(tables.get("groups") or ())]
        document.pop("actuals", None)
        return {key: value for key, value in document.items() if value not in ([], {})}

    def _partner(self, row: Row, levels: list[Row]) -> Row:
        element = self._assessment.index[row["id"]]
        mine = [level for level in levels if level["partner"] == row["id"]]
        if element in self._started:
            option = self._selection.option_of[element]
            level = self._assessment.options.level[option]
            for one in (row, *mine):
                _moved(one)
            return self._running(row, element) | ({"running_level": level} if mine else {})
        row = self._left(row, element)
        last = row.get("last_period")
        open_ = [one for one in mine if one.get("last_period", last) != 1]
        if (mine and not open_) or (not mine and last == 1):
            row["status"] = "out"
            self._tell(element, TOO_LATE)
        else:
            for one in [one for one in mine if one not in open_]:
                levels.remove(one)
        for one in (row, *(open_ or mine)):
            _moved(one)
        return row

    def _application(self, row: Row) -> Row:
        element = self._assessment.index[row["id"]]
        if element in self._started:
            return self._running(_moved(row), element)
        row = self._left(row, element)
        if row.get("last_period") == 1:
            row["status"] = "out"
            self._tell(element, TOO_LATE)
        return _moved(row)

    def _running(self, row: Row, element: int) -> Row:
        """A row of what goes on: one period older, its lead one period shorter."""
        engaged = (*self._instance.partners, *self._instance.applications)[element]
        if self._assessment.is_partner(element):
            ready = int(self._assessment.options.ready[self._selection.option_of[element]])
        else:
            ready = 1 + (engaged.lead_left if engaged.status == "running" else 0)
        age, left = engaged.active_for + 1, max(0, ready - 2)
        earning = f", earning in {left + 1} periods" if left else ""
        one, several = GOES_ON if engaged.status == "running" else HAS_STARTED
        self._tell(element, (one + earning, several + earning))
        row = _without(row, "lead_left") | {"status": "running", "age": age}
        return row | ({"lead_left": left} if left else {})

    def _left(self, row: Row, element: int) -> Row:
        """A row of what is not active: who ran before has left."""
        if not self._assessment.running[element]:
            return row
        self._tell(element, HAS_LEFT)
        return _without(row, *GONE, "status")

    def _pair(self, index: int, row: Row) -> Row:
        pair = self._assessment.pairs[index]
        if row["kind"] == "synergy":
            both = {pair.first, pair.second} <= self._started
            if pair.application is not None:
                serving = self._selection.serves_together(pair.first, pair.second, pair.application)
                both = both and serving and pair.application in self._started
        else:
            places = self._selection.meeting_places(index) if index in self._selection.licences else []
            both = row["kind"] == "ip_conflict" and bool(self._started & set(places))
        if not both or row.get("counted"):
            return row
        first, second = (self._label(element) for element in (pair.first, pair.second))
        what = "synergy was earned" if row["kind"] == "synergy" else "licence was paid"
        self._money.append(f"{first} and {second}: their {what}, and is counted.")
        return row | {"counted": True}

    def _assignments(self) -> list[Row]:
        rows = self._selection.portfolio().assignments or ()
        started = {self._assessment.elements[element] for element in self._started}
        return [
            {"application": row.application, "technology": row.technology, "partner": row.partner}
            for row in rows
            if row.application in started
        ]

    def _limits(self, limits: Row) -> Row:
        spending = fsum(self._spent.values())
        if limits.get("budget") is not None:
            once = -EntryCosts().amount(self.paid_first) + fsum(
                self._assessment.pairs[pair].value for pair in self.paid_first.licences
            )
            limits["budget"] = self._less("limits.budget", limits["budget"], spending + once)
        by_period = limits.pop("budget_by_period", None)
        if by_period:
            rest = by_period[1:]
            if limits.get("budget_carry"):
                rest[0] = self._less("limits.budget_by_period", rest[0] + by_period[0], spending)
            limits["budget_by_period"] = rest
        if limits.get("effort"):
            limits["effort"] = limits["effort"][1:]
        return limits

    @property
    def paid_first(self) -> Selection:
        """What has started, with the licences that it calls for."""
        selection = self._selection
        needs = self._assessment.needs
        return Selection(
            self._assessment,
            tuple(selection.option_of[element] for element in self._started),
            frozenset(row for row in selection.assigned if needs[row[0]].application in self._started),
            selection.licences,
        ).without_idle_licences()

    def _group(self, group: int, row: Row) -> Row:
        if row.get("budget") is not None:
            member = self._assessment.membership[group]
            mine = [e for e in self._started if member[self._selection.option_of[e]]]
            place = f"budget of {row['group']}"
            row["budget"] = self._less(place, row["budget"], fsum(self._spent[e] for e in mine))
        return row

    def _less(self, place: str, budget: float, spent: float) -> float:
        left = max(0.0, budget - spent)
        over = "" if spent <= budget else "; more was spent than there was"
        self._money.append(f"{place}: {left:,.12g} of {budget:,.12g} is left{over}.")
        return left

    def _tell(self, element: int, verb: Verb) -> None:
        self._elements.setdefault(verb, []).append(self._label(element))

    def _label(self, element: int) -> str:
        return self._assessment.label(element)


def _moved(row: Row) -> Row:
    """Start periods counted from the next one; what is over is that one."""
    for column in ("first_period", "last_period"):
        if column in row:
            row[column] = max(1, row[column] - 1)
    return row


def _without(row: Mapping[str, Any], *columns: str) -> Row:
    return {column: cell for column, cell in row.items() if column not in columns}


def appended(document: Document, table: str, rows: Iterable[Row]) -> None:
    """Put rows at the end of a table of a document."""
    rows = list(rows)
    if not rows:
        return
    if table in SHARED:
        section, old = split(document.get(table))
        document[table] = joined(section, [*(old or ()), *rows])
    else:
        document[table] = [*document.get(table, ()), *rows]
