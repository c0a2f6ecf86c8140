"""What differs between two instances: settings and rows, each at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from solver.instance.instance import Instance
from solver.instance.references import KEYS
from solver.instance.settings import SECTIONS
from solver.instance.tables import TABLES
from solver.shapes import Shaped

BESIDE = ("format", "plan", "whatifs")
"""What stands in a document beside what is known of the alliance."""
PAIR = ("first", "second", "kind", "application")
Document = dict[str, Any]


@dataclass(frozen=True)
class Cell(Shaped):
    """A key or a column that differs: what it was `before` and is `after`, None where it is not set."""

    key: Annotated[str, "The key or column."]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference(Shaped):
    """A section, or a row of a table, that differs in some `cells`."""

    place: Annotated[str, "Where, such as limits.budget or partners.p1."]
    kind: Annotated[str, "`new`, `gone` or `changed`."]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Step:
    """A difference, and how it is carried out in a document."""

    difference: Difference
    table: str
    identity: Any
    value: Any

    def carried_out(self, document: Document) -> Document:
        """The document with it."""
        if self.table not in TABLES or self.identity is None:
            changed = {key: part for key, part in document.items() if key != self.table}
            return changed if self.value is None else changed | {self.table: self.value}
        rows = dict(_rows(document, self.table))
        if self.value is None:
            rows.pop(self.identity, None)
        else:
            rows[self.identity] = self.value
        return _with_rows(document, self.table, list(rows.values()))


def differences(before: Instance, after: Instance) -> tuple[Difference, ...]:
    """What differs, settings first, then table by table: new rows, changed ones, rows that are gone."""
    return tuple(step.difference for step in steps(before, after))


def steps(before: Instance, after: Instance) -> Iterator[Step]:
    """The differences in the order in which they are carried out one by one."""
    one, other = (_known(instance) for instance in (before, after))
    for key in (key for key in {**one, **other} if key not in TABLES or key in SECTIONS):
        mine, theirs = _section(one.get(key)), _section(other.get(key))
        if mine != theirs:
            yield Step(_changed(key, mine, theirs), key, None, _whole(one, other, key))
    gone = []
    for table in TABLES:
        mine, theirs = dict(_rows(one, table)), dict(_rows(other, table))
        for identity, row in theirs.items():
            if mine.get(identity) != row:
                place = f"{table}.{_named(identity)}"
                yield Step(_changed(place, mine.get(identity), row), table, identity, row)
        gone += [(table, identity, row) for identity, row in mine.items() if identity not in theirs]
    for table, identity, row in reversed(gone):  # what refers to a row goes before it
        yield Step(_changed(f"{table}.{_named(identity)}", row, None), table, identity, None)


def _known(instance: Instance) -> Document:
    return {key: part for key, part in instance.to_document().items() if key not in BESIDE}


def _section(part: Any) -> Any:
    """A section without the rows of the table that shares its name."""
    if isinstance(part, Mapping):
        return {key: cell for key, cell in part.items() if key != "rows"} or None
    return None if isinstance(part, list) else part


def _whole(one: Document, other: Document, key: str) -> Any:
    """The section as it becomes, with the rows that it had."""
    rows = [row for _, row in _rows(one, key)] if key in TABLES else []
    section = _section(other.get(key))
    if not rows:
        return section
    return rows if section is None else {**section, "rows": rows}


def _rows(document: Document, table: str) -> Iterator[tuple[Any, Document]]:
    """The rows of a table by what tells them apart; rows that nothing does by their number."""
    part = document.get(table)
    rows = part.get("rows", []) if isinstance(part, Mapping) else part or []
    keys = PAIR if table == "pairs" else KEYS.get(table, ())
    seen: dict[Any, int] = {}
    for number, row in enumerate(rows, 1):
        own = tuple(str(row[key]) for key in keys if row.get(key) is not None) or (f"row {number}",)
        seen[own] = seen.get(own, 0) + 1
        yield (own if seen[own] == 1 else (*own, f"again {seen[own]}")), row


def _with_rows(document: Document, table: str, rows: list[Any]) -> Document:
    part = document.get(table)
    if isinstance(part, Mapping):
        return document | {table: {**part, "rows": rows}}
    return document | {table: rows} if rows else {k: v for k, v in document.items() if k != table}


def _named(identity: tuple[str, ...]) -> str:
    return " + ".join(identity)


def _changed(place: str, before: Any, after: Any) -> Difference:
    kind = "new" if before is None else "gone" if after is None else "changed"
    mine = before if isinstance(before, Mapping) else {} if before is None else {"": before}
    theirs = after if isinstance(after, Mapping) else {} if after is None else {"": after}
    cells = tuple(
        Cell(key, _text(mine.get(key)), _text(theirs.get(key)))
        for key in {**mine, **theirs}
        if mine.get(key) != theirs.get(key)
    )
    return Difference(place, kind, cells)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
