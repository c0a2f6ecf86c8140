"""What holds between two partners or applications: conflicts, conditions, intellectual property."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.rules.rule import Reading, Rule
from solver.portfolio.selection import Selection


def pairs_of_kind(assessment: Assessment, kind: str) -> Iterator[int]:
    """Indices of the pair rows of a kind."""
    return (index for index, pair in enumerate(assessment.pairs) if pair.row.kind == kind)


@dataclass(frozen=True)
class Conflicts(Rule):
    """The two of a `conflict` row are never both chosen: z_i + z_j ≤ 1."""

    name: ClassVar[str] = "conflict"
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        assessment = selection.assessment
        for index in pairs_of_kind(assessment, "conflict"):
            pair = assessment.pairs[index]
            about = (
                f"chosen of {assessment.label(pair.first)} and {assessment.label(pair.second)}, in conflict"
            )
            yield Reading(self.name, about, selection.chosen[[pair.first, pair.second]].sum(), "<=", 1)


@dataclass(frozen=True)
class Requires(Rule):
    """The first of a `requires` row is chosen only with the second: z_i ≤ z_j."""

    name: ClassVar[str] = "requires"
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        assessment = selection.assessment
        for index in pairs_of_kind(assessment, "requires"):
            pair = assessment.pairs[index]
            about = f"{assessment.label(pair.first)} chosen without {assessment.label(pair.second)}"
            missing = selection.chosen[pair.first] and not selection.chosen[pair.second]
            yield Reading(self.name, about, float(missing), "<=", 0)


@dataclass(frozen=True)
class IpConflicts(Rule):
    """The two of an `ip_conflict` row serve the same application only under a paid licence (spec 3.1.9).

    s_ai + s_aj ≤ 1 + licence for every application a the row is about; a row that names an application stands
    there in place of one for any. A licence that no application calls for is not paid (spec 3.1.16).
    """

    name: ClassVar[str] = "ip_conflict"
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        assessment = selection.assessment
        for index in pairs_of_kind(assessment, "ip_conflict"):
            pair = assessment.pairs[index]
            both = f"{assessment.label(pair.first)} and {assessment.label(pair.second)}"
            places, paid = len(selection.meeting_places(index)), index in selection.licences
            about = f"applications served by both {both} without a licence"
            yield Reading(self.name, about, 0 if paid else places, "<=", 0)
            if paid and not places:
                yield Reading(self.name, f"licences between {both} that no application calls for", 1, "<=", 0)
