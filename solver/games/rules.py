"""The rules by which a benefit is split, each from a game and what the rule needs beyond it to payoffs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from solver.games import nucleolus as levels
from solver.games import shapley, tau
from solver.games.coalitions import Floats
from solver.games.game import Game, Worths
from solver.games.sampling import SampledShapley
from solver.games.scan import SpanSeparator
from solver.games.searched import AnyGame, core_of

ROUNDING = 1e-9
PATIENCE = 120.0
"""Seconds to find a nucleolus in a game without a table, where there is no other limit."""


@dataclass(frozen=True)
class Context:
    """What a rule may need beyond the game, one number per player; None stands for the usual choice.

    `base`: what proportional payoffs are in proportion to (the game's own, if it has one). `floors`: what
    nobody may fall below (what each earns alone). `bargaining`: weights ≥ 0 (all the same). `risk`: shares
    of the risk that each carries, ≥ 0 with sum 1; there is no usual choice. Raises ValueError.
    """

    base: Floats | None = None
    floors: Floats | None = None
    bargaining: Floats | None = None
    risk: Floats | None = None

    def __post_init__(self) -> None:
        for name in ("base", "floors", "bargaining", "risk"):
            given = getattr(self, name)
            if given is None:
                continue
            amounts = np.asarray(given, dtype=float)
            if not np.isfinite(amounts).all():
                raise ValueError(f"{name} needs a finite number for every player")
            if name != "floors" and (amounts < 0).any():
                raise ValueError(f"{name} must be at least 0, not {amounts.min():g}")
            object.__setattr__(self, name, amounts)
        if self.bargaining is not None and not self.bargaining.any():
            raise ValueError("at least one bargaining weight must be above 0")
        if self.risk is not None and abs(float(self.risk.sum()) - 1.0) > ROUNDING:
            raise ValueError(f"shares of the risk must add up to 1, not {float(self.risk.sum()):g}")

    def base_of(self, game: AnyGame) -> Floats | None:
        """The base of proportional payoffs, the same for all where it is 0 for all; None without one."""
        base = game.base if self.base is None and isinstance(game, Game) else self.base
        return np.ones(len(game.players)) if base is not None and not base.any() else base

    def floors_of(self, game: AnyGame) -> Floats:
        """What nobody may fall below."""
        return game.alone if self.floors is None else np.maximum(game.alone, self.floors)


Answer = Floats | SampledShapley | None
Rule = Callable[[AnyGame, Context], Answer]


def equal(game: AnyGame, context: Context) -> Floats:
    """The same for everybody."""
    return np.full(len(game.players), game.grand / len(game.players))


def proportional(game: AnyGame, context: Context) -> Floats | None:
    """In proportion to the base; None where there is none."""
    base = context.base_of(game)
    if base is None:
        return None
    return np.asarray(game.grand * base / base.sum(), dtype=float)


def equal_profit(game: AnyGame, context: Context) -> Floats | None:
    """The equal profit method (Frisk et al. 2010): payoffs per base as near to each other as the core allows.

    Minimises the largest difference between two players' ratios over the core, over the least core where
    that is empty; players with base 0 have no ratio. None without a base.
    """
    base = context.base_of(game)
    if base is None:
        return None
    rated = np.flatnonzero(base)
    per_unit = max(abs(game.grand), float(np.abs(game.alone).max())) or 1.0
    ratios = np.eye(len(game.players))[rated] * (base[rated].min() / base[rated] / per_unit)[:, None]
    one, none = np.ones((len(rated), 1)), np.zeros((len(rated), 1))
    rows = np.vstack([np.hstack([-ratios, one, none]), np.hstack([ratios, none, -one])])
    cost = np.concatenate([np.zeros(len(game.players)), [1.0, -1.0]])
    return core_of(game).cheapest(cost, rows, np.zeros(len(rows)))


def shapley_value(game: AnyGame, context: Context) -> Floats | SampledShapley:
    """What each adds on average, over all orders in which players may join (Shapley 1953)."""
    return shapley.shapley(game) if isinstance(game, Game) else game.shapley()


def risk_corrected_shapley(game: AnyGame, context: Context) -> Answer:
    """The Shapley value, moved by v(N) times what a player carries of the risk beyond an equal share.

    None without shares of the risk.
    """
    if context.risk is None:
        return None
    moved = game.grand * (context.risk - 1.0 / len(game.players))
    value = shapley_value(game, context)
    if isinstance(value, SampledShapley):
        return replace(value, payoffs=value.payoffs + moved)
    return np.asarray(value + moved, dtype=float)


def nash_bargaining(game: AnyGame, context: Context) -> Floats | None:
    """The floor and a share of what is left by bargaining weight (Nash 1950; weights: Kalai 1977).

    It maximises the product of the gains to the power of the weights. None where the floors are more than
    there is.
    """
    floors = context.floors_of(game)
    left = game.grand - float(floors.sum())
    if left < -ROUNDING * max(abs(game.grand), float(np.abs(floors).sum())):
        return None
    weights = np.ones(len(game.players)) if context.bargaining is None else context.bargaining
    return np.asarray(floors + left * weights / weights.sum(), dtype=float)


def tau_value(game: AnyGame, context: Context) -> Floats | None:
    """Between minimal rights and marginal values (Tijs 1981); None where the game is not quasi-balanced."""
    return tau.tau_value(game) if isinstance(game, Game) else None


def least_core(game: AnyGame, context: Context) -> Floats:
    """A split whose largest excess is the smallest possible; often one of many."""
    return core_of(game).least().payoffs


def nucleolus(game: AnyGame, context: Context) -> Floats | None:
    """The largest excess as small as possible, then the next; None where players earn more alone."""
    found = levels.nucleolus(*_patient(game))
    return None if found is None else found.payoffs


def per_capita_nucleolus(game: AnyGame, context: Context) -> Floats | None:
    """The same for the excess per member; None where players earn more alone."""
    found = levels.per_capita_nucleolus(game) if isinstance(game, Game) else None
    return None if found is None else found.payoffs


def prenucleolus(game: AnyGame, context: Context) -> Floats:
    """The nucleolus where a player may be left worse off than alone."""
    return levels.prenucleolus(*_patient(game)).payoffs


def _patient(game: AnyGame) -> tuple[Worths, SpanSeparator | None]:
    """A game and what finds its coalitions, for the many proofs of a nucleolus."""
    if isinstance(game, Game):
        return game, None
    patient = game.within(PATIENCE)
    return patient, patient.span_separator()


NEED_A_BASE = ("proportional", "equal_profit")
"""Rules that measure payoffs by a base; without one they have no answer."""
NEED_A_TABLE = ("tau", "per_capita_nucleolus")
"""Rules that look at every coalition; without a table they have no answer."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "equal": equal,
        "proportional": proportional,
        "equal_profit": equal_profit,
        "shapley": shapley_value,
        "risk_corrected_shapley": risk_corrected_shapley,
        "nash": nash_bargaining,
        "tau": tau_value,
        "least_core": least_core,
        "nucleolus": nucleolus,
        "per_capita_nucleolus": per_capita_nucleolus,
        "prenucleolus": prenucleolus,
    }
)
