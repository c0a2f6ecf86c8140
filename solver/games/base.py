"""The base of a game's players: stand-alone costs or benefits, by which some rules measure payoffs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from solver.games.coalitions import Floats


def base_by_player(players: Sequence[str], base: Any) -> Floats:
    """The base as an array, shape (n,), from amounts by name or in the order of the players.

    Raises ValueError with everything that is wrong.
    """
    if not isinstance(base, Mapping):
        if isinstance(base, str) or not hasattr(base, "__len__") or len(base) != len(players):
            raise ValueError(f"base needs an amount for each of the {len(players)} players")
        base = dict(zip(players, base, strict=True))
    wrong = list(wrong_amounts(players, base))
    if wrong:
        raise ValueError("; ".join(f"base of {name}: {what}" for name, what in wrong))
    return np.array([float(base[name]) for name in players])


def wrong_amounts(players: Sequence[str], base: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """By name, what is wrong with the amounts of a base: names, missing players, no finite numbers ≥ 0."""
    for name, amount in base.items():
        if name not in players:
            yield str(name), f"a player, which are {', '.join(players)}"
        elif isinstance(amount, bool) or not isinstance(amount, int | float | np.number):
            yield name, f"a number, not {amount!r}"
        elif not isfinite(amount) or amount < 0:
            yield name, f"a finite number of at least 0, not {amount:g}"
    for name in players:
        if name not in base:
            yield name, "an amount, which is missing"
