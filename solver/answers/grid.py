"""Efficient portfolios by three or four criteria, on a grid (AUGMECON2, Mavrotas & Florios 2013).

One criterion is maximised, together with a little of what the others have beyond their level, so that what is
found is efficient. Levels at which an earlier answer is the answer again, and those beyond what is possible,
are passed over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from typing import TypeAlias

from solver.answers.boxes import FOR_THE_FIRST, Box, Look
from solver.answers.efficient import Efficient, Gains, Met
from solver.portfolio.quantities import Quantity
from solver.portfolio.selection import Selection
from solver.run import Run

BESIDE = 0.01
"""What the range of all other criteria counts beside that of the one that is maximised."""
FINE = 1e-9
"""The gap of searches in which they have to count."""

Place: TypeAlias = int | tuple[Box, ...]
"""The end by a criterion, or the levels of a line."""


class Grid:
    """The search: `points` are efficient, `boxes` levels left, `seen` portfolios of searches that stopped."""

    def __init__(
        self,
        search: Efficient,
        levels: int,
        points: Iterable[Met] = (),
        left: Sequence[Gains] | None = None,
    ) -> None:
        self._search, self._levels = search, max(2, levels)
        count = len(search.criteria)
        self._everywhere = Box((-math.inf,) * count, (math.inf,) * count)
        self.points = [*points]
        self.boxes = [self._everywhere] if left is None else [Box(low, self._everywhere.high) for low in left]
        self.seen: list[Selection] = []
        self._ends: list[Look] = []
        self._answers: list[tuple[Gains, Gains | None]] = []
        aims = (place for place, one in enumerate(search.criteria) if one.aim is not None)
        self._first = next(aims, 0)
        self._aim: Quantity | None = None

    def rounds(self, run: Run) -> Iterator[tuple[Sequence[Place], Run]]:
        """The ends by each criterion, then the grid between them, line by line."""
        if self.boxes == [self._everywhere]:
            ends = range(len(self._search.criteria))
            yield ends, run.part(len(ends) / (len(ends) + 2))
            if len(self.points) < len(ends):
                if any(not (one.left or one.met) for one in self._ends):
                    self.boxes = []  # no portfolio at all
                return
            self.boxes = [Box(low, self._everywhere.high) for low in self._laid()]
        self._aim = self._aimed()
        yield [tuple(line) for _, line in groupby(self.boxes, lambda box: box.low[:-1])], run

    def looks(self, place: Place, run: Run) -> Iterator[tuple[Place, Look]]:
        """Look for an end, or at the levels of a line: each as it is done."""
        if isinstance(place, int):
            run.tell(phase="search", round=self._search.searches)
            yield place, self._end(place, run)
            return
        for number, box in enumerate(place):
            if run.is_over:
                return
            if any(_answers(level, gains, box.low) for level, gains in self._answers):
                yield (box,), Look()
                continue
            run.tell(phase="search", round=self._search.searches)
            yield (box,), self._at(box, run.part(2.0 / (len(place) - number + 1)))

    def note(self, place: Place, look: Look) -> None:
        """Take in what was found at a place."""
        self.points += look.met
        self.seen += look.seen
        if isinstance(place, int):
            self._ends.append(look)
        else:
            self.boxes = [box for box in self.boxes if box not in place or box in look.left]

    def _end(self, which: int, run: Run) -> Look:
        """The best by one criterion, made efficient."""
        count = len(self._search.criteria)
        best = self._search.best(which, (-math.inf,) * count, run.part(FOR_THE_FIRST))
        if best.selection is None and best.proven:
            return Look()
        others = [one for one in range(count) if one != which]
        met = self._search.completed(best, others, run, in_order=True)
        if met is None or not met.proven:
            return Look((self._everywhere,), (), () if met is None else (met.selection,))
        return Look((), (met,))

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

    def _at(self, box: Box, run: Run) -> Look:
        """The point at a level; none where nothing reaches it, the level where the search stopped."""
        run, aim = run.part(gap=FINE), self._aim
        if aim is None:
            best = self._search.best(self._first, box.low, run)
        else:
            best = self._search.maximised(aim, self._first, self._search.rules(box.low), run)
        if best.selection is None and best.proven:
            self._answers.append((box.low, None))
            return Look()
        met = self._search.completed(best, self._unaimed(aim), run)
        if met is None or not met.proven:
            found = best.selection if met is None else met.selection
            return Look((box,), (), () if found is None else (found,))
        self._answers.append((box.low, met.gains))
        return Look((), (met,))

    def _unaimed(self, aim: Quantity | None) -> list[int]:
        """The criteria that no objective looks after."""
        criteria = enumerate(self._search.criteria)
        return [place for place, one in criteria if place != self._first and (aim is None or one.aim is None)]

    def _aimed(self) -> Quantity | None:
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
