"""What holds between two partners or applications: conflicts, conditions, intellectual property."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.rules.handle import Handle
from solver.portfolio.rules.rule import ChoiceRow, Reading, RowsRule, chosen
from solver.portfolio.selection import Selection


def pairs_of_kind(assessment: Assessment, kind: str) -> Iterator[int]:
    """Indices of the pair rows of a kind."""
    return (index for index, pair in enumerate(assessment.pairs) if pair.row.kind == kind)


class PairRule(RowsRule):
    """A rule that the rows of `pairs` of one kind, its name, ask for; `says` is how they put it."""

    says: ClassVar[str]

    def pairs(self, assessment: Assessment) -> Iterator[int]:
        """The indices of the rows in force."""
        return (index for index in pairs_of_kind(assessment, self.name) if index not in self.without)

    def rows(self, assessment: Assessment) -> Iterator[Handle]:
        for index in pairs_of_kind(assessment, self.name):
            pair = assessment.pairs[index]
            about = self.says.format(assessment.label(pair.first), assessment.label(pair.second))
            if pair.application is not None:
                about = f"{about} on {assessment.label(pair.application)}"
            yield Handle(self, index, f"pairs row {index + 1}", about)


@dataclass(frozen=True)
class Conflicts(PairRule):
    """The two of a `conflict` row are never both chosen: z_i + z_j ≤ 1."""

    name: ClassVar[str] = "conflict"
    logical: ClassVar[bool] = True
    says: ClassVar[str] = "{0} and {1} never both"
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        assessment = selection.assessment
        for index in self.pairs(assessment):
            pair = assessment.pairs[index]
            about = (
                f"chosen of {assessment.label(pair.first)} and {assessment.label(pair.second)}, in conflict"
            )
            yield Reading(self.name, about, selection.chosen[[pair.first, pair.second]].sum(), "<=", 1)

    def choice_rows(self, assessment: Assessment) -> Iterator[ChoiceRow]:
        for pair in (assessment.pairs[index] for index in self.pairs(assessment)):
            both = chosen(assessment, pair.first) | chosen(assessment, pair.second)
            yield ChoiceRow(both, 1.0)

    def hangs_on_options(self, assessment: Assessment) -> bool:
        return True


@dataclass(frozen=True)
class Requires(PairRule):
    """The first of a `requires` row is chosen only with the second: z_i ≤ z_j."""

    name: ClassVar[str] = "requires"
    logical: ClassVar[bool] = True
    says: ClassVar[str] = "{0} requires {1}"
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        assessment = selection.assessment
        for index in self.pairs(assessment):
            pair = assessment.pairs[index]
            about = f"{assessment.label(pair.first)} chosen without {assessment.label(pair.second)}"
            missing = selection.chosen[pair.first] and not selection.chosen[pair.second]
            yield Reading(self.name, about, float(missing), "<=", 0)

    def choice_rows(self, assessment: Assessment) -> Iterator[ChoiceRow]:
        for pair in (assessment.pairs[index] for index in self.pairs(assessment)):
            without = chosen(assessment, pair.first) | chosen(assessment, pair.second, -1.0)
            yield ChoiceRow(without, 0.0)

    def hangs_on_options(self, assessment: Assessment) -> bool:
        return True


@dataclass(frozen=True)
class IpConflicts(PairRule):
    """The two of an `ip_conflict` row serve the same application only under a paid licence (spec 3.1.9).

    s_ai + s_aj ≤ 1 + licence for every application a the row is about; a row that names an application stands
    there in place of one for any. A licence that no application calls for is not paid (spec 3.1.16).
    """

    name: ClassVar[str] = "ip_conflict"
    logical: ClassVar[bool] = True
    says: ClassVar[str] = "{0} and {1} never serve together without a licence"
    binds_parts: ClassVar[bool | None] = True

    def readings(self, selection: Selection) -> Iterator[Reading]:
        assessment = selection.assessment
        idle = []
        for index in pairs_of_kind(assessment, "ip_conflict"):
            pair = assessment.pairs[index]
            both = f"{assessment.label(pair.first)} and {assessment.label(pair.second)}"
            places, paid = len(selection.meeting_places(index)), index in selection.licences
            about = f"applications served by both {both} without a licence"
            if index not in self.without:
                yield Reading(self.name, about, 0 if paid else places, "<=", 0)
            if paid and not places:
                about = f"licences between {both} that no application calls for"
                idle.append(Reading(self.name, about, 1, "<=", 0))
        yield from idle
