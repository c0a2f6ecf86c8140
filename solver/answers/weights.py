"""Weights of criteria of which only ranks, ratios or bounds are known: all of them, by their corners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance

ROUNDING = 1e-12


def corners(instance: Instance) -> Floats:
    """Weights, each row adding up to 1, whose mixes are all that is possible, shape (K, C).

    Double description (Motzkin, Raiffa, Thompson & Thrall 1953): the simplex is cut by one wish after the
    other. Raises InputError at the wish that leaves no weights.
    """
    found = _Corners.of_simplex(len(instance.criteria))
    for wish in _wishes(instance):
        found = found.cut(wish.row)
        if not len(found.points):
            remedy = "a number with which weights can add up to 1, beside what the rows before it say"
            raise InputError([Defect(wish.table, remedy, wish.number, wish.column, wish.value)])
    return found.points[np.lexsort(np.round(found.points, 9).T[::-1])]


@dataclass(frozen=True, eq=False)
class _Wish:
    """What weights have to keep: row @ weights ≥ 0, as they add up to 1; and where that stands."""

    row: Floats
    table: str
    number: int
    column: str
    value: float | str | None


def _wishes(instance: Instance) -> Iterator[_Wish]:
    place = {row.id: k for k, row in enumerate(instance.criteria)}
    own, whole = np.eye(len(place)), np.ones(len(place))
    for number, criterion in enumerate(instance.criteria, start=1):
        mine, at = own[number - 1], ("criteria", number)
        yield _Wish(mine - criterion.weight_min * whole, *at, "weight_min", criterion.weight_min)
        yield _Wish(criterion.weight_max * whole - mine, *at, "weight_max", criterion.weight_max)
        for factor, other in criterion.outweighs:
            row = mine - factor * own[place[other]]
            yield _Wish(row, *at, "better_than", criterion.better_than)
    for number, known in enumerate(instance.weights, start=1):
        mine, at = own[place[known.criterion]], ("weights", number)
        against = whole if known.than is None else own[place[known.than]]
        if known.least is not None:
            named = ("than", known.than) if known.low is None else ("low", known.low)
            yield _Wish(mine - known.least * against, *at, *named)
        if known.high is not None:
            yield _Wish(known.high * against - mine, *at, "high", known.high)


@dataclass(frozen=True, eq=False)
class _Corners:
    """Corners, shape (K, C), and which of the wishes each keeps with nothing to spare, shape (K, W)."""

    points: Floats
    tight: NDArray[np.bool_]

    @classmethod
    def of_simplex(cls, count: int) -> _Corners:
        """Weights that are at least 0."""
        return cls(np.eye(count), ~np.eye(count, dtype=bool))

    def cut(self, row: Floats) -> _Corners:
        """What is left: the corners that keep a wish, and where edges to the others cross it."""
        side = self.points @ row
        room = ROUNDING * max(1.0, float(np.abs(row).max()))
        lost, inside, even = side < -room, side > room, np.abs(side) <= room
        points, tight = [self.points[~lost]], [np.column_stack([self.tight, even])[~lost]]
        for outer in np.flatnonzero(lost).tolist():
            edges = np.flatnonzero(inside & self._adjacent(outer))
            share = side[edges] / (side[edges] - side[outer])
            points.append(self.points[edges] + share[:, None] * (self.points[outer] - self.points[edges]))
            common = self.tight[edges] & self.tight[outer]
            tight.append(np.column_stack([common, np.ones(len(edges), dtype=bool)]))
        return _Corners(np.vstack(points), np.vstack(tight))

    def _adjacent(self, corner: int) -> NDArray[np.bool_]:
        """With which corners one shares an edge: no third keeps all that both keep with nothing to spare."""
        common = self.tight & self.tight[corner]
        kept_by = common.astype(np.float32) @ (~self.tight).T.astype(np.float32) == 0
        return np.asarray(kept_by.sum(axis=1) == 2)
