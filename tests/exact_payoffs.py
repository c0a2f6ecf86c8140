"""Payoffs of a nucleolus without rounding, from the equations that its proof leaves."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from solver.games.coalitions import exact
from solver.games.game import Game
from solver.games.nucleolus import Nucleolus
from solver.games.settlement import Equation


def in_fractions(found: Nucleolus, game: Game) -> tuple[Fraction, ...] | None:
    """The payoffs, every worth taken as the decimal it shows; None where stages contradict each other."""
    return solve_in_fractions(found.equations(game), game.n, len(found.stages))


def solve_in_fractions(system: Sequence[Equation], players: int, stages: int) -> tuple[Fraction, ...] | None:
    """Payoffs without rounding, None where the equations contradict each other or leave something open."""
    reduced: dict[int, list[Fraction]] = {}
    for equation in system:
        row = _without_known(_as_fractions(equation, players, stages), reduced)
        pivot = next((place for place, entry in enumerate(row[:-1]) if entry), None)
        if pivot is None:
            if row[-1]:
                return None
            continue
        row = [entry / row[pivot] for entry in row]
        for place, other in reduced.items():
            reduced[place] = _minus(other, row, pivot)
        reduced[pivot] = row
    if len(reduced) < players + stages:
        return None
    return tuple(reduced[player][-1] for player in range(players))


def _as_fractions(equation: Equation, players: int, stages: int) -> list[Fraction]:
    row = [Fraction(equation.mask >> player & 1) for player in range(players)]
    row += [Fraction(equation.factor * (stage == equation.stage)) for stage in range(stages)]
    return [*row, exact(equation.worth)]


def _without_known(row: list[Fraction], reduced: dict[int, list[Fraction]]) -> list[Fraction]:
    for pivot, known in reduced.items():
        row = _minus(row, known, pivot)
    return row


def _minus(row: list[Fraction], known: list[Fraction], pivot: int) -> list[Fraction]:
    factor = row[pivot]
    return [entry - factor * taken for entry, taken in zip(row, known, strict=True)] if factor else row
