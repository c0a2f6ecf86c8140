"""The sheet `instance` of a workbook: keys such as `periods` and `limits.budget`, and their values.

Its header has the headings `key` and `value`; a list goes on to the right of its first number, as far as
columns have no heading. Columns with other headings are notes, and so are rows that begin with `#` or `_`
or name a section and have no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from solver.instance.cells import as_digits
from solver.instance.columns import kind
from solver.instance.defects import Defect, some
from solver.instance.fields import Row
from solver.instance.headings import MOST_LINES_ABOVE, all_meant, is_note, meant
from solver.instance.places import SettingPlaces
from solver.instance.reading import Reading, is_blank
from solver.instance.settings import SECTIONS, TOP_AND_SECTIONS, dotted_keys, nearest_key

SETTINGS = "instance"
HEADINGS = ("key", "value")


class Line(NamedTuple):
    """A row of a sheet that is no note: its number in the sheet and its values, the last one filled.

    `is_typed_text` says whether its first cell has the apostrophe that marks text.
    """

    number: int
    values: list[Any]
    is_typed_text: bool = False


class Layout(NamedTuple):
    """Which column has the keys, and which have the values."""

    key: int
    values: slice


def read_settings(name: str, lines: Sequence[Line], merged: Sequence[str], reading: Reading) -> None:
    """Read the settings on a sheet into the document."""
    layout, lines = layout_of(name, lines, reading)
    found: dict[str, Any] = {}
    empty: list[str] = []
    rows = {}
    known = all_meant((key_of(line, layout) for line in lines), dotted_keys())
    for line in lines:
        written, cells = key_of(line, layout), line.values[layout.values]
        has_value = any(not is_blank(value) for value in cells)
        if is_note(written) or (not has_value and (not written or meant(written, SECTIONS))):
            continue
        key = known[written]
        if key is None:
            _refuse(name, line, written, reading)
            continue
        if key in rows:
            text = "this key once; it stands there twice"
            reading.findings.add(
                Defect(SETTINGS, text, column=written, where=f"sheet {name}, row {line.number}")
            )
        elif key != written:
            reading.findings.remark(f"sheet {name}: the key “{written}” is read as {key}.")
        rows[key] = line.number
        section, _, field = key.rpartition(".")
        value = _value(TOP_AND_SECTIONS[section], field, cells)
        if value is None:
            empty.append(key)
        else:
            found[key] = value
    if empty:
        reading.findings.remark(f"sheet {name}: {some(empty)} without a value.")
    _refuse_merged(name, merged, rows, layout, reading)
    _put(name, found, reading)


def key_of(line: Line, layout: Layout) -> str:
    """The key that a line of settings has, empty where it has none."""
    value = line.values[layout.key] if layout.key < len(line.values) else None
    return "" if is_blank(value) else str(value)


def layout_of(name: str, lines: Sequence[Line], reading: Reading) -> tuple[Layout, Sequence[Line]]:
    """Where keys and values stand, and the lines below the header; without a header the first columns."""
    for position, line in enumerate(lines[:MOST_LINES_ABOVE]):
        headings = [meant(str(value), HEADINGS) if not is_blank(value) else "" for value in line.values]
        if "key" in headings and "value" in headings:
            first = headings.index("value")
            end = next((place for place in range(first + 1, len(headings)) if headings[place] != ""), None)
            if position > 0:
                sentence = f"sheet {name}: what is above row {line.number} is taken for a title"
                reading.findings.remark(f"{sentence}, row {line.number} for the header.")
            return Layout(headings.index("key"), slice(first, end)), lines[position + 1 :]
    return Layout(0, slice(1, None)), lines


def _refuse(name: str, line: Line, written: str, reading: Reading) -> None:
    where = f"sheet {name}, row {line.number}"
    if not written:
        value = next((value for value in line.values if not is_blank(value)), None)
        text = "a key for this value, or # in the first column for a note"
        reading.findings.add(Defect(SETTINGS, text, value=value, where=where))
        return
    text = f"remove this key{nearest_key(written) or ', or begin it with # to keep it as a note'}"
    reading.findings.add(Defect(SETTINGS, text, column=written, where=f"{where}, key {written}"))


def _refuse_merged(
    name: str, merged: Sequence[str], rows: dict[str, int], layout: Layout, reading: Reading
) -> None:
    from openpyxl.utils import range_boundaries

    for cells in merged:
        left, top, right, bottom = (int(bound or 0) for bound in range_boundaries(cells))
        in_values = left <= layout.values.start + 1 <= right or left <= layout.key + 1 <= right
        if in_values and any(top <= number <= bottom for number in rows.values()):
            text = "cells of their own, each with its value; these are merged, and only the first has one"
            reading.findings.add(Defect(SETTINGS, text, where=f"sheet {name}, cells {cells}"))


def _value(model: type[Row], field: str, cells: Sequence[Any]) -> Any:
    wanted = kind(model, field)
    values = [None if is_blank(cell) else as_digits(cell) if wanted == "text" else cell for cell in cells]
    while values and values[-1] is None:
        values.pop()
    if wanted == "numbers" and len(values) > 1:
        return values
    return values[0] if len(values) == 1 else values or None


def _put(name: str, found: dict[str, Any], reading: Reading) -> None:
    rows = {key: f"row {key}" for key in dotted_keys()}
    reading.findings.places[SETTINGS] = SettingPlaces(f"sheet {name}", "", rows)
    sections: dict[str, dict[str, Any]] = {}
    for key, value in found.items():
        section, _, field = key.rpartition(".")
        if section:
            sections.setdefault(section, {})[field] = value
        else:
            reading.document[field] = value
    for section, values in sections.items():
        reading.put_section(section, values, SettingPlaces(f"sheet {name}", section, rows))
