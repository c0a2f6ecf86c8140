"""What a tidy copy has changed: the place in the original, what stood there, and what stands there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from solver.instance.defects import Defect, shown

TITLE = "a title above the header"
TOTAL = "a total of the rows above, by its name and by its sums"
REMARK = "a remark below or between the rows"


@dataclass(frozen=True)
class Change:
    """One repair: where in the original, the old and the new value, and why it changes nothing else."""

    where: str
    old: Any
    new: Any
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {shown(self.old)} is {shown(self.new)} in the copy: {self.why}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return dict(vars(self))


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
class Tidied:
    """The changes of a copy, the defects left in it, and what is odd or was read as something else."""

    changes: tuple[Change, ...]
    defects: tuple[Defect, ...]
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "changes": [change.to_dict() for change in self.changes],
            "defects": [defect.to_dict() for defect in self.defects],
            "warnings": list(self.warnings),
            "remarks": list(self.remarks),
        }
