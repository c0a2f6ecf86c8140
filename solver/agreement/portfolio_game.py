"""The game of a portfolio: by bit masks where that is possible, by the selection program beyond."""

from __future__ import annotations

import numpy as np

from solver.agreement.members import Members
from solver.agreement.programmed import Candidates, ProgrammedGame
from solver.agreement.table import tabled
from solver.allocation.game import Game
from solver.driver import Cancel, SearchLimits
from solver.portfolio.formulation import Formulation

MOST_ASKED_ONE_BY_ONE = 10
"""Up to how many players the program is asked for every coalition, which makes a table all the same."""


def portfolio_game(
    members: Members, formulation: Formulation, limits: SearchLimits, cancel: Cancel | None = None
) -> Game | ProgrammedGame:
    """What every coalition of a portfolio's members is worth (spec 6)."""
    table = tabled(members, formulation)
    if table is not None:
        return table
    programmed = ProgrammedGame(Candidates.of(members, formulation), limits, cancel)
    if len(members.players) > MOST_ASKED_ONE_BY_ONE:
        return programmed
    masks = range(1 << len(members.players))
    return Game(members.players, np.array([programmed.worth(mask) for mask in masks]))
