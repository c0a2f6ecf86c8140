"""The contract: a split in shares that can be written down, and that nobody has reason to leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Annotated

import numpy as np

from solver.games.coalitions import Floats
from solver.games.contract.check import breaches
from solver.games.contract.clauses import Clauses, Pool
from solver.games.contract.demands import Demands
from solver.games.contract.least import least_missing
from solver.games.contract.program import Nearest
from solver.games.contract.search import Best, Search
from solver.games.contract.shares import Sharing
from solver.games.game import Worths
from solver.games.scan import Separator
from solver.run import Run, Termination
from solver.shapes import Shaped

__all__ = ["Clauses", "Contract", "Pool", "contract"]


@dataclass(frozen=True)
class Contract(Shaped):
    """Shares of every pool by player, what they pay, and how far that is from the payoffs wanted.

    `stable`: proven that nobody has reason to leave. Else `blocking_coalition` misses most, `epsilon`, and
    that much more would content it; None where only the proof is missing. `excess_bound` is proven to be at
    least what anybody misses, None where time ended before anything was. `bound` is proven of all shares
    within the clauses: stable ones are at least that far from the payoffs wanted; where this contract is not
    stable, somebody always misses that much.
    """

    shares: Annotated[
        dict[str, dict[str, float]],
        "By pool: everybody's share of it.",
    ]
    payoffs: Annotated[dict[str, float], "What the shares pay."]
    distance: Annotated[float, "How far that is from the payoffs wanted."]
    stable: bool
    epsilon: float
    blocking_coalition: tuple[str, ...] | None
    excess_bound: float | None
    bound: float
    termination: Annotated[Termination, "Why the search for shares ended."]


def contract(
    game: Worths,
    wanted: Floats,
    clauses: Clauses,
    *,
    floors: Floats | None = None,
    pools: Sequence[Pool] | None = None,
    separator: Separator | None = None,
    run: Run | None = None,
) -> Contract:
    """The contract nearest to the payoffs wanted, shape (n,), of those that nobody has reason to leave.

    Where there is none, the one that leaves least missing (the least ε of spec 6), of those the nearest.
    Nobody may get less than his `floors` or his worth alone. Shares are of the `pools`, what those leave is
    the hub's (player 0); without pools they are of all that is earned. Of equally good contracts always the
    same one is found. A game without a table needs a separator. Raises NoSharesError where the clauses leave
    no shares at all, ValueError for payoffs or pools that are none and where nothing is earned, and
    ArithmeticError where the back end's numbers do not hold.
    """
    demands = Demands(game, floors, separator)
    sharing = Sharing.of(demands.count, demands.grand, clauses, pools)
    wanted = np.asarray(wanted, dtype=float)
    if wanted.shape != (demands.count,) or not np.isfinite(wanted).all():
        raise ValueError(f"the wanted payoffs must be {demands.count} finite numbers, one per player")
    search = Search(run or Run())
    first = sharing.rounded(wanted)
    content = demands.shortfall(sharing.payoffs(first)).bound <= demands.tolerance
    answer = search.solve(Nearest(sharing, demands, wanted), first if content else None)
    if answer.parts is None:
        best = least_missing(search, sharing, demands, wanted)
    else:
        best = Best(answer.parts, answer.bound, answer.termination)
    written = _written(best, sharing, demands, wanted)
    wrong = breaches(written, sharing, Demands(game, floors, separator))
    if wrong:
        raise ArithmeticError(f"the back end's numbers make no contract: {'; '.join(wrong)}")
    return written


def _written(best: Best, sharing: Sharing, demands: Demands, wanted: Floats) -> Contract:
    """The contract with these parts; whatever it says of itself is read from its shares alone."""
    parts = sharing.settled(best.parts)
    payoffs = sharing.payoffs(parts)
    short = demands.shortfall(payoffs)
    blocked = short.missing > demands.tolerance
    away = np.abs(payoffs - wanted)
    distance = float(away.sum() if sharing.clauses.nearest == "sum" else away.max())
    stable = short.bound <= demands.tolerance
    epsilon = short.missing if blocked else 0.0
    return Contract(
        shares={
            pool.name: {demands.players[player]: row[player] for player in pool.sharers}
            for pool, row in zip(sharing.pools, (parts / sharing.whole).tolist(), strict=True)
        },
        payoffs=dict(zip(demands.players, payoffs.tolist(), strict=True)),
        distance=distance,
        stable=stable,
        epsilon=epsilon,
        blocking_coalition=demands.coalition(short.mask) if blocked else None,
        excess_bound=short.bound if isfinite(short.bound) else None,
        bound=max(0.0, min(best.bound, distance if stable else epsilon)),
        termination=best.termination,
    )
