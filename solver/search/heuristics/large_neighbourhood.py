"""Large-neighbourhood search: most of the portfolio is held, the rest is solved exactly (Shaw 1998)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from numpy.random import Generator, default_rng

from solver.assessment.assessment import Assessment
from solver.portfolio.outline import Choice
from solver.portfolio.selection import Selection
from solver.run import Run, Termination
from solver.search.heuristics.greedy import greedy
from solver.search.heuristics.local_search import searched
from solver.search.heuristics.relaxation import relax_and_round
from solver.search.incumbent import Incumbent
from solver.search.problem import Problem
from solver.search.program import SelectionProgram


@dataclass(frozen=True)
class NeighbourhoodEffort:
    """How large a neighbourhood is, and what one may take; chosen on 50 to 200 drawn partners."""

    fewest: int = 10
    share_at_first: float = 0.25
    growth: float = 1.3
    shrinkage: float = 0.7
    share_for_start: float = 0.2
    rounds: int = 5
    share_for_one: float = 0.15
    least_seconds: float = 0.5
    fruitless: int = 12


EFFORT = NeighbourhoodEffort()


def large_neighbourhood(problem: Problem, run: Run) -> Selection | None:
    """Free a part of the portfolio, find its best, and so on; parts grow while they are solved with ease.

    Ends early when everything was free and solved.
    """
    program = SelectionProgram(problem)
    best = Incumbent(problem, run, _start(problem, program, run))
    if best.selection is not None:
        _improve(problem, program, best, run)
    return best.selection


def _start(problem: Problem, program: SelectionProgram, run: Run) -> Selection | None:
    early = run.part(EFFORT.share_for_start)
    suggested = program.first(early)
    found = searched(problem, suggested, early, rounds=EFFORT.rounds) or greedy(problem, early)
    rounded = relax_and_round(problem, run.part(EFFORT.share_for_start)) if found is None else None
    return found or rounded or program.search(run.part(0.5)).selection


def _improve(problem: Problem, program: SelectionProgram, best: Incumbent, run: Run) -> None:
    parts = Parts(problem.assessment, default_rng(run.limits.seed))
    everything = len(problem.assessment.elements)
    size, fruitless = max(EFFORT.fewest, EFFORT.share_at_first * everything), 0
    for_one = max(EFFORT.least_seconds, EFFORT.share_for_one * run.remaining)
    for draw in cycle((parts.related, parts.at_random)):
        if (
            best.selection is None
            or run.is_over
            or (fruitless >= EFFORT.fruitless and math.isinf(run.remaining))
        ):
            return
        free = draw(best.selection, min(everything, int(size)))
        found = program.search_around(best.selection, free, run.part(most=for_one))
        solved = found.outcome.termination in (Termination.optimal, Termination.gap_reached)
        better = best.offer(found.selection)
        if solved and free.all():
            return
        fruitless = 0 if better else fruitless + 1
        size *= 1.0 if better else EFFORT.growth if solved else EFFORT.shrinkage


class Parts:
    """Draws the elements that are free to change; all their options are."""

    def __init__(self, assessment: Assessment, random: Generator) -> None:
        self._assessment = assessment
        self._random = random
        self._neighbours = _neighbours(assessment)

    def at_random(self, incumbent: Selection, size: int) -> Choice:
        """Any elements, half of them chosen ones as far as there are so many."""
        chosen, others = np.flatnonzero(incumbent.chosen), np.flatnonzero(~incumbent.chosen)
        count = min(len(chosen), max(size // 2, size - len(others)))
        drawn = self._random.choice(chosen, count, replace=False)
        rest = self._random.choice(others, min(len(others), size - count), replace=False)
        return self._options([*drawn.tolist(), *rest.tolist()])

    def related(self, incumbent: Selection, size: int) -> Choice:
        """An element and those around it: partners in pairs with it, applications and their providers."""
        found: dict[int, None] = {}
        while len(found) < size:
            idle = [e for e in range(len(self._assessment.elements)) if e not in found]
            waiting = [int(self._random.choice(idle))]
            while waiting and len(found) < size:
                element = waiting.pop(0)
                found[element] = None
                around = [e for e in self._neighbours.get(element, ()) if e not in found and e not in waiting]
                waiting += [int(e) for e in self._random.permutation(around)]
        return self._options(list(found))

    def _options(self, elements: list[int]) -> Choice:
        return np.isin(self._assessment.options.element, elements)


def _neighbours(assessment: Assessment) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for one, other in _ties(assessment):
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


def _ties(assessment: Assessment) -> Iterator[tuple[int, int]]:
    yield from ((pair.first, pair.second) for pair in assessment.pairs)
    for need in assessment.needs:
        yield from ((need.application, partner) for partner in need.capable)
