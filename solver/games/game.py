"""The game: what every coalition of players is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from solver.games.base import base_by_player
from solver.games.coalitions import Floats, everybody, mask_of, members
from solver.games.families import (
    Airport,
    Assignment,
    Bankruptcy,
    Family,
    PairSynergies,
    WeightedVoting,
)
from solver.games.names import Number, check_names

MOST_TABLED = 28
MOST_SHOWN = 5
LARGEST = 1e100

Table = NDArray[np.number[Any]]


class UnprovenError(ArithmeticError):
    """Time ended, or somebody asked to stop, before what a coalition is worth was known."""


class Worths(Protocol):
    """Whatever knows its players and what any coalition of them is worth."""

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the players."""

    def worth(self, mask: int) -> float:
        """What the coalition with this bit mask is worth; raises UnprovenError where that takes too long."""


@dataclass(frozen=True, eq=False)
class Game:
    """A game with transferable utility, as a table of what every coalition is worth.

    `v` has 2**n values by bit mask (bit i = player i), v[0] = 0; it is not copied, and small number types
    (float32, int16) stay small. `base` are stand-alone costs or benefits, by name or in the order of the
    players, shape (n,), for the rules that measure payoffs by them; None where there are none. Raises
    ValueError with everything that is wrong.
    """

    players: tuple[str, ...]
    v: Table
    base: Floats | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", check_names(self.players))
        _refuse_too_many(self.n)
        table = np.asarray(self.v)
        if table.dtype.kind not in "fiu":
            table = table.astype(float)
        wrong = list(_wrong(self.players, table))
        if self.base is not None:
            try:
                object.__setattr__(self, "base", base_by_player(self.players, self.base))
            except ValueError as error:
                wrong.append(str(error))
        if wrong:
            raise ValueError("; ".join(wrong))
        table = table.view()
        table.flags.writeable = False
        object.__setattr__(self, "v", table)

    @property
    def n(self) -> int:
        """The number of players."""
        return len(self.players)

    @property
    def grand(self) -> float:
        """What all players together are worth."""
        return float(self.v[-1])

    @property
    def alone(self) -> Floats:
        """What every player is worth alone; shape (n,)."""
        return np.asarray(self.v[1 << np.arange(self.n)], dtype=float)

    def worth(self, mask: int) -> float:
        """What the coalition with this bit mask is worth."""
        return float(self.v[mask])

    def coalition(self, mask: int) -> tuple[str, ...]:
        """The names of a coalition's players."""
        return tuple(self.players[player] for player in members(mask))

    def mask(self, names: Iterable[str]) -> int:
        """The bit mask of these players; raises ValueError for a name that is no player."""
        return mask_of(self.players.index(name) for name in names)

    @classmethod
    def from_worths(cls, players: Sequence[str], worth: Callable[[frozenset[str]], float]) -> Self:
        """The game whose worth is asked once for every coalition, which comes as a set of names."""
        names = check_names(players)
        _refuse_too_many(len(names))
        coalitions = (frozenset(names[player] for player in members(mask)) for mask in range(1 << len(names)))
        return cls(names, np.array([worth(coalition) for coalition in coalitions], dtype=float))

    @classmethod
    def from_dict(cls, document: Any) -> Self:
        """The game of `{"players": […], "v": […]}`, perhaps with a `base`; numbers of v may be decimal text.

        Raises ValueError with everything that is wrong.
        """
        if not isinstance(document, Mapping) or not {"players", "v"} <= set(document):
            raise ValueError('an object with "players" and "v" is needed')
        unknown = sorted(map(str, set(document) - {"players", "v", "base"}))
        if unknown:
            raise ValueError(f'only "players", "v" and "base" are known, not {", ".join(unknown)}')
        players = check_names(document["players"])
        _refuse_too_many(len(players))
        if not isinstance(document["v"], list | tuple):
            raise ValueError("v must be a list of numbers")
        return cls(players, np.array(_numbers(document["v"]), dtype=float), document.get("base"))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        base = {} if self.base is None else {"base": dict(zip(self.players, self.base.tolist(), strict=True))}
        return {"players": list(self.players), "v": self.v.tolist(), **base}

    @classmethod
    def of(cls, family: Family) -> Self:
        """The table of a game that is known by its structure."""
        _refuse_too_many(len(family.players))
        return cls(family.players, family.values())

    @classmethod
    def airport(cls, costs: Sequence[Number], players: Sequence[str] = ()) -> Self:
        """A runway that must be long enough for every member of the coalition; see `Airport`."""
        return cls.of(Airport(costs, players))

    @classmethod
    def bankruptcy(cls, estate: Number, claims: Sequence[Number], players: Sequence[str] = ()) -> Self:
        """What an estate leaves to a coalition after all others are paid; see `Bankruptcy`."""
        return cls.of(Bankruptcy(estate, claims, players))

    @classmethod
    def weighted_voting(cls, quota: int, weights: Sequence[int], players: Sequence[str] = ()) -> Self:
        """1 for every coalition whose weight reaches the quota; see `WeightedVoting`."""
        return cls.of(WeightedVoting(quota, weights, players))

    @classmethod
    def assignment(cls, gains: Sequence[Sequence[Number]], players: Sequence[str] = ()) -> Self:
        """The best pairing of the coalition's buyers and sellers; see `Assignment`."""
        return cls.of(Assignment(gains, players))

    @classmethod
    def pair_synergies(
        cls,
        values: Sequence[Number],
        synergies: Mapping[tuple[int, int], Number],
        players: Sequence[str] = (),
    ) -> Self:
        """What members are worth alone and in pairs; see `PairSynergies`."""
        return cls.of(PairSynergies(values, synergies, players))


def _refuse_too_many(count: int) -> None:
    if count > MOST_TABLED:
        raise ValueError(f"a table is possible for at most {MOST_TABLED} players, not {count}")


def _wrong(players: Sequence[str], table: Table) -> Iterable[str]:
    needed = everybody(len(players)) + 1
    if table.shape != (needed,):
        found = f"{len(table)}" if table.ndim == 1 else f"a shape of {table.shape}"
        yield f"v must have {needed} values, one for each coalition of {len(players)} players, not {found}"
        return
    if not max(-float(table.min()), float(table.max())) <= LARGEST:
        places = np.flatnonzero(~(np.abs(table) <= LARGEST))[:MOST_SHOWN]
        shown = ", ".join(f"v[{place}] is {table[place]}" for place in places)
        yield f"every coalition must be worth at most {LARGEST:g}, and a finite number: {shown}"
    if table[0] != 0:
        yield f"v[0], the worth of no players at all, must be 0, not {table[0]:g}"


def _numbers(values: Sequence[Any]) -> list[float]:
    numbers: list[float] = []
    wrong: list[str] = []
    for place, value in enumerate(values):
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise ValueError
            numbers.append(float(value))
        except ValueError:
            wrong.append(f"v[{place}] is {value!r}")
    if wrong:
        more = f", and {len(wrong) - MOST_SHOWN} more" if len(wrong) > MOST_SHOWN else ""
        raise ValueError(f"v must consist of numbers: {', '.join(wrong[:MOST_SHOWN])}{more}")
    return numbers
