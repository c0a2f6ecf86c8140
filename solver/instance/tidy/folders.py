"""A tidy copy of a folder: its tables, its settings, and as it is what stands beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from solver.instance.atomic import new_folder
from solver.instance.defects import Findings
from solver.instance.files import text_of
from solver.instance.folder import SETTINGS, copy_beside, table_files, toml_value
from solver.instance.headings import all_meant
from solver.instance.settings import SECTIONS, TOP_AND_SECTIONS, dotted
from solver.instance.tidy.changes import Change
from solver.instance.tidy.csvtables import CsvTable, changes_of_encoding, tidy_table
from solver.instance.tidy.table import doubtful_ids, edits_of, mentions
from solver.instance.tidy.values import Repair, repaired
from solver.instance.tomlfile import lines_of_keys, toml_values


def write_tidy_folder(source: Path, target: Path) -> list[Change]:
    """Write the tidy copy of a folder; what is in it beside an instance is copied as it is."""
    files, _ = table_files(source)
    tables = [found for table, file in files.items() if (found := CsvTable.of(file, table))]
    grids = [table.grid for table in tables]
    doubtful, mentioned = doubtful_ids(grids), mentions(grids)
    copies = {SETTINGS: settings} if (settings := _tidy_settings(source / SETTINGS)) else {}
    for table in tables:
        edits = list(edits_of(table.grid, doubtful, mentioned, table.as_number))
        copies[table.proper_name] = tidy_table(table, edits)
    replaced = {*copies, *(table.file.name for table in tables)}
    with new_folder(target) as draft:
        for other in source.iterdir():
            if other.name not in replaced:
                copy_beside(other, draft / other.name)
        for name, (content, _) in copies.items():
            (draft / name).write_bytes(content)
    return [change for _, changes in copies.values() for change in changes]


def _tidy_settings(file: Path) -> tuple[bytes, list[Change]] | None:
    """The copy of `instance.toml` with its values repaired, and the changes; None where it stays as it is."""
    findings = Findings()
    text = text_of(file, findings) if file.is_file() else None
    values = None if text is None else toml_values(text, SETTINGS, findings)
    if text is None or values is None:
        return None
    wanted, changes = _plain(values), list[Change]()
    lines, places = text.split("\n"), lines_of_keys(text)
    for content, key, name, repair in _repairs(wanted):
        place = places.get(name)
        if place is None:
            continue
        old, content[key] = content[key], repair.value
        lines[place - 1] = _with_value(lines[place - 1], old, repair.value)
        changes.append(Change(f"{SETTINGS}, line {place}, {name}", old, repair.value, repair.why))
    copy = "\n".join(lines)
    changes.extend(changes_of_encoding(file))
    is_as_wanted = _plain(toml_values(copy, SETTINGS, findings)) == wanted
    return (copy.encode(), changes) if changes and is_as_wanted else None


def _repairs(values: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str, Repair]]:
    """The settings or the section of them, the key in it, its dotted name, and the repair of its value."""
    sections = {given: section for given, section in all_meant(values, SECTIONS).items() if section}
    for given, section in {"": "", **sections}.items():
        content = values[given] if given else values
        if not isinstance(content, dict):
            continue
        model = TOP_AND_SECTIONS[section]
        for key, value in list(content.items()):
            name = all_meant([key], model.model_fields)[key]
            repair = repaired(model, name, value) if name else None
            if name and repair:
                yield content, key, dotted(section, name), repair


def _with_value(line: str, old: Any, new: Any) -> str:
    """A line of the settings with another value, where the old one stands there once."""
    for literal in (json.dumps(old, ensure_ascii=False), f"'{old}'"):
        if line.count(literal) == 1:
            return line.replace(literal, toml_value(new))
    return line


def _plain(values: Any) -> Any:
    """Settings that can be compared and changed: dates as texts."""
    return json.loads(json.dumps(values, default=str))
