"""Payoffs from the equations that a proof leaves: which coalitions are exactly at which level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from solver.games.coalitions import Floats, everybody, indicators
from solver.games.game import Worths


class Equation(NamedTuple):
    """payoffs(coalition) + factor · excess of the stage = worth; no stage where the excess plays no part."""

    mask: int
    stage: int | None
    factor: int
    worth: float


def equations(
    game: Worths, stages: Sequence[tuple[tuple[int, ...], tuple[int, ...]]], per_capita: bool
) -> list[Equation]:
    """The equations of stages, each its coalitions and the players held at what they earn alone."""
    grand = everybody(len(game.players))
    found = [Equation(grand, None, 0, game.worth(grand))]
    for number, (masks, players) in enumerate(stages):
        for mask in masks:
            found.append(Equation(mask, number, mask.bit_count() if per_capita else 1, game.worth(mask)))
        found.extend(Equation(1 << player, None, 0, game.worth(1 << player)) for player in players)
    return found


def solve_in_floats(system: Sequence[Equation], players: int, stages: int) -> tuple[Floats, Floats]:
    """Payoffs and excesses; all equations take part, those that depend on others too, which is accurate."""
    rows = np.hstack([indicators([row.mask for row in system], players), np.zeros((len(system), stages))])
    for number, row in enumerate(system):
        if row.stage is not None:
            rows[number, players + row.stage] = row.factor
    solution = np.linalg.lstsq(rows, np.array([row.worth for row in system]), rcond=None)[0]
    return solution[:players], solution[players:]
