"""What a tidy copy has changed: the place in the original, what stood there, and what stands there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from solver.instance.defects import Defect, shown
from solver.shapes import Shaped

TITLE = "a title above the header"
TOTAL = "a total of the rows above, by its name and by its sums"
REMARK = "a remark below or between the rows"


@dataclass(frozen=True)
class Change:
    """One repair: where in the original, the old and the new value, and why it changes nothing else."""

    where: str
    old: str | int | float | bool | None
    new: str | int | float | bool | None
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {shown(self.old)} is {shown(self.new)} in the copy: {self.why}"


class Edit(NamedTuple):
    """A change of the cell in this line and column (counted from 0) of a table's file.

    `is_note` says that the whole line becomes a note by it.
    """

    line: int
    position: int
    old: Any
    new: Any
    why: str
    is_note: bool = False


@dataclass(frozen=True)
class Tidied(Shaped):
    """A copy: where it is, its changes, the defects left in it, what is odd or was read as something else."""

    target: str
    changes: tuple[Change, ...]
    defects: tuple[Defect, ...]
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
