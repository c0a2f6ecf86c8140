"""What every table, column and key means, for the starter files and the comments in workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from solver.instance.cells import as_text, plain
from solver.instance.columns import expectation, properties
from solver.instance.fields import Row
from solver.instance.settings import TOP_AND_SECTIONS, dotted
from solver.instance.tables import TABLES


class Entry(NamedTuple):
    """One line of the guide."""

    place: str
    name: str
    meaning: str
    default: str


def explanation(model: type[Row], column: str) -> str:
    """One line about a column or key: its meaning, what it holds, and its default."""
    if column not in model.model_fields:
        return "a column of your own"
    description = model.model_fields[column].description or ""
    parts = [description, expectation(properties(model)[column]), default_of(model, column)]
    return "; ".join(part for part in parts if part)


def default_of(model: type[Row], column: str) -> str:
    """`required`, `may be empty`, or the default value in words."""
    field = model.model_fields[column]
    if field.is_required():
        return "required"
    if field.default is None or field.default == ():
        return "may be empty"
    return f"default {as_text(plain(field.default))}"


def table_purpose(table: str) -> str:
    """The first sentence of what a table is for."""
    return (TABLES[table].__doc__ or "").strip().splitlines()[0]


def entries() -> Iterator[Entry]:
    """The whole guide: keys of `instance.toml` first, then every column of every table."""
    for section, model in TOP_AND_SECTIONS.items():
        for name in model.model_fields:
            yield _entry("instance", dotted(section, name), model, name)
    for table, model in TABLES.items():
        for name in model.model_fields:
            yield _entry(table, name, model, name)


def _entry(place: str, shown: str, model: type[Row], name: str) -> Entry:
    description = model.model_fields[name].description
    holds = expectation(properties(model)[name])
    return Entry(place, shown, f"{description}; {holds}" if description else holds, default_of(model, name))
