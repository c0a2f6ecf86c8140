"""What a reader hands back, and which of a file's instances is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class LibraryInstance:
    """An instance read from a library file, with the optimum the file states (None: it states none)."""

    instance: Instance
    published: float | None = None


@dataclass(frozen=True)
class Choice:
    """Which instance of the file (counted from 1), and which share of the total cost its budget is."""

    index: int = 1
    ratio: float | None = None

    def one_of(self, things: Sequence[Thing], place: str, noun: str) -> Thing:
        """The thing at the index; raises InputError when there are fewer."""
        if not 1 <= self.index <= len(things):
            remedy = f"the file holds {len(things)} {noun}, so an index from 1 to {len(things)} is needed"
            raise InputError([Defect(place, remedy, column="index", value=self.index)])
        return things[self.index - 1]

    def budget(self, total_cost: float, place: str) -> float:
        """The ratio times the total cost, rounded half up; raises InputError without a ratio in [0, 1]."""
        if self.ratio is None or not 0 <= self.ratio <= 1:
            remedy = "this format states no budget: a ratio of the total cost between 0 and 1 is needed"
            raise InputError([Defect(place, remedy, column="ratio", value=self.ratio)])
        share = Decimal(str(self.ratio)) * Decimal(str(total_cost))
        return float(share.to_integral_value(ROUND_HALF_UP))
