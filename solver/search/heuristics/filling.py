"""Filling a portfolio in a given order, as people do with a sorted list."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from solver.assessment.benefit import Floats
from solver.portfolio.outline import demanded
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.heuristics.bundles import Bundles, Chosen, chosen_of, preferred
from solver.search.problem import Merit, Problem

COMPARED = 6


class Filling:
    """A portfolio under construction; `rank` says in which order options are preferred, shape (O,)."""

    def __init__(self, problem: Problem, rank: Floats, run: Run, start: Selection | None = None) -> None:
        self._problem = problem
        self._order = [option for option in preferred(rank) if problem.open[option]]
        self._run = run
        self._bundles = Bundles(problem, rank)
        self.selection = problem.staffed(()) if start is None else start
        self.merit = problem.merit(self.selection)

    @property
    def chosen(self) -> Chosen:
        """The options by element, as they stand."""
        return chosen_of(self._problem, self.selection.options)

    def take_what_must_be(self) -> None:
        """Take what is demanded, whatever else it breaks."""
        for element in demanded(self._problem.formulation, self._problem.assessment):
            if element not in self.chosen:
                mine = [o for o in self._order if self._problem.assessment.options.element[o] == element]
                grown = next((g for o in mine if (g := self._bundles.added(self.chosen, o))), None)
                if grown is not None:
                    self._become(grown)

    def take_what_fits(self, wanted: Floats) -> None:
        """Go down the list once and take what is wanted (above 0) and breaks nothing that held."""
        for grown in self._wanted(wanted):
            merit, selection = self._tried(grown)
            if merit.feasibility >= self.merit.feasibility:
                self.merit, self.selection = merit, selection

    def gather(self, wanted: Floats) -> None:
        """The same, but only caps have to hold: much that one partner breaks, many together keep."""
        room = self._problem.merit(self.selection, caps_only=True).feasibility
        for grown in self._wanted(wanted):
            selection = self._problem.staffed(grown.values())
            if self._problem.merit(selection, caps_only=True).feasibility >= room:
                self.selection = selection
        self.merit = self._problem.merit(self.selection)

    def _wanted(self, wanted: Floats) -> Iterator[Chosen]:
        """The portfolio as it stands with one more of what is wanted, down the list."""
        for option in self._order:
            if self._run.is_over:
                return
            element = int(self._problem.assessment.options.element[option])
            if wanted[option] > 0 and element not in self.chosen:
                grown = self._bundles.added(self.chosen, option)
                if grown is not None:
                    yield grown

    def mend(self) -> None:
        """Make the best of the first changes that mend something, until every rule holds or none helps."""
        while not self.merit.holds:
            tried = (self._tried(changed) for changed in self._changes())
            better = islice((one for one in tried if one[0].feasibility > self.merit.feasibility), COMPARED)
            best = max(better, key=lambda one: one[0], default=None)
            if best is None:
                return
            self.merit, self.selection = best

    def _changes(self) -> Iterator[Chosen]:
        """The portfolio with one option more, one changed, or one element fewer."""
        chosen = self.chosen
        for option in self._order:
            if option not in chosen.values() and not self._run.is_over:
                grown = self._bundles.added(chosen, option)
                if grown is not None:
                    yield grown
        for element in chosen:
            yield {other: option for other, option in chosen.items() if other != element}

    def _tried(self, chosen: Chosen) -> tuple[Merit, Selection]:
        selection = self._problem.staffed(chosen.values())
        return self._problem.merit(selection), selection

    def _become(self, chosen: Chosen) -> None:
        self.merit, self.selection = self._tried(chosen)

    @property
    def result(self) -> Selection | None:
        """The portfolio, where every rule holds."""
        return self.selection if self.merit.holds else None


def filled(problem: Problem, rank: Floats, wanted: Floats, run: Run) -> Selection | None:
    """What must be, then what is wanted in order of rank while rules hold, then what mends the rest.

    Once so that all rules hold all the time, once so that the caps do and the others are mended at the end.
    """
    gathered = Filling(problem, rank, run)
    gathered.take_what_must_be()
    gathered.gather(wanted)
    strict = Filling(problem, rank, run)
    strict.take_what_must_be()
    for filling in (gathered, strict):
        filling.mend()
        filling.take_what_fits(wanted)
    return problem.best([gathered.result, strict.result])
