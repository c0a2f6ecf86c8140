"""Which limits a portfolio presses against, the tightest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from solver.portfolio.quantities import Sense
from solver.portfolio.rules import KINDS, Reading
from solver.report.amounts import counted, number
from solver.report.blocks import Section, figures, section, table, text, words

LOGICAL = frozenset(kind.name for kind in KINDS if kind.logical)
RELATIVE = frozenset(kind.name for kind in KINDS if kind.relative)
SENSES: Mapping[Sense, str] = MappingProxyType({"<=": "at most", ">=": "at least"})
MOST_SHOWN = 10
STILL_PAYS = (
    "Where something is left it may be too little for anything more, so that another limit may still pay: "
    "--set tries one."
)


def binding_limits(readings: Iterable[Reading]) -> Section:
    """A table of the limits with the least room, those that bind marked.

    Rules of logic are left out: that no conflict is broken is no news.
    """
    limits = sorted(filter(_says_something, readings), key=_room)
    shown = limits[: max(MOST_SHOWN, sum(reading.binds for reading in limits))]
    hidden = len(limits) - len(shown)
    binds = any(reading.binds for reading in limits)
    return section(
        "What binds" if binds else "No limit is fully used; the least is left of these",
        table(
            words("", [reading.about for reading in shown]),
            figures("amount", [number(reading.value) for reading in shown]),
            figures("limit", [f"{SENSES[reading.sense]} {number(reading.limit)}" for reading in shown]),
            figures("left", [number(0.0 if reading.binds else reading.slack) for reading in shown]),
            words("", ["binds" if reading.binds else "" for reading in shown]),
        ),
        text(
            f"and {counted(hidden, 'limit')} with more room" if hidden else "",
            STILL_PAYS if any(reading.slack > 0 and not reading.binds for reading in shown) else "",
        ),
    )


def _says_something(reading: Reading) -> bool:
    idle = reading.rule in RELATIVE and reading.value == 0 and reading.limit == 0
    return reading.rule not in LOGICAL and not idle


def _room(reading: Reading) -> float:
    """What is left, relative to what is measured."""
    return reading.slack / max(1.0, abs(reading.limit), abs(reading.value))
