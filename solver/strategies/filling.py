"""Filling a portfolio in a given order, as people do with a sorted list."""

from __future__ import annotations

from collections.abc import Iterator

from solver.assessment.benefit import Floats
from solver.portfolio.selection import Selection
from solver.strategies.bundles import Bundles, Chosen, chosen_of, preferred
from solver.strategies.clock import Clock
from solver.strategies.outline import demanded
from solver.strategies.problem import Merit, Problem


class Filling:
    """A portfolio under construction; `rank` says in which order options are preferred, shape (O,)."""

    def __init__(self, problem: Problem, rank: Floats, clock: Clock, start: Selection | None = None) -> None:
        self._problem = problem
        self._order = [option for option in preferred(rank) if problem.outline.open[option]]
        self._clock = clock
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
        chosen = self.chosen
        elements = self._problem.assessment.options.element
        for option in self._order:
            if self._clock.is_up:
                return
            if wanted[option] > 0 and int(elements[option]) not in chosen:
                grown = self._bundles.added(chosen, option)
                if grown is not None and self._improves(grown, feasibility_alone=True):
                    chosen = self.chosen

    def mend(self) -> None:
        """Change one choice at a time, the change that mends most, until every rule holds or none helps."""
        while not self.merit.holds and not self._clock.is_up:
            before = self.merit
            best = max((self._tried(change) for change in self._changes()), default=None, key=lambda t: t[0])
            if best is None or best[0].feasibility <= before.feasibility:
                return
            self.merit, self.selection = best

    def _changes(self) -> Iterator[Chosen]:
        """The portfolio with one option more, one changed, or one element fewer."""
        chosen = self.chosen
        for option in self._order:
            if option not in chosen.values() and not self._clock.is_up:
                grown = self._bundles.added(chosen, option)
                if grown is not None:
                    yield grown
        for element in chosen:
            yield {other: option for other, option in chosen.items() if other != element}

    def _tried(self, chosen: Chosen) -> tuple[Merit, Selection]:
        selection = self._problem.staffed(chosen.values())
        return self._problem.merit(selection), selection

    def _improves(self, chosen: Chosen, feasibility_alone: bool) -> bool:
        merit, selection = self._tried(chosen)
        better = merit.feasibility >= self.merit.feasibility if feasibility_alone else merit > self.merit
        if better:
            self.merit, self.selection = merit, selection
        return better

    def _become(self, chosen: Chosen) -> None:
        self.merit, self.selection = self._tried(chosen)

    @property
    def result(self) -> Selection | None:
        """The portfolio, where every rule holds."""
        return self.selection if self.merit.holds else None


def filled(problem: Problem, rank: Floats, wanted: Floats, clock: Clock) -> Selection | None:
    """What must be, then what is wanted in order of rank while every rule holds, then what mends the rest."""
    filling = Filling(problem, rank, clock)
    filling.take_what_must_be()
    filling.mend()
    filling.take_what_fits(wanted)
    filling.mend()
    return filling.result
