"""The table of a portfolio's game: what every coalition of its members is worth, in bulk."""

from __future__ import annotations

import numpy as np

from solver.errors import ContradictionError
from solver.games.game import Game
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.sharing.bulk.choices import Choices, choices_of
from solver.sharing.bulk.crews import TooManyCrewsError
from solver.sharing.bulk.engaged import Engaged
from solver.sharing.bulk.packing import packed
from solver.sharing.members import Members

ROUNDING = 1e-9
MOST_PLAYERS = 25
MOST_OPEN = 14
MOST_OPEN_AND_PLAYERS = 28


def tabled(members: Members, formulation: Formulation) -> Game | None:
    """The game of a portfolio, None where it takes a program to know what coalitions are worth.

    v(S) is the best value of a part of the portfolio with partners in S for coalitions with the hub, what
    launching nothing is worth where no part keeps the limits, and the best packing by outside groups for
    those without (spec 6).
    """
    choices = choices_of(members, formulation) if len(members.players) <= MOST_PLAYERS else None
    try:
        return None if choices is None else _table(members, choices, formulation)
    except TooManyCrewsError:
        return None


def _table(members: Members, choices: Choices, formulation: Formulation) -> Game | None:
    count = len(members.players)
    if choices.open > MOST_OPEN or choices.open + count > MOST_OPEN_AND_PLAYERS:
        return None
    engaged = Engaged(choices)
    v = np.empty(1 << count)
    v[1::2] = engaged.grid.best_parts(engaged.values)
    v[1::2][np.isneginf(v[1::2])] = 0.0
    v[1::2] += choices.structure.fixed
    v[0::2] = packed([(mask >> 1, value) for mask, value in members.outside], members.floors[1:])
    short = members.value - v[-1]
    if short > ROUNDING * max(1.0, np.abs(v).max()) and check(formulation, members.selection).holds:
        raise _refuted(members, float(v[-1]))
    v[-1] = members.value
    return Game(members.players, v)


def _refuted(members: Members, best: float) -> ContradictionError:
    """All together may always do what the portfolio does: a table that gives them less is wrong."""
    claim = f"the table of coalitions says that all together are worth {best:.10g} at most"
    plan = members.selection.portfolio().to_dict()
    return ContradictionError(
        f"{claim}, against a portfolio worth {members.value:.10g}, which passes the check",
        {"party": "table", "bound": best, "worth": members.value, "portfolio": plan},
    )
