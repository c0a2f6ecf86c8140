"""Games too large for a table, which find for themselves the coalitions that are paid too little."""

from __future__ import annotations

from math import inf
from typing import NamedTuple, Protocol

from solver.games.coalitions import Floats
from solver.games.core import Core
from solver.games.game import Game, Worths
from solver.games.sampling import SampledShapley
from solver.games.scan import Separator, SpanSeparator, largest_excess


class LargestExcess(NamedTuple):
    """The coalition that was found to be paid least for its worth, and what no excess is above: proven.

    The coalition is None where none was found in time, and where there is none.
    """

    mask: int | None
    amount: float
    bound: float


class SearchedGame(Worths, Protocol):
    """A game without a table."""

    @property
    def grand(self) -> float:
        """What all together are worth."""

    @property
    def alone(self) -> Floats:
        """What every player is worth alone; shape (n,)."""

    @property
    def separator(self) -> Separator:
        """What finds coalitions that are paid too little."""

    def span_separator(self) -> SpanSeparator:
        """Another such finder, which can be told to leave out what is settled."""

    def within(self, patience: float) -> SearchedGame:
        """The game with so many seconds for all questions, where it has no other limit."""

    def core(self, patience: float = inf) -> Core:
        """The core, to be asked questions for so many seconds at most."""

    def largest_excess(self, payoffs: Floats) -> LargestExcess:
        """The coalition that is paid least for its worth."""

    def shapley(self) -> Floats | SampledShapley:
        """The Shapley value, or an estimate with confidence intervals where it is out of reach."""


AnyGame = Game | SearchedGame


def core_of(game: AnyGame, patience: float = inf) -> Core:
    """The core of a game with a table, or of one without, which is given so many seconds to answer."""
    return Core(game) if isinstance(game, Game) else game.core(patience)


def separator_of(game: AnyGame) -> Separator | None:
    """What finds a game's coalitions; None for a table, which is scanned."""
    return None if isinstance(game, Game) else game.separator


def excess_of(game: AnyGame, payoffs: Floats) -> LargestExcess | None:
    """The largest excess over payoffs of shape (n,); None for one player alone."""
    if not isinstance(game, Game):
        return game.largest_excess(payoffs)
    found = largest_excess(game.v, payoffs)
    return None if found is None else LargestExcess(found[0], found[1], found[1])
