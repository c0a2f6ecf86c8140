"""Weights of criteria of which only ranks, ratios or bounds are known: all of them, by their corners."""

from __future__ import annotations

from itertools import product

import numpy as np

from solver.assessment.benefit import Floats
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance

ROUNDING = 1e-12


def corners(instance: Instance) -> Floats:
    """Weights, each row adding up to 1, whose mixes are all that the criteria allow, shape (K, C).

    The simplex is cut by one wish after the other. Raises InputError where no weights are left.
    """
    count = len(instance.criteria)
    found = np.eye(count)
    for row in _wishes(instance):
        found = _cut(found, row)
        if not len(found):
            remedy = "weights that can add up to 1, with every weight_min, weight_max and better_than kept"
            raise InputError([Defect("criteria", remedy)])
    return found


def _wishes(instance: Instance) -> list[Floats]:
    """What weights have to keep: row @ weights ≥ 0, as they add up to 1."""
    place = {row.id: k for k, row in enumerate(instance.criteria)}
    own, wishes = np.eye(len(place)), []
    for k, row in enumerate(instance.criteria):
        wishes += [own[k] - row.weight_min, row.weight_max - own[k]]
        wishes += [own[k] - factor * own[place[other]] for factor, other in row.outweighs]
    return wishes


def _cut(points: Floats, row: Floats) -> Floats:
    """The corners of what is left: those that keep a wish, and where edges to the others cross it."""
    side = points @ row
    kept, lost = points[side >= -ROUNDING], points[side < -ROUNDING]
    crossed = [
        (inside * -(outside @ row) + outside * (inside @ row)) / (inside @ row - outside @ row)
        for inside, outside in product(kept[kept @ row > ROUNDING], lost)
    ]
    every = np.vstack([kept, *(one[None, :] for one in crossed)])
    return np.unique(np.round(every, 12), axis=0)
