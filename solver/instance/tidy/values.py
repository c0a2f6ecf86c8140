"""The one value that a cell can mean, where what stands there is not it."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from solver.instance.cells import as_number
from solver.instance.columns import kind, properties
from solver.instance.fields import Number, Row, Text
from solver.instance.headings import meant
from solver.instance.invisible import cleaned, is_clean, objection
from solver.instance.numerals import readings

# Signs, digits and separators. Currencies and magnitudes leave a doubt: in which unit is "€ 12m" meant?
BARE_NUMBER = re.compile(r"[-+−–(]?\s*\d[\d.,'’\s]*[-)]?")
PERCENT = "%"


class Repair(NamedTuple):
    """The value meant, and in what it differs from the one that stands there."""

    value: Any
    why: str


def repaired(model: type[Row], column: str, value: Any) -> Repair | None:
    """The value that a text in this column (or key) means; None where it is right, or leaves a doubt."""
    if type(value) is not str or not value.strip():
        return None
    wanted = kind(model, column)
    if wanted == "text":
        return _repaired_text(model, column, value)
    return _repaired_number(model, column, value) if wanted in ("number", "numbers") else None


def fits(model: type[Row], column: str, value: Any) -> bool:
    """Whether a value may stand in this column."""
    try:
        _adapter(model, column).validate_python(value)
    except ValidationError:
        return False
    return True


def _repaired_text(model: type[Row], column: str, text: str) -> Repair | None:
    plain = cleaned(text)
    choices = properties(model).get(column, {}).get("enum")
    if choices and not fits(model, column, text):
        choice = plain if fits(model, column, plain) else meant(plain, choices)
        return None if choice is None else Repair(choice, "the choice as it is spelled")
    if is_clean(text) or not fits(model, column, plain):
        return None
    return Repair(plain, objection(text))


def _repaired_number(model: type[Row], column: str, text: str) -> Repair | None:
    plain = cleaned(text)
    share = plain.endswith(PERCENT) and properties(model).get(column, {}).get("maximum") == 1
    found = readings(plain)
    if len(found) != 1 or not BARE_NUMBER.fullmatch(plain.removesuffix(PERCENT if share else "").strip()):
        return None
    number = as_number(found[0])
    item = [number] if kind(model, column) == "numbers" else number
    if number is None or not fits(model, column, item):
        return None
    return Repair(number, "a number, which can be read in one way only")


@cache
def _adapter(model: type[Row], column: str) -> TypeAdapter[Any]:
    field = model.model_fields.get(column)
    if field is None:
        return TypeAdapter(Number if kind(model, column) == "number" else Text)
    wanted: Any = field.annotation
    return TypeAdapter(Annotated[wanted, *field.metadata] if field.metadata else wanted)
