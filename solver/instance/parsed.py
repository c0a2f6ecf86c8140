"""An instance in the making: the rows that are right so far, and every name the input declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from solver.instance.fields import Row
from solver.instance.settings import General, HealthTerms, Hub, Limits, Objective, Risk, Split

STANDARD_LEVEL = "standard"


@dataclass(frozen=True)
class Parsed:
    """What is checked across rows and tables.

    `rows` has every table; each entry is a row's number and the row. `cells` has the same and the defective
    rows, as they were given. `declared` has the ids of tables with an id and the row they first stand in.
    `unreadable` names tables of which nothing is known; `where` says where a row stands in the file.
    """

    general: General | None
    sections: dict[str, Row | None]
    rows: dict[str, list[tuple[int, Any]]]
    cells: dict[str, list[tuple[int, dict[str, Any]]]]
    declared: dict[str, dict[str, int]]
    where: Callable[[str, int], str]
    unreadable: set[str] = field(default_factory=set)

    @property
    def hub(self) -> Hub | None:
        """The hub, when its section is right."""
        section = self.sections.get("hub")
        return section if isinstance(section, Hub) else None

    @property
    def objective(self) -> Objective:
        """The objective, or the default one while its section is wrong."""
        section = self.sections.get("objective")
        return section if isinstance(section, Objective) else Objective()

    @property
    def health_terms(self) -> HealthTerms:
        """How health is judged, or the default way while its section is wrong."""
        section = self.sections.get("health")
        return section if isinstance(section, HealthTerms) else HealthTerms()

    @property
    def limits(self) -> Limits:
        """The limits, or none while their section is wrong."""
        section = self.sections.get("limits")
        return section if isinstance(section, Limits) else Limits()

    @property
    def risk(self) -> Risk | None:
        """The risk section, when there is one and it is right."""
        section = self.sections.get("risk")
        return section if isinstance(section, Risk) else None

    @property
    def split(self) -> Split | None:
        """The split section, when there is one and it is right."""
        section = self.sections.get("split")
        return section if isinstance(section, Split) else None

    @cached_property
    def levels(self) -> dict[str, list[str]]:
        """The levels of every partner that has rows in `levels`."""
        levels: dict[str, list[str]] = {}
        for _, row in self.rows["levels"]:
            levels.setdefault(row.partner, []).append(row.level)
        return levels

    def knows(self, *tables: str) -> bool:
        """Whether all of these tables could be read."""
        return not self.unreadable.intersection(tables)
