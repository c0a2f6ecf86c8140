"""What every table, column and key means, for the starter files and the comments in workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from solver.instance.cells import as_text, plain
from solver.instance.columns import expectation, properties
from solver.instance.fields import Row
from solver.instance.settings import TOP_AND_SECTIONS, dotted
from solver.instance.tables import TABLES, Level, Partner

MONEY = "money"


class Entry(NamedTuple):
    """One line of the guide."""

    place: str
    name: str
    meaning: str
    default: str


def explanation(model: type[Row], column: str, money: str = MONEY) -> str:
    """One line about a column or key: its meaning, what it holds, and its default.

    `money` is what an amount of money is counted in, e.g. `million EUR`.
    """
    if column not in model.model_fields:
        return "a column of your own"
    return f"{meaning_of(model, column, money)}; {default_of(model, column)}"


def meaning_of(model: type[Row], column: str, money: str = MONEY) -> str:
    """What a column or key means and holds."""
    description = model.model_fields[column].description
    if description is None and model is Level and column in Partner.model_fields:
        description = Partner.model_fields[column].description
    if description is not None and description.startswith(MONEY):
        description = money + description.removeprefix(MONEY)
    holds = expectation(properties(model)[column])
    return f"{description}; {holds}" if description else holds


def default_of(model: type[Row], column: str) -> str:
    """`required`, `may be empty`, or the default value in words."""
    field = model.model_fields[column]
    if field.is_required():
        return "required"
    if field.default is None or field.default == ():
        return "may be empty"
    return f"default {as_text(plain(field.default))}"


def purpose(model: type[Row]) -> str:
    """The first sentence of what a table or section is for."""
    return (model.__doc__ or "").strip().splitlines()[0]


def table_purpose(table: str) -> str:
    """The first sentence of what a table is for."""
    return purpose(TABLES[table])


def entries() -> Iterator[Entry]:
    """The whole guide: keys of `instance.toml` first, then every column of every table."""
    for section, model in TOP_AND_SECTIONS.items():
        for name in model.model_fields:
            yield Entry("instance", dotted(section, name), meaning_of(model, name), default_of(model, name))
    for table, model in TABLES.items():
        for name in model.model_fields:
            yield Entry(table, name, meaning_of(model, name), default_of(model, name))
