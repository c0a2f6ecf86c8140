"""Rows of a least core that speak of many coalitions at once: of a base, and of whoever joins it.

With the pivotal player those who join a base add nothing to its worth, without him what they are worth alone.
So a row excess(B) + Σ_{i ∉ B} j_i ≤ ε with j_i ≥ 0 and j_i ≥ what i adds − what i is paid holds all
coalitions that contain B at once, where exponentially many rows would have to be met one by one. Nobody and
everybody count too, at an excess of 0: so all this is of games whose ε is not below 0, those without a core.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.games.coalitions import Floats, everybody, indicators

if TYPE_CHECKING:
    from solver.games.levels import Coalitions, Face

NEGLIGIBLE = 1e-12


class Written(NamedTuple):
    """A row: its base as a bit mask, and the column of the first who may join; None where nobody may."""

    base: int
    joining: int | None


class Joining:
    """Writes coalitions met as rows over the free directions of a face, ε, and 2·(n − 1) amounts j."""

    def __init__(self, met: Coalitions, face: Face, pivotal: int) -> None:
        self._met, self._face = met, face
        self._others = [player for player in range(met.count) if player != pivotal]
        self._pivotal = 1 << pivotal
        self._alone = met.units.alone / met.units.scale
        self._with, self._without = face.freedom + 1, face.freedom + 1 + len(self._others)
        self._width = self._without + len(self._others)
        self._written: list[Written] = []

    @property
    def unknowns(self) -> int:
        """How many there are beyond the directions and ε."""
        return 2 * len(self._others)

    def definitions(self) -> tuple[Floats, Floats]:
        """What the amounts j are; and that who leaves alone, each for himself, is no more than ε short."""
        count = len(self._others)
        each = np.zeros((2 * count, self._width))
        each[:, self._with :] = np.eye(2 * count)
        paid = each.copy()
        paid[:, : self._face.freedom] = np.tile(self._face.directions[self._others], (2, 1))
        point = np.tile(self._face.point[self._others], 2)
        adds = np.concatenate([-self._alone[self._others], np.zeros(count)])
        alone, nothing = self._row(Written(0, self._without), 0.0)
        return np.vstack([each, paid, alone]), np.concatenate([np.zeros(2 * count), adds - point, [nothing]])

    def rows(self, numbers: Sequence[int]) -> tuple[Floats, Floats]:
        """Rows for coalitions met, by number; a base that stands there already is not written again."""
        met, known = self._met, set(self._written)
        lefts, least = [np.zeros((0, self._width))], []
        for number in numbers:
            mask, base = met.masks[number], met.bases[number]
            worth = float(met.worths[number])
            row = Written(mask, None)
            if base is not None:
                others = mask & ~base
                of_base = worth + (self._sum(others) if base & self._pivotal else 0.0)
                # What nobody expects: a part that is worth more than all together.
                if of_base + self._sum(base) <= met.units.surplus + float(self._alone.sum()):
                    row = Written(base, self._with if base & self._pivotal else self._without)
                    worth = of_base
            if row not in known:
                left, amount = self._row(row, worth)
                lefts.append(left[None, :])
                least.append(amount)
        return np.vstack(lefts), np.array(least)

    def weights(self, duals: Floats) -> dict[int, float]:
        """Weights of coalitions, adding up to 1, that prove what the prices of all rows prove."""
        count = len(self._others)
        prices = duals[4 * count :]
        drawn = np.zeros(self._width)
        drawn[self._with :] = duals[2 * count : 4 * count]
        asked = np.zeros(self._width)
        for row, price in zip(self._written, prices.tolist(), strict=False):
            asked[self._open(row)] += price
        share = np.divide(drawn, asked, out=np.zeros(self._width), where=asked > NEGLIGIBLE).clip(0.0, 1.0)
        weights: dict[int, float] = {}
        for row, price in zip(self._written, prices.tolist(), strict=False):
            if price > NEGLIGIBLE:
                for mask, part in self._chain(row, share):
                    if part * price > NEGLIGIBLE and 0 < mask < everybody(self._met.count):
                        weights[mask] = weights.get(mask, 0.0) + part * price
        total = sum(weights.values())
        return {mask: weight / total for mask, weight in weights.items()}

    def _row(self, row: Written, worth: float) -> tuple[Floats, float]:
        """The row that holds the excess of a base of some worth, with whoever joins it, to ε."""
        self._written.append(row)
        members = indicators([row.base], self._met.count)[0]
        left = np.zeros(self._width)
        left[: self._face.freedom] = members @ self._face.directions
        left[self._face.freedom] = 1.0
        left[self._open(row)] = -1.0
        return left, worth - float(members @ self._face.point)

    def _open(self, row: Written) -> list[int]:
        """The columns of those who may join a base."""
        if row.joining is None:
            return []
        return [
            row.joining + place for place, player in enumerate(self._others) if not row.base >> player & 1
        ]

    def _chain(self, row: Written, share: Floats) -> list[tuple[int, float]]:
        """Ever larger coalitions with parts of 1: each who may join is in as large a part as his share."""
        open_ = sorted(self._open(row), key=lambda column: -share[column])
        joins = [1.0, *(float(share[column]) for column in open_), 0.0]
        first = row.joining or 0
        mask, chain = row.base, [(row.base, joins[0] - joins[1])]
        for column, now, then in zip(open_, joins[1:], joins[2:], strict=False):
            mask |= 1 << self._others[column - first]
            chain.append((mask, now - then))
        return chain

    def _sum(self, mask: int) -> float:
        """What the members of a coalition have alone."""
        return float(indicators([mask], self._met.count)[0] @ self._alone)
