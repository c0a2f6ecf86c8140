"""A split of what all earn together, and what is certain about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import numpy as np

from solver.allocation.coalitions import Floats
from solver.allocation.game import Game
from solver.allocation.kohlberg import kohlberg
from solver.allocation.passes import largest_amount
from solver.allocation.rules import RULES, Context
from solver.allocation.scan import largest_excess

ROUNDING = 1e-7
MOST_CHECKED = 20
"""Up to how many players the criterion of Kohlberg is checked: it takes moments there, memory beyond."""


class Criterion(NamedTuple):
    """How Kohlberg's criterion is meant for a rule."""

    imputations: bool
    per_capita: bool


CRITERIA: Mapping[str, Criterion] = MappingProxyType(
    {
        "nucleolus": Criterion(imputations=True, per_capita=False),
        "per_capita_nucleolus": Criterion(imputations=True, per_capita=True),
        "prenucleolus": Criterion(imputations=False, per_capita=False),
    }
)


@dataclass(frozen=True)
class Split:
    """Payoffs by player, and how every coalition stands with them.

    `largest_excess` is the most by which a coalition's worth exceeds what its members are paid, and
    `tightest_coalition` is that coalition; both None for one player alone. It is the `blocking_coalition`
    where it is paid less than its worth, which is None where nobody has reason to leave. `kohlberg` tells
    whether the payoffs of a nucleolus pass Kohlberg's criterion, which is a proof independent of how they were
    found; None for other rules, and where there are too many players to check it in a moment.
    """

    payoffs: dict[str, float]
    rule: str
    efficient: bool
    individually_rational: bool
    largest_excess: float | None
    tightest_coalition: tuple[str, ...] | None
    blocking_coalition: tuple[str, ...] | None
    in_core: bool
    kohlberg: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """What `to_dict` gave, or JSON made of it."""
        coalitions = {
            name: None if document[name] is None else tuple(document[name])
            for name in ("tightest_coalition", "blocking_coalition")
        }
        return cls(**{**document, **coalitions})


def split(game: Game, rule: str, context: Context | None = None) -> Split | None:
    """Split by a rule of RULES; None where the game has no such split, as the rule says.

    Raises ValueError for an unknown rule, and where the context has other players than the game.
    """
    if rule not in RULES:
        raise ValueError(f"there is no rule {rule!r}; known are {', '.join(RULES)}")
    context = context or Context()
    for name, amounts in vars(context).items():
        if amounts is not None and amounts.shape != (game.n,):
            raise ValueError(f"{name} needs {game.n} numbers, one per player, not {amounts.size}")
    payoffs = RULES[rule](game, context)
    return None if payoffs is None else certify(game, payoffs, rule, context.floors)


def certify(game: Game, payoffs: Floats, rule: str = "given", floors: Floats | None = None) -> Split:
    """What is certain about any payoffs, shape (n,); nobody may fall below `floors` or his worth alone."""
    payoffs = np.asarray(payoffs, dtype=float)
    rounding = ROUNDING * largest_amount(game.v)
    efficient = abs(float(payoffs.sum()) - game.grand) <= rounding
    lowest = game.alone if floors is None else np.maximum(game.alone, floors)
    found = largest_excess(game.v, payoffs)
    coalition, excess = (None, None) if found is None else (game.coalition(found[0]), found[1])
    content = excess is None or excess <= rounding
    return Split(
        payoffs=dict(zip(game.players, payoffs.tolist(), strict=True)),
        rule=rule,
        efficient=efficient,
        individually_rational=bool((payoffs >= lowest - rounding).all()),
        largest_excess=excess,
        tightest_coalition=coalition,
        blocking_coalition=None if content else coalition,
        in_core=efficient and content,
        kohlberg=_passes_kohlberg(game, payoffs, rule),
    )


def _passes_kohlberg(game: Game, payoffs: Floats, rule: str) -> bool | None:
    if rule not in CRITERIA or game.n > MOST_CHECKED:
        return None
    try:
        return kohlberg(game, payoffs, *CRITERIA[rule]).passes
    except ArithmeticError:
        return None


def typed_payoffs(game: Game, amounts: Mapping[str, float]) -> Floats:
    """Payoffs that somebody typed, in the order of the players.

    Raises ValueError with everything that is wrong: unknown and missing players, amounts that are no finite
    numbers, and a sum that is not what all together earn.
    """
    wrong = [f"{name} is no player" for name in amounts if name not in game.players]
    wrong += [f"{name} has no payoff" for name in game.players if name not in amounts]
    wrong += [
        f"{name}'s payoff is no finite number" for name, amount in amounts.items() if not isfinite(amount)
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    payoffs = np.array([float(amounts[name]) for name in game.players])
    if abs(payoffs.sum() - game.grand) > ROUNDING * max(1.0, abs(game.grand)):
        raise ValueError(f"the payoffs add up to {payoffs.sum():g}, but all together earn {game.grand:g}")
    return payoffs
