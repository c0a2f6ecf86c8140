"""The nucleolus and its relatives: make the unhappiest coalition as happy as possible, then the next, …"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.games.coalitions import Floats, indicators
from solver.games.game import Game, UnprovenError, Worths
from solver.games.levels import PROVEN, SETTLED, Coalitions, Face, Level, lowest_level
from solver.games.scan import PivotalSeparator, SpanSeparator, scan_of
from solver.games.settlement import Equation, equations, solve_in_floats
from solver.games.spans import Span


@dataclass(frozen=True)
class Stage:
    """A level of excess that cannot be lowered, and the proof.

    The coalitions (bit masks) with `excess`, times their positive weights, and the players (by number) held
    at what they earn alone, times theirs, add up to something settled in earlier stages.
    """

    excess: float
    weights: dict[int, float]
    floors: dict[int, float]


@dataclass(frozen=True)
class Nucleolus:
    """The split whose excesses, the largest first, are lexicographically smallest; its proof by stages."""

    payoffs: Floats
    stages: tuple[Stage, ...]
    per_capita: bool

    def equations(self, game: Worths) -> list[Equation]:
        """What the stages say of the payoffs: which coalitions are exactly at which level."""
        stages = [(tuple(stage.weights), tuple(stage.floors)) for stage in self.stages]
        return equations(game, stages, self.per_capita)


def nucleolus(game: Worths, separator: SpanSeparator | None = None) -> Nucleolus | None:
    """The nucleolus (Schmeidler 1969): among splits that give everybody what he earns alone.

    None where there is no such split, because the players earn more alone. A game without a table needs a
    separator; raises ValueError without one, and UnprovenError where time ends first.
    """
    return _lexicographic(game, separator, per_capita=False, imputations=True)


def per_capita_nucleolus(game: Game) -> Nucleolus | None:
    """The same for a coalition's excess per member (Grotte 1970); None where there is no imputation."""
    return _lexicographic(game, None, per_capita=True, imputations=True)


def prenucleolus(game: Worths, separator: SpanSeparator | None = None) -> Nucleolus:
    """The nucleolus among all splits, even those that leave a player worse off than alone; raises as it."""
    found = _lexicographic(game, separator, per_capita=False, imputations=False)
    assert found is not None
    return found


def _lexicographic(
    game: Worths, separator: SpanSeparator | None, per_capita: bool, imputations: bool
) -> Nucleolus | None:
    """A linear program per level (Maschler, Peleg & Shapley 1979), with coalitions on demand.

    Coalitions with a positive dual are at the level in every optimal split: those are settled, and with them
    all in their span.
    """
    count = len(game.players)
    span = Span(count)
    separator = separator or scan_of(game)
    separator.settle(span)
    favoured = separator.pivotal if isinstance(separator, PivotalSeparator) else None
    met = Coalitions(game, separator)
    units = met.units
    if imputations and units.surplus < -SETTLED:
        return None
    point = np.full(count, units.surplus / count)
    settled = np.ones((1, count))
    levels: list[Level] = []
    while span.rank < count:
        floors = [i for i in range(count) if imputations and 1 << i not in span]
        face, open_rows = Face.through(point, settled), ~span.covers(met.members)
        level = lowest_level(met, face, open_rows, floors, per_capita, favoured)
        if not isinstance(game, Game) and level.bound - level.excess > PROVEN:
            raise UnprovenError("time ended before the lowest excess was proven")
        levels.append(level)
        point = level.point
        settled = np.vstack([settled, _taken_in(span, level)])
        separator.settle(span)
    stages = [Stage(units.scale * level.excess, level.weights, level.floors) for level in levels]
    rough = Nucleolus(units.to_game(point), tuple(stages), per_capita)
    payoffs, excesses = solve_in_floats(rough.equations(game), count, len(stages))
    settled_stages = [
        Stage(float(excess), stage.weights, stage.floors)
        for excess, stage in zip(excesses, stages, strict=True)
    ]
    return Nucleolus(payoffs, tuple(settled_stages), per_capita)


def _taken_in(span: Span, level: Level) -> Floats:
    """Settle what the level's proof rests on; the rows that are independent of what was settled before."""
    masks: Sequence[int] = [*level.weights, *(1 << player for player in level.floors)]
    return indicators([mask for mask in masks if span.add(mask)], span.count)
