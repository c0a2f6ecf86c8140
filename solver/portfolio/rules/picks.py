"""What one question asks of a choice: some in it, not all of them in it, or another choice altogether."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from solver.assessment.assessment import Assessment
from solver.portfolio.choices import Pick, Picked, in_words
from solver.portfolio.quantities import Bound, Quantity
from solver.portfolio.rules.bound import BoundRule
from solver.portfolio.rules.handle import WHOLE, Handle


@dataclass(frozen=True)
class Picks(BoundRule):
    """Some partners (at a level or at any) and applications are all chosen, or not all of them.

    Σ picked = their number, or ≤ their number − 1.
    """

    name: ClassVar[str] = "picks"
    binds_parts: ClassVar[bool | None] = False
    logical: ClassVar[bool] = True
    passing: ClassVar[bool] = True
    picks: tuple[Pick, ...]
    chosen: bool

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        count, about = len(self.picks), f"chosen of {in_words(assessment, self.picks)}"
        yield Bound(Picked(self.picks), *((">=", count) if self.chosen else ("<=", count - 1)), about)

    def words(self, assessment: Assessment) -> str:
        return f"{in_words(assessment, self.picks)} {'must' if self.chosen else 'must not'} be chosen"

    def handles(self, assessment: Assessment) -> Iterator[Handle]:
        ids = " and ".join(f"{id_} ({level})" if level else id_ for id_, level in self.picks)
        yield Handle(self, WHOLE, f"locked {'in' if self.chosen else 'out'} {ids}", self.words(assessment))

    def demanded(self, assessment: Assessment) -> list[int]:
        return [assessment.index[id_] for id_, _ in self.picks] if self.chosen else []

    def barred(self, assessment: Assessment) -> list[int]:
        gone = not self.chosen and len(self.picks) == 1 and self.picks[0][1] is None
        return [assessment.index[self.picks[0][0]]] if gone else []


@dataclass(frozen=True)
class Apart(BoundRule):
    """A portfolio differs from one that is known in at least so many partners and applications.

    |chosen in one only, or otherwise| ≥ least.
    """

    name: ClassVar[str] = "apart"
    binds_parts: ClassVar[bool | None] = False
    logical: ClassVar[bool] = True
    passing: ClassVar[bool] = True
    differences: Quantity
    least: int = 1

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        yield Bound(self.differences, ">=", self.least)
