"""Any number that an instance has, and the study of the same instance with another number there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from solver.errors import InputError
from solver.instance.calling import called
from solver.instance.defects import Defect, nearest
from solver.instance.instance import Instance
from solver.instance.overrides import TABLES_WITH_IDS, path_of
from solver.instance.settings import SECTIONS
from solver.portfolio.formulation import Formulation
from solver.portfolio.rules import Handle
from solver.portfolio.tighter import same_kind
from solver.study.study import Study

BY_ID = ("partners", "applications")


@dataclass(frozen=True)
class Number:
    """A number of an instance under its `key`: a wish's (`limits.budget`), or a cell's (`partners.p3.cost`).

    `owner` is the partner or application in whose row it stands.
    """

    key: str
    words: str
    value: float
    unit: str = ""
    wish: Handle | None = None
    path: tuple[str, ...] = ()
    owner: str | None = None

    @property
    def whole(self) -> bool:
        """Whether it can only be a whole number."""
        return isinstance(self.value, int)

    def study(self, study: Study, value: float) -> Study:
        """The study with another number in its place; raises InputError where the instance allows none such.

        What was asked for beyond the instance's own settings stays asked for.
        """
        if self.wish is not None:
            amount = value - self.value if self.wish.upward else self.value - value
            return study.asking(study.formulation.loosened({self.wish: amount})) if amount else study
        quoted = ".".join(f"'{part}'" if '"' in part else f'"{part}"' for part in self.path)
        number = round(value) if self.whole else float(value)
        return carried(study, study.instance.with_(f"{quoted}={number!r}"))


def carried(study: Study, instance: Instance) -> Study:
    """A study of a changed instance that is asked for what this one is asked for beyond its settings."""
    revised, asked, own = study.revised(instance), study.formulation, Formulation.of(study.instance)
    given, assessment = revised.formulation, revised.assessment
    dropped = [rule for rule in own.subject_to if rule not in asked.subject_to]
    kept = [
        rule
        for rule in given.subject_to
        if not any(rule == one or same_kind(rule, one, assessment) for one in dropped)
    ]
    added = [rule for rule in asked.subject_to if rule not in own.subject_to]
    maximise = given.maximise if asked.maximise == own.maximise else asked.maximise
    return revised.asking(Formulation(maximise, (*kept, *added), asked.structure))


def number_of(study: Study, key: str, place: str) -> Number:
    """The number of a key; raises InputError, with the nearest key, where there is none."""
    wishes = {one.key: one for one in wished(study)}
    if key in wishes:
        return wishes[key]
    instance = study.instance
    try:
        path = tuple(path_of(key))
        if len(path) >= 3 and path[0] in TABLES_WITH_IDS:
            return _cell(instance, path[0], ".".join(path[1:-1]), path[-1])
        section = getattr(instance, path[0], None) if path[0] in SECTIONS and len(path) == 2 else None
        holder: Any = instance if len(path) == 1 else section
        value = getattr(holder, path[-1], None)
        if _is_number(value):
            return Number(".".join(path), ".".join(path), value, path=path)
        raise ValueError(f"a number of the instance{nearest(key, wishes)}")
    except ValueError as error:
        remedy = f"name a number, such as {next(iter(wishes), 'partners.p3.revenue')}: {error}"
        raise InputError([Defect(place, remedy, value=key)]) from None


def _cell(instance: Instance, table: str, name: str, column: str) -> Number:
    rows = getattr(instance, table)
    labels = {row.id: getattr(row, "label", row.id) for row in rows}
    id_ = called(name, labels, f"an id of {table}")
    value = getattr(next(row for row in rows if row.id == id_), column, None)
    if not _is_number(value):
        columns = [one for row in rows for one in type(row).model_fields if _is_number(getattr(row, one))]
        raise ValueError(f"a column of {table} with a number{nearest(column, dict.fromkeys(columns))}")
    words = f"{column.replace('_', ' ')} of {labels[id_]}"
    unit = "money" if column in ("revenue", "cost", "setup_cost", "minimum_payoff") else ""
    owner = id_ if table in BY_ID else None
    return Number(f"{table}.{id_}.{column}", words, value, unit, None, (table, id_, column), owner)


def wished(study: Study) -> Iterator[Number]:
    """The numbers of all wishes in force: limits, risk, groups, resources."""
    for wish in study.formulation.handles(study.assessment):
        if wish.number is not None:
            about = f" ({wish.about})" if wish.about else ""
            yield Number(wish.place, f"{wish.place}{about}", wish.number, wish.unit, wish)


def largest(study: Study) -> Iterator[Number]:
    """Revenues and costs of partners and applications, the largest first; those of 0 are left out."""
    found = [
        _cell(study.instance, table, row.id, column)
        for table in BY_ID
        for row in getattr(study.instance, table)
        for column in ("revenue", "cost")
    ]
    yield from sorted((one for one in found if one.value), key=lambda one: -abs(one.value))


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def within(number: Number, value: float) -> float:
    """The nearest value of its kind that the number can have."""
    if number.unit == "share":
        value = min(1.0, max(0.0, value))
    return float(round(value)) if number.whole else value
