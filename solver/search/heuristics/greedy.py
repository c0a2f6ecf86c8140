"""Greedy with synergies: the change that promises most, until none makes the portfolio better."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from solver.assessment.benefit import Floats
from solver.portfolio.outline import Choice
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.heuristics.bundles import Bundles, Chosen, chosen_of
from solver.search.heuristics.filling import filled
from solver.search.problem import Problem

JUDGED = 40
LEAST_BURDEN = 1e-3


def greedy(problem: Problem, run: Run) -> Selection | None:
    """Add or drop what promises most given what is chosen, once by value per burden and once by value."""
    burden = np.maximum(LEAST_BURDEN, problem.outline.burden)
    return problem.best(_constructed(problem, price, run) for price in (burden, np.ones_like(burden)))


def _constructed(problem: Problem, price: Floats, run: Run) -> Selection | None:
    """From nothing, and from what can be taken by rank."""
    empty = problem.staffed(())
    values = problem.outline.values
    taken = filled(problem, values / price, values, run)
    starts = [empty, taken] if problem.merit(empty).holds else [taken]
    return problem.best(improved(problem, start, run, price) for start in starts if start is not None)


def improved(problem: Problem, start: Selection, run: Run, price: Floats | None = None) -> Selection | None:
    """Change what promises most per price, over and over; None where not every rule holds in the end.

    A change adds an option with what it calls for, or drops an element.
    """
    climb = _Climb(problem, start, np.ones(len(problem.assessment.options)) if price is None else price)
    while not run.is_over and climb.step(run):
        pass
    return climb.selection if climb.merit.holds else None


class _Climb:
    def __init__(self, problem: Problem, start: Selection, price: Floats) -> None:
        self._problem = problem
        self._price = price
        self.selection = start
        self.merit = problem.merit(start)

    def step(self, run: Run) -> bool:
        """Make the most promising change that is one for the better; False where there is none."""
        for chosen in self._changes():
            if run.is_over:
                return False
            selection = self._problem.staffed(chosen.values())
            merit = self._problem.merit(selection)
            if merit > self.merit:
                self.selection, self.merit = selection, merit
                return True
        return False

    def _changes(self) -> Iterator[Chosen]:
        """The changes that promise most, best first."""
        gains = self._gains()
        chosen = chosen_of(self._problem, self.selection.options)
        bundles = Bundles(self._problem, gains / self._price)
        promises = [
            (self._promise(gains, chosen, changed), changed)
            for option in np.flatnonzero(self._problem.outline.open)
            if int(option) not in self.selection.options
            and (changed := bundles.added(chosen, int(option))) is not None
        ]
        promises += [
            (-gains[option] / self._price[option], {e: o for e, o in chosen.items() if e != element})
            for element, option in chosen.items()
        ]
        promises.sort(key=lambda pair: -pair[0])
        outline, room = self._problem.outline, self._problem.outline.excess(self._choice(chosen))
        fitting = (changed for _, changed in promises if outline.excess(self._choice(changed)) <= room)
        return islice(fitting, JUDGED)

    def _promise(self, gains: Floats, before: Chosen, after: Chosen) -> float:
        """What a change gains, per price of what it adds."""
        new = [option for element, option in after.items() if before.get(element) != option]
        left = [before[element] for element in after if before.get(element, after[element]) != after[element]]
        return float((gains[new].sum() - gains[left].sum()) / self._price[new].sum())

    def _gains(self) -> Floats:
        outline = self._problem.outline.around(self._problem.formulation, self.selection)
        return outline.gains(self._choice(chosen_of(self._problem, self.selection.options)))

    def _choice(self, chosen: Chosen) -> Choice:
        choice = np.zeros(len(self._price), dtype=bool)
        choice[list(chosen.values())] = True
        return choice
