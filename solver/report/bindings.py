"""Which limits a portfolio presses against, the tightest first."""

from __future__ import annotations

from collections.abc import Iterable

from solver.portfolio.rules.rule import Reading
from solver.report.amounts import counted, number
from solver.report.layout import paragraph, section
from solver.report.tables import INDENT, table

LOGICAL = frozenset({"one_option", "status", "lock", "coverage", "conflict", "requires", "ip_conflict"})
RELATIVE = frozenset({"benefit_share", "group_spend_share", "match", "retained_value"})
MOST_SHOWN = 10
STILL_PAYS = (
    "Where something is left it may be too little for anything more, so that another limit may still pay: "
    "--set tries one."
)


def binding_limits(readings: Iterable[Reading]) -> list[str]:
    """A table of the limits with the least room, those that bind marked.

    Rules of logic are left out: that no conflict is broken is no news.
    """
    limits = sorted(filter(_says_something, readings), key=_room)
    shown = limits[: max(MOST_SHOWN, sum(reading.binds for reading in limits))]
    if not shown:
        return []
    lines = table(
        ("", "amount", "limit", "left", ""),
        [_row(reading) for reading in shown],
        ("left", "right", "right", "right", "left"),
    )
    hidden = len(limits) - len(shown)
    if hidden:
        lines.append(f"{INDENT}and {counted(hidden, 'limit')} with more room")
    if any(reading.slack > 0 and not reading.binds for reading in shown):
        lines += paragraph(STILL_PAYS)
    binds = any(reading.binds for reading in limits)
    return section("What binds" if binds else "No limit is fully used; the least is left of these", lines)


def _says_something(reading: Reading) -> bool:
    idle = reading.rule in RELATIVE and reading.value == 0 and reading.limit == 0
    return reading.rule not in LOGICAL and not idle


def _room(reading: Reading) -> float:
    """What is left, relative to what is measured."""
    return reading.slack / max(1.0, abs(reading.limit), abs(reading.value))


def _row(reading: Reading) -> tuple[str, ...]:
    word = "at most" if reading.sense == "<=" else "at least"
    left = 0.0 if reading.binds else reading.slack
    mark = "binds" if reading.binds else ""
    return reading.about, number(reading.value), f"{word} {number(reading.limit)}", number(left), mark
