"""All efficient portfolios by two criteria, box by box (after Boland, Charkhgard & Savelsbergh 2015).

A box is where such portfolios may still be: between two that are known, of more of the first criterion than
the one, and of more of the second than the other. Looking into it at a level of the second finds the most of
the first there; what lies beyond that point, and what lies below the level, are two smaller boxes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from solver.answers.efficient import Efficient, Gains, Met
from solver.portfolio.selection import Selection
from solver.run import Run

PATIENCE = 3
"""How often a box is looked into whose searches stop early, while there is nothing else to do."""


@dataclass(frozen=True)
class Box:
    """Gains between which efficient portfolios may be; `looked` counts the searches that stopped in vain.

    `halved`: there is nothing in the upper half of what it was before.
    """

    low: Gains
    high: Gains
    looked: int = 0
    halved: bool = False


EVERYWHERE = Box((-math.inf, -math.inf), (math.inf, math.inf))


class Boxes:
    """The search: `points` are efficient, `boxes` left, `seen` portfolios of searches that stopped."""

    def __init__(
        self,
        search: Efficient,
        run: Run,
        most: int | None,
        points: Iterable[Met] = (),
        boxes: Iterable[Box] = (EVERYWHERE,),
    ) -> None:
        self._search, self._run, self._most = search, run, most
        self.points, self.boxes = [*points], [*boxes]
        self.seen: list[Selection] = []

    def look(self) -> None:
        """Look into the widest boxes first, until none is left, the points are enough, or time is up."""
        while self.boxes and not self._run.is_over:
            if self._most is not None and len(self.points) >= max(self._most, 2):
                return
            box = min(self.boxes, key=lambda box: (box.looked, -self._width(box)))
            if box.looked >= PATIENCE:
                return
            self._run.tell(phase="search", round=self._search.searches)
            place = self.boxes.index(box)
            self.boxes[place : place + 1] = [one for one in self._left(box) if self._open(one)]

    def _left(self, box: Box) -> list[Box]:
        """What is left of a box after a look into it."""
        low, high, level = box.low[0], box.high[0], self._level(box)
        if math.isinf(box.high[1]) and math.isfinite(box.low[1]):
            return self._beyond(box)
        beyond = low + self._search.margins[0]
        best = self._search.best(0, (-math.inf, level), self._part(), beyond)
        if best.bound <= beyond or (best.proven and best.gain <= beyond):
            return [replace(box, high=(high, level), looked=0, halved=True)]
        met = self._search.completed(best, [1], self._part()) if best.proven else None
        if met is None or not met.proven:
            return self._in_vain(box, best.selection if met is None else met.selection)
        self.points.append(met)
        most, second = met.gains
        return [Box((max(low, most), box.low[1]), (high, level)), Box((low, second), (most, box.high[1]))]

    def _beyond(self, box: Box) -> list[Box]:
        """The same where nobody knows how much of the second criterion there can be."""
        beyond = box.low[1] + self._search.margins[1]
        best = self._search.best(1, (-math.inf, -math.inf), self._part(), beyond)
        if best.bound <= beyond or (best.proven and best.gain <= beyond):
            return []
        met = self._search.completed(best, [0], self._part()) if best.proven else None
        if met is None or not met.proven:
            return self._in_vain(box, best.selection if met is None else met.selection)
        self.points.append(met)
        return [replace(box, low=(met.gains[0], box.low[1]), high=(box.high[0], met.gains[1]), looked=0)]

    def _in_vain(self, box: Box, found: Selection | None) -> list[Box]:
        self.seen += [] if found is None else [found]
        return [replace(box, looked=box.looked + 1)]

    def _level(self, box: Box) -> float:
        """How much of the second criterion to ask for: half way where the points are limited, else a step."""
        low, high = box.low[1], box.high[1]
        if math.isinf(low) or math.isinf(high):
            return low
        step = low + self._search.steps[1]
        return step if self._most is None or box.halved else max(step, (low + high) / 2)

    def _part(self) -> Run:
        left = len(self.boxes) if self._most is None else self._most - len(self.points)
        return self._run.part(1.0 / (2 * max(1, left) + 1))

    def _open(self, box: Box) -> bool:
        return all(
            high > low + step for low, high, step in zip(box.low, box.high, self._search.steps, strict=True)
        )

    def _width(self, box: Box) -> float:
        """Its area, in what lies between the largest and the smallest gains."""
        if not (math.isfinite(box.high[1]) and math.isfinite(box.low[0])):
            return math.inf
        return (box.high[0] - box.low[0]) * (box.high[1] - box.low[1])
