"""Coalitions that are paid too little, found by changing one or two choices at a time."""

from __future__ import annotations

import numpy as np

from solver.games.coalitions import Floats, indicators
from solver.portfolio.checker import check
from solver.portfolio.outline import Outline
from solver.portfolio.plan import with_needed_licences
from solver.portfolio.selection import Selection
from solver.sharing.excess import Engagement, Excess
from solver.sharing.pair_moves import PairMoves
from solver.sharing.programmed import Candidates

STARTS = 6


class NeighbourSearch:
    """Starts from the engagements with the largest excess so far; the plain rules judge what it finds."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        outline = Outline.of(candidates.formulation, candidates.assessment)
        self._moves = PairMoves.of(outline, candidates.assessment, len(candidates.partners) - 1)
        self._known: dict[tuple[int, ...], Engagement] = {}
        self._engaged: Floats = np.zeros((0, len(candidates.players)))
        self._worths: Floats = np.zeros(0)

    def remember(self, engagement: Engagement) -> None:
        """Start from this engagement as well, where it is good."""
        if engagement.selection.options in self._known:
            return
        self._known[engagement.selection.options] = engagement
        row = indicators([engagement.engaged], len(self._candidates.players))
        self._engaged = np.vstack([self._engaged, row])
        self._worths = np.append(self._worths, engagement.worth)

    def nearest(self, payoffs: Floats) -> Engagement | None:
        """The engagement known that has the largest excess; None where none is known."""
        return next(iter(self._best(payoffs)), None)

    def found(self, payoffs: Floats) -> list[Excess]:
        """The largest excesses of engagements that no small change makes better."""
        prices = self._prices(payoffs)
        starts = [(), *(one.selection.options for one in self._best(payoffs))]
        ends = {self._improved(start, prices) for start in starts}
        for options in ends - self._known.keys():
            selection = self._judged(options)
            if selection is not None:
                self.remember(Engagement.of(self._candidates, selection))
        return [one.excess(payoffs) for one in self._best(payoffs)]

    def _best(self, payoffs: Floats) -> list[Engagement]:
        """The known engagements with the largest excess."""
        excesses = self._worths - self._engaged @ np.maximum(0.0, payoffs)
        known = list(self._known.values())
        return [known[place] for place in np.argsort(-excesses, kind="stable")[:STARTS]]

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

    def _improved(self, options: tuple[int, ...], prices: Floats) -> tuple[int, ...]:
        choice = np.zeros(len(prices), dtype=bool)
        choice[list(options)] = True
        return tuple(np.flatnonzero(self._moves.improved(choice, prices)).tolist())

    def _prices(self, payoffs: Floats) -> Floats:
        """What every option costs: the payoff of its partner, nothing where that is below 0."""
        assessment = self._candidates.assessment
        prices = np.zeros(len(assessment.elements))
        prices[list(self._candidates.partners)] = np.maximum(0.0, payoffs[1:])
        return prices[assessment.options.element]
