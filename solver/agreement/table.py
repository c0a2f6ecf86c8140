"""The table of a portfolio's game: what every coalition of its members is worth, in bulk."""

from __future__ import annotations

import numpy as np

from solver.agreement.choices import choices_of
from solver.agreement.engaged import engaged_by
from solver.agreement.members import Members
from solver.agreement.packing import packed
from solver.allocation.game import Game
from solver.portfolio.formulation import Formulation

MOST_PLAYERS = 25
MOST_TRIED = 28


def tabled(members: Members, formulation: Formulation) -> Game | None:
    """The game of a portfolio, None where it takes a program to know what coalitions are worth.

    v(S) is the best value of a part of the portfolio with partners in S for coalitions with the hub, and the
    best packing by outside groups for those without (spec 6).
    """
    count = len(members.players)
    choices = choices_of(members, formulation) if count <= MOST_PLAYERS else None
    if choices is None or choices.open + count > MOST_TRIED:
        return None
    engaged = engaged_by(choices)
    if engaged is None:
        return None
    v = np.empty(1 << count)
    v[1::2] = engaged.grid.best_parts(engaged.values)
    v[1::2] += choices.structure.fixed
    v[0::2] = packed(tuple((mask >> 1, value) for mask, value in members.outside), members.floors[1:])
    v[-1] = members.value
    return Game(members.players, v)
