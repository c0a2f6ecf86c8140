"""The JSON carrier: one document in one file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from solver.instance.defects import Defect, Findings
from solver.instance.files import text_of
from solver.instance.headings import meant
from solver.instance.places import JsonPlaces, SharedPlaces
from solver.instance.reading import SHARED, Reading
from solver.instance.settings import SECTIONS
from solver.instance.tables import TABLES

MOST_DIGITS = 300
MOST_OBJECTS = 500_000
DEEPEST = 50


def read_json(path: Path) -> Reading:
    """The document in a JSON file, with whatever is wrong with the file."""
    reading = Reading()
    text = text_of(path, reading.findings)
    document = None if text is None else _decoded(path.name, text, reading.findings)
    if document is None:
        reading.findings.raise_if_any()
    elif isinstance(document, dict):
        _locate(document, path.name, reading)
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


def _locate(document: dict[str, Any], name: str, reading: Reading) -> None:
    """Take the document over, and say where its parts stand."""
    reading.document = document
    places = reading.findings.places
    places["instance"] = JsonPlaces(name, "", is_table=False)
    for key, value in document.items():
        known = meant(key, (*SECTIONS, *TABLES))
        if known in SHARED and isinstance(value, dict):
            section = JsonPlaces(name, key, is_table=False)
            rows = JsonPlaces(name, f"{key}.rows", is_table=True)
            places[known] = SharedPlaces(section, rows, SECTIONS[known].model_fields)
        elif known is not None:
            places[known] = JsonPlaces(name, key, is_table=known in TABLES)


class _Twice(dict[str, Any]):
    """An object in which keys stand twice, and what the keys had before."""

    earlier: list[tuple[str, Any]]


def _decoded(name: str, text: str, findings: Findings) -> Any:
    if text.count("{") > MOST_OBJECTS:
        findings.add(Defect(name, f"at most {MOST_OBJECTS:,} rows and other objects in one document"))
        return None
    twice: list[_Twice] = []

    def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        last = {key: position for position, (key, _) in enumerate(pairs)}
        twice.append(_Twice(found))
        twice[-1].earlier = [pair for position, pair in enumerate(pairs) if last[pair[0]] != position]
        return twice[-1]

    try:
        document = json.loads(text, object_pairs_hook=unique_keys, parse_int=_integer)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        findings.add(Defect(name, f"JSON that can be read; {where}: {error.msg}", where=f"{name}, {where}"))
    except RecursionError:
        findings.add(Defect(name, "JSON that can be read; this nests objects or lists too deeply"))
    else:
        for path, key, value in _repeated(document, "", DEEPEST) if twice else ():
            remedy = "this key once per object; it stands there twice"
            findings.add(Defect(name, remedy, column=key, value=value, where=f"{name}, {path}"))
        return document
    return None


def _repeated(value: Any, path: str, depth: int) -> Iterator[tuple[str, str, Any]]:
    """Path, key and earlier value of every key that stands twice in an object."""
    if isinstance(value, _Twice):
        yield from ((f"{path}.{key}".lstrip("."), key, earlier) for key, earlier in value.earlier)
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        if isinstance(part, dict | list) and depth > 0:
            here = f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}".lstrip(".")
            yield from _repeated(part, here, depth - 1)


def _integer(digits: str) -> int | float:
    """An int, or infinity for more digits than any amount has (the reader then says where)."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)
