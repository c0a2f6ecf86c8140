"""Tables 4 and 6: the game of a portfolio in bulk, and the least core of one too large for a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import solver as pf
from benchmarks.splitting.alliances import budgeted, members_of, united
from benchmarks.splitting.measuring import measured, timed
from benchmarks.splitting.report import Row, Table, difference, number, ratio, seconds, text
from solver.assessment.assessment import assess
from solver.games.core import Core, LeastCore
from solver.games.game import Game
from solver.games.nucleolus import nucleolus
from solver.games.shapley import from_table
from solver.run import Run
from solver.sharing.bulk.table import tabled
from solver.sharing.members import Members
from solver.sharing.programmed import HUB, Candidates, ProgrammedGame
from solver.sharing.separation import ProgramSeparator

COALITIONS_ASKED = 40
GAP = 1e-9
PROVEN = 1e-6
PATIENCE = 3.0
"""How many times its limit a search may take before it is stopped from outside."""


def portfolio_table(sizes: Sequence[int], cap: float) -> Table:
    """v(S) of all coalitions, Shapley value and nucleolus; the peer is a selection program per coalition."""
    rows = (_portfolio_row(size, cap) for size in sizes)
    title = f"A portfolio's game in bulk; one program per coalition, extrapolated from {COALITIONS_ASKED}"
    return Table(4, title, rows)


def separation_table(sizes: Sequence[tuple[int, float]]) -> Table:
    """The least core of selecting partners under a budget, by players and seconds of the clock allowed."""
    rows = (_separation_row(players, limit, joint) for players, limit in sizes for joint in (False, True))
    return Table(6, "Least core by separation: ε lies between the two bounds", rows)


def _portfolio_row(partners: int, cap: float) -> Row:
    instance = united(partners, 0)
    members, formulation = members_of(instance), pf.Formulation.of(instance)
    table = measured(lambda: tabled(members, formulation), cap)
    row = {"partners": text(partners), "players": text(len(members.players))}
    if table.answer is None:
        return row | {"v of all coalitions": text(table.why_not or "no table")}
    game: Game = table.answer
    shapley, kernel = measured(lambda: from_table(game), cap), measured(lambda: nucleolus(game), cap)
    parts = [part.seconds for part in (table, shapley, kernel) if part.seconds is not None]
    each, apart = _one_by_one(members, formulation, game)
    return row | {
        "v of all coalitions": seconds(table.seconds),
        "Shapley value": seconds(shapley.seconds, shapley.why_not),
        "nucleolus": seconds(kernel.seconds, kernel.why_not),
        "together": seconds(sum(parts) if len(parts) == 3 else None),
        "program per coalition": seconds(each),
        "all programs": seconds(each * 2**partners),
        "×": ratio(each * 2**partners / table.seconds),
        "Δ": difference(apart),
    }


def _one_by_one(members: Members, formulation: pf.Formulation, game: Game) -> tuple[float, float]:
    """Seconds per program, over coalitions drawn evenly from those with the hub; the largest difference."""
    programmed = ProgrammedGame(Candidates.of(members, formulation))
    drawn = np.random.default_rng(0).integers(0, 1 << len(members.partners), COALITIONS_ASKED)
    masks = [int(mask) << 1 | HUB for mask in dict.fromkeys(drawn.tolist())]
    # The first question builds the program, which serves all others.
    programmed.worth(HUB)
    spent, worths = timed(lambda: [programmed.worth(mask) for mask in masks])
    apart = np.abs(game.v[masks] - np.array(worths)).max() / abs(game.grand)
    return spent / len(masks), float(apart)


def _separation_row(players: int, limit: float, joint: bool) -> Row:
    instance = budgeted(players - 1, 0, joint)
    found = measured(lambda: _least_core(instance, limit), PATIENCE * limit)
    row = {
        "players": text(players),
        "applications and market": text("yes" if joint else "no"),
        "limit": seconds(limit),
        "seconds": seconds(found.seconds, found.why_not),
    }
    if found.answer is None:
        return row
    low, high = found.answer.bounds
    proven = high - low <= PROVEN * max(1.0, float(found.answer.payoffs.sum()))
    return row | {
        "at least": number(float(low), 6),
        "at most": number(float(high), 6),
        "certified": text("yes" if proven else "no"),
    }


def _least_core(instance: pf.Instance, limit: float) -> LeastCore:
    candidates = Candidates.among(assess(instance), pf.Formulation.of(instance))
    game = ProgrammedGame(candidates, Run(pf.SearchLimits(seconds=limit, gap=GAP)))
    return Core(game, ProgramSeparator(game)).least()
