"""What a column or key expects, in a planner's words; read off the pydantic fields."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import cache
from typing import Any, Literal

from solver.instance.cells import as_number
from solver.instance.defects import nearest
from solver.instance.fields import Row
from solver.instance.invisible import visible
from solver.instance.numerals import readings
from solver.instance.tables import History

Kind = Literal["text", "number", "truth", "numbers"]
KINDS: dict[str, Kind] = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "boolean": "truth",
    "array": "numbers",
}
LARGE = 1_000_000_000


@cache
def properties(model: type[Row]) -> dict[str, dict[str, Any]]:
    """The JSON Schema of every column of a table or key of a section, without null."""
    return {name: _bare(schema) for name, schema in model.model_json_schema()["properties"].items()}


def kind(model: type[Row], column: str) -> Kind:
    """Whether a column holds text, a number, true or false, or a list of numbers."""
    schema = properties(model).get(column)
    if schema is None:
        return "number" if issubclass(model, History) else "text"
    return KINDS[schema["type"]]


def remedy(model: type[Row], column: str, value: Any, *, item: bool = False) -> str:
    """What would be right in this column (or in one item of its list), with a hint made from the value."""
    schema = properties(model).get(column) or {"type": kind(model, column).replace("text", "string")}
    schema = schema["items"] if item else schema
    return expectation(schema, value) + _hint(schema, value)


def expectation(schema: dict[str, Any], value: Any = None) -> str:
    """What a value of this JSON Schema looks like."""
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if schema["type"] == "boolean":
        return "true or false"
    if schema["type"] == "array":
        return f"a list of numbers, each {expectation(schema['items'])}"
    if schema["type"] == "string":
        too_long = isinstance(value, str) and len(value) > schema.get("maxLength", len(value))
        return f"text of at most {schema['maxLength']} characters" if too_long else "text"
    return _range(schema, value)


def _range(schema: dict[str, Any], value: Any) -> str:
    noun = "a whole number" if schema["type"] == "integer" else "a number"
    least, most = schema.get("minimum"), schema.get("maximum")
    if most is not None and (most < LARGE or (isinstance(value, int | float) and value > most)):
        return f"{noun} from {least:g} to {most:.10g}"
    if least is not None:
        return f"{noun} that is at least {least:g}"
    if "exclusiveMinimum" in schema:
        return f"{noun} above {schema['exclusiveMinimum']:g}"
    return noun


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    options: list[dict[str, Any]] = schema.get("anyOf", [schema])
    return next(option for option in options if option.get("type") != "null")


def _hint(schema: dict[str, Any], value: Any) -> str:
    if "enum" in schema and isinstance(value, str):
        return nearest(value, schema["enum"])
    if isinstance(value, datetime | date | time):
        return "; this is a date or a time"
    if schema["type"] == "string" and isinstance(value, bool | int | float):
        return "; put it in quotation marks, or format the cell as text"
    if schema["type"] in ("number", "integer") and isinstance(value, str):
        return _number_hint(value.strip(), schema)
    if schema["type"] in ("number", "integer") and isinstance(value, float) and value - value != 0:
        return "; it must be finite, or leave it empty"
    return ""


def _number_hint(text: str, schema: dict[str, Any]) -> str:
    meant = readings(text)
    if as_number(text) is not None and len(meant) == 1:
        return f"; write {text} as a number, not as text"
    if text.startswith("#"):
        return "; this cell holds an error, mend its formula"
    if text.startswith("="):
        return "; this formula has no stored result: open and save the workbook in Excel, or write the value"
    if len(meant) == 2:
        return f"; write {meant[0]} without separators, or {meant[1]} with a point"
    if meant and meant[0].startswith("-") and schema.get("minimum", -1) >= 0:
        return f"; {visible(text)} means {meant[0]}: write {meant[0][1:]} if that is meant"
    if meant:
        return f"; write {meant[0]}{_manner(text, meant[0])}"
    if text.casefold().lstrip("+-") in ("nan", "inf", "infinity", "n/a", "na", "none", "null", "-"):
        return "; it must be finite, or leave it empty"
    return ""


def _manner(text: str, number: str) -> str:
    if text.replace(",", ".") == number:
        return " with a decimal point"
    if "," in text and "." in number:
        return " with a decimal point and without separators"
    kept = re.sub(r"[,.'’\s_]", "", text)
    return " without thousands separators" if kept == number else f" instead of {visible(text)}"
