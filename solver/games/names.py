"""The names of the players, and the numbers a planner may type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Number = int | float | str | Fraction


def check_names(players: Any) -> tuple[str, ...]:
    """The players as a tuple; raises ValueError where they are no list of different names."""
    if isinstance(players, str) or not isinstance(players, Sequence):
        raise ValueError("players must be a list of names")
    names = tuple(players)
    if not names:
        raise ValueError("a game needs at least one player")
    strange = [name for name in names if not isinstance(name, str) or not name.strip()]
    if strange:
        raise ValueError(f"every player needs a name in text, not {strange[0]!r}")
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"players need different names: {', '.join(twice)} stands there more than once")
    return names


def names_or_numbers(players: Sequence[str], count: int) -> tuple[str, ...]:
    """The given names, or 1, 2, … where none are given; raises ValueError for another number of names."""
    if not players:
        return check_names([str(number) for number in range(1, count + 1)])
    if len(players) != count:
        raise ValueError(f"{count} players need {count} names, not {len(players)}")
    return check_names(players)
