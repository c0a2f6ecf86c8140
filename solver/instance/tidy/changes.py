"""What a tidy copy has changed: the place in the original, what stood there, and what stands there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from solver.instance.defects import Defect, shown
from solver.shapes import Shaped

TITLE = "a title above the header"
TOTAL = "a total of the rows above, by its name and by its sums"
REMARK = "a remark below or between the rows"


@dataclass(frozen=True)
class Change:
    """One repair: where in the original, the old and the new value, and why it changes nothing else."""

    where: Annotated[str, "The place in the original."]
    old: Annotated[str | int | float | bool | None, "What stood there."]
    new: Annotated[str | int | float | bool | None, "What stands in the copy."]
    why: Annotated[str, "Why that changes nothing else."]

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

    target: Annotated[str, "Where the copy is."]
    changes: tuple[Change, ...]
    defects: tuple[Defect, ...]
    warnings: Annotated[tuple[str, ...], "What is odd."]
    remarks: Annotated[tuple[str, ...], "How the copy is read."]
