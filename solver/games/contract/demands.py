"""What players and coalitions demand of a contract, and who is paid least for what is demanded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.games.coalitions import Floats, everybody, indicators, members
from solver.games.game import Game, Worths
from solver.games.passes import largest_amount
from solver.games.scan import Claims, Separator, scan_of

CONTENT = 1e-7
"""In units of the game's largest amount: who is short of so little is content."""
ROWS_AT_ONCE = 30


@dataclass(frozen=True)
class Shortfall:
    """The coalition that is paid least for what it demands, what it misses (negative: has to spare).

    `bound` is proven to be at least what any coalition misses. The mask is 0 where nobody was found.
    """

    mask: int
    missing: float
    bound: float


class Demands:
    """What coalitions are worth, and single players at least their `floors`.

    `least`, shape (n,), is what single players demand; `tolerance` is what counts as nothing. A game without
    a table needs a separator. Raises ValueError without one, and for floors of another shape.
    """

    def __init__(
        self, game: Worths, floors: Floats | None = None, separator: Separator | None = None
    ) -> None:
        self.players = game.players
        self.count = len(game.players)
        self.grand = game.worth(everybody(self.count))
        alone = np.array([game.worth(1 << player) for player in range(self.count)], dtype=float)
        if floors is not None and np.shape(floors) != (self.count,):
            raise ValueError(f"floors need {self.count} numbers, one per player, not {np.size(floors)}")
        self.least: Floats = alone if floors is None else np.maximum(alone, floors)
        self._separator = separator or scan_of(game)
        largest = max(abs(self.grand), float(np.abs(self.least).max()))
        self.size = max(largest, largest_amount(game.v)) if isinstance(game, Game) else largest or 1.0
        self.tolerance = CONTENT * self.size

    def coalition(self, mask: int) -> tuple[str, ...]:
        """The names of a coalition's players."""
        return tuple(self.players[player] for player in members(mask))

    def unmet(self, payoffs: Floats, allowance: float) -> Claims:
        """Coalitions of several that miss more than the allowance, by more than the tolerance."""
        return self._separator.claims(payoffs, allowance + self.tolerance, ROWS_AT_ONCE)

    def shortfall(self, payoffs: Floats) -> Shortfall:
        """Who misses most, to within a hundredth of the tolerance."""
        short = self.least - payoffs
        worst = int(short.argmax())
        mask, missing = 1 << worst, float(short[worst])
        while True:
            claims = self._separator.claims(payoffs, missing + self.tolerance / 100, ROWS_AT_ONCE)
            excess = claims.worths - indicators(claims.masks, self.count) @ payoffs
            best = int(excess.argmax()) if len(excess) else None
            if best is None or not excess[best] > missing:
                proven = missing if claims.bound is None else max(missing, float(claims.bound))
                return Shortfall(mask, missing, proven)
            mask, missing = int(claims.masks[best]), float(excess[best])
