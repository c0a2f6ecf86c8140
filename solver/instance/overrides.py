"""Assignments such as `limits.budget=400` that change a document without editing its files.

A path names a key at the top (`periods`), a key of a section (`limits.budget`) or a cell of a table with ids
(`partners.p1.cost`; ids that contain `=` are put in quotation marks). The value is written as in TOML; bare
words are text, and nothing after the `=` makes the key or cell empty. A number with a sign and `%` changes
the number that stands there: `limits.budget=-10%`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from solver.instance.calling import called
from solver.instance.cells import as_number
from solver.instance.columns import kind
from solver.instance.defects import Defect, nearest
from solver.instance.fields import Row
from solver.instance.reading import SHARED, Document, Reading, joined, split
from solver.instance.references import KEYS as TABLE_KEYS
from solver.instance.settings import SECTIONS, General, nearest_key
from solver.instance.tables import TABLES

PLACE = "--set"
PART = re.compile(r'"([^"]*)"|\'([^\']*)\'|([^.="\'][^.=]*)')
RELATIVE = re.compile(r"[+-]\s*\d+(\.\d+)?\s*%")
TABLES_WITH_IDS = tuple(table for table, key in TABLE_KEYS.items() if key == ("id",))


class _MisplacedError(Exception):
    """A path that leads nowhere; the message says what would be right."""


def apply(document: Mapping[str, Any], assignments: Sequence[str]) -> Document:
    """The document with the assignments carried out, in order; the given one is left as it is.

    Raises InputError with a defect for every assignment that names nothing known.
    """
    reading = overridden(Reading(dict(document)), assignments)
    reading.findings.raise_if_any()
    return reading.document


def overridden(reading: Reading, assignments: Sequence[str], place: str = PLACE) -> Reading:
    """The reading with the assignments carried out; those that lead nowhere become findings of a place."""
    document = dict(reading.document)
    for assignment in assignments:
        try:
            path, text = _parsed(assignment)
            _assign(document, path, text)
        except _MisplacedError as problem:
            reading.findings.add(Defect(place, str(problem), value=assignment))
    return replace(reading, document=document)


def path_of(key: str) -> list[str]:
    """The parts of a key such as `partners.p1.cost`; raises ValueError for what is none."""
    try:
        return _parsed(f"{key}=")[0]
    except _MisplacedError:
        raise ValueError("a key such as limits.budget or partners.p1.cost") from None


def _parsed(assignment: str) -> tuple[list[str], str]:
    if not isinstance(assignment, str):
        raise _MisplacedError("text such as limits.budget=400")
    path: list[str] = []
    position = 0
    while match := PART.match(assignment, position):
        path.append(next(group for group in match.groups() if group is not None).strip())
        position = match.end()
        if assignment[position : position + 1] != ".":
            break
        position += 1
    if not path or assignment[position : position + 1] != "=":
        raise _MisplacedError("an assignment such as limits.budget=400")
    return path, assignment[position + 1 :].strip()


def _assign(document: Document, path: list[str], text: str) -> None:
    head = path[0]
    if len(path) == 1 and head in General.model_fields:
        _put(document, General, head, text)
    elif len(path) == 2 and head in SECTIONS:
        _assign_in_section(document, head, path[1], text)
    elif len(path) >= 3 and head in TABLES_WITH_IDS:
        _assign_in_table(document, head, ".".join(path[1:-1]), path[-1], text)
    else:
        raise _MisplacedError(_known_path(path))


def _assign_in_section(document: Document, section: str, key: str, text: str) -> None:
    model = SECTIONS[section]
    if key not in model.model_fields:
        raise _MisplacedError(f"a key of {section}{nearest(key, model.model_fields)}")
    values, rows = document.get(section), None
    if section in SHARED:
        values, rows = split(values)
    values = dict(values) if isinstance(values, Mapping) else {}
    _put(values, model, key, text)
    document[section] = values if rows is None else joined(values, rows)


def _assign_in_table(document: Document, table: str, name: str, column: str, text: str) -> None:
    model = TABLES[table]
    rows = document.get(table)
    rows = list(rows) if isinstance(rows, list | tuple) else []
    ids = [row.get("id") if isinstance(row, Mapping) else None for row in rows]
    names = {row["id"]: row.get("name") or row["id"] for row in rows if _has_id(row)}
    try:
        name = called(name, names, f"an id of {table}")
    except ValueError as error:
        raise _MisplacedError(str(error)) from None
    known = [*model.model_fields, *_own_columns(document, rows, table)]
    if column not in known:
        raise _MisplacedError(f"a column of {table}{nearest(column, known)}")
    row = dict(rows[ids.index(name)])
    _put(row, model, column, text)
    rows[ids.index(name)] = row
    document[table] = rows


def _has_id(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("id"), str)


def _own_columns(document: Document, rows: list[Any], table: str) -> list[str]:
    if table not in ("partners", "applications"):
        return []
    groups = document.get("groups")
    groups = groups if isinstance(groups, list | tuple) else []
    named = [row.get("dimension") for row in groups if isinstance(row, Mapping)]
    used = [column for row in rows if isinstance(row, Mapping) for column in row]
    return [str(name) for name in (*named, *used) if name is not None]


def _put(values: Document, model: type[Row], key: str, text: str) -> None:
    if text == "":
        values.pop(key, None)
    elif RELATIVE.fullmatch(text) and kind(model, key) in ("number", "numbers"):
        values[key] = _changed(values.get(key, model.model_fields[key].default), text, key)
    else:
        values[key] = _value(text, is_text=kind(model, key) == "text")


def _changed(value: Any, text: str, key: str) -> Any:
    """A number, or every number of a list, changed by a share of itself."""
    hundredths = 100.0 + float(text.rstrip("% ").replace(" ", ""))
    if isinstance(value, list | tuple) and value:
        return [_changed(one, text, key) for one in value]
    number = as_number(value) if isinstance(value, str) else value
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise _MisplacedError(f"a number, as {key} has none that could be changed by {text}")
    changed = number * hundredths / 100.0
    return int(changed) if isinstance(number, int) and changed.is_integer() else changed


def _value(text: str, *, is_text: bool) -> Any:
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return text if is_text and not isinstance(value, str) else value


def _known_path(path: list[str]) -> str:
    if path[0] in TABLES_WITH_IDS:
        return f"a path such as {path[0]}.ID.COLUMN"
    if path[0] in SECTIONS:
        return f"a path such as {path[0]}.{next(iter(SECTIONS[path[0]].model_fields))}"
    return f"a key, section.key or table.ID.COLUMN that exists{nearest_key('.'.join(path), TABLES)}"
