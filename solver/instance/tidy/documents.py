"""A tidy copy of a JSON document: keys under their proper names, texts and numbers as they are meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from solver.errors import InputError
from solver.instance.atomic import write_text
from solver.instance.defects import Defect
from solver.instance.fields import Row
from solver.instance.headings import all_meant
from solver.instance.invisible import cleaned
from solver.instance.jsonfile import json_text, read_json
from solver.instance.settings import SECTIONS, General
from solver.instance.tables import TABLES
from solver.instance.tidy.changes import Change
from solver.instance.tidy.table import HEADING
from solver.instance.tidy.values import repaired


def write_tidy_document(source: Path, target: Path) -> list[Change]:
    """Write the tidy copy of a JSON document. Raises InputError where it cannot be read."""
    reading = read_json(source)
    reading.findings.raise_if_any()
    changes: list[Change] = []
    document = _tidy_document(reading.document, f"{source.name}, ", changes)
    try:
        text = json_text(document)
        text.encode()
    except ValueError:
        remedy = "a document that can be written again: finite numbers, text without half characters"
        raise InputError([Defect(source.name, remedy)]) from None
    write_text(target, text)
    return changes


def _tidy_document(document: Mapping[str, Any], place: str, changes: list[Change]) -> dict[str, Any]:
    known = (*General.model_fields, *SECTIONS, *TABLES)
    tidy: dict[str, Any] = {}
    for key, name, value in _named(document, known, place, changes):
        if name in General.model_fields:
            tidy[name] = _tidy_value(General, name, value, f"{place}{key}", changes)
        elif name in SECTIONS and isinstance(value, dict):
            tidy[name] = _tidy_row(SECTIONS[name], value, f"{place}{key}.", changes)
            rows = tidy[name].get("rows")
            if name in TABLES and isinstance(rows, list):
                tidy[name]["rows"] = _tidy_rows(TABLES[name], rows, f"{place}{key}.rows", changes)
        elif name in TABLES and isinstance(value, list):
            tidy[name] = _tidy_rows(TABLES[name], value, f"{place}{key}", changes)
        else:
            tidy[name] = value
    return tidy


def _tidy_rows(model: type[Row], rows: list[Any], place: str, changes: list[Change]) -> list[Any]:
    return [
        _tidy_row(model, row, f"{place}[{number}].", changes) if isinstance(row, dict) else row
        for number, row in enumerate(rows)
    ]


def _tidy_row(model: type[Row], row: Mapping[str, Any], place: str, changes: list[Change]) -> dict[str, Any]:
    return {
        name: _tidy_value(model, name, value, f"{place}{key}", changes)
        for key, name, value in _named(row, tuple(model.model_fields), place, changes)
    }


def _named(
    values: Mapping[str, Any], known: tuple[str, ...], place: str, changes: list[Change]
) -> Iterator[tuple[str, str, Any]]:
    """Every key as it is written, as it is known where that is in no doubt, and its value."""
    names = {key: all_meant([cleaned(key)], known)[cleaned(key)] for key in values}
    meant = list(names.values())
    for key, value in values.items():
        name = names[key]
        if name is None or meant.count(name) > 1:
            yield key, key, value
            continue
        if name != key:
            changes.append(Change(f"{place}{key}", key, name, HEADING))
        yield key, name, value


def _tidy_value(model: type[Row], column: str, value: Any, place: str, changes: list[Change]) -> Any:
    repair = repaired(model, column, value)
    if repair is None:
        return value
    changes.append(Change(place, value, repair.value, repair.why))
    return repair.value
