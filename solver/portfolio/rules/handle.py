"""Wishes as fine as a planner's: the rows and numbers by which a rule can give way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from solver.shapes import Shaped, as_named

if TYPE_CHECKING:
    from solver.portfolio.rules.rule import Rule

Unit = Literal["", "money", "partners", "share"]
Part: TypeAlias = str | int | tuple[str, int]
"""What a rule calls a wish within it: a number, a row of a table, a number of a list; "" is all of it."""

WHOLE: Part = ""
STEP = 0.5
"""By how much a number is moved to see what that gives: all is linear in it, and a count stays above 0."""


@dataclass(frozen=True)
class Handle(Shaped):
    """One wish: a row that can be dropped, or a number that can be moved as well.

    `place` is where it was typed, `about` what it says there, `words` both. A number gives way upwards or
    downwards, in a unit; `number` is None for a row.
    """

    KEYS: ClassVar[Mapping[str, str]] = as_named("place", "about", "words", "number", "unit")

    rule: Rule
    part: Part
    place: str
    about: str = ""
    number: float | None = None
    upward: bool = True
    unit: Annotated[Unit, "`money`, `partners`, `share` or nothing."] = ""

    @classmethod
    def later_types(cls) -> Mapping[str, Any]:
        """The rule it belongs to, which is not written."""
        from solver.portfolio.rules.rule import Rule

        return {"Rule": Rule}

    @property
    def words(self) -> str:
        """The wish as a planner says it: `limits.budget = 120`, `pairs row 3: p1 requires p4`."""
        if self.number is None:
            return ": ".join(filter(None, (self.place, self.about)))
        return f"{self.place} = {self.number:,.12g}" + (f" ({self.about})" if self.about else "")

    @property
    def most(self) -> float:
        """How far it can give way: a share to all or nothing."""
        if self.unit != "share" or self.number is None:
            return math.inf
        return 1.0 - self.number if self.upward else self.number

    def moved(self, amount: float) -> float:
        """The number after it gave way by an amount; a row has none, and dropped it is endless."""
        if self.number is None:
            raise ValueError(f"a row can only be dropped: {self.words}")
        return self.number + (amount if self.upward else -amount)


@dataclass(frozen=True)
class Number:
    """A number of a rule: the name under which it is typed, which way it gives way, in which unit."""

    name: str
    upward: bool = True
    unit: Unit = ""

    def handles(self, rule: Rule, field: str, place: str, about: str) -> Iterator[Handle]:
        """The wishes that a field of a rule has: none where it is off, one for every period of a list."""
        value: Any = getattr(rule, field)
        if isinstance(value, tuple):
            for period, limit in enumerate(value):
                if math.isfinite(limit):
                    where = f"{place}{self.name}, period {period + 1}"
                    yield Handle(rule, (field, period), where, about, limit, self.upward, self.unit)
        elif value is not None and value != _off(rule, field):
            yield Handle(rule, field, place + self.name, about, value, self.upward, self.unit)

    def loosened(self, rule: Rule, part: Part, amount: float) -> dict[str, Any] | None:
        """The field of a rule, moved by an amount or off (∞); None where it cannot be off."""
        field, period = part if isinstance(part, tuple) else (str(part), 0)
        value: Any = getattr(rule, field)
        step = amount if self.upward else -amount
        if isinstance(value, tuple):
            return {field: (*value[:period], value[period] + step, *value[period + 1 :])}
        if math.isinf(amount):
            off = _off(rule, field)
            return None if off is MISSING else {field: off}
        moved = value + step
        return {field: int(moved) if isinstance(value, int) and moved == int(moved) else moved}


def _off(rule: Rule, field: str) -> Any:
    """What a field says where nothing is wished; MISSING where it always says something."""
    return next(one.default for one in fields(rule) if one.name == field)  # type: ignore[arg-type]
