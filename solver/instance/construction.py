"""What a Python program hands over to make an instance: keywords with rows, sections and plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.document import SECTION_FIELDS, judged
from solver.instance.fields import OpenRow, Row
from solver.instance.reading import Document, Reading, joined_evidence
from solver.instance.settings import SECTIONS
from solver.instance.tables import TABLES

if TYPE_CHECKING:
    from solver.instance.instance import Instance


def constructed(values: Mapping[str, Any]) -> Instance:
    """The checked instance that keywords describe, each an object of the instance's own or a plain value.

    Raises InputError with every defect, at places such as `partners[2].revenue`.
    """
    try:
        return judged(Reading(_document(values)))
    except InputError as error:
        raise InputError([_in_python(defect) for defect in error.defects]) from None


def _document(values: Mapping[str, Any]) -> Document:
    document = {key: _plain(value) for key, value in values.items()}
    for section, field in SECTION_FIELDS.items():
        if field in document:
            prior = document.pop(field)
            document[section] = joined_evidence(prior, document.get(section))
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


def _in_python(defect: Defect) -> Defect:
    place, column = defect.place, defect.column
    if place == "instance" and column is not None:
        place, column = column, None
    elif place in SECTION_FIELDS and defect.row is None:
        place = SECTION_FIELDS[place]
    if defect.row is not None and place in TABLES:
        place = f"{place}[{defect.row - 1}]"
    if column is not None and (place in SECTIONS or place.endswith("]") or place in SECTION_FIELDS.values()):
        place, column = f"{place}.{column}", None
    return replace(defect, place=place, row=None, column=column)
