"""Efficient portfolios by three or four criteria, on a grid (AUGMECON2, Mavrotas & Florios 2013).

One criterion is maximised, together with a little of what the others have beyond their level, so that what is
found is efficient. Levels at which an earlier answer is the answer again, and those beyond what is possible,
are passed over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product

from solver.answers.boxes import Box
from solver.answers.efficient import Efficient, Gains, Met
from solver.portfolio.quantities import Quantity
from solver.portfolio.selection import Selection
from solver.run import Run

BESIDE = 0.01
"""What the range of all other criteria counts beside that of the one that is maximised."""
FINE = 1e-9
"""The gap of searches in which they have to count."""


class Grid:
    """The search: `points` are efficient, `boxes` levels left, `seen` portfolios of searches that stopped."""

    def __init__(
        self,
        search: Efficient,
        run: Run,
        levels: int,
        points: Iterable[Met] = (),
        left: Sequence[Gains] | None = None,
    ) -> None:
        self._search, self._run, self._levels = search, run, max(2, levels)
        count = len(search.criteria)
        everywhere = Box((-math.inf,) * count, (math.inf,) * count)
        self.points = [*points]
        self.boxes = [everywhere] if left is None else [Box(low, everywhere.high) for low in left]
        self.seen: list[Selection] = []
        aims = (place for place, one in enumerate(search.criteria) if one.aim is not None)
        self._first = next(aims, 0)

    def look(self) -> None:
        """Find the ends by each criterion, lay the grid between them, and look at every level of it."""
        everything = self.boxes[0].low if self.boxes else None
        if everything is not None and all(map(math.isinf, everything)):
            if not self._ends():
                return
            self.boxes = [Box(low, self.boxes[0].high) for low in self._laid()]
        aim = self._aim()
        solved: list[tuple[Gains, Gains | None]] = []
        for box in tuple(self.boxes):
            if self._run.is_over:
                return
            if not any(_answers(level, gains, box.low) for level, gains in solved):
                gains = self._at(box.low, aim)
                if gains == ():
                    continue
                solved.append((box.low, gains))
            self.boxes.remove(box)

    def _ends(self) -> bool:
        """The best by each criterion, made efficient; whether the grid can be laid."""
        count = len(self._search.criteria)
        for which in range(count):
            self._run.tell(phase="search", round=self._search.searches)
            run = self._run.part(1.0 / (count - which + 2))
            best = self._search.best(which, (-math.inf,) * count, run)
            if best.selection is None and best.proven:
                self.boxes = []
                return False
            others = [place for place in range(count) if place != which]
            met = self._search.completed(best, others, run)
            if met is None or not met.proven:
                self.seen += [] if met is None else [met.selection]
                return False
            self.points.append(met)
        return True

    def _laid(self) -> list[Gains]:
        """The levels, the loosest first; the criterion that is maximised has none."""
        axes = []
        for which in range(len(self._search.criteria)):
            gains = [point.gains[which] for point in self.points]
            low, high = min(gains), max(gains)
            if which == self._first:
                axes.append([-math.inf])
            elif high - low <= self._search.margins[which]:
                axes.append([low])
            else:
                axes.append([low + (high - low) * k / (self._levels - 1) for k in range(self._levels)])
                axes[-1][-1] = high
        return list(product(*axes))

    def _at(self, level: Gains, aim: Quantity | None) -> Gains | tuple[()] | None:
        """The gains of the point at a level; None where nothing reaches it, () where the search stopped."""
        self._run.tell(phase="search", round=self._search.searches)
        run = self._run.part(2.0 / (len(self.boxes) + 2), gap=FINE)
        rules = self._search.rules(level)
        if aim is None:
            best = self._search.best(self._first, level, run)
        else:
            best = self._search.maximised(aim, self._first, rules, run)
        if best.selection is None:
            return None if best.proven else ()
        met = self._search.completed(best, self._unaimed(aim), run)
        if met is None or not met.proven:
            self.seen += [best.selection if met is None else met.selection]
            return ()
        self.points.append(met)
        return met.gains

    def _unaimed(self, aim: Quantity | None) -> list[int]:
        """The criteria that no objective looks after."""
        criteria = enumerate(self._search.criteria)
        return [place for place, one in criteria if place != self._first and (aim is None or one.aim is None)]

    def _aim(self) -> Quantity | None:
        """The criterion to maximise, and a little of the others; None where no program can."""
        total = self._search.criteria[self._first].aim
        if total is None:
            return None
        width = self._range(self._first) or 1.0
        for which, one in enumerate(self._search.criteria):
            own = self._range(which)
            if which != self._first and one.aim is not None and own > 0:
                total = total + (BESIDE / len(self._search.criteria) * width / own) * one.aim
        return total

    def _range(self, which: int) -> float:
        gains = [point.gains[which] for point in self.points]
        return max(gains) - min(gains)


def _answers(level: Gains, gains: Gains | None, wanted: Gains) -> bool:
    """Whether the answer at a looser level is the one wanted: it reaches that too, or nothing reaches it."""
    if not all(one <= other for one, other in zip(level, wanted, strict=True)):
        return False
    return gains is None or all(have >= asked for have, asked in zip(gains, wanted, strict=True))
