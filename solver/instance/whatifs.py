"""What-ifs: named sets of overrides and locks, in the table `whatifs` or in a file of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solver.errors import InputError
from solver.instance.calling import called
from solver.instance.defects import Defect, Findings
from solver.instance.files import text_of
from solver.instance.overrides import overridden
from solver.instance.places import CsvPlaces, Places
from solver.instance.reading import Document, Reading
from solver.instance.rows import judged_rows
from solver.instance.settings import dotted
from solver.instance.tables import Whatif as Row
from solver.instance.tomlfile import lines_of_keys, toml_values

if TYPE_CHECKING:
    from solver.instance.instance import Instance

LOCKS = ("in", "out")
TABLE = "whatifs"


@dataclass(frozen=True)
class Whatif:
    """What would be different: assignments such as `limits.budget=-10%`, and who is locked in or out."""

    name: str
    overrides: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def whatifs_of(rows: Iterable[Row]) -> tuple[Whatif, ...]:
    """The what-ifs that rows describe, in the order in which their names come first."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    return tuple(
        Whatif(
            name,
            tuple(_assignment(row) for row in several if row.key not in LOCKS),
            tuple(id_ for row in several if row.key == "in" for id_ in _ids(row.value)),
            tuple(id_ for row in several if row.key == "out" for id_ in _ids(row.value)),
        )
        for name, several in by_name.items()
    )


def defects_of_whatifs(rows: Iterable[tuple[int, Row]], document: Mapping[str, Any]) -> Iterator[Defect]:
    """What leads nowhere, or leaves no sound instance, row by row; `document` is sound without them."""
    bare = {key: value for key, value in document.items() if key != TABLE}
    tables = [*bare.get("partners", ()), *bare.get("applications", ())]
    labels = {row["id"]: row.get("name") or row["id"] for row in tables}
    changed: dict[str, Document] = {}
    for number, row in rows:
        if row.key in LOCKS:
            yield from _strangers(number, row, labels)
            continue
        tried = overridden(Reading(changed.get(row.name, bare)), [_assignment(row)])
        misplaced = tried.findings.all()
        yield from (Defect(TABLE, one.remedy, number, "key", row.key) for one in misplaced)
        unsound = None if misplaced else _unsound(tried.document)
        if unsound is not None:
            yield Defect(TABLE, f"a change that can be; {unsound}", number, "value", row.value)
        elif not misplaced:
            changed[row.name] = tried.document


def _unsound(document: Document) -> Defect | None:
    """What is wrong first in a document."""
    from solver.instance.document import judged

    try:
        judged(Reading(document))
    except InputError as error:
        return error.defects[0]
    return None


def _assignment(row: Row) -> str:
    return f"{row.key}={row.value or ''}"


def _strangers(number: int, row: Row, labels: Mapping[str, str]) -> Iterator[Defect]:
    for id_ in _ids(row.value) or ("",):
        try:
            called(id_, labels)
        except ValueError as error:
            remedy = f"a partner or an application: {error}; several are separated by ;"
            yield Defect(TABLE, remedy, number, "value", id_ or row.value)


def _ids(value: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (value or "").split(";") if part.strip())


def rows_of_toml(text: str, file: str, findings: Findings) -> tuple[list[dict[str, Any]], Places]:
    """The rows in a TOML text with a section for each what-if, and where they stand.

    `["less money"]`, then lines such as `limits.budget = "-10%"` or `in = ["p3", "p5"]`.
    """
    lines = lines_of_keys(text)
    rows: list[dict[str, Any]] = []
    at: list[int] = []
    for name, section in (toml_values(text, file, findings) or {}).items():
        if not isinstance(section, Mapping):
            remedy = f'a section for each what-if, such as ["{name}"], with what is different below it'
            findings.add(Defect(file, remedy, value=name, where=f"{file}, line {lines.get(name, 1)}"))
            continue
        for key, value in _flat(section):
            rows.append({"name": name, "key": key, "value": value})
            at.append(lines.get(dotted(name, key), lines.get(name, 1)))
    return rows, CsvPlaces(file, at)


def _flat(section: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in section.items():
        path = dotted(before, key)
        if isinstance(value, Mapping):
            yield from _flat(value, path)
        elif path in LOCKS and isinstance(value, list):
            yield path, ";".join(map(str, value))
        else:
            yield path, json.dumps(value) if isinstance(value, list) else value


def read_whatifs(path: str, instance: Instance) -> tuple[Whatif, ...]:
    """The what-ifs in a TOML file, for an instance. Raises InputError with every defect."""
    findings = Findings()
    text = text_of(Path(path), findings)
    rows, places = rows_of_toml(text or "", Path(path).name, findings)
    findings.places[TABLE] = places
    judged = judged_rows(TABLE, Row, list(enumerate(rows, 1)), (), findings)
    findings.raise_if_any()
    findings.extend(defects_of_whatifs(judged, instance.to_document()))  # type: ignore[arg-type]
    findings.raise_if_any()
    return whatifs_of(row for _, row in judged)  # type: ignore[misc]
