"""The JSON document: from a mapping to an instance and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from solver.errors import InputError
from solver.instance.cells import plain
from solver.instance.consistency import RESERVED_DIMENSIONS
from solver.instance.defects import Defect, Findings
from solver.instance.fields import Row
from solver.instance.instance import Instance
from solver.instance.migration import migrated
from solver.instance.parsed import Parsed
from solver.instance.reading import SHARED, Reading, parted
from solver.instance.references import KEYS as TABLE_KEYS
from solver.instance.rows import (
    Cells,
    filled_cells,
    filled_rows,
    judged_rows,
    judged_section,
    keys_as_known,
    with_known_names,
)
from solver.instance.settings import SECTIONS, General, nearest_key
from solver.instance.tables import TABLES
from solver.instance.validation import cross_checks
from solver.instance.whatifs import defects_of_whatifs

SECTION_FIELDS = {"evidence": "prior", "health": "health_terms"}
OPTIONAL_SECTIONS = ("risk", "split")
GROUPED_TABLES = ("partners", "applications", "levels")
ENGAGED_TABLES = ("partners", "applications")
ID_TABLES = tuple(table for table, key in TABLE_KEYS.items() if key == ("id",))
KEYS = (*General.model_fields, *SECTIONS, *TABLES)


def parse(document: Mapping[str, Any], *, place: str | None = None) -> Instance:
    """The instance that a JSON-like mapping describes.

    Empty values (None, blank text) are absent. `place` names the source in every defect.
    Raises InputError with all defects: of cells, of rows, and across tables.
    """
    try:
        content = dict(document)
    except (TypeError, ValueError):
        remedy = 'an object: {"format": 1, "partners": [...]}'
        raise InputError([Defect(place or "instance", remedy, value=type(document).__name__)]) from None
    try:
        return judged(Reading(content))
    except InputError as error:
        if place is None:
            raise
        raise InputError(
            [replace(defect, place=f"{place}: {defect.place}") for defect in error.defects]
        ) from None


def judged(reading: Reading) -> Instance:
    """The instance a carrier read; raises InputError with the carrier's findings and all others."""
    findings = reading.findings
    document = keys_as_known("instance", reading.document, KEYS, findings)
    document = migrated(document, findings)
    for key in document:
        if key not in KEYS:
            remedy = f"remove this key{nearest_key(key, (*SECTIONS, *TABLES))}"
            findings.add(Defect("instance", remedy, column=key))
    sections, tables = parted(document)
    raw_tables = {name: tables.get(name) for name in TABLES}
    raw_sections = {name: sections.get(name) for name in SECTIONS}
    parsed = _parsed(document, raw_sections, raw_tables, reading)
    findings.extend(cross_checks(parsed))
    findings.raise_if_any()
    instance = _assembled(parsed)
    if instance.whatifs:
        findings.extend(defects_of_whatifs(parsed.rows["whatifs"], dump(instance)))
        findings.raise_if_any()
    return instance


def dump(instance: Instance) -> dict[str, Any]:
    """The JSON document of an instance: plain values, defaults left out, rows in order.

    `parse(dump(instance)) == instance`, and equal instances give equal documents.
    """
    document: dict[str, Any] = {"format": instance.format}
    document |= _filled(instance, General)
    for section in SECTIONS:
        row = getattr(instance, SECTION_FIELDS.get(section, section))
        if row is None:
            continue
        values = _filled(row, type(row))
        if section in OPTIONAL_SECTIONS:
            first = next(iter(type(row).model_fields))
            values = {first: getattr(row, first)} | values
        if values:
            document[section] = values
    for table in TABLES:
        rows = [_row(filled) for filled in filled_cells(TABLES[table], getattr(instance, table))]
        if table in SHARED and table in document:
            document[table] |= {"rows": rows} if rows else {}
        elif rows:
            document[table] = rows
    return document


