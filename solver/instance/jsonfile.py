"""The JSON carrier: one document in one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from solver.instance.defects import Defect, Findings
from solver.instance.files import text_of
from solver.instance.reading import Reading
from solver.instance.tables import TABLES

MOST_DIGITS = 300


def read_json(path: Path) -> Reading:
    """The document in a JSON file, with whatever is wrong with the file."""
    reading = Reading()
    text = text_of(path, reading.findings)
    document = None if text is None else _decoded(path.name, text, reading.findings)
    if document is None:
        reading.findings.raise_if_any()
    elif isinstance(document, dict):
        reading.document = document
        return reading
    reading.findings.add(
        Defect(path.name, 'an object at the top: {"format": 1, "partners": [...]}', value=document)
    )
    reading.findings.raise_if_any()
    return reading


def json_text(document: dict[str, Any]) -> str:
    """A document as JSON text with one line per row, so that versions compare well."""
    lines = [f"  {_compact(key)}: {_value(key, value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(key: str, value: Any) -> str:
    if key not in TABLES or not isinstance(value, list):
        return _compact(value)
    return "[\n    " + ",\n    ".join(_compact(row) for row in value) + "\n  ]"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _decoded(name: str, text: str, findings: Findings) -> Any:
    def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                findings.add(
                    Defect(name, "this key once per object; it stands there twice", None, key, value)
                )
            found[key] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=unique_keys, parse_int=_integer)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        findings.add(Defect(name, f"JSON that can be read; {where}: {error.msg}"))
    except RecursionError:
        findings.add(Defect(name, "JSON that can be read; this nests objects or lists too deeply"))
    return None


def _integer(digits: str) -> int | float:
    """An int, or infinity for more digits than any amount has (the reader then says where)."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)
