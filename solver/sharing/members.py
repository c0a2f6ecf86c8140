"""Who shares the benefit of a portfolio, and what each could claim for himself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.assessment.assessment import Assessment
from solver.games.coalitions import Floats, mask_of, members
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue


@dataclass(frozen=True)
class Members:
    """The hub and the chosen partners of a portfolio as players: the hub is player 0."""

    selection: Selection

    @cached_property
    def partners(self) -> tuple[int, ...]:
        """The element indices of the chosen partners; the k-th is player k + 1."""
        return tuple(self.selection.partners)

    @cached_property
    def players(self) -> tuple[str, ...]:
        """The ids of the players."""
        elements = self.selection.assessment.elements
        return (self.selection.assessment.instance.hub.id, *(elements[partner] for partner in self.partners))

    @cached_property
    def value(self) -> float:
        """What all together are worth: the alliance value of the portfolio."""
        return AllianceValue().amount(self.selection)

    @cached_property
    def floors(self) -> Floats:
        """The minimum payoff of every player; shape (n,)."""
        assessment = self.selection.assessment
        chosen = [self.selection.option_of[partner] for partner in self.partners]
        return np.array([assessment.instance.hub.minimum_payoff, *assessment.options.minimum_payoff[chosen]])

    @cached_property
    def offered(self) -> Assessment:
        """The assessment in which nothing but this portfolio's own options may be chosen.

        Every element has at most one option there; exit costs stay those of the portfolio.
        """
        return self.selection.assessment.within(self.selection.options)

    @cached_property
    def outside(self) -> tuple[tuple[int, float], ...]:
        """Groups that could earn something without the hub, as a bit mask of players and what they earn."""
        player = {id_: number for number, id_ in enumerate(self.players)}
        rows = self.selection.assessment.instance.outside
        return tuple(
            (mask_of(player[id_] for id_ in row.ids), row.value)
            for row in rows
            if all(id_ in player for id_ in row.ids)
        )

    def mask(self, partners: Iterable[int]) -> int:
        """The hub and these partners (by element index) as a bit mask."""
        player = {partner: number for number, partner in enumerate(self.partners, 1)}
        return mask_of([0, *(player[partner] for partner in partners)])

    def engaged(self, mask: int) -> list[int]:
        """The element indices of the partners in a bit mask."""
        return [self.partners[player - 1] for player in members(mask) if player > 0]
