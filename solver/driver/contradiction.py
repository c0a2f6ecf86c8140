"""A claim about a program and a solution of it that cannot both be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from solver.driver.session import Point


class Party(StrEnum):
    """Who is found to disagree with a solution that somebody vouches for."""

    rows = "rows"  # rows of the program refuse it
    objective = "objective"  # the objective counts it for another worth than the judge does
    backend = "back end"  # rows and objective agree with it: the back end's word is wrong
    judge = "judge"  # the judge refuses what the rows allow
    unknown = "unknown"  # it was not found out in time


@dataclass(frozen=True, eq=False)
class BrokenRow:
    """A row and what it comes to at a solution that does not keep it; coefficients by the column's name.

    `source` is whoever wrote it: the name of a row of the problem, a `RowBlock`, or a rule on demand.
    """

    source: object
    label: str
    coefficients: Mapping[str, float]
    lower: float
    upper: float
    activity: float


@dataclass(frozen=True, eq=False)
class Contradiction:
    """What was claimed, by whom, and the solution that it does not fit; money in the sense of the problem.

    `witness` has the solution's columns, NaN where nobody said; `whole` is the same completed as the program
    likes it best, None where its rows leave no room. `bound` is the claimed one, None where no solution was
    said to exist; `worth` what the judge gives, None where it refuses; `reached` what the program counts.
    """

    claim: str
    party: Party
    witness: Point
    whole: Point | None
    bound: float | None
    worth: float | None
    reached: float | None
    rows: tuple[BrokenRow, ...] = ()

    @property
    def sentence(self) -> str:
        """What disagrees with what."""
        return f"{self.claim}, against a solution {self._known}: {self._reason}"

    @property
    def _known(self) -> str:
        return "that the judge refuses" if self.worth is None else f"known to be worth {self.worth:.10g}"

    @property
    def _reason(self) -> str:
        if self.party is Party.rows:
            labels = list(dict.fromkeys(row.label for row in self.rows)) or ["all together"]
            return f"it is refused by the rows {', '.join(labels)}"
        if self.party is Party.objective:
            return f"the objective counts it as {self.reached:.10g}"
        if self.party is Party.judge:
            return "it keeps every row"
        if self.party is Party.unknown:
            return "who is wrong was not found out in time"
        return (
            "it keeps every row, the back end is wrong"
            if not self.rows
            else (f"it breaks the row {self.rows[0].label}, the back end is wrong")
        )
