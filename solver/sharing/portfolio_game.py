"""The game of a portfolio: by bit masks where that is possible, by the selection program beyond."""

from __future__ import annotations

from functools import cached_property
from math import inf

import numpy as np

from solver.games.coalitions import Floats
from solver.games.core import Core
from solver.games.game import Game, UnprovenError
from solver.games.sampling import SampledShapley, sampled_shapley
from solver.games.searched import LargestExcess
from solver.games.shapley import from_dividends
from solver.portfolio.formulation import Formulation
from solver.run import Run
from solver.sharing.bulk.dividends import dividends
from solver.sharing.bulk.table import tabled
from solver.sharing.members import Members
from solver.sharing.programmed import Candidates, ProgrammedGame
from solver.sharing.separation import ProgramSeparator

MOST_ASKED_ONE_BY_ONE = 10
"""Up to how many players the program is asked for every coalition, which makes a table all the same."""
PRECISION = 0.005
"""Half width of the confidence interval of a sampled payoff, as a share of what all together are worth."""
EVALUATIONS = 20_000
GRACE = 0.5
"""Seconds for what every split needs to know, even where no time is left."""


def portfolio_game(
    members: Members,
    formulation: Formulation,
    run: Run,
) -> Game | LargeGame:
    """What every coalition of a portfolio's members is worth (spec 6)."""
    table = tabled(members, formulation)
    if table is not None:
        return table
    large = LargeGame(members, formulation, run)
    if len(members.players) > MOST_ASKED_ONE_BY_ONE:
        return large
    masks = range(1 << len(members.players))
    try:
        return Game(members.players, np.array([large.worth(mask) for mask in masks]))
    except UnprovenError:
        return large


class LargeGame:
    """The game of a portfolio without a table; a `SearchedGame`."""

    def __init__(
        self,
        members: Members,
        formulation: Formulation,
        run: Run,
    ) -> None:
        self._members, self._formulation, self._run = members, formulation, run
        self._game = ProgrammedGame(Candidates.of(members, formulation), run)

    @property
    def players(self) -> tuple[str, ...]:
        """The ids of the players, the hub first."""
        return self._members.players

    @property
    def grand(self) -> float:
        """What all together are worth."""
        return self._members.value

    @cached_property
    def alone(self) -> Floats:
        """What every player is worth alone, for which there is always a little time; shape (n,)."""
        return self._within(self._run.part(least=GRACE))._game.alone

    def worth(self, mask: int) -> float:
        """What a coalition is worth; raises UnprovenError when time ends first."""
        return self._game.worth(mask)

    def core(self, patience: float = inf) -> Core:
        """The core, to be asked questions for so many seconds at most."""
        if patience < self._run.remaining:
            return self._within(self._run.part(most=patience)).core()
        return self._core

    @cached_property
    def _core(self) -> Core:
        return Core(self, self.separator)

    def within(self, patience: float) -> LargeGame:
        """The game with so many seconds for all questions, where it has no other limit."""
        return self if self._run.limited else self._within(self._run.part(most=patience))

    def _within(self, run: Run) -> LargeGame:
        return LargeGame(self._members, self._formulation, run)

    @cached_property
    def separator(self) -> ProgramSeparator:
        """What finds coalitions that are paid too little: a program of the selection's own kind."""
        return ProgramSeparator(self._game)

    def span_separator(self) -> ProgramSeparator:
        """Another such program, which can be told to leave out what is settled."""
        return ProgramSeparator(self._game)

    def largest_excess(self, payoffs: Floats) -> LargestExcess:
        """The coalition that was found to be paid least for its worth, with the bound that is proven."""
        return self.separator.largest_excess(payoffs)

    def shapley(self) -> Floats | SampledShapley:
        """Exact where the game is a sum of few dividends, else sampled."""
        found = dividends(self._members, self._formulation)
        if found is not None:
            return from_dividends(len(self.players), found)
        precision = PRECISION * abs(self.grand)
        return sampled_shapley(self, precision, evaluations=EVALUATIONS, seed=self._run.limits.seed)
