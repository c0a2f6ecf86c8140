"""What a contract may say: the clauses that shares must keep, and the amounts that are shared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

DIVIDES = 1e-9
ON_A_TIER = 1e-9
SHOWN = 1e4
"""Remedies are rounded to whole ten-thousandths, to the side on which they help."""


@dataclass(frozen=True)
class Clauses:
    """Shares are multiples of `tier` (0: any share) from `floor` to `cap`, for everybody who has a share.

    `nearest` says what a contract keeps small: the sum of all deviations from the wanted payoffs, or the
    largest one. Raises ValueError with everything that is wrong.
    """

    tier: float = 0.0
    floor: float = 0.0
    cap: float = 1.0
    nearest: Literal["sum", "largest"] = "sum"

    def __post_init__(self) -> None:
        wrong = list(self._wrong())
        if wrong:
            raise ValueError("; ".join(wrong))

    @property
    def tiers(self) -> int | None:
        """How many tiers make up the whole; None where any share is possible."""
        return round(1 / self.tier) if self.tier else None

    @property
    def least_tiers(self) -> int:
        """The floor in tiers, rounded up; raises ValueError without tiers."""
        return math.ceil(self.floor * self._counted - ON_A_TIER)

    @property
    def most_tiers(self) -> int:
        """The cap in tiers, rounded down; raises ValueError without tiers."""
        return math.floor(self.cap * self._counted + ON_A_TIER)

    @property
    def smallest(self) -> float:
        """The smallest share that anybody may have."""
        return self.least_tiers / self._counted if self.tier else self.floor

    @property
    def largest(self) -> float:
        """The largest share that anybody may have."""
        return self.most_tiers / self._counted if self.tier else self.cap

    @property
    def _counted(self) -> int:
        if self.tiers is None:
            raise ValueError("there are no tiers to count in")
        return self.tiers

    def _wrong(self) -> Iterator[str]:
        for name in ("tier", "floor", "cap"):
            if not 0 <= getattr(self, name) <= 1:
                yield f"{name} must be from 0 to 1, not {getattr(self, name):g}"
        if 0 < self.tier <= 1 and abs(round(1 / self.tier) * self.tier - 1) > DIVIDES:
            yield f"tier must divide 1, as 0.05 does, or be 0 for any share; {self.tier:g} does not"
        if self.floor > self.cap:
            yield f"cap must be at least floor, which is {self.floor:g}, not {self.cap:g}"
        if self.nearest not in ("sum", "largest"):
            yield f"nearest must be sum or largest, not {self.nearest!r}"


@dataclass(frozen=True)
class Pool:
    """An amount that is divided by shares of its own among some players, given by number.

    Raises ValueError with everything that is wrong.
    """

    name: str
    amount: float
    sharers: tuple[int, ...]

    def __post_init__(self) -> None:
        wrong = list(self._wrong())
        if wrong:
            raise ValueError("; ".join(wrong))

    def contradictions(self, clauses: Clauses) -> Iterator[str]:
        """Why no shares of this pool keep the clauses, and what would help; nothing where some do."""
        count, smallest, largest = len(self.sharers), clauses.smallest, clauses.largest
        if smallest > largest:
            between = f"the floor {clauses.floor:.4g} and the cap {clauses.cap:.4g}"
            yield f"{self.name}: no multiple of {clauses.tier:.4g} lies between {between}: use a smaller tier"
            return
        whole = clauses.tiers or count
        if count * smallest > 1 + ON_A_TIER:
            floor = _shown(smallest, clauses.floor, clauses.tier)
            remedy = math.floor(whole // count / whole * SHOWN) / SHOWN
            yield (
                f"{self.name}: {count} shares of at least {floor} are more than the whole: "
                f"use a floor of at most {remedy:g}"
            )
        if count * largest < 1 - ON_A_TIER:
            cap = _shown(largest, clauses.cap, clauses.tier)
            remedy = math.ceil(-(-whole // count) / whole * SHOWN) / SHOWN
            yield (
                f"{self.name}: {count} shares of at most {cap} are less than the whole: "
                f"use a cap of at least {remedy:g}"
            )

    def _wrong(self) -> Iterator[str]:
        if not (math.isfinite(self.amount) and self.amount > 0):
            yield f"{self.name}: shares need an amount above 0, not {self.amount:g}"
        if not self.sharers or len(set(self.sharers)) < len(self.sharers):
            yield f"{self.name}: the sharers must be different players, at least one"


def _shown(possible: float, asked: float, tier: float) -> str:
    """A share, and what was asked for where tiers are the reason that it is another."""
    return f"{possible:.4g}" + (
        "" if abs(asked - possible) <= ON_A_TIER else f" ({asked:.4g} in tiers of {tier:.4g})"
    )
