"""The rows of one table, or the keys of one section, judged one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from solver.instance.columns import kind, remedy
from solver.instance.defects import Defect, Findings, nearest, some
from solver.instance.fields import Number, OpenRow, Row, Text
from solver.instance.headings import all_meant, is_note
from solver.instance.reading import MOST_ROWS, is_blank

CHUNK = 1000
AS_A_NOTE = ", or begin its name with # to keep it as a note"
TEXT: TypeAdapter[Any] = TypeAdapter(Text)
NUMBER: TypeAdapter[Any] = TypeAdapter(Number)
Cells = dict[str, Any]


def filled_rows(table: str, rows: Any, findings: Findings) -> list[tuple[int, Cells]]:
    """The rows of a table with their numbers, empty cells and empty rows left out."""
    if rows is None:
        return []
    if not isinstance(rows, list | tuple):
        findings.add(Defect(table, "a list of rows", value=rows))
        return []
    if len(rows) > MOST_ROWS:
        findings.add(Defect(table, f"at most {MOST_ROWS:,} rows in one table", value=f"{len(rows):,} rows"))
        return []
    filled = []
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Mapping):
            filled.append((number, {str(key): cell for key, cell in row.items() if not is_blank(cell)}))
        else:
            text = "a row: an object with one value per column"
            findings.add(Defect(table, text, row=number, value="null" if row is None else row))
    return filled


def with_known_names(
    table: str, rows: list[tuple[int, Cells]], known: Collection[str], findings: Findings
) -> list[tuple[int, Cells]]:
    """The rows with columns as they are known here, whatever capitals, blanks and underscores they have."""
    used = set().union(*(row for _, row in rows))
    names = all_meant((column for column in used if column not in known), known)
    for column in sorted(names):
        name = names[column]
        if name is None:
            continue
        if name in used:
            text = f"this column once; it stands there as {name} too"
            findings.add(Defect(table, text, column=column))
        else:
            findings.remark(f"{findings.where(table)}: the heading “{column}” is read as {name}.")
        for _, row in rows:
            if column in row:
                row.setdefault(name, row.pop(column))
    return rows


def judged_rows(
    table: str,
    model: type[Row],
    rows: list[tuple[int, Cells]],
    own_columns: Collection[str],
    findings: Findings,
) -> list[tuple[int, Row]]:
    """The rows that are right, as frozen objects with their numbers; all others become findings."""
    fields = model.model_fields
    first_seen = {column: number for number, row in reversed(rows) for column in row}
    open_columns = set(own_columns) if issubclass(model, OpenRow) else set()
    unknown = {column for column in first_seen if column not in fields and column not in open_columns}
    known = [*fields, *sorted(open_columns)]
    for column in (column for column in first_seen if column in unknown and not is_note(column)):
        text = f"remove this column{nearest(column, known) or AS_A_NOTE}"
        where = findings.where(table, None, column) if table in findings.places else ""
        findings.add(Defect(table, text, first_seen[column], column, where=where))
    extra = [column for column in first_seen if column not in fields and column not in unknown]
    rows = _without(rows, unknown)
    _judge_own_cells(table, model, rows, extra, findings)
    absent = {column for column, field in fields.items() if field.is_required() and column not in first_seen}
    if rows:
        for column in fields:
            if column in absent:
                findings.add(
                    Defect(table, f"this column is required: {remedy(model, column, None)}", column=column)
                )
    judged: list[tuple[int, Row]] = []
    for start in range(0, len(rows), CHUNK):
        judged.extend(_judge_chunk(table, model, rows[start : start + CHUNK], absent, findings))
    return judged


def filled_cells(model: type[Row], rows: Sequence[Row]) -> list[Cells]:
    """The cells of rows that differ from their defaults."""
    cells: list[Cells] = _list_of(model).dump_python(list(rows), exclude_defaults=True)
    return cells


def judged_section(place: str, model: type[Row], values: Any, findings: Findings) -> Row | None:
    """The keys of a section as a frozen object; None when one of them is wrong."""
    if not isinstance(values, Mapping):
        findings.add(Defect(place, "a section with keys and values", value=values))
        return None
    fields = model.model_fields
    known = keys_as_known(place, values, fields, findings)
    for key in known:
        if key not in fields:
            findings.add(Defect(place, f"remove this key{nearest(key, fields)}", column=key))
    try:
        return model.model_validate({key: value for key, value in known.items() if key in fields})
    except ValidationError as error:
        findings.extend(_defect(place, None, model, detail, detail["loc"]) for detail in _details(error))
        return None


def keys_as_known(place: str, values: Mapping[Any, Any], known: Collection[str], findings: Findings) -> Cells:
    """Keys with values, as they are known here whatever their capitals and blanks; notes are left out."""
    found: Cells = {}
    empty = []
    names = all_meant(map(str, values), known)
    for key, value in values.items():
        name = names[str(key)] or str(key)
        if name not in known and is_note(name):
            continue
        if name != key and name in values:
            findings.add(Defect(place, f"this key once; it stands there as {name} too", column=str(key)))
        elif name != key:
            findings.remark(f"{findings.where(place)}: the key “{key}” is read as {name}.")
        if isinstance(value, str) and is_blank(value):
            empty.append(name)
        elif not is_blank(value):
            found[name] = value
    if empty:
        findings.remark(f"{findings.where(place)}: {some(empty)} without a value.")
    return found


def _judge_chunk(
    table: str, model: type[Row], rows: list[tuple[int, Cells]], absent: set[str], findings: Findings
) -> Iterator[tuple[int, Row]]:
    try:
        valid = _list_of(model).validate_python([row for _, row in rows])
    except ValidationError as error:
        yield from _valid_ones(table, model, rows, absent, findings, error)
    else:
        yield from zip((number for number, _ in rows), valid, strict=True)


def _valid_ones(
    table: str,
    model: type[Row],
    rows: list[tuple[int, Cells]],
    absent: set[str],
    findings: Findings,
    error: ValidationError,
) -> Iterator[tuple[int, Row]]:
    if findings.full(table):
        findings.count(table, error.error_count())
        return
    wrong = set()
    for detail in _details(error):
        index, column = int(detail["loc"][0]), detail["loc"][1:]
        wrong.add(index)
        if not (detail["type"] == "missing" and column[0] in absent):
            findings.add(_defect(table, rows[index][0], model, detail, column))
    for index, (number, row) in enumerate(rows):
        if index not in wrong:
            yield number, model.model_validate(row)


def _judge_own_cells(
    table: str,
    model: type[Row],
    rows: list[tuple[int, Cells]],
    columns: list[str],
    findings: Findings,
) -> None:
    for column in columns:
        adapter = NUMBER if kind(model, column) == "number" else TEXT
        for number, row in rows:
            if column not in row:
                continue
            try:
                row[column] = adapter.validate_python(row[column])
            except ValidationError as error:
                detail = _details(error)[0]
                findings.add(_defect(table, number, model, detail, (column,)))
                del row[column]


def _without(rows: list[tuple[int, Cells]], columns: set[str]) -> list[tuple[int, Cells]]:
    if not columns:
        return rows
    return [(number, {k: v for k, v in row.items() if k not in columns}) for number, row in rows]


def _defect(
    place: str, row: int | None, model: type[Row], detail: ErrorDetails, location: tuple[int | str, ...]
) -> Defect:
    column = str(location[0])
    name = column if len(location) == 1 else f"{column}[{int(location[1]) + 1}]"
    if detail["type"] == "missing":
        return Defect(place, f"a value is needed: {remedy(model, column, None)}", row=row, column=name)
    value = detail["input"]
    if detail["type"] == "value_error" and isinstance(value, str) and kind(model, column) == "text":
        text = detail["msg"].removeprefix("Value error, ")
    else:
        text = remedy(model, column, value, item=len(location) > 1)
    return Defect(place, text, row=row, column=name, value=value)


def _details(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False, include_context=False)


@cache
def _list_of(model: type[Row]) -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]
