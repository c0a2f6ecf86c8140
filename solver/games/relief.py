"""What it would take to content the coalitions that a split pays too little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from solver.games.coalitions import Floats, everybody, indicators, members
from solver.games.core import Core
from solver.games.game import Game, Worths
from solver.games.passes import excesses, largest_amount
from solver.games.program import Program
from solver.games.scan import Claims, Separator, scan_of
from solver.shapes import Shaped

ROUNDING = 1e-7
SETTLED = 1e-9
ROWS_AT_ONCE = 20
ROOM = 1e4
"""In units of the largest excess: far more than any player ever needs."""


@dataclass(frozen=True)
class Unhappy:
    """A coalition that is paid less than it is worth; what is `missing` is its excess."""

    coalition: Annotated[tuple[str, ...], "Who is in it."]
    worth: Annotated[float, "What it could earn by itself."]
    paid: Annotated[float, "What its members get."]
    missing: float


@dataclass(frozen=True)
class Weighted:
    """A coalition and its weight in a proof."""

    coalition: Annotated[tuple[str, ...], "Who is in it."]
    weight: Annotated[float, "Its weight in the proof."]


@dataclass(frozen=True)
class Subsidy:
    """The least payments from outside after which nobody gets less and no coalition is unhappy.

    `proof` shows that less does not do: nobody is in coalitions of more than 1 in total weight, and the
    weighted excesses add up to `total`.
    """

    extra: Annotated[dict[str, float], "What each player gets from outside."]
    total: float
    proof: tuple[Weighted, ...]


@dataclass(frozen=True)
class Transfers:
    """The least that must change hands until no coalition is unhappy, and the split that this leads to."""

    gives: Annotated[dict[str, float], "Who gives how much."]
    gets: Annotated[dict[str, float], "Who gets how much."]
    total: Annotated[float, "What changes hands."]
    payoffs: Annotated[dict[str, float], "What each player has then."]


@dataclass(frozen=True)
class Relief(Shaped):
    """Who is unhappy with a split, and two remedies: money from outside, or money from each other.

    `transfers` is None where the core is empty: then no split contents everybody.
    """

    unhappy: tuple[Unhappy, ...]
    subsidy: Subsidy
    transfers: Transfers | None


def relief(game: Game, payoffs: Floats, most: int = 5) -> Relief:
    """Both remedies for payoffs of shape (n,), and the `most` coalitions that miss most."""
    return Relief(unhappy(game, payoffs, most), least_subsidy(game, payoffs), least_transfers(game, payoffs))


def unhappy(game: Game, payoffs: Floats, most: int = 5) -> tuple[Unhappy, ...]:
    """The coalitions that are paid less than they are worth, those that miss most first; at most `most`."""
    masks, missing = np.zeros(0, dtype=np.int64), np.zeros(0)
    rounding = ROUNDING * largest_amount(game.v)
    first = 0
    for excess in excesses(game.v, payoffs):
        bar = float(missing[-1]) if len(missing) == most else rounding
        above = np.flatnonzero(excess > bar)
        above = above[first + above < len(game.v) - 1]
        masks = np.concatenate([masks, first + above])
        missing = np.concatenate([missing, excess[above]])
        worst = np.argsort(-missing, kind="stable")[:most]
        masks, missing = masks[worst], missing[worst]
        first += len(excess)
    return tuple(
        Unhappy(game.coalition(mask), game.worth(mask), game.worth(mask) - excess, excess)
        for mask, excess in zip(masks.tolist(), missing.tolist(), strict=True)
    )


def least_subsidy(game: Worths, payoffs: Floats, separator: Separator | None = None) -> Subsidy:
    """The cost of stability (Bachrach et al. 2009) of one split: what it needs beyond what all earn.

    Minimises the sum of extra payments ≥ 0 after which every coalition gets its worth, with coalitions on
    demand. A game without a table needs a separator. Raises ValueError without one, and ArithmeticError where
    the separator runs out of time.
    """
    count = len(game.players)
    separator = separator or scan_of(game)
    claims = _claims(separator, payoffs, ROUNDING * _size(game))
    if not claims:
        return Subsidy(dict.fromkeys(game.players, 0.0), 0.0, ())
    unit = float((claims.worths - indicators(claims.masks, count) @ payoffs).max())
    program = Program(np.ones(count), np.full(count, ROOM))
    program.add(np.eye(count), np.zeros(count))
    masks: list[int] = []
    known: dict[int, float] = {}
    while new := [
        (int(mask), worth)
        for mask, worth in zip(claims.masks, claims.worths.tolist(), strict=True)
        if worth > known.get(int(mask), -np.inf)
    ]:
        known |= new
        masks += [mask for mask, _ in new]
        rows = indicators([mask for mask, _ in new], count)
        program.add(rows, (np.array([worth for _, worth in new]) - rows @ payoffs) / unit)
        extra = unit * np.maximum(0.0, program.solve())
        claims = _claims(separator, payoffs + extra, SETTLED * unit)
    weights = zip(masks, program.duals[count:].tolist(), strict=True)
    proof = tuple(Weighted(_names(game, mask), weight) for mask, weight in weights if weight > SETTLED)
    return Subsidy(_by_name(game, extra), float(extra.sum()), proof)


def least_transfers(game: Worths, payoffs: Floats, separator: Separator | None = None) -> Transfers | None:
    """The split in the core that is nearest to payoffs that add up to v(N); None where the core is empty.

    Near is meant in money that changes hands, which is half the sum of all absolute changes.
    """
    core = Core(game, separator)
    if core.empty:
        return None
    count, unit = len(payoffs), _size(game)
    # Unknowns beyond the payoffs: by how much each player's payoff changes, up or down.
    each = np.eye(count)
    rows = np.vstack([np.hstack([each / unit, each]), np.hstack([-each / unit, each])])
    least = np.concatenate([payoffs, -payoffs]) / unit
    nearest = core.cheapest(np.concatenate([np.zeros(count), np.ones(count)]), rows, least)
    change = np.where(np.abs(nearest - payoffs) > SETTLED * unit, nearest - payoffs, 0.0)
    gives, gets = np.maximum(0.0, -change), np.maximum(0.0, change)
    return Transfers(
        {name: amount for name, amount in _by_name(game, gives).items() if amount},
        {name: amount for name, amount in _by_name(game, gets).items() if amount},
        float(gets.sum()),
        _by_name(game, payoffs + change),
    )


def _size(game: Worths) -> float:
    if isinstance(game, Game):
        return largest_amount(game.v)
    return abs(game.worth(everybody(len(game.players)))) or 1.0


def _claims(separator: Separator, payoffs: Floats, threshold: float) -> Claims:
    claims = separator.claims(payoffs, threshold, ROWS_AT_ONCE)
    if not claims and claims.bound is not None and claims.bound > threshold:
        raise ArithmeticError("time ended before it was proven that no coalition is unhappy")
    return claims


def _names(game: Worths, mask: int) -> tuple[str, ...]:
    return tuple(game.players[player] for player in members(mask))


def _by_name(game: Worths, amounts: Floats) -> dict[str, float]:
    return dict(zip(game.players, amounts.tolist(), strict=True))
