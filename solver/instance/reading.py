"""What a carrier hands over: a document of plain values, and what was wrong with the carrier itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solver.instance.defects import Findings
from solver.instance.places import Places, SharedPlaces
from solver.instance.settings import SECTIONS

Document = dict[str, Any]
MOST_ROWS = 200_000
SHARED = ("evidence", "health")
"""Names that a section and a table have in common."""


@dataclass
class Reading:
    """A document as a file gave it, before any value is judged.

    `unreadable` names tables and sections that exist but could not be read; nothing is said about
    references into them.
    """

    document: Document = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    unreadable: set[str] = field(default_factory=set)

    def put_section(self, name: str, values: Any, places: Places) -> None:
        """Store the keys of a section, and where they stand."""
        self._locate(name, section=places)
        if name in SHARED and name in self.document:
            values = joined(values, self.document[name])
        self.document[name] = values

    def put_table(self, name: str, rows: list[Any], places: Places) -> None:
        """Store the rows of a table, and where they stand."""
        self._locate(name, table=places)
        if name in SHARED and name in self.document:
            self.document[name] = joined(self.document[name], rows)
        else:
            self.document[name] = rows

    def _locate(self, name: str, *, section: Places | None = None, table: Places | None = None) -> None:
        places = self.findings.places
        section, table = section or places.get(name), table or places.get(name)
        if section is not None and table is not None and section is not table:
            places[name] = SharedPlaces(section, table, SECTIONS[name].model_fields)
        elif one := section or table:
            places[name] = one


def joined(section: Any, rows: Any) -> Any:
    """A section and a table of one name under their common key: `{"prior_strength": …, "rows": […]}`."""
    return {**section, "rows": rows} if isinstance(section, dict) else rows


def parted(document: Mapping[str, Any]) -> tuple[Document, Document]:
    """The sections and top keys of a document, and its tables, where some share a key."""
    pairs = {name: split(document.get(name)) for name in SHARED}
    sections = {**document, **{name: section for name, (section, _) in pairs.items()}}
    tables = {**document, **{name: rows for name, (_, rows) in pairs.items()}}
    return sections, tables


def split(value: Any) -> tuple[Any, Any]:
    """The section and the table that stand under a key that both have."""
    if isinstance(value, dict):
        return {key: cell for key, cell in value.items() if key != "rows"}, value.get("rows")
    return None, value


def is_blank(value: Any) -> bool:
    """Whether a cell counts as left empty."""
    return value is None or (isinstance(value, str) and not value.strip())
