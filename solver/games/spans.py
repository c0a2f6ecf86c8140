"""Which coalitions' payoffs follow from those already settled: spans of 0/1 vectors, without rounding."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from random import Random

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats, everybody, indicators, members, subset_sums

# Determinants of 0/1 matrices of up to 34 rows are smaller than this prime (Hadamard's bound), so the rank
# modulo it is the rank; and the sums of up to 63 residues fit into 64 bits.
PRIME = 2**57 - 13
SUMMED_AT_ONCE = 63
LARGEST_COEFFICIENT = 10_000
Residues = NDArray[np.int64]


class Span:
    """The linear span of coalitions' indicator vectors, from the grand coalition on."""

    def __init__(self, count: int, seed: int = 0) -> None:
        self.count = count
        self._players = range(count)
        self._random = Random(seed)
        self._masks: list[int] = []
        self._rows: dict[int, list[int]] = {}
        """Reduced rows by the player of their pivot, which is 1 there and 0 in all other rows."""
        self.add(everybody(count))

    @property
    def rank(self) -> int:
        """The number of independent coalitions."""
        return len(self._rows)

    def add(self, mask: int) -> bool:
        """Take a coalition in; whether the span has grown."""
        rest = self._reduced(mask)
        pivot = next((player for player, entry in enumerate(rest) if entry), None)
        if pivot is None:
            return False
        inverse = pow(rest[pivot], -1, PRIME)
        rest = [entry * inverse % PRIME for entry in rest]
        for player, row in self._rows.items():
            if row[pivot]:
                self._rows[player] = _minus(row, row[pivot], rest)
        self._rows[pivot] = rest
        self._masks.append(mask)
        self._orthogonal = self._draw_orthogonal()
        return True

    def __contains__(self, mask: int) -> bool:
        return not any(self._reduced(mask))

    def covers(self, rows: Floats) -> NDArray[np.bool_]:
        """Which of these 0/1 rows lie in the span; shape (rows,)."""
        whole, residues = rows.astype(np.int64), np.zeros(len(rows), dtype=np.int64)
        for start in range(0, self.count, SUMMED_AT_ONCE):
            part = slice(start, start + SUMMED_AT_ONCE)
            residues = (residues + whole[:, part] @ self._orthogonal[part] % PRIME) % PRIME
        return np.asarray(residues == 0)

    def equations(self) -> NDArray[np.int64]:
        """Rows of integers: a coalition lies in the span exactly when its product with each of them is 0.

        Raises ArithmeticError where the numbers would be too large for a program with tolerances.
        """
        free = [player for player in self._players if player not in self._rows]
        found = np.array([self._equation(player) for player in free], dtype=np.int64)
        found = found.reshape(len(free), self.count)
        if (found @ indicators(self._masks, self.count).astype(np.int64).T).any():
            raise ArithmeticError("the settled coalitions are too entangled")
        return found

    def _equation(self, free: int) -> list[int]:
        """What the membership of a player outside the pivots is, by the reduced rows."""
        row = [Fraction(int(player == free)) for player in self._players]
        for pivot, reduced in self._rows.items():
            row[pivot] = -_fraction(reduced[free])
        multiple = lcm(*(entry.denominator for entry in row))
        scaled = [int(entry * multiple) for entry in row]
        if max(map(abs, scaled)) > LARGEST_COEFFICIENT:
            raise ArithmeticError("the settled coalitions are too entangled")
        return scaled

    def residues(self, players: slice) -> Residues:
        """For every subset of these players its product with a random vector orthogonal to the span, by mask.

        A coalition lies in the span exactly when its residues sum to 0 modulo PRIME, up to one chance in
        10**17.
        """
        return np.asarray(subset_sums(self._orthogonal[players]) % PRIME)

    def _reduced(self, mask: int) -> list[int]:
        rest = [0] * self.count
        for player in members(mask):
            rest[player] = 1
        for pivot, row in self._rows.items():
            if rest[pivot]:
                rest = _minus(rest, rest[pivot], row)
        return rest

    def _draw_orthogonal(self) -> Residues:
        vector = [0 if player in self._rows else self._random.randrange(PRIME) for player in self._players]
        by_pivot = {
            pivot: -sum(entry * drawn for entry, drawn in zip(row, vector, strict=True)) % PRIME
            for pivot, row in self._rows.items()
        }
        return np.array([by_pivot.get(player, vector[player]) for player in self._players], dtype=np.int64)


def _fraction(residue: int) -> Fraction:
    """The fraction of small numbers that has this residue (rational reconstruction, Wang 1981)."""
    before, now = (PRIME, 0), (residue, 1)
    while now[0] ** 2 * 2 > PRIME:
        quotient = before[0] // now[0]
        before, now = now, (before[0] - quotient * now[0], before[1] - quotient * now[1])
    return Fraction(*now)


def _minus(row: list[int], factor: int, other: list[int]) -> list[int]:
    return [(entry - factor * taken) % PRIME for entry, taken in zip(row, other, strict=True)]
