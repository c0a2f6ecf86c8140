"""The document of a plan: lists of what is chosen, as other programs and people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from solver.instance.defects import Defect, Findings, nearest
from solver.portfolio.portfolio import Assignment, Licence

T = TypeVar("T")
Kind = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_optional_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_optional_period(value: Any) -> bool:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return value is None or (whole and not isinstance(value, bool))


WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        _is_text: "text that is not empty",
        _is_optional_text: "text, or leave it out",
        _is_optional_period: "a whole number of a period, or leave it out",
    }
)
TABLES: Mapping[str, Mapping[str, Kind]] = MappingProxyType(
    {
        "partners": {"id": _is_text, "level": _is_optional_text, "start": _is_optional_period},
        "applications": {"id": _is_text, "start": _is_optional_period},
        "assignments": {"application": _is_text, "technology": _is_text, "partner": _is_text},
        "licences": {"first": _is_text, "second": _is_text, "application": _is_optional_text},
    }
)
BY_ID = ("partners", "applications")
OPEN = ("assignments", "licences")


@dataclass(frozen=True)
class Planned:
    """A partner or an application as a plan names it; what is None is left open."""

    id: str
    level: str | None = None
    start: int | None = None


@dataclass(frozen=True)
class PlanDocument:
    """The rows of a plan; `assignments` or `licences` None leaves them to be found."""

    partners: tuple[Planned, ...]
    applications: tuple[Planned, ...]
    assignments: tuple[Assignment, ...] | None
    licences: tuple[Licence, ...] | None


def plan_document(document: Any, place: str) -> PlanDocument:
    """The rows of a plan: of a result's JSON, of its `portfolio`, or of lists that somebody typed.

    Raises InputError with every defect of form, by list and row.
    """
    document = portfolio_part(document)
    findings = Findings()
    if not isinstance(document, Mapping):
        findings.add(
            Defect(
                place, f"an object with {', '.join(TABLES)}", value="null" if document is None else document
            )
        )
        findings.raise_if_any()
    for name in document:
        if name not in TABLES:
            remedy = f"{', '.join(TABLES)}{nearest(str(name), TABLES)}"
            findings.add(Defect(place, remedy, column=str(name)))
    read = {name: _rows(document, name, place, findings) for name in TABLES}
    findings.raise_if_any()
    return PlanDocument(
        partners=_each(Planned, read["partners"]) or (),
        applications=_each(Planned, read["applications"]) or (),
        assignments=_each(Assignment, read["assignments"]),
        licences=_each(Licence, read["licences"]),
    )


def portfolio_part(document: Any) -> Any:
    """What a result's JSON says is chosen; anything else as it is."""
    return document["portfolio"] if isinstance(document, Mapping) and "portfolio" in document else document


def _each(kind: Callable[..., T], rows: list[dict[str, Any]] | None) -> tuple[T, ...] | None:
    return None if rows is None else tuple(kind(**row) for row in rows)


def _rows(
    document: Mapping[str, Any], table: str, place: str, findings: Findings
) -> list[dict[str, Any]] | None:
    """The rows of a list; None where the plan leaves the whole list open."""
    rows = document.get(table)
    if table not in document or (rows is None and table in OPEN):
        return None
    if not isinstance(rows, list | tuple):
        findings.add(Defect(f"{place}.{table}", "a list", value="null" if rows is None else rows))
        return None
    return [_row(row, table, f"{place}.{table}", number, findings) for number, row in enumerate(rows, 1)]


def _row(row: Any, table: str, place: str, number: int, findings: Findings) -> dict[str, Any]:
    kinds = TABLES[table]
    if isinstance(row, str) and table in BY_ID:
        row = {"id": row}
    if not isinstance(row, Mapping):
        wanted = ", ".join(kinds)
        remedy = f"an id, or an object with {wanted}" if table in BY_ID else f"an object with {wanted}"
        findings.add(Defect(place, remedy, row=number, value="null" if row is None else row))
        return {}
    for name in row:
        if name not in kinds:
            remedy = f"one of {', '.join(kinds)}{nearest(str(name), kinds)}"
            findings.add(Defect(place, remedy, row=number, column=str(name)))
    for name, fits in kinds.items():
        if not fits(row.get(name)):
            found = "null" if row.get(name) is None else row[name]
            findings.add(Defect(place, WORDS[fits], row=number, column=name, value=found))
    known = {name: row[name] for name in kinds if row.get(name) is not None}
    if isinstance(known.get("start"), float):
        known["start"] = int(known["start"])
    return known
