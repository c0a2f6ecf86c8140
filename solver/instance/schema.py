"""The JSON Schema of the JSON document, generated from the tables and sections; it ships in `schema.json`."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from solver.instance.fields import Row
from solver.instance.migration import CURRENT
from solver.instance.reading import SHARED, Document
from solver.instance.settings import SECTIONS, General
from solver.instance.tables import TABLES, Application, History, Partner, Whatif

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PER_PERIOD = ("budget_by_period", "effort")
WITH_CASH_FLOWS = ("revenue", "cost")


def json_schema() -> Document:
    """The JSON Schema (draft 2020-12) of an instance as one JSON document.

    It covers names, kinds and ranges of values; what holds across rows is checked on reading only.
    """
    models: list[type[Row]] = [General, *SECTIONS.values(), *TABLES.values()]
    _, generated = models_json_schema([(model, "validation") for model in models])
    definitions = {name: _tolerant(schema) for name, schema in generated["$defs"].items()}
    general = definitions.pop(General.__name__)
    for model in (Partner, Application):
        definition = definitions[model.__name__]
        definition["required"] = [name for name in definition["required"] if name not in WITH_CASH_FLOWS]
        definition["additionalProperties"] = {"type": ["string", "null"], "description": "a group dimension"}
    definitions["Level"]["additionalProperties"] = {
        "type": ["string", "null"],
        "description": "a group dimension",
    }
    definitions[History.__name__]["additionalProperties"] = {
        "type": ["number", "null"],
        "description": "the benefit of the partner or application with this id",
    }
    definitions[Whatif.__name__]["properties"]["value"] |= _typed()
    for key in PER_PERIOD:
        _allow_one_number(definitions["Limits"]["properties"][key])
    general["properties"]["format"]["maximum"] = CURRENT
    sections = {name: _optional(_reference(model)) for name, model in SECTIONS.items()}
    tables = {name: _optional(_table(_reference(model))) for name, model in TABLES.items()}
    properties = general["properties"] | sections | tables
    properties |= {name: _shared(name, sections[name], tables[name], definitions) for name in SHARED}
    properties["partners"] = _table(_reference(Partner)) | {"minItems": 1}
    return {
        "$schema": DIALECT,
        "title": "partnerfolio instance",
        "description": "What a planner knows about the hub, its possible partners, applications and limits.",
        "type": "object",
        "properties": properties,
        "required": ["partners"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _typed() -> dict[str, Any]:
    """What is typed may be a number or a truth value as well."""
    return {"anyOf": [{"type": kind} for kind in ("string", "number", "boolean", "null")]}


def _tolerant(schema: Document) -> Document:
    """Let null stand for an absent value, as the reader does."""
    required = schema.get("required", [])
    for name, value in schema.get("properties", {}).items():
        value.pop("title", None)
        if name not in required and "anyOf" not in value:
            schema["properties"][name] = _or_null(value)
    return schema


def _or_null(schema: Document) -> Document:
    outer: Document = {key: value for key, value in schema.items() if key in ("description", "default")}
    inner = {key: value for key, value in schema.items() if key not in outer}
    return {"anyOf": [inner, {"type": "null"}], **outer}


def _allow_one_number(schema: Document) -> None:
    items = next(option["items"] for option in schema["anyOf"] if option.get("type") == "array")
    schema["anyOf"].append(items)


def _reference(model: type[Row]) -> Document:
    return {"$ref": f"#/$defs/{model.__name__}"}


def _table(row: Document) -> Document:
    return {"type": "array", "items": row}


def _optional(schema: Document) -> Document:
    return {"anyOf": [schema, {"type": "null"}]}


def _shared(name: str, section: Document, table: Document, definitions: Document) -> Document:
    """A key that both share has the rows, or an object with the section's keys and the rows."""
    definitions[SECTIONS[name].__name__]["properties"]["rows"] = table
    return {"anyOf": [*table["anyOf"], section["anyOf"][0]]}
