"""A split of what all earn together, and what is certain about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from types import MappingProxyType
from typing import Annotated, NamedTuple

import numpy as np

from solver.games.coalitions import Floats, members
from solver.games.game import Game
from solver.games.kohlberg import kohlberg
from solver.games.passes import largest_amount
from solver.games.rules import RULES, Context
from solver.games.sampling import SampledShapley
from solver.games.searched import AnyGame, excess_of
from solver.shapes import Shaped

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
class Split(Shaped):
    """Payoffs by player, and how every coalition stands with them.

    `excess_bound` is `largest_excess`, unless a search ended too early. `kohlberg` is None for other rules
    than a nucleolus, and where there are too many players to check it in a moment.
    """

    payoffs: Annotated[dict[str, float], "What each player gets."]
    rule: Annotated[str, "By which rule."]
    efficient: Annotated[bool, "The payoffs add up to what all earn together."]
    individually_rational: Annotated[bool, "Nobody gets less than alone, or than he must get."]
    largest_excess: Annotated[
        float | None,
        "The most by which a coalition's worth exceeds what its members are paid; None for one player alone.",
    ]
    tightest_coalition: Annotated[tuple[str, ...] | None, "The coalition with the largest excess."]
    blocking_coalition: Annotated[
        tuple[str, ...] | None,
        "The same where it is paid less than its worth, and would rather leave.",
    ]
    in_core: Annotated[bool, "Nobody has reason to leave, which is proven."]
    excess_bound: Annotated[
        float | None, "No coalition's excess is larger, which is proven; None where nothing is."
    ] = None
    kohlberg: Annotated[bool | None, "The payoffs of a nucleolus pass Kohlberg's criterion."] = None
    half_widths: Annotated[
        dict[str, float] | None, "A 95 % interval is payoff ± half width; None for payoffs that are exact."
    ] = None


def split(game: AnyGame, rule: str, context: Context | None = None) -> Split | None:
    """Split by a rule of RULES; None where the game has no such split, as the rule says.

    Raises ValueError for an unknown rule, and where the context has other players than the game.
    """
    if rule not in RULES:
        raise ValueError(f"there is no rule {rule!r}; known are {', '.join(RULES)}")
    context, count = context or Context(), len(game.players)
    for name, amounts in vars(context).items():
        if amounts is not None and amounts.shape != (count,):
            raise ValueError(f"{name} needs {count} numbers, one per player, not {amounts.size}")
    answer = RULES[rule](game, context)
    if isinstance(answer, SampledShapley):
        found = certify(game, answer.payoffs, rule, context.floors)
        half_widths = zip(game.players, answer.half_widths.tolist(), strict=True)
        return replace(found, half_widths=dict(half_widths))
    return None if answer is None else certify(game, answer, rule, context.floors)


def certify(game: AnyGame, payoffs: Floats, rule: str = "given", floors: Floats | None = None) -> Split:
    """What is certain about any payoffs, shape (n,); nobody may fall below `floors` or his worth alone."""
    payoffs = np.asarray(payoffs, dtype=float)
    rounding = ROUNDING * _size(game)
    efficient = bool(abs(float(payoffs.sum()) - game.grand) <= rounding)
    lowest = game.alone if floors is None else np.maximum(game.alone, floors)
    excess = excess_of(game, payoffs)
    tightest = None
    if excess is not None and excess.mask is not None:
        tightest = tuple(game.players[player] for player in members(excess.mask))
    return Split(
        payoffs=dict(zip(game.players, payoffs.tolist(), strict=True)),
        rule=rule,
        efficient=efficient,
        individually_rational=bool((payoffs >= lowest - rounding).all()),
        largest_excess=None if tightest is None or excess is None else excess.amount,
        tightest_coalition=tightest,
        blocking_coalition=tightest if excess is not None and excess.amount > rounding else None,
        in_core=efficient and (excess is None or bool(excess.bound <= rounding)),
        excess_bound=excess.bound if excess is not None and isfinite(excess.bound) else None,
        kohlberg=_passes_kohlberg(game, payoffs, rule) if isinstance(game, Game) else None,
    )


def _size(game: AnyGame) -> float:
    if isinstance(game, Game):
        return largest_amount(game.v)
    return max(abs(game.grand), float(np.abs(game.alone).max())) or 1.0


def _passes_kohlberg(game: Game, payoffs: Floats, rule: str) -> bool | None:
    if rule not in CRITERIA or game.n > MOST_CHECKED:
        return None
    try:
        return kohlberg(game, payoffs, *CRITERIA[rule]).passes
    except ArithmeticError:
        return None


def typed_payoffs(game: AnyGame, amounts: Mapping[str, float]) -> Floats:
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
    if abs(payoffs.sum() - game.grand) > ROUNDING * max(abs(game.grand), float(np.abs(payoffs).max())):
        raise ValueError(f"the payoffs add up to {payoffs.sum():g}, but all together earn {game.grand:g}")
    return payoffs
