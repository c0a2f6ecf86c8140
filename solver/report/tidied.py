"""What a tidy copy has changed and what is left: the report of `tidy`."""

from __future__ import annotations

from collections.abc import Sequence

from solver.instance.tidy.changes import Tidied
from solver.report.amounts import counted
from solver.report.layout import paragraphs, section
from solver.report.words import whole_report

MOST_SHOWN = 200


def description(tidied: Tidied) -> str:
    """The whole report, no wider than the page."""
    left = counted(len(tidied.defects), "defect") if tidied.defects else "no defects"
    return whole_report(
        f"{tidied.target}: {counted(len(tidied.changes), 'change')}, {left} left",
        section("Changes", paragraphs(_first(list(map(str, tidied.changes))))),
        section("Defects that are left", paragraphs(list(map(str, tidied.defects)))),
        section("Warnings", paragraphs(tidied.warnings)),
        section("How the copy is read", paragraphs(tidied.remarks)),
    )


def _first(lines: Sequence[str]) -> Sequence[str]:
    if len(lines) <= MOST_SHOWN:
        return lines
    return [*lines[:MOST_SHOWN], f"and {len(lines) - MOST_SHOWN:,} more: --json FILE lists them all"]
