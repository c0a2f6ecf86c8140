"""What a tidy copy has changed and what is left: the report of `tidy`."""

from __future__ import annotations

from collections.abc import Sequence

from solver.instance.defects import Defect
from solver.instance.tidy.changes import Change, Tidied
from solver.report.amounts import counted
from solver.report.blocks import Report, report, section, text
from solver.report.cells import unbroken

MOST_SHOWN = 200


def tidy_summary(tidied: Tidied) -> Report:
    """The whole report."""
    left = counted(len(tidied.defects), "defect") if tidied.defects else "no defects"
    return report(
        f"{tidied.target}: {counted(len(tidied.changes), 'change')}, {left} left",
        section("Changes", text(*_first([_at(change.where, change) for change in tidied.changes]))),
        section(
            "Defects that are left", text(*(_at(defect.whereabouts, defect) for defect in tidied.defects))
        ),
        section("Warnings", text(*tidied.warnings)),
        section("How the copy is read", text(*tidied.remarks)),
    )


def _at(place: str, found: Change | Defect) -> str:
    """What was found, its place on one line."""
    return unbroken(place) + str(found).removeprefix(place)


def _first(lines: Sequence[str]) -> Sequence[str]:
    if len(lines) <= MOST_SHOWN:
        return lines
    return [*lines[:MOST_SHOWN], f"and {len(lines) - MOST_SHOWN:,} more: --json FILE lists them all"]
