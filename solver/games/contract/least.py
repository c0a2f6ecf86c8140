"""Where no contract contents everybody: the shares after which the most that anybody misses is least."""

from __future__ import annotations

from dataclasses import replace

from solver.games.coalitions import Floats
from solver.games.contract.demands import Demands
from solver.games.contract.program import LeastMissing, Nearest
from solver.games.contract.search import Best, Search
from solver.games.contract.shares import Sharing
from solver.run import Termination


def least_missing(search: Search, sharing: Sharing, demands: Demands, wanted: Floats) -> Best:
    """The shares with the least ε, and of those the nearest to what is wanted; `bound` is that of ε.

    Without tiers ε is a linear program. With tiers that is where ε starts from: then programs decide
    whether ε can be smaller, one for each size, because rows of a known size are sharp in whole tiers.
    """
    relaxed = sharing.without_tiers()
    start = relaxed.rounded(wanted)
    answer = search.solve(LeastMissing(relaxed, demands), start)
    best = Best(start if answer.parts is None else answer.parts, answer.bound, answer.termination)
    if sharing.clauses.tiers is not None:
        near = sharing.rounded(relaxed.payoffs(best.parts)), sharing.rounded(wanted)
        parts = min(near, key=lambda parts: missing_after(sharing, demands, parts))
        best = _bisected(search, sharing, demands, wanted, Best(parts, best.bound, best.termination))
    allowance = missing_after(sharing, demands, best.parts)
    nearest = search.solve(Nearest(sharing, demands, wanted, allowance), best.parts)
    if nearest.parts is None:
        return best
    proven = best.termination is Termination.optimal
    return Best(nearest.parts, best.bound, nearest.termination if proven else best.termination)


def missing_after(sharing: Sharing, demands: Demands, parts: Floats) -> float:
    """The most that anybody misses, at least 0."""
    return max(0.0, demands.shortfall(sharing.payoffs(parts)).missing)


def _bisected(search: Search, sharing: Sharing, demands: Demands, wanted: Floats, best: Best) -> Best:
    """Ask whether ε can be half of what is open; after a no, whether it can be smaller at all."""
    # The sum leads to solutions sooner than the largest deviation, and here any solution will do.
    sharing = replace(sharing, clauses=replace(sharing.clauses, nearest="sum"))
    parts, low = best.parts, best.bound
    missing = missing_after(sharing, demands, parts)
    in_the_middle, smallest = True, 2 * demands.tolerance
    while missing - low > (step := max(smallest, search.gap * missing)):
        aim = (low + missing) / 2 if in_the_middle else missing - 0.99 * step
        answer = search.solve(Nearest(sharing, demands, wanted, aim), between=(low, missing))
        if answer.parts is not None:
            before, missing = missing, missing_after(sharing, demands, answer.parts)
            if missing < before:
                parts = answer.parts
            elif in_the_middle:
                # Tolerances of the back end let pass what is no better: nothing smaller can be told apart.
                return Best(parts, low, Termination.optimal)
            missing = min(missing, before)
        elif answer.termination is Termination.infeasible:
            low = aim
        else:
            return Best(parts, low, answer.termination)
        in_the_middle = answer.parts is not None
    return Best(parts, missing if missing - low <= smallest else low, Termination.optimal)
