"""Coalitions that are paid too little, found by changing one or two choices at a time."""

from __future__ import annotations

import numpy as np

from solver.agreement.excess import Excess, excess_of
from solver.agreement.outline import Choice, Outline
from solver.agreement.programmed import Candidates
from solver.allocation.coalitions import Floats
from solver.portfolio.checker import check
from solver.portfolio.plan import with_needed_licences
from solver.portfolio.selection import Selection

STARTS = 6


class NeighbourSearch:
    """Starts from the selections with the largest excess so far; what it finds is judged by the plain rules."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._outline = Outline.of(
            candidates.formulation, candidates.assessment, most_partners=len(candidates.partners) - 1
        )
        self._known: dict[tuple[int, ...], Selection] = {}

    def remember(self, selection: Selection) -> None:
        """Start from this selection as well, where it is good."""
        self._known.setdefault(selection.options, selection)

    def nearest(self, payoffs: Floats) -> Selection | None:
        """The selection known that has the largest excess; None where none is known."""
        return next(iter(self._best(payoffs)), None)

    def found(self, payoffs: Floats) -> list[Excess]:
        """Selections that no small change makes better, as coalitions with what they are worth."""
        prices = self._prices(payoffs)
        starts = [self._choice(()), *(self._choice(one.options) for one in self._best(payoffs)[:STARTS])]
        ends = {tuple(np.flatnonzero(self._outline.improved(start, prices)).tolist()) for start in starts}
        for options in ends - self._known.keys():
            selection = self._judged(options)
            if selection is not None:
                self.remember(selection)
        best = self._best(payoffs)[: len(starts)]
        return [excess_of(self._candidates, selection, payoffs) for selection in best]

    def _best(self, payoffs: Floats) -> list[Selection]:
        excesses = {key: excess_of(self._candidates, one, payoffs).amount for key, one in self._known.items()}
        return [self._known[key] for key in sorted(excesses, key=lambda key: -excesses[key])]

    def _judged(self, options: tuple[int, ...]) -> Selection | None:
        """The selection of these options with the first able providers, where it keeps every rule."""
        bare = Selection(self._candidates.assessment, options)
        needs_of = bare.assessment.needs_of
        served = {
            (need, partner)
            for application in bare.applications
            for need in needs_of.get(application, ())
            for partner in bare.first_able(need)
        }
        selection = with_needed_licences(Selection(bare.assessment, options, frozenset(served)))
        everybody = self._candidates.mask(selection) == self._candidates.everybody
        holds = not everybody and check(self._candidates.formulation, selection).holds
        return selection if holds else None

    def _choice(self, options: tuple[int, ...]) -> Choice:
        choice = np.zeros(len(self._candidates.assessment.options), dtype=bool)
        choice[list(options)] = True
        return choice

    def _prices(self, payoffs: Floats) -> Floats:
        """What every option costs: the payoff of its partner, nothing where that is below 0."""
        assessment = self._candidates.assessment
        prices = np.zeros(len(assessment.elements))
        prices[list(self._candidates.partners)] = np.maximum(0.0, payoffs[1:])
        return prices[assessment.options.element]
