"""Is this the nucleolus? Kohlberg's criterion (1971), with witnesses that can be checked by arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.games.coalitions import Floats, indicators, sizes
from solver.games.game import Game
from solver.games.levels import Face
from solver.games.nucleolus import Nucleolus
from solver.games.passes import early_players, excesses, largest_amount
from solver.games.program import Program
from solver.games.spans import PRIME, Span

ROUNDING = 1e-7
ROWS_AT_ONCE = 40
COVERED_AT_ONCE = 1000


@dataclass(frozen=True)
class Verdict:
    """Whether a split passes, and why not in words.

    `improvement`, where the criterion itself fails, is a direction in which payoffs can move so that no
    coalition at or above some level of excess loses and one of them gains.
    """

    passes: bool
    why_not: str = ""
    improvement: Floats | None = None


def check_stages(game: Game, solution: Nucleolus, imputations: bool = True) -> Verdict:
    """Check a nucleolus by its own stages: additions and comparisons only, no linear program.

    Stage by stage, no coalition outside the span of the settled ones exceeds the stage's excess; those with
    weights are at it, and their weighted sum is settled; at the end everything is settled.
    `imputations` is False for the prenucleolus.
    """
    payoffs = solution.payoffs
    rounding = ROUNDING * largest_amount(game.v)
    if abs(payoffs.sum() - game.grand) > rounding:
        return Verdict(False, "the payoffs do not add up to what all together earn")
    if imputations and (payoffs < game.alone - rounding).any():
        return Verdict(False, "a player gets less than he earns alone")
    span = Span(game.n)
    settled = np.ones((1, game.n))
    for number, stage in enumerate(solution.stages, start=1):
        masks = [*stage.weights, *(1 << player for player in stage.floors)]
        rows = indicators(masks, game.n)
        weights = np.array([*stage.weights.values(), *stage.floors.values()])
        if not stage.weights or (weights <= 0).any() or (stage.floors and not imputations):
            return Verdict(False, f"stage {number} has no positive weights for its coalitions")
        sizes_of = [mask.bit_count() if solution.per_capita else 1 for mask in stage.weights]
        asked = [
            game.worth(mask) - size * stage.excess for mask, size in zip(stage.weights, sizes_of, strict=True)
        ]
        asked += [game.worth(1 << player) for player in stage.floors]
        if np.abs(rows @ payoffs - asked).max() > rounding:
            return Verdict(False, f"a coalition of stage {number} is not at its excess")
        if _outside(weights @ rows, settled) > ROUNDING:
            return Verdict(False, f"the coalitions of stage {number} do not add up to what is settled")
        if _highest(game, payoffs, span, solution.per_capita) > stage.excess + rounding:
            return Verdict(False, f"a coalition has a higher excess than stage {number}")
        grown = [mask for mask in masks if span.add(mask)]
        settled = np.vstack([settled, indicators(grown, game.n)])
    return Verdict(True) if span.rank == game.n else Verdict(False, "the stages leave something open")


def kohlberg(game: Game, payoffs: Floats, imputations: bool = True, per_capita: bool = False) -> Verdict:
    """Check any payoffs against the criterion, level by level of their excesses.

    The coalitions at or above each level must be balanced: a positively weighted sum of them (and of the
    players held at what they earn alone, with weights of at least 0) gives every player the same. Each level
    is settled by such weights or refuted by a direction, and both are checked by arithmetic.
    """
    rounding = ROUNDING * largest_amount(game.v)
    if abs(payoffs.sum() - game.grand) > rounding:
        return Verdict(False, "the payoffs do not add up to what all together earn")
    short = payoffs - game.alone
    if imputations and (short < -rounding).any():
        return Verdict(False, "a player gets less than he earns alone")
    held = np.eye(game.n)[short <= rounding] if imputations else np.zeros((0, game.n))
    span = Span(game.n)
    settled = np.ones((1, game.n))
    while span.rank < game.n:
        masks = _highest_open(game, payoffs, span, per_capita, rounding)
        rows = indicators(masks, game.n)
        face = Face.through(np.zeros(game.n), settled)
        improvement = _improvement(rows @ face.directions, held @ face.directions)
        if improvement is not None:
            return Verdict(
                False,
                "the coalitions with the highest excesses are not balanced",
                face.directions @ improvement,
            )
        settled = np.vstack([settled, _take_in(span, masks, rows)])
    return Verdict(True)


def _take_in(span: Span, masks: NDArray[np.int64], rows: Floats) -> Floats:
    """Settle all these coalitions; the rows that are independent of what was settled before."""
    grown = [np.zeros((0, span.count))]
    place = 0
    while place < len(rows) and span.rank < span.count:
        still_open = np.flatnonzero(~span.covers(rows[place : place + COVERED_AT_ONCE]))
        if len(still_open):
            place += int(still_open[0])
            span.add(int(masks[place]))
            grown.append(rows[place : place + 1])
        place += 1 if len(still_open) else COVERED_AT_ONCE
    return np.vstack(grown)


def _improvement(rows: Floats, held: Floats) -> Floats | None:
    """A direction along which no row falls and one of `rows` rises; None where positive weights balance them.

    Minimising minus the sum of rows·y over rows·y ≥ 0 in a box: at 0, one plus the duals are such weights.
    """
    unknowns = rows.shape[1]
    cost = -rows.mean(axis=0)
    program = Program(cost, np.ones(unknowns))
    program.add(held, np.zeros(len(held)))
    taken = np.zeros(0, dtype=np.int64)
    while True:
        direction = program.solve()
        falls = rows @ direction
        worst = np.argsort(falls, kind="stable")[:ROWS_AT_ONCE]
        worst = np.setdiff1d(worst[falls[worst] < -ROUNDING / 10], taken)
        if not len(worst):
            break
        taken = np.concatenate([taken, worst])
        program.add(rows[worst], np.zeros(len(worst)))
    duals = program.duals
    weights = np.full(len(rows), 1.0 / len(rows))
    weights[taken] += duals[len(held) :]
    if np.abs(weights @ rows + duals[: len(held)] @ held).max() <= ROUNDING:
        return None
    if (rows @ direction).mean() <= ROUNDING:
        raise ArithmeticError("rounding hides whether the coalitions with the highest excesses are balanced")
    return direction


def _highest_open(
    game: Game, payoffs: Floats, span: Span, per_capita: bool, rounding: float
) -> NDArray[np.int64]:
    highest = _highest(game, payoffs, span, per_capita)
    found = [
        start + np.flatnonzero(excess >= highest - rounding)
        for start, excess in _excesses(game, payoffs, span, per_capita)
    ]
    return np.concatenate(found)


def _highest(game: Game, payoffs: Floats, span: Span, per_capita: bool) -> float:
    return max(float(excess.max()) for _, excess in _excesses(game, payoffs, span, per_capita))


def _excesses(game: Game, payoffs: Floats, span: Span, per_capita: bool) -> Iterator[tuple[int, Floats]]:
    """Row by row of the table: the first coalition's mask and all excesses, −inf where settled."""
    early = early_players(game.n)
    residues = span.residues(slice(0, early))
    missing = -span.residues(slice(early, game.n)) % PRIME
    of_row, in_row = sizes(game.n - early), sizes(early)
    for number, excess in enumerate(excesses(game.v, payoffs)):
        if per_capita:
            excess /= np.maximum(1, in_row + of_row[number])
        yield number << early, np.where(residues == missing[number], -np.inf, excess)


def _outside(vector: Floats, settled: Floats) -> float:
    """How far a vector is from the span of the settled rows."""
    inside = np.linalg.lstsq(settled.T, vector, rcond=None)[0] @ settled
    return float(np.abs(vector - inside).max())