def _parsed(document: Cells, sections: Cells, tables: Cells, reading: Reading) -> Parsed:
    findings = reading.findings
    top = {key: document[key] for key in General.model_fields if key in document}
    general = judged_section("instance", General, top, findings)
    horizon = general.periods if isinstance(general, General) else None
    parsed_sections = {
        name: _section(name, sections[name], horizon, findings)
        for name in SECTIONS
        if name not in reading.unreadable or sections[name] is not None
    }
    filled = {
        name: with_known_names(name, filled_rows(name, tables[name], findings), model.model_fields, findings)
        for name, model in TABLES.items()
    }
    if (
        not filled["partners"]
        and "partners" not in reading.unreadable
        and not _has_defects(tables["partners"])
    ):
        findings.add(Defect("partners", "at least one row: there is nobody to choose from"))
    declared = {name: _declared(filled[name]) for name in ID_TABLES}
    _normalise(filled)
    own = _own_columns(filled, declared)
    for name, columns in own.items():
        with_known_names(name, filled[name], {*TABLES[name].model_fields, *columns}, findings)
    rows = {
        name: judged_rows(name, model, filled[name], own.get(name, ()), findings)
        for name, model in TABLES.items()
    }
    return Parsed(
        general=general if isinstance(general, General) else None,
        sections=parsed_sections,
        rows=rows,
        cells=filled,
        declared=declared,
        unreadable=reading.unreadable,
        where=findings.where,
    )


def _section(name: str, values: Any, horizon: int | None, findings: Findings) -> Row | None:
    if values is None:
        return None if name in OPTIONAL_SECTIONS else SECTIONS[name]()
    if name == "limits" and isinstance(values, Mapping):
        values = {key: _by_period(key, value, horizon) for key, value in values.items()}
    return judged_section(name, SECTIONS[name], values, findings)


def _by_period(key: str, value: Any, horizon: int | None) -> Any:
    """One number stands for the same number in every period."""
    if (
        key not in ("effort", "budget_by_period")
        or isinstance(value, bool)
        or not isinstance(value, int | float)
    ):
        return value
    return [value] * (horizon or 1) if value >= 0 else [value]


def _normalise(filled: dict[str, list[tuple[int, Cells]]]) -> None:
    """Say the two things the tables leave unsaid: `any` is empty, and cash flows replace the constants."""
    for _, row in filled["pairs"]:
        if row.get("application") == "any":
            del row["application"]
    flowing = {row.get("id") for _, row in filled["cash_flows"] if isinstance(row.get("id"), str)}
    for table in ENGAGED_TABLES if flowing else ():
        for _, row in filled[table]:
            if isinstance(row.get("id"), str) and row["id"] in flowing:
                row.setdefault("revenue", 0.0)
                row.setdefault("cost", 0.0)


def _own_columns(
    filled: dict[str, list[tuple[int, Cells]]], declared: dict[str, dict[str, int]]
) -> dict[str, set[str]]:
    named = (row.get("dimension") for _, row in filled["groups"])
    dimensions = {name for name in named if isinstance(name, str)} - RESERVED_DIMENSIONS
    ids = {name for table in ENGAGED_TABLES for name in declared[table]}
    return dict.fromkeys(GROUPED_TABLES, dimensions) | {"history": ids}


def _declared(rows: list[tuple[int, Cells]]) -> dict[str, int]:
    declared: dict[str, int] = {}
    for number, row in rows:
        if isinstance(row.get("id"), str):
            declared.setdefault(row["id"], number)
    return declared


def _has_defects(rows: Any) -> bool:
    """Whether a table without usable rows was already said to be wrong."""
    return rows is not None and (not isinstance(rows, list | tuple) or any(row is not None for row in rows))


def _assembled(parsed: Parsed) -> Instance:
    values: dict[str, Any] = {} if parsed.general is None else parsed.general.model_dump()
    for name, section in parsed.sections.items():
        values[SECTION_FIELDS.get(name, name)] = section
    for name, rows in parsed.rows.items():
        values[name] = tuple(row for _, row in rows)
    return Instance.model_construct(**values)


def _filled(row: Row, model: type[Row]) -> Cells:
    """The values that differ from their defaults."""
    return {
        name: plain(getattr(row, name))
        for name, field in model.model_fields.items()
        if field.is_required() or getattr(row, name) != field.default
    }


def _row(filled: Cells) -> Cells:
    return {column: plain(value) for column, value in filled.items() if value is not None}
