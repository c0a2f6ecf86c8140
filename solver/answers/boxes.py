"""All efficient portfolios by two criteria, box by box (after Boland, Charkhgard & Savelsbergh 2015).

A box is where such portfolios may still be: between two that are known, of more of the first criterion than
the one, and of more of the second than the other. Looking into it at a level of the second finds the most of
the first there; what lies beyond that point, and what lies below the level, are two smaller boxes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from solver.answers.efficient import Best, Efficient, Gains, Met
from solver.portfolio.selection import Selection
from solver.run import Run

FOR_THE_FIRST = 0.6
"""The share of a look's time for the best by one criterion; the rest is for as much as can be of both."""
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


@dataclass(frozen=True)
class Look:
    """What a look leaves of where it looked: boxes, points, portfolios of searches that stopped."""

    left: tuple[Box, ...] = ()
    met: tuple[Met, ...] = ()
    seen: tuple[Selection, ...] = ()


EVERYWHERE = Box((-math.inf, -math.inf), (math.inf, math.inf))


class Boxes:
    """The search: `points` are efficient, `boxes` left, `seen` portfolios of searches that stopped."""

    def __init__(
        self,
        search: Efficient,
        most: int | None,
        points: Iterable[Met] = (),
        boxes: Iterable[Box] = (EVERYWHERE,),
    ) -> None:
        self._search = search
        self._most = None if most is None else max(most, 2)
        self.points, self.boxes = [*points], [*boxes]
        self.seen: list[Selection] = []

    def rounds(self, run: Run) -> Iterator[tuple[Sequence[Box], Run]]:
        """Boxes to look into, which do not hang on each other, until none is left or the points are enough.

        The widest come first; where points are limited, none that parts of others may be wider than.
        """
        while self.boxes and not run.is_over:
            left = 2 * len(self.boxes) if self._most is None else self._most - len(self.points)
            looked = min(box.looked for box in self.boxes)
            if left <= 0 or looked >= PATIENCE:
                return
            wide = sorted((box for box in self.boxes if box.looked == looked), key=self._width, reverse=True)
            if self._most is not None:
                wide = [box for box in wide[:left] if self._width(box) >= self._width(wide[0]) / 2]
            yield wide, run.part(max(len(wide) / left, looked / PATIENCE))

    def looks(self, box: Box, run: Run) -> Iterator[tuple[Box, Look]]:
        """Look into a box."""
        run.tell(phase="search", round=self._search.searches)
        look = self._look(box, run)
        yield box, replace(look, left=tuple(one for one in look.left if self._open(one)))

    def note(self, box: Box, look: Look) -> None:
        """Take in what a look has left of a box."""
        place = self.boxes.index(box)
        self.boxes[place : place + 1] = look.left
        self.points += look.met
        self.seen += look.seen

    def _look(self, box: Box, run: Run) -> Look:
        low, high, level = box.low[0], box.high[0], self._level(box)
        if math.isinf(box.high[1]) and math.isfinite(box.low[1]):
            return self._beyond(box, run)
        beyond = low + self._search.margins[0]
        best = self._search.best(0, (-math.inf, level), run.part(FOR_THE_FIRST), beyond)
        if best.bound <= beyond or (best.proven and best.gain <= beyond):
            return Look((replace(box, high=(high, level), looked=0, halved=True),))
        met = self._search.completed(best, [1], run) if best.proven else None
        if met is None or not met.proven:
            steps = self._search.steps  # an end of a box is no longer in it, and the bound still may be met
            most = min(high, best.bound + steps[0]) if level <= box.low[1] + steps[1] else high
            return _in_vain(replace(box, high=(most, box.high[1])), best, met)
        most, second = met.gains
        left = Box((max(low, most), box.low[1]), (high, level)), Box((low, second), (most, box.high[1]))
        return Look(left, (met,))

    def _beyond(self, box: Box, run: Run) -> Look:
        """The same where nobody knows how much of the second criterion there can be."""
        beyond = box.low[1] + self._search.margins[1]
        best = self._search.best(1, (-math.inf, -math.inf), run.part(FOR_THE_FIRST), beyond)
        if best.bound <= beyond or (best.proven and best.gain <= beyond):
            return Look()
        met = self._search.completed(best, [0], run) if best.proven else None
        if met is None or not met.proven:
            most = min(box.high[1], best.bound + self._search.steps[1])
            return _in_vain(replace(box, high=(box.high[0], most)), best, met)
        low, high = (met.gains[0], box.low[1]), (box.high[0], met.gains[1])
        return Look((replace(box, low=low, high=high, looked=0),), (met,))

    def _level(self, box: Box) -> float:
        """How much of the second criterion to ask for: half way where the points are limited, else a step."""
        low, high = box.low[1], box.high[1]
        if math.isinf(low) or math.isinf(high):
            return low
        step = low + self._search.steps[1]
        return step if self._most is None or box.halved else max(step, (low + high) / 2)

    def _open(self, box: Box) -> bool:
        return all(
            high > low + step for low, high, step in zip(box.low, box.high, self._search.steps, strict=True)
        )

    def _width(self, box: Box) -> float:
        """Its area, in what lies between the largest and the smallest gains."""
        if not (math.isfinite(box.high[1]) and math.isfinite(box.low[0])):
            return math.inf
        return (box.high[0] - box.low[0]) * (box.high[1] - box.low[1])


def _in_vain(box: Box, best: Best, met: Met | None) -> Look:
    found = best.selection if met is None else met.selection
    return Look((replace(box, looked=box.looked + 1),), (), () if found is None else (found,))
