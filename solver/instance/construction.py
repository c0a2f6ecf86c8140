"""What a Python program hands over to make an instance: keywords with rows, sections and plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from solver.instance.defects import Findings
from solver.instance.document import SECTION_FIELDS, judged
from solver.instance.fields import OpenRow, Row
from solver.instance.places import JsonPlaces, SharedPlaces
from solver.instance.reading import Document, Reading, joined
from solver.instance.settings import SECTIONS
from solver.instance.tables import TABLES

if TYPE_CHECKING:
    from solver.instance.instance import Instance


def constructed(values: Mapping[str, Any]) -> Instance:
    """The checked instance that keywords describe, each an object of the instance's own or a plain value.

    Raises InputError with every defect, at places such as `partners[2].revenue`.
    """
    findings = Findings()
    findings.places["instance"] = JsonPlaces("", "", False)
    for section in SECTIONS:
        findings.places[section] = JsonPlaces("", SECTION_FIELDS.get(section, section), False)
    for table in TABLES:
        rows = JsonPlaces("", table, True)
        shared = findings.places.get(table)
        findings.places[table] = (
            SharedPlaces(shared, rows, SECTIONS[table].model_fields) if shared is not None else rows
        )
    return judged(Reading(_document(values), findings))


def _document(values: Mapping[str, Any]) -> Document:
    document = {key: _plain(value) for key, value in values.items()}
    for section, field in SECTION_FIELDS.items():
        if field in document:
            values = document.pop(field)
            document[section] = joined(values, document.get(section))
    return document


def _plain(value: Any) -> Any:
    """Rows and sections as mappings of what was said in them, numpy's numbers as Python's."""
    if isinstance(value, Row):
        own = value.own_columns() if isinstance(value, OpenRow) else {}
        return {name: getattr(value, name) for name in value.model_fields_set} | own
    if isinstance(value, Mapping):
        return {key: _plain(cell) for key, cell in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Iterable) and not isinstance(value, str | bytes) and hasattr(value, "__next__"):
        return [_plain(item) for item in value]
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item()
    return value
