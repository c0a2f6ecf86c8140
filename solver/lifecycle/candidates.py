"""Candidates: rows of partners and what goes with them, put beside the alliance that there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solver.errors import InputError
from solver.instance.defects import Defect, Findings, nearest
from solver.instance.document import judged
from solver.instance.instance import Instance
from solver.instance.places import JsonPlaces, Places
from solver.instance.reading import SHARED, Document, Reading, joined, split

TABLES = ("partners", "levels", "capabilities", "usage", "cash_flows", "pairs", "attractions", "evidence")
"""What may be said of candidates."""


@dataclass(frozen=True)
class Behind:
    """The places of rows that stand behind others in one table."""

    before: int
    first: Places
    then: Places

    def where(self, row: int | None, column: str | None) -> str:
        """The place in whichever of the two has the row."""
        if row is None or row <= self.before:
            return self.first.where(row, column)
        return self.then.where(row - self.before, column)


def read_candidates(path: str, instance: Instance) -> Instance:
    """The instance with the candidates of a file: a CSV of partners, a workbook or JSON with tables."""
    source, findings = Path(path), Findings()
    suffix = source.suffix.lower()
    if not source.is_file():
        raise InputError([Defect(path, "a file: .csv with partners, or .xlsx or .json with tables")])
    if suffix == ".csv":
        from solver.instance.csvfile import read_table

        table = read_table(source, "partners", findings)
        findings.raise_if_any()
        assert table is not None  # or there was a finding
        findings.places["partners"] = table[1]
        return joined_with(instance, {"partners": table[0]}, findings)
    if suffix in (".xlsx", ".xlsm"):
        from solver.instance.workbook import read_workbook

        reading = read_workbook(source)
    else:
        from solver.instance.jsonfile import read_json

        reading = read_json(source)
    reading.findings.raise_if_any()
    return joined_with(instance, reading.document, reading.findings, path)


def joined_with(
    instance: Instance, tables: Mapping[str, Any], given: Findings | None = None, place: str = "candidates"
) -> Instance:
    """The instance with rows of candidates behind its own. Raises InputError with every defect."""
    findings, document = Findings(), instance.to_document()
    for table, value in tables.items():
        if table not in TABLES:
            if table not in ("format", "name"):
                remedy = f"one of the tables {', '.join(TABLES)}{nearest(table, TABLES)}"
                findings.add(Defect(place, remedy, column=table))
            continue
        rows = split(value)[1] if isinstance(value, dict) else value
        if not isinstance(rows, list | tuple):
            findings.add(Defect(place, "a list of rows", column=table))
            continue
        own = _put_behind(document, table, list(rows))
        there = None if given is None else given.places.get(table)
        beside = there or JsonPlaces("candidates", table, is_table=True)
        findings.places[table] = Behind(own, JsonPlaces("the instance", table, is_table=True), beside)
    if not tables.get("partners"):
        findings.add(Defect(place, "at least one row of partners: there is no candidate"))
    findings.raise_if_any()
    return judged(Reading(document, findings))


def _put_behind(document: Document, table: str, rows: list[Any]) -> int:
    """Put rows behind those of a table; how many there were."""
    if table in SHARED:
        section, own = split(document.get(table))
        document[table] = joined(section, [*(own or ()), *rows])
    else:
        own = document.get(table)
        document[table] = [*(own or ()), *rows]
    return len(own or ())
