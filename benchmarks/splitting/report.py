"""Tables of figures: for people in Markdown, for programs as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

NOTHING = "—"
UNITS = {"days": 86_400.0, "h": 3_600.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6}


class Cell(NamedTuple):
    """A figure and how it is shown."""

    value: Any
    shown: str


Row = dict[str, Cell]


@dataclass(frozen=True)
class Table:
    """A numbered table; where a row lacks a column, nothing is shown."""

    number: int
    title: str
    rows: Iterable[Row]

    def followed(self, follow: Callable[[str], None]) -> Table:
        """The table when its rows are made; each is told to `follow` as soon as it is there."""
        made: list[Row] = []
        for row in self.rows:
            made.append(row)
            follow(f"{self.number}: {' · '.join(cell.shown for cell in row.values())}")
        return Table(self.number, self.title, tuple(made))

    def in_markdown(self) -> str:
        """The table for people."""
        rows = list(self.rows)
        columns = list(dict.fromkeys(name for row in rows for name in row))
        lines = [f"## {self.number}. {self.title}", "", _line(columns), _line(["---"] * len(columns))]
        return "\n".join([*lines, *(_line([_shown(row, name) for name in columns]) for row in rows)])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        rows = [{name: cell.value for name, cell in row.items()} for row in self.rows]
        return {"table": self.number, "title": self.title, "rows": rows}


def text(value: object) -> Cell:
    """Words or a whole number."""
    return Cell(value, NOTHING if value in (None, "") else str(value))


def seconds(value: float | None, why_not: str = "") -> Cell:
    """A duration, or why there is none."""
    if value is None:
        return text(why_not)
    size, unit = next((size, unit) for unit, size in UNITS.items() if value >= size or unit == "µs")
    return Cell(value, f"{value / size:.3g} {unit}")


def ratio(value: float | None) -> Cell:
    """How many times as much."""
    return Cell(value, NOTHING if value is None else f"{value:,.2g}" if value < 10 else f"{value:,.0f}")


def difference(value: float | None) -> Cell:
    """A number that should be near 0."""
    return Cell(value, NOTHING if value is None else f"{value:.0e}")


def number(value: float | None, digits: int = 4) -> Cell:
    """An amount, to some significant digits."""
    return Cell(value, NOTHING if value is None else f"{value:,.{digits}g}")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(row: Row, name: str) -> str:
    return row[name].shown if name in row else NOTHING
