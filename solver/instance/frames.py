"""Tables as pandas DataFrames, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from solver.errors import InputError
from solver.instance.cells import as_digits
from solver.instance.columns import kind
from solver.instance.defects import Defect, Findings, nearest
from solver.instance.fields import OpenRow, Row
from solver.instance.reading import SHARED, Document, joined
from solver.instance.settings import SECTIONS
from solver.instance.tables import TABLES

if TYPE_CHECKING:
    import pandas

    from solver.instance.instance import Instance


def document_of(frames: Mapping[str, Any], settings: Mapping[str, Any]) -> Document:
    """The JSON document that DataFrames (one per table) and the keys of `instance.toml` make up.

    Missing values (NaN, NA, NaT, None) are absent; whole numbers in text columns become their digits.
    Raises InputError for unknown tables and for what is no DataFrame.
    """
    import pandas

    findings = Findings()
    try:
        document: Document = dict(settings)
    except (TypeError, ValueError):
        remedy = "a mapping of keys and sections"
        raise InputError([Defect("settings", remedy, value=type(settings).__name__)]) from None
    for table, frame in frames.items():
        if table not in TABLES:
            findings.add(Defect(table, f"the name of a table{nearest(table, TABLES)}"))
        elif table in settings and table not in SECTIONS:
            findings.add(Defect(f"settings[{table!r}]", "this table once; it is also given as a DataFrame"))
        elif not isinstance(frame, pandas.DataFrame):
            findings.add(Defect(table, "a pandas DataFrame", value=type(frame).__name__))
        else:
            _check_columns(table, frame, findings)
            rows = _rows(frame, TABLES[table])
            document[table] = joined(settings.get(table), rows) if table in SHARED else rows
    findings.raise_if_any()
    return document


def frame_of(instance: Instance, table: str) -> pandas.DataFrame:
    """A table of an instance as a DataFrame: every column, then the planner's own; empty cells are missing.

    Raises InputError for an unknown table.
    """
    import pandas

    if table not in TABLES:
        raise InputError([Defect(table, f"the name of a table{nearest(table, TABLES)}")])
    rows = getattr(instance, table)
    columns = list(TABLES[table].model_fields)
    own = (column for row in rows if isinstance(row, OpenRow) for column in row.own_columns())
    columns += dict.fromkeys(own)
    return pandas.DataFrame([row.model_dump() for row in rows], columns=pandas.Index(columns))


def _check_columns(table: str, frame: pandas.DataFrame, findings: Findings) -> None:
    names = [str(column) for column in frame.columns]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        findings.add(Defect(table, "this column once; it stands there more than once", column=name))


def _rows(frame: pandas.DataFrame, model: type[Row]) -> list[dict[str, Any]]:
    columns = {str(name): _cells(frame.iloc[:, i], model, str(name)) for i, name in enumerate(frame.columns)}
    return [
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]


def _cells(series: pandas.Series[Any], model: type[Row], column: str) -> list[Any]:
    is_text = kind(model, column) == "text"
    cells = [
        None if missing else _python(value) for value, missing in zip(series, series.isna(), strict=True)
    ]
    return [as_digits(value) for value in cells] if is_text else cells


def _python(value: Any) -> Any:
    """A numpy scalar as the Python value it stands for."""
    return value.item() if hasattr(value, "item") and not isinstance(value, str) else value
