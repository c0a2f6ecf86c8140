"""The game of an alliance without a table: the selection program, coalition by coalition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from solver.assessment.assessment import Assessment
from solver.driver import Outcome
from solver.errors import StoppedError
from solver.games.coalitions import Floats, everybody, mask_of
from solver.games.game import UnprovenError
from solver.model.build import build
from solver.model.draft import Draft
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue
from solver.run import Run, Termination
from solver.search.drafts import search_on_the_way
from solver.sharing.coalition_rules import broken_by_nobody, coalition_formulation
from solver.sharing.members import Members
from solver.sharing.outside_options import OutsideOptions

if TYPE_CHECKING:
    import pulp

HUB = 1
EXACT = 1e-9
"""The relative gap to which coalitions are searched, whatever gap is good enough for a portfolio."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The players of a game, and what its coalitions may choose from.

    Player 0 is the hub, player k + 1 the element `partners[k]` of the assessment. `formulation` is what a
    coalition with the hub maximises and obeys; `grand` is what all together are worth, None where the
    program has to say it.
    """

    players: tuple[str, ...]
    partners: tuple[int, ...]
    assessment: Assessment
    formulation: Formulation
    outside: OutsideOptions
    grand: float | None = None

    @classmethod
    def of(cls, members: Members, formulation: Formulation) -> Self:
        """The hub and the chosen partners, who may do what they do in the portfolio, or less."""
        return cls(
            members.players,
            members.partners,
            members.offered,
            coalition_formulation(formulation),
            OutsideOptions(members.floors, members.outside),
            members.value,
        )

    @classmethod
    def among(cls, assessment: Assessment, formulation: Formulation) -> Self:
        """The hub and every partner that is not ruled out, free to do what the assessment offers."""
        rows = [*assessment.instance.partners, *assessment.instance.applications]
        open_ = [element for element, row in enumerate(rows) if row.status != "out"]
        offered = assessment.within([o for element in open_ for o in assessment.options.of(element)])
        partners = tuple(element for element in open_ if assessment.is_partner(element))
        hub = assessment.instance.hub
        number = {assessment.elements[partner]: player for player, partner in enumerate(partners, 1)}
        groups = tuple(
            (mask_of(number[id_] for id_ in row.ids), row.value)
            for row in assessment.instance.outside
            if all(id_ in number for id_ in row.ids)
        )
        floors = [assessment.instance.partners[partner].minimum_payoff for partner in partners]
        return cls(
            (hub.id, *number),
            partners,
            offered,
            coalition_formulation(formulation),
            OutsideOptions(np.array([hub.minimum_payoff, *floors]), groups),
        )

    @property
    def everybody(self) -> int:
        """All players, as a bit mask."""
        return everybody(len(self.players))

    @cached_property
    def nothing(self) -> float:
        """What launching nothing is worth: minus the exit costs."""
        return AllianceValue().amount(Selection(self.assessment, ()))

    @cached_property
    def may_be_idle(self) -> bool:
        """Whether there are coalitions with the hub no part of which keeps the limits."""
        return bool(broken_by_nobody(self.formulation, self.assessment))

    def mask(self, selection: Selection) -> int:
        """The hub and the partners of a selection."""
        return HUB | mask_of(self._player[partner] for partner in selection.partners)

    @cached_property
    def _player(self) -> dict[int, int]:
        return {partner: player for player, partner in enumerate(self.partners, 1)}


class ProgrammedGame:
    """What coalitions are worth by the selection program, each asked once; a `Worths`.

    The run's limits hold over all programs together.
    """

    def __init__(
        self,
        candidates: Candidates,
        run: Run | None = None,
    ) -> None:
        run = run or Run()
        self.candidates = candidates
        self.run = run.part(gap=min(run.limits.gap, EXACT))
        self._worths = {0: 0.0}
        self._idle: set[int] = set()
        if candidates.grand is not None:
            self._worths[candidates.everybody] = candidates.grand

    @property
    def players(self) -> tuple[str, ...]:
        """The ids of the players, the hub first."""
        return self.candidates.players

    @property
    def grand(self) -> float:
        """What all together are worth."""
        return self.worth(self.candidates.everybody)

    @property
    def alone(self) -> Floats:
        """What every player is worth alone; shape (n,)."""
        return np.array([self.worth(1 << player) for player in range(len(self.players))])

    def worth(self, mask: int) -> float:
        """What the coalition with this bit mask is worth; raises UnprovenError when time ends first."""
        if mask not in self._worths:
            self._worths[mask] = self._searched(mask) if mask & HUB else self.candidates.outside.worth(mask)
        return self._worths[mask]

    def is_idle(self, mask: int) -> bool:
        """Whether no part of a coalition with the hub keeps the limits, so that it launches nothing."""
        self.worth(mask)
        return mask in self._idle

    def searched(
        self,
        draft: Draft,
        deciding: Iterable[pulp.LpVariable],
        start: Mapping[pulp.LpVariable, float] | None = None,
    ) -> Outcome:
        """Solve one program within what is left of the limits."""
        return search_on_the_way(draft, self.run, deciding=deciding, start=start)

    @cached_property
    def _draft(self) -> Draft:
        return self.built()

    def built(self) -> Draft:
        """A program for what coalitions may choose; raises UnprovenError when time ends first."""
        try:
            return build(self.candidates.formulation, self.candidates.assessment, self.run)
        except StoppedError as stopped:
            raise UnprovenError(f"what a coalition is worth is not known: {stopped}") from None

    def _searched(self, mask: int) -> float:
        draft = self._draft
        for player, partner in enumerate(self.candidates.partners, 1):
            for option in self.candidates.assessment.options.of(partner):
                draft.options[option].upBound = float(mask >> player & 1)
        outcome = self.searched(draft, draft.deciding)
        if outcome.termination is Termination.infeasible:
            self._idle.add(mask)
            return self.candidates.nothing
        if outcome.termination not in (Termination.optimal, Termination.gap_reached):
            raise UnprovenError(f"what a coalition is worth is not proven: {outcome.termination}")
        return AllianceValue().amount(draft.selection(outcome.value))
