"""Other libraries beside ours; one that is not installed is named with the reason, which is no error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.splitting.measuring import Measured, Task, measured
from solver.games.coalitions import Floats
from solver.games.game import Game


class AbsentError(Exception):
    """A peer is not here, or cannot do what is asked; the message says why."""


@dataclass(frozen=True)
class Peer:
    """A library: how it is prepared for a game, and for how many players it is worth asking."""

    name: str
    prepare: Callable[[Game], Task]
    most: int

    def measured(self, game: Game, cap: float) -> Measured:
        """What it takes and answers; preparing its own form of the game does not count."""
        if game.n > self.most:
            return Measured(why_not=f"not asked beyond {self.most}")
        try:
            task = self.prepare(game)
        except AbsentError as absent:
            return Measured(why_not=str(absent))
        return measured(task, cap)


def library(module: str, attribute: str) -> ModuleType:
    """An installed library; raises AbsentError where it is missing or lacks what is needed."""
    try:
        found = import_module(module)
    except ImportError:
        raise AbsentError("not installed") from None
    if not hasattr(found, attribute):
        raise AbsentError(f"the {module} installed has no {attribute}")
    return found


def shapley_peers() -> list[Peer]:
    """Libraries with an exact Shapley value from a table."""
    return [
        Peer("coopgame-py", _coopgame("shapley", np.array), most=28),
        Peer("shapiq", _shapiq_exact, most=20),
        Peer("tucoopy", _tucoopy("shapley", "shapley_value", np.array), most=16),
    ]


def nucleolus_peers() -> list[Peer]:
    """Libraries with a nucleolus."""
    return [
        Peer("coopgame-py", _coopgame("nucleolus", _allocation), most=26),
        Peer("tucoopy", _tucoopy("nucleolus", "nucleolus", _payoffs), most=12),
    ]


def per_capita_peers() -> list[Peer]:
    """Libraries with a per-capita nucleolus."""
    return [
        Peer("coopgame-py", _coopgame("per_capita_nucleolus", _allocation), most=18),
        Peer("tucoopy", _tucoopy("nucleolus", "per_capita_nucleolus", _payoffs), most=12),
    ]


def _coopgame(rule: str, payoffs: Callable[[Any], Floats]) -> Callable[[Game], Task]:
    def prepare(game: Game) -> Task:
        # The name coopgame is shared with an unrelated library; only coopgame-py has rules.
        coopgame = library("coopgame", rule)
        own = coopgame.Game(game.v[1:])
        return lambda: payoffs(getattr(coopgame, rule)(own))

    return prepare


def _tucoopy(module: str, rule: str, payoffs: Callable[[Any], Floats]) -> Callable[[Game], Task]:
    def prepare(game: Game) -> Task:
        tucoopy, solutions = library("tucoopy", "Game"), library(f"tucoopy.solutions.{module}", rule)
        own = tucoopy.Game(game.n, dict(enumerate(game.v.tolist())))
        return lambda: payoffs(getattr(solutions, rule)(own))

    return prepare


def _shapiq_exact(game: Game) -> Task:
    shapiq = library("shapiq", "ExactComputer")
    return lambda: shapiq.ExactComputer(looked_up(game), game.n)("SV", 1).get_n_order_values(1)


def looked_up(game: Game) -> Callable[[NDArray[np.bool_]], Floats]:
    """The game as a function of rows of players that are there or not, as shapiq asks for it."""
    bits = 1 << np.arange(game.n)

    def worths(coalitions: NDArray[np.bool_]) -> Floats:
        return np.atleast_1d(game.v[np.asarray(coalitions, dtype=np.int64) @ bits])

    return worths


def _allocation(answer: dict[str, Any]) -> Floats:
    return np.array(answer["allocation"])


def _payoffs(answer: Any) -> Floats:
    return np.array(answer.x)
