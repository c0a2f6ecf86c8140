"""A starter that a planner can fill in: a tiny instance that solves, with every key and column explained."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from textwrap import fill
from typing import Any

from solver.instance.atomic import new_folder, write_text
from solver.instance.carriers import WORKBOOK_SUFFIXES, check_target
from solver.instance.csvfile import table_text
from solver.instance.document import OPTIONAL_SECTIONS, dump, parse
from solver.instance.fields import Row
from solver.instance.folder import SETTINGS, toml_value
from solver.instance.guide import entries, explanation, purpose, table_purpose
from solver.instance.jsonfile import json_text
from solver.instance.reading import Document
from solver.instance.settings import SECTIONS, General
from solver.instance.tables import TABLES

EXAMPLE: Document = {
    "format": 1,
    "name": "My alliance",
    "periods": 4,
    "limits": {"budget": 260, "max_partners": 3},
    "partners": [
        {
            "id": "p1",
            "name": "Clinic network",
            "industry": "healthcare",
            "region": "north",
            "revenue": 40,
            "cost": 20,
            "setup_cost": 10,
            "success": 0.8,
        },
        {
            "id": "p2",
            "name": "Imaging vendor",
            "industry": "healthcare",
            "region": "south",
            "revenue": 25,
            "cost": 15,
            "setup_cost": 5,
        },
    ],
    "technologies": [{"id": "imaging", "name": "Medical imaging"}],
    "capabilities": [
        {"holder": "hub", "technology": "imaging", "level": 0.3},
        {"holder": "p2", "technology": "imaging", "level": 0.9},
    ],
    "applications": [
        {"id": "a1", "name": "Screening service", "industry": "healthcare", "revenue": 30, "cost": 12},
    ],
    "requirements": [{"application": "a1", "technology": "imaging", "level": 0.7}],
    "pairs": [{"first": "p1", "second": "p2", "kind": "synergy", "value": 12}],
}
EXAMPLE_ROWS: dict[str, dict[str, Any]] = {
    "levels": {"partner": "p1", "level": "light", "revenue": 20, "cost": 8, "setup_cost": 4},
    "assignments": {"application": "a1", "technology": "imaging", "partner": "p2"},
    "resources": {"id": "engineers", "max": 12},
    "usage": {"id": "p1", "resource": "engineers", "amount": 5},
    "cash_flows": {"id": "a1", "age": 0, "revenue": 10, "cost": 15},
    "segments": {"id": "clinics", "demand": 80, "margin": 0.2, "hub_attraction": 1, "rival_attraction": 4},
    "attractions": {"source": "p1", "segment": "clinics", "attraction": 2},
    "groups": {"dimension": "region", "group": "north", "max": 1, "entry_cost": 3},
    "evidence": {"partner": "p1", "trials": 20, "successes": 17},
    "health": {"partner": "p1", "period": 1, "indicator": "uptime", "value": 0.98, "target": 0.99},
    "actuals": {"id": "p1", "revenue": 38, "cost": 21.5},
    "history": {"period": 1, "p1": 18.5, "p2": 9},
    "scenarios": {"scenario": "boom", "probability": 1, "id": "p1", "benefit": 120},
    "correlations": {"first": "p1", "second": "p2", "correlation": 0.3},
    "risks": {"measure": "worst_case"},
    "outside": {"members": "p1; p2", "value": 30},
    "plan": {"id": "p1", "start": 1},
    "whatifs": {"name": "less money", "key": "limits.budget", "value": "-10%"},
    "criteria": {"id": "reach", "weight_min": 0.2},
    "weights": {"criterion": "reach", "low": 0.1, "high": 0.6},
    "scores": {"id": "p1", "criterion": "reach", "low": 3, "high": 5},
}
"""A row for every table that the example leaves empty; it may stand there as a note."""

WIDTH = 100
PREAMBLE = (
    "Each CSV file is one table; its first line names the columns. Fill in rows, delete the example rows, "
    "leave cells empty where the default will do. Lines that begin with # below a heading are examples: "
    "delete the # to use one. Tables without rows and columns that stay empty may be "
    "deleted. Lines that begin with # are comments; an id that begins with # is written in quotation marks. "
    "Save the files as comma-separated UTF-8 with decimal points (1.5, not 1,5). The settings are in "
    "instance.toml. Files named README and files that are no CSV are left alone."
)
WORKBOOK_PREAMBLE = (
    "Each sheet is one table; its first row names the columns, with their meaning and unit as comments.",
    "Orange headings are required; blue ones may stay empty, the default in their comment then counts.",
    "The settings are on the sheet instance: fill in the yellow cells where the default will not do.",
    "Only partners is needed. Sheets without rows, and columns that stay empty, may be deleted.",
    "The rows of partners, technologies, capabilities, applications, requirements and pairs are a small "
    "alliance that can be solved as it is: write over them.",
    "Rows, columns and sheets that begin with # or _ are notes and not read. The grey rows are examples of "
    "this kind: to use one, delete the # in its first cell.",
    "Cells of ids and choices offer what there is. This sheet is not read.",
)


def write_starter(path: str | PathLike[str]) -> None:
    """Write a starter instance: a folder, or an `.xlsx` or `.json` file by its suffix.

    Raises InputError when something stands there already.
    """
    target = Path(path)
    check_target(target)
    document = dump(parse(EXAMPLE))
    if target.suffix.lower() == ".json":
        write_text(target, json_text(document | {"roi_rate": General().roi_rate}))
    elif target.suffix.lower() in WORKBOOK_SUFFIXES:
        from solver.instance.starterworkbook import write_starter_workbook

        write_starter_workbook(document, EXAMPLE_ROWS, WORKBOOK_PREAMBLE, target)
    else:
        _write_folder(document, target)


def _write_folder(document: Document, target: Path) -> None:
    files = {SETTINGS: _settings(document), "README.txt": _readme()}
    for table, model in TABLES.items():
        comment = f"{table_purpose(table)} See README.txt."
        files[f"{table}.csv"] = _table(table, document.get(table, ()), list(model.model_fields), comment)
    with new_folder(target) as draft:
        for name, text in files.items():
            (draft / name).write_text(text, encoding="utf-8", newline="\n")


def _table(table: str, rows: Sequence[dict[str, Any]], columns: list[str], comment: str) -> str:
    if rows:
        return table_text(rows, columns, comment)
    example = EXAMPLE_ROWS[table]
    columns += [column for column in example if column not in columns]
    heading, row = table_text([example], columns).splitlines()
    return f"# {comment}\n{heading}\n# {row}\n"


def _settings(document: Document) -> str:
    """`instance.toml` with every key: those in use as they are, the others as comments."""
    blocks = [_keys(General, document)]
    for section, model in SECTIONS.items():
        used = document.get(section)
        heading = f"# [{section}]" if section in OPTIONAL_SECTIONS else f"[{section}]"
        blocks.append(f"# {purpose(model)}\n{heading}\n{_keys(model, used or {})}")
    return "\n\n".join(blocks) + "\n"


def _keys(model: type[Row], values: Document) -> str:
    return "\n".join(_key(model, name, values) for name in model.model_fields)


def _key(model: type[Row], name: str, values: Document) -> str:
    if name in values or name == "roi_rate":
        value = values.get(name, model.model_fields[name].default)
        return f"{name} = {toml_value(value)}  # {explanation(model, name)}"
    return f"# {name} = {_sample(model, name)}  # {explanation(model, name)}"


def _sample(model: type[Row], name: str) -> str:
    default: Any = model.model_fields[name].default
    if default is None:
        return "…"
    return toml_value(list(default) if isinstance(default, tuple) else default)


def _readme() -> str:
    lines = [fill(PREAMBLE, WIDTH)]
    place = ""
    for entry in entries():
        if entry.place != place:
            place = entry.place
            title = "instance.toml" if place == "instance" else f"{place}.csv: {table_purpose(place)}"
            lines += ["", title]
        text = f"{entry.name}: {entry.meaning} ({entry.default})"
        lines.append(fill(text, WIDTH, initial_indent="  ", subsequent_indent="      "))
    return "\n".join(lines) + "\n"
